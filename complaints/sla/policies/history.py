"""What a version of the policy changed compared with the one before."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from complaints.models import Policy, PolicyRule
from complaints.sla.policies.conditions import in_words
from complaints.sla.targets import KIND_WORDS, POLICY_KINDS


class Kind(StrEnum):
    ADDED = "added"
    DELETED = "deleted"
    MOVED = "moved"
    CHANGED = "changed"


KIND_NAMES = {
    Kind.ADDED: gettext_lazy("added"),
    Kind.DELETED: gettext_lazy("deleted"),
    Kind.MOVED: gettext_lazy("moved"),
    Kind.CHANGED: gettext_lazy("changed"),
}


@dataclass(frozen=True)
class Difference:
    """What happened to one rule. For a changed rule also the field, and its texts before and after."""

    kind: Kind
    rule: str
    field: str = ""
    before: str = ""
    after: str = ""

    @property
    def kind_name(self) -> str:
        return str(KIND_NAMES[self.kind])


def differences(old: Sequence[PolicyRule], new: Sequence[PolicyRule]) -> list[Difference]:
    """Return the differences of two versions. A rule is recognised by the rule that it was copied from."""
    known = {rule.pk for rule in old}
    heirs: dict[int | None, PolicyRule] = {r.copied_from_id: r for r in new if r.copied_from_id in known}
    kept = [rule for rule in new if rule.copied_from_id in known and heirs[rule.copied_from_id] is rule]
    found = [Difference(Kind.DELETED, rule.name) for rule in old if rule.pk not in heirs]
    found += [Difference(Kind.ADDED, rule.name) for rule in new if rule not in kept]
    for rule in old:
        if rule.pk in heirs:
            found += _changes(rule, heirs[rule.pk])
    return found + _moves([rule for rule in old if rule.pk in heirs], kept)


def _changes(before: PolicyRule, after: PolicyRule) -> list[Difference]:
    pairs = [
        (pgettext("of a thing", "Name"), _names(before), _names(after)),
        (_("Conditions"), match_text(before), match_text(after)),
        *(
            (str(KIND_WORDS[kind]), target_text(before, kind), target_text(after, kind))
            for kind in POLICY_KINDS
        ),
        (_("A breach escalates"), _yes(before.escalate), _yes(after.escalate)),
        (_("Warnings"), _levels(before), _levels(after)),
    ]
    return [Difference(Kind.CHANGED, after.name, field, was, now) for field, was, now in pairs if was != now]


def _moves(old: Sequence[PolicyRule], new: Sequence[PolicyRule]) -> list[Difference]:
    """Return the rules that were moved. Rules whose place changed only because of others are left out."""
    order: list[int | None] = [rule.pk for rule in old]
    now = [rule.copied_from_id for rule in new]
    found = []
    for rule in new:
        key = rule.copied_from_id
        if order != now and _without(order, key) == _without(now, key):
            was = next(before.order for before in old if before.pk == key)
            return [Difference(Kind.MOVED, rule.name, _("Place in the order"), str(was), str(rule.order))]
        if order.index(key) != now.index(key):
            found.append(Difference(Kind.MOVED, rule.name))
    return found


def _without(keys: Sequence[int | None], key: int | None) -> list[int | None]:
    return [other for other in keys if other != key]


def _names(rule: PolicyRule) -> str:
    return " / ".join(filter(None, (rule.name_en, rule.name_zh, rule.name_hant)))


def match_text(rule: PolicyRule) -> str:
    return ", ".join(f"{field}: {value}" for field, value in in_words(rule.match)) or _("none")


def target_text(rule: PolicyRule, kind: str) -> str:
    cell = rule.targets.get(kind)
    return _("%(minutes)d minutes, %(calendar)s") % {"minutes": cell[0], "calendar": cell[1]} if cell else "–"


def _yes(value: bool) -> str:
    return _("yes") if value else _("no")


def _levels(rule: PolicyRule) -> str:
    return ", ".join(f"{level} %" for level in rule.warn) or _("none")


def history(policies: Sequence[Policy]) -> list[tuple[Policy, list[Difference]]]:
    """Return each version with its differences.

    `policies` come newest first, with rules; the last has none.
    """
    found = [
        (new, differences(list(old.rules.all()), list(new.rules.all()))) for new, old in pairwise(policies)
    ]
    return [*found, *((last, []) for last in policies[-1:])]
