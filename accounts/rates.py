"""Counts of calls per minute of the wall clock, shared by all processes through the cache.

Without the cache nothing is counted and every call is let through: a limit protects the service, and must not
be what stops it.
"""

import logging

from django.core.cache import cache

logger = logging.getLogger(__name__)
WINDOW = 60  # seconds


def over(key: str, limit: int, *, seconds: float) -> float | None:
    """Count one call under `key`. Return the seconds until it may be tried again, or None if it may go on.

    `seconds` is the time of the call since 1970. With a limit of 0 nothing is counted.
    """
    if limit and _counted(f"{key}:{int(seconds // WINDOW)}") > limit:
        return WINDOW - seconds % WINDOW
    return None


def _counted(key: str) -> int:
    try:
        cache.add(key, 0, timeout=2 * WINDOW)
        return int(cache.incr(key))
    except ValueError:  # the key was evicted between the two lines
        return 1
    except Exception:  # each kind of cache raises an error of its own when it cannot be reached
        logger.warning("calls are not limited while the cache is away", exc_info=True)
        return 0
