"""Chinese test texts in both scripts."""

from opencc import OpenCC

TO_TRADITIONAL = OpenCC("s2twp")


def in_scripts(texts: list[str]) -> list[str]:
    """Return the texts with the traditional form of each."""
    return [*texts, *(TO_TRADITIONAL.convert(text) for text in texts)]
