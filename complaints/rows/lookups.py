"""What every complaint of one pass asks alike (teams, policies, calendars), read once for the pass."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar, cast

_T = TypeVar("_T")
_kept: ContextVar[dict[Hashable, Any] | None] = ContextVar("kept", default=None)


@contextmanager
def shared() -> Iterator[None]:
    """Within this (the outermost one) `once` reads each thing a single time: for one move or short pass."""
    if _kept.get() is not None:
        yield
        return
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def once(key: Hashable, read: Callable[[], _T]) -> _T:
    """What `read` gives; within `shared` as it was when first asked for."""
    kept = _kept.get()
    if kept is None:
        return read()
    if key not in kept:
        kept[key] = read()
    return cast("_T", kept[key])
