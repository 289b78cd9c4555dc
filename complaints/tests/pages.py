"""Read a page as its reader does: how its source is laid out in lines must not matter to a test."""

import re


def shown(page: str) -> str:
    """Return the page with every run of white space as one blank, and without any next to a tag."""
    return re.sub(r" ?(<[^>]*>) ?", r"\1", re.sub(r"\s+", " ", page))
