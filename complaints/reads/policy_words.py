"""Describe the simulation of a policy in the words of the page."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.roles import Tier
from complaints.models import PackUnit, StatutoryPack
from complaints.models.clock import TWICE_LEVEL
from complaints.sla.deadlines.simulate import Breach, Promise, Simulation, Tried
from complaints.sla.policies.conditions import FIELD_WORDS, value_words
from ui import formats
from ui.names import in_language


def told(found: Simulation) -> dict[str, Any]:
    """Return what the page shows of a simulation: the rules tried, the deadlines in groups, the facts."""
    rows = [_row(promise) for promise in found.promises]
    return {
        "rule": found.rule,
        "tried": [
            {"rule": each.rule, "fits": each.fits, "conditions": _conditions(each)} for each in found.tried
        ],
        "groups": [
            (_start(found), [row for row in rows if row["promise"].starts_at_receipt]),
            (_("Clocks that start later, as if they started at the same time"), _rest(rows)),
        ],
        "absent": formats.listed(found.absent),
        "facts": [
            (FIELD_WORDS[field], value_words(field, value)) for field, value in found.case.facts.items()
        ],
        "case": found.case,
    }


def _rest(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if not row["promise"].starts_at_receipt]


def _start(found: Simulation) -> str:
    if found.case.round > 1:
        return _("From the start of round %(round)d") % {"round": found.case.round}
    return _("From receipt")


def _conditions(tried: Tried) -> list[dict[str, Any]]:
    return [
        {
            "field": FIELD_WORDS.get(condition.field, condition.field),
            "wanted": value_words(condition.field, condition.wanted),
            "found": value_words(condition.field, condition.found),
            "holds": condition.holds,
        }
        for condition in tried.conditions
    ]


def _row(promise: Promise) -> dict[str, Any]:
    return {
        "promise": promise,
        "pack": pack_length(promise.pack) if promise.pack else "",
        "calendar": in_language(promise.calendar.calendar, "name"),
        "breach": _breach(promise.breach),
        "twice": next((firing.at for firing in promise.after if firing.level == TWICE_LEVEL), None),
    }


def pack_length(pack: StatutoryPack, length: int | None = None) -> str:
    """Return a length such as “15 calendar days”, in the reader's language.

    Without `length`, the pack's own length is used.
    """
    n = length or pack.length or 0
    words = {
        PackUnit.CALENDAR_DAYS: ngettext("%(n)d calendar day", "%(n)d calendar days", n),
        PackUnit.BUSINESS_DAYS: ngettext("%(n)d business day", "%(n)d business days", n),
        PackUnit.WEEKS: ngettext("%(n)d week", "%(n)d weeks", n),
        PackUnit.MONTHS: ngettext("%(n)d month", "%(n)d months", n),
        PackUnit.NONE: _("no deadline"),
    }
    return words[PackUnit(pack.unit)] % {"n": n} if pack.unit else words[PackUnit.NONE]


def _breach(breach: Breach) -> str:
    """Say what a missed deadline does in addition to notifying the supervisors."""
    if breach.to_tier is not None:
        tier = Tier(breach.to_tier).label
        if breach.team is None:
            return _("moves up to %(tier)s; routing chooses the team") % {"tier": tier}
        return _("moves up to %(tier)s, %(team)s") % {"tier": tier, "team": breach.team.name}
    return {
        "customers_own": _("the time is the customer's: no promise of ours is broken"),
        "climbs": _("the request goes to the next level, and once more after twice the time"),
        "law": _("managers are notified too; the complaint does not move up"),
        "kind": _("a notice only; the complaint does not move up"),
        "rule": _("a notice only; this rule does not escalate"),
        "stage": _("a notice only; complaints do not move up in this stage"),
        "top": _("managers are notified, because this is the top tier"),
        "once": _("a note only; the complaint has already moved up in this round"),
    }[breach.why_not]
