"""Change the rules of the SLA policy (docs/clocks.md, "Policy").

Every save is a new version of the whole table; open clocks keep the version by which they were started. The
functions raise RoleMayNot for anybody but managers, StaleVersion if the policy has changed since it was read,
and MissingDetail for wrong input.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from complaints.models import Policy, PolicyRule
from complaints.rights import duties
from complaints.rights.actors import Actor
from complaints.sla import targets
from complaints.sla.policies import checks
from complaints.sla.policies.conditions import covered
from complaints.terms.errors import Problems, RoleMayNot, StaleVersion
from complaints.terms.input import clean_text

LATEST = -1
"""The value of `seen` for callers who do not check which version is current."""
CONTENT = ("name_en", "name_zh", "name_hant", "match", "targets", "escalate", "warn")
"""The columns that make up what a rule says, without its place."""


def rules_of(policy: Policy | None) -> list[PolicyRule]:
    return list(policy.rules.order_by("order")) if policy else []


def put(
    order: int | None,
    given: Mapping[str, Any],
    *,
    place: int | None = None,
    seen: int | None,
    reason: str,
    by: Actor,
    at: datetime,
) -> Policy:
    """Change the rule at `order`, or add one if that is None, and put it at `place`. Returns the new version.

    `seen` is the version that the caller has read, `given` is as in `checks.take`. Without a place a changed
    rule stays where it is, and a new one goes to the lowest place where it can still match.
    """
    with _changing(seen=seen, reason=reason, by=by, at=at) as (table, problems):
        _put(table, order, given, place, problems, at)
    return _newest()


def replace_all(
    rules: Sequence[Mapping[str, Any]], *, seen: int | None, reason: str, by: Actor, at: datetime
) -> Policy:
    """Replace the whole table by these rules. Errors come under `rules.<place>.<field>`."""
    with _changing(seen=seen, reason=reason, by=by, at=at) as (table, problems):
        before = list(table)
        table.clear()
        for place, given in enumerate(rules, start=1):
            rule, own = PolicyRule(), Problems()
            checks.take(rule, given, own, at)
            rule.copied_from = next((old.copied_from for old in before if says(old) == says(rule)), None)
            table.append(rule)
            for field, texts in own.errors.items():
                for text in texts:
                    problems.add(f"rules.{place}.{field}", text)
        if not table:
            problems.add("rules", _("There must be at least one rule."))
    return _newest()


def remove(order: int, *, seen: int | None, reason: str, by: Actor, at: datetime) -> Policy:
    with _changing(seen=seen, reason=reason, by=by, at=at) as (table, _problems):
        table.pop(_index(table, order))
    return _newest()


def draft(
    policy: Policy | None, order: int | None, given: Mapping[str, Any], *, place: int | None, at: datetime
) -> list[PolicyRule]:
    """Return the table as it would be after `put`, checked but not saved. Raises MissingDetail."""
    table, problems = _copies(rules_of(policy)), Problems()
    _put(table, order, given, place, problems, at)
    _check(table, problems)
    return _numbered(table)


def _newest() -> Policy:
    policy = targets.policy_now()
    assert policy is not None
    return policy


@contextmanager
def _changing(
    *, seen: int | None, reason: str, by: Actor, at: datetime
) -> Iterator[tuple[list[PolicyRule], Problems]]:
    """Yield the table as a list to be changed; then check it as a whole and write it as the next version.

    A second writer of the same version breaks a constraint, which is raised as StaleVersion.
    """
    if by.role not in duties.EDIT_RULES:
        raise RoleMayNot(_("Only managers can change the policies."))
    try:
        with transaction.atomic():
            policy = targets.policy_now()
            version = policy.version if policy else 0
            if seen != LATEST and version != seen:
                raise _stale()
            before = rules_of(policy)
            table, problems = _copies(before), Problems()
            yield table, problems
            reason = clean_text(problems, "reason", reason, limit=300, required=True)
            _check(table, problems, before)
            created = Policy.objects.create(
                version=version + 1, reason=reason, created_at=at, created_by=by.user
            )
            for rule in _numbered(table):
                rule.policy = created
            PolicyRule.objects.bulk_create(table)
    except IntegrityError:
        raise _stale() from None


def _stale() -> StaleVersion:
    return StaleVersion(_("Somebody changed the policies while you were working on them."))


def _copies(rules: Sequence[PolicyRule]) -> list[PolicyRule]:
    return [PolicyRule(copied_from=rule, **{name: getattr(rule, name) for name in CONTENT}) for rule in rules]


def _numbered(table: list[PolicyRule]) -> list[PolicyRule]:
    for place, rule in enumerate(table, start=1):
        rule.order = place
    return table


def _index(table: Sequence[PolicyRule], order: int) -> int:
    if not 1 <= order <= len(table):
        raise StaleVersion(_("This rule is not there any more."))
    return order - 1


def _put(
    table: list[PolicyRule],
    order: int | None,
    given: Mapping[str, Any],
    place: int | None,
    problems: Problems,
    at: datetime,
) -> None:
    if order is None:
        rule = PolicyRule()
        checks.take(rule, given, problems, at)
        problems.check()
        place = place or _lowest(table, rule)
    else:
        rule = table.pop(_index(table, order))
        checks.take(rule, given, problems, at)
        place = place or order
    if not 1 <= place <= len(table) + 1:
        problems.add("place", _("Choose one of the values offered."))
    table.insert(place - 1, rule)


def _lowest(table: Sequence[PolicyRule], rule: PolicyRule) -> int:
    """Return the lowest place at which the rule can match: above the rule that would leave it no case."""
    left = covered(rule.match)
    for place, other in enumerate(table, start=1):
        left -= covered(other.match)
        if not left:
            return place
    return len(table) + 1


def _check(table: Sequence[PolicyRule], problems: Problems, before: Sequence[PolicyRule] = ()) -> None:
    """Raise what is wrong with single rules; if nothing is, check the table as a whole."""
    problems.check()
    checks.check_table(problems, table)
    if before and [says(rule) for rule in table] == [says(rule) for rule in before]:
        problems.add("match", _("Nothing is different from the version in force."))
    problems.check()


def says(rule: PolicyRule) -> tuple[Any, ...]:
    """Return the content of a rule without its place, to compare it with another rule."""
    return tuple(getattr(rule, name) for name in CONTENT)
