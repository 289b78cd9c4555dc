"""The marks between words, as the reader's language writes them: Chinese has marks of its own."""

from collections.abc import Iterable
from typing import Any

from django import template

from ui import formats

register = template.Library()


@register.filter
def listed(entries: Iterable[Any]) -> str:
    """Join the entries of a list: "Finance, Legal" or "财务部、法务"."""
    return formats.listed(entries)


@register.filter
def named(rows: Iterable[Any]) -> str:
    """Join the names of rows, in the reader's language."""
    return formats.listed(row.name for row in rows)


@register.simple_tag
def comma() -> str:
    """Return the mark between the entries of a list."""
    return formats.comma()


@register.simple_tag
def colon(after: Any = "") -> str:
    """Return what stands between a name and what is said of it. `after` is the name, perhaps a question."""
    return formats.colon(str(after))
