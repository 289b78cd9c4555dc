"""Data that every complaint of one pass needs (teams, policies, calendars), read once per pass."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar, cast

_T = TypeVar("_T")
_kept: ContextVar[dict[Hashable, Any] | None] = ContextVar("kept", default=None)


@contextmanager
def shared() -> Iterator[None]:
    """Within this context `once` reads each thing a single time. Use it for one move or a short pass.

    Nested contexts share the outermost one.
    """
    if _kept.get() is not None:
        yield
        return
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def once(key: Hashable, read: Callable[[], _T]) -> _T:
    """Return the result of `read`. Within `shared` the first result is kept and returned again."""
    kept = _kept.get()
    if kept is None:
        return read()
    if key not in kept:
        kept[key] = read()
    return cast("_T", kept[key])
