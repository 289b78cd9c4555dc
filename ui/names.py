"""Texts kept as rows in three languages: `<field>_en`, `<field>_zh` (simplified), `<field>_hant`."""

from typing import Any

from django.utils.translation import get_language

_ORDER = {"hant": ("hant", "zh", "en"), "hans": ("zh", "hant", "en"), "en": ("en", "zh", "hant")}


def script() -> str:
    """`en`, `hans` or `hant`: what the reader of this request reads."""
    language = (get_language() or "en").lower()
    if not language.startswith("zh"):
        return "en"
    return "hant" if any(mark in language for mark in ("hant", "tw", "hk", "mo")) else "hans"


def pick(texts: dict[str, Any], field: str) -> str:
    """The text of a frozen row in the reader's language, else in the nearest one that has it."""
    return next((str(texts[key]) for s in _ORDER[script()] if texts.get(key := f"{field}_{s}")), "")


def in_language(row: Any, field: str) -> str:
    """The same of a model row."""
    return pick({f"{field}_{s}": getattr(row, f"{field}_{s}", "") for s in ("en", "zh", "hant")}, field)
