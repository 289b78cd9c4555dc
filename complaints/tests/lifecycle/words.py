"""Texts that no step may store, and helpers that read a refusal."""

from collections.abc import Callable
from typing import Any

import pytest

from complaints.terms.errors import LifecycleError, MissingDetail

BAD_TEXTS = ["", "   ", "x" * 1_000_000, "NUL \x00 inside", "lone \ud800 surrogate"]
BAD_TEXT_IDS = ["empty", "blank", "1 MB", "NUL", "lone surrogate"]
BAD_AMOUNTS = ["-1", "1.005", "1e3", "１２", "NaN", "12,50", "9999999999", " ", "\x00"]


def status_of(act: Callable[[], Any]) -> int:
    """Return the status of a refusal. The test fails if nothing is refused."""
    with pytest.raises(LifecycleError) as refusal:
        act()
    return refusal.value.status


def wrong_fields(act: Callable[[], Any]) -> set[str]:
    with pytest.raises(MissingDetail) as refusal:
        act()
    return set(refusal.value.errors)
