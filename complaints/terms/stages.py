"""The stages of a complaint in order, and the words that describe its head (lifecycle.md)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Stage(TextChoices):
    INTAKE = "intake", pgettext_lazy("stage", "Intake")
    DIAGNOSE = "diagnose", pgettext_lazy("stage", "Diagnose")
    RESOLVE = "resolve", pgettext_lazy("stage", "Resolve")
    CALLBACK = "callback", pgettext_lazy("stage", "Callback")
    REVIEW = "review", pgettext_lazy("stage", "Review")
    CLOSED = "closed", pgettext_lazy("stage", "Closed")


OPEN_STAGES = frozenset(Stage) - {Stage.CLOSED}
HANDLING_STAGES = frozenset({Stage.DIAGNOSE, Stage.RESOLVE})
ESCALATING_STAGES = frozenset({Stage.INTAKE, Stage.DIAGNOSE, Stage.RESOLVE})


class Severity(TextChoices):
    CRITICAL = "critical", _("Critical")
    MAJOR = "major", _("Major")
    NORMAL = "normal", pgettext_lazy("severity", "Normal")
    MINOR = "minor", _("Minor")


class Gravity(TextChoices):
    S1 = "S1", _("S1 minor inconvenience")
    S2 = "S2", _("S2 loss under ¥500 or service failure")
    S3 = "S3", _("S3 loss of ¥500 or more, misconduct, privacy, repeat")
    S4 = "S4", _("S4 safety, minors, legal, media")


class Reach(TextChoices):
    ONE = "one", _("One customer")
    SEVERAL = "several", _("Several (2–19)")
    MANY = "many", _("Many (20 or more)")


class Channel(TextChoices):
    PHONE = "phone", pgettext_lazy("channel", "Phone")
    WEB = "web", pgettext_lazy("channel", "Website")
    EMAIL = "email", pgettext_lazy("channel", "E-mail")
    CHAT = "chat", pgettext_lazy("channel", "Chat")
    SOCIAL = "social", pgettext_lazy("channel", "Social media")
    STORE = "store", pgettext_lazy("channel", "Store")
    MARKETPLACE = "marketplace", pgettext_lazy("channel", "Marketplace")
    REGULATOR = "regulator", pgettext_lazy("channel", "Regulator")
    API = "api", pgettext_lazy("channel", "API")


ON_THE_LINE = frozenset({Channel.PHONE, Channel.STORE, Channel.CHAT})
"""Channels on which the customer is talking to the agent who logs the complaint."""


class Region(TextChoices):
    EAST = "east", pgettext_lazy("region", "East")
    SOUTH = "south", pgettext_lazy("region", "South")
    NORTH = "north", pgettext_lazy("region", "North")
    SOUTHWEST = "southwest", pgettext_lazy("region", "Southwest")
    CENTRAL = "central", pgettext_lazy("region", "Central")
    INTERNATIONAL = "international", pgettext_lazy("region", "International")


class Segment(TextChoices):
    LOYAL = "loyal", pgettext_lazy("segment", "Loyal")
    GROWING = "growing", pgettext_lazy("segment", "Growing")
    AT_RISK = "at_risk", pgettext_lazy("segment", "Churn risk")


class Emotion(TextChoices):
    CALM = "calm", pgettext_lazy("emotion", "Calm")
    UNEASY = "uneasy", pgettext_lazy("emotion", "Uneasy")
    UPSET = "upset", pgettext_lazy("emotion", "Upset")
    ANGRY = "angry", pgettext_lazy("emotion", "Angry")
    FURIOUS = "furious", pgettext_lazy("emotion", "Furious")


class Flag(TextChoices):
    LEGAL = "legal", pgettext_lazy("flag", "Legal")
    MEDIA = "media", pgettext_lazy("flag", "Media")
    SAFETY = "safety", pgettext_lazy("flag", "Safety")
    EXTERNAL = "external", pgettext_lazy("flag", "External authority")
    VULNERABLE = "vulnerable", pgettext_lazy("flag", "Vulnerable customer")


CRITICAL_FLAGS = frozenset({Flag.LEGAL, Flag.MEDIA, Flag.SAFETY})
GATING_FLAGS = frozenset({Flag.LEGAL, Flag.MEDIA})
"""While one of these is unconfirmed, agents below tier 3 cannot send offers or final answers."""


class Finding(TextChoices):
    UPHELD = "upheld", pgettext_lazy("finding", "Upheld")
    PARTLY_UPHELD = "partly_upheld", pgettext_lazy("finding", "Partly upheld")
    NOT_UPHELD = "not_upheld", pgettext_lazy("finding", "Not upheld")


class Outcome(TextChoices):
    UPHELD = "upheld", pgettext_lazy("outcome", "Upheld")
    PARTLY_UPHELD = "partly_upheld", pgettext_lazy("outcome", "Partly upheld")
    NOT_UPHELD = "not_upheld", pgettext_lazy("outcome", "Not upheld")
    GOODWILL_NO_FAULT = "goodwill_no_fault", pgettext_lazy("outcome", "Goodwill, no fault")
    WITHDRAWN = "withdrawn", pgettext_lazy("outcome", "Withdrawn")
    OUT_OF_SCOPE = "out_of_scope", pgettext_lazy("outcome", "Out of scope")
    DUPLICATE = "duplicate", pgettext_lazy("outcome", "Duplicate")
    DEADLOCK_EXTERNAL = "deadlock_external", pgettext_lazy("outcome", "Deadlock, referred outside")
    NO_RESPONSE_CUSTOMER = "no_response_customer", pgettext_lazy("outcome", "No answer from the customer")


class CallbackOutcome(TextChoices):
    SATISFIED = "satisfied", pgettext_lazy("callback outcome", "Satisfied")
    PARTLY = "partly", pgettext_lazy("callback outcome", "Partly satisfied")
    UNSATISFIED = "unsatisfied", pgettext_lazy("callback outcome", "Not satisfied")
    REFUSED = "refused", pgettext_lazy("callback outcome", "Refused")
    UNREACHABLE = "unreachable", pgettext_lazy("callback outcome", "Unreachable")


class WaitingOn(TextChoices):
    """Whom a complaint waits for. If it waits for several, the first in this order is shown."""

    CUSTOMER = "customer", pgettext_lazy("waiting on", "the customer")
    APPROVAL = "approval", pgettext_lazy("waiting on", "an approval")
    DEPARTMENT = "department", pgettext_lazy("waiting on", "a department")


SEVERITY_MATRIX: dict[tuple[Gravity, Reach], Severity] = {
    (Gravity.S1, Reach.ONE): Severity.MINOR,
    (Gravity.S1, Reach.SEVERAL): Severity.NORMAL,
    (Gravity.S1, Reach.MANY): Severity.MAJOR,
    (Gravity.S2, Reach.ONE): Severity.NORMAL,
    (Gravity.S2, Reach.SEVERAL): Severity.MAJOR,
    (Gravity.S2, Reach.MANY): Severity.CRITICAL,
    (Gravity.S3, Reach.ONE): Severity.MAJOR,
    (Gravity.S3, Reach.SEVERAL): Severity.CRITICAL,
    (Gravity.S3, Reach.MANY): Severity.CRITICAL,
    (Gravity.S4, Reach.ONE): Severity.CRITICAL,
    (Gravity.S4, Reach.SEVERAL): Severity.CRITICAL,
    (Gravity.S4, Reach.MANY): Severity.CRITICAL,
}
"""gravity × reach → severity (docs/organisation.md)."""

_ORDER = (Stage.INTAKE, Stage.DIAGNOSE, Stage.RESOLVE, Stage.CALLBACK, Stage.REVIEW)


def stage_index(stage: str) -> int:
    """Return the stage's place in the order: 0 for intake … 4 for review, 5 for closed."""
    return len(_ORDER) if stage == Stage.CLOSED else _ORDER.index(Stage(stage))


def second_handling_tier(tier: int) -> int:
    """Return the tier of the next round after an unsatisfied callback: one higher, at most 3."""
    return min(3, tier + 1)
