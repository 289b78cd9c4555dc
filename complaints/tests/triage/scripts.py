"""Chinese in both scripts."""

from opencc import OpenCC

TO_TRADITIONAL = OpenCC("s2twp")


def in_scripts(texts: list[str]) -> list[str]:
    """Each Chinese text in both scripts."""
    return [*texts, *(TO_TRADITIONAL.convert(text) for text in texts)]
