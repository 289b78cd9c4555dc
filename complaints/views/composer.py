"""The forms below the timeline: one for each kind of entry, so that a note cannot be sent as a message."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.forms.base import StepForm
from complaints.forms.converse import KINDS, MessageForm
from complaints.models import Complaint
from complaints.notices import letters

BUTTONS = {
    "reply": ("send", _("Send reply")),
    "note": ("lock", _("Add note")),
    "call": ("phone-outgoing", _("Log call")),
    "received": ("message-plus", _("Record what they said")),
}


@dataclass(frozen=True)
class Composer:
    """One tab of the composer: its form, and the button that says what it does."""

    kind: str
    label: str | Promise
    icon: str
    button: str | Promise
    form: StepForm
    chosen: bool
    text_parts: int | None = None
    """The number of parts that the text takes as a text message; None if it does not go as one."""


def composers(complaint: Complaint, moves: set[str], refused: StepForm | None) -> list[Composer]:
    """Return the kinds of entries that this person may make. The tab of a refused form is chosen again."""
    kinds = [kind for kind, _label in KINDS if ("note" if kind == "note" else "message") in moves]
    sent = str(refused["kind"].value()) if refused is not None else ""
    chosen = sent if sent in kinds else next(iter(kinds), "")
    labels = dict(KINDS)
    return [
        Composer(
            kind,
            labels[kind],
            *BUTTONS[kind],
            form=refused if refused is not None and kind == sent else _fresh(complaint, kind),
            chosen=kind == chosen,
            text_parts=letters.text_parts(complaint, "message") if kind == "reply" else None,
        )
        for kind in kinds
    ]


def _fresh(complaint: Complaint, kind: str) -> MessageForm:
    return MessageForm(complaint=complaint, initial={"kind": kind, "channel": complaint.channel})
