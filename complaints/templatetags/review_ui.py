"""The fishbone of a review as a drawing: where each line and word goes. A list next to it says the same."""

from dataclasses import dataclass
from typing import Any
from unicodedata import east_asian_width

from django import template

from complaints.models import FishboneBranch, Review

register = template.Library()

SHOWN = 3
"""The number of causes shown on one bone; the list has all of them."""
WIDEST, HEAD_WIDEST = 24, 20
"""Room for the text, in Latin letters; a Chinese character counts as two."""
TOP, SPINE, BOTTOM = 34, 170, 306
FIRST, STEP, REACH = 56, 220, 170
"""The place of the first bone, the distance to the next, and how far a bone leans along the spine."""
SHARES = (0.2, 0.45, 0.7)
"""How far down a bone its causes are placed, as shares of its length."""


@dataclass(frozen=True)
class Cause:
    text: str
    x: int
    y: int


@dataclass(frozen=True)
class Bone:
    label: str
    texts: list[str]
    causes: list[Cause]
    more: int
    x: int
    y: int
    foot: int

    @property
    def box_y(self) -> int:
        return self.y - 26 if self.y < SPINE else self.y


def shortened(text: str, widest: int = WIDEST) -> str:
    """Return the text, cut to the available room."""
    room = widest
    for index, character in enumerate(text):
        room -= 2 if east_asian_width(character) in "WF" else 1
        if room < 0:
            return text[: max(index - 1, 1)].rstrip() + "…"
    return text


def bones(fishbone: dict[str, list[str]]) -> list[Bone]:
    """Return the six branches, three above the spine and three below it."""
    found = []
    for index, branch in enumerate(FishboneBranch):
        x, y = FIRST + STEP * (index % 3), TOP if index < 3 else BOTTOM
        texts = fishbone.get(branch, [])
        causes = [
            Cause(shortened(text), int(x + REACH * share), int(y + (SPINE - y) * share))
            for text, share in zip(texts, SHARES, strict=False)
        ]
        found.append(Bone(str(branch.label), texts, causes, max(len(texts) - SHOWN, 0), x, y, x + REACH))
    return found


@register.inclusion_tag("complaints/review/_fishbone.html")
def fishbone(review: Review) -> dict[str, Any]:
    return {
        "review": review,
        "bones": bones(review.fishbone),
        "head": shortened(review.cause.name, HEAD_WIDEST),
    }
