"""Read texts that are stored in three languages: `<field>_en`, `<field>_zh` (simplified), `<field>_hant`."""

from typing import Any

from django.utils.translation import get_language

_ORDER = {"hant": ("hant", "zh", "en"), "hans": ("zh", "hant", "en"), "en": ("en", "zh", "hant")}


def script() -> str:
    """Return the script that the reader of this request reads: `en`, `hans` or `hant`."""
    language = (get_language() or "en").lower()
    if not language.startswith("zh"):
        return "en"
    return "hant" if any(mark in language for mark in ("hant", "tw", "hk", "mo")) else "hans"


def pick(texts: dict[str, Any], field: str) -> str:
    """Return a text from a dictionary in the reader's language, or else in the nearest one that has it."""
    return next((str(texts[key]) for s in _ORDER[script()] if texts.get(key := f"{field}_{s}")), "")


def in_language(row: Any, field: str) -> str:
    """Return a text from a model row, as `pick` does."""
    return pick({f"{field}_{s}": getattr(row, f"{field}_{s}", "") for s in ("en", "zh", "hant")}, field)
