"""Check what was entered about a person: names, mail address, role, tier, teams, language, time zone."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.models import Team, User, validate_timezone
from accounts.roles import Role, Tier, has_tier
from complaints.terms.errors import Problems
from complaints.terms.input import clean_text

EDITABLE = ("name_en", "name_zh", "email", "role", "tier", "teams", "language", "timezone")
RESERVED = frozenset({"me"})
"""Usernames that nobody may have, because they are words in addresses of the HTTP interface."""


def checked(
    data: Mapping[str, Any], *, new: bool = False, person: User | None = None
) -> tuple[dict[str, Any], list[Team]]:
    """Return the columns to store and the teams. Raises MissingDetail with all that is wrong at once.

    A new person needs a mail address, because the invitation goes there. `person` may keep teams that are
    out of use.
    """
    problems = Problems()
    names = ("name_en", "name_zh")
    found = {name: clean_text(problems, name, data.get(name), limit=80) for name in names}
    needs_name = person is None or person.name_en or person.name_zh
    if needs_name and not any(found.values()) and not problems.errors:
        problems.add("name_en", _("Enter a name in at least one language."))
    if new:
        found["username"] = _username(problems, data.get("username"))
    found["email"] = _email(problems, data.get("email"), required=new)
    role, tier = str(data.get("role") or ""), data.get("tier")
    problems.one_of("role", role, Role.values)
    if has_tier(role):
        problems.require("tier", tier, _("An agent needs a tier."))
        if tier is not None:
            problems.one_of("tier", str(tier), [str(each) for each in Tier.values])
    problems.one_of("language", data.get("language"), [code for code, _name in settings.LANGUAGES])
    zone = clean_text(problems, "timezone", data.get("timezone"), limit=64, required=True)
    teams = _teams(problems, data.get("teams") or [], person)
    try:
        validate_timezone(zone or "UTC")
    except ValidationError as problem:
        problems.add("timezone", problem.messages[0])
    problems.check()
    rest = {"role": role, "tier": tier if has_tier(role) else None, "timezone": zone}
    return {**found, **rest, "language": data["language"]}, teams


def _username(problems: Problems, value: object) -> str:
    name = clean_text(problems, "username", value, limit=150, required=True)
    if not name:
        return name
    try:
        UnicodeUsernameValidator()(name)
    except ValidationError as problem:
        problems.add("username", problem.messages[0])
    if name.lower() in RESERVED or User.objects.filter(username__iexact=name).exists():
        problems.add("username", _("This username is taken."))
    return name


def _email(problems: Problems, value: object, *, required: bool) -> str:
    text = clean_text(problems, "email", value, limit=254, required=required)
    if text:
        try:
            validate_email(text)
        except ValidationError as problem:
            problems.add("email", problem.messages[0])
    return text


def _teams(problems: Problems, codes: Sequence[str], person: User | None) -> list[Team]:
    found = {team.code: team for team in Team.objects.filter(code__in=[str(code) for code in codes])}
    own = set(person.teams.values_list("pk", flat=True)) if person else set()
    if any(code not in found for code in codes):
        problems.add("teams", _("There is no team with this code."))
    elif any(not team.is_active and team.pk not in own for team in found.values()):
        problems.add("teams", _("Choose teams that are in use."))
    return sorted(found.values(), key=lambda team: team.code)
