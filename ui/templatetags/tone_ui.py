"""The colour and the face that a state or a degree is shown with."""

from django import template
from django.utils.safestring import SafeString

from ui.templatetags.redress_ui import icon

register = template.Library()

TONES = {
    "added": "good",
    "changed": "soon",
    "removed": "late",
    "satisfied": "good",
    "unsatisfied": "late",
}
INKS = {"breached": "c-late", "met": "c-good"}
FACES = ("mood-angry", "mood-sad", "mood-neutral", "mood-smile", "mood-happy")


@register.filter
def tone(state: str) -> str:
    """Return the class that colours a tag: of a changed date, or of what the customer said on the phone."""
    return TONES.get(state, "")


@register.filter
def ink(clock_state: str) -> str:
    """Return the class that colours the word for the state of a clock."""
    return INKS.get(clock_state, "ink-3")


@register.simple_tag
def face(degree: int) -> SafeString:
    """Return the icon of the face for a rating, from 1 (angry) to 5 (happy)."""
    return icon(FACES[min(degree, len(FACES)) - 1])
