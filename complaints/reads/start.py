"""The list of steps that make a new installation ready for work, each with the page where it is done."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import people
from accounts.models import Team, User
from accounts.roles import Role, TeamKind
from complaints.models import AuthorityLimit, Remedy, RoutingRule
from complaints.reads import missing
from complaints.rights import duties
from complaints.sla import targets
from complaints.sla.calendars import checks
from complaints.sla.calendars.days import content_of

LOCAL = {"127.0.0.1", "localhost", "::1"}
EVERYBODY = frozenset({Role.ADMIN, Role.MANAGER})


class Step(NamedTuple):
    """One step. `page` is the URL name of the page where it is done, `roles` says who may open it."""

    what: str | Promise
    why: str | Promise
    done: bool
    page: str
    roles: frozenset[str] = EVERYBODY


def steps(at: datetime) -> list[Step]:
    """Return all steps in the recommended order."""
    return [*_people(), *_server(), *_desk(), *_teams(), *_calendars(at)]


def _people() -> list[Step]:
    admins = frozenset({Role.ADMIN})
    texts = {
        Role.ADMIN: (
            _("A second administrator"),
            _("Or nobody can let people in when the only one is away."),
        ),
        Role.MANAGER: (_("A manager"), _("Keeps the rules and decides what climbs.")),
        Role.SUPERVISOR: (_("A supervisor"), _("Leads teams and decides on requests.")),
        Role.AGENT: (_("An agent"), _("Logs and handles complaints.")),
    }
    least = {Role.ADMIN: 2}
    return [
        Step(what, why, people.with_roles(role).count() >= least.get(role, 1), "complaints:people", admins)
        for role, (what, why) in texts.items()
    ]


def _server() -> list[Step]:
    return [
        Step(
            _("The public address"),
            _("Links in letters lead to SITE_URL, which the server’s environment sets."),
            urlsplit(settings.SITE_URL).hostname not in LOCAL,
            "complaints:organisation",
        ),
        Step(
            _("Mail"),
            _("EMAIL_HOST and DEFAULT_FROM_EMAIL of the server’s environment say how mail leaves."),
            mail_is_set(),
            "complaints:organisation",
        ),
    ]


def mail_is_set() -> bool:
    """Return True if a mail server and a sender's address are set."""
    by_smtp = settings.EMAIL_BACKEND == "django.core.mail.backends.smtp.EmailBackend"
    has_sender = not settings.DEFAULT_FROM_EMAIL.endswith("@localhost")
    return has_sender and not (by_smtp and settings.EMAIL_HOST in LOCAL and not settings.EMAIL_HOST_USER)


PAGES = {
    "categories": ("complaints:categories", duties.KEEP_ORGANISATION),
    "routing": ("complaints:routing", duties.EDIT_RULES),
    "policies": ("complaints:policies", duties.EDIT_RULES),
    "calendars": ("complaints:calendars", duties.EDIT_RULES),
}
"""{page of a gap as `missing` names it: (URL name, roles that may open it)}."""


def _desk() -> list[Step]:
    gaps = missing.for_receipt()
    found = [
        Step(gap.what, _("Without it no complaint can be logged."), False, *PAGES[gap.page]) for gap in gaps
    ]
    if not gaps:
        ready = _("Categories, routes, policy and calendars for receiving complaints")
        found = [Step(ready, "", True, "complaints:categories")]
    remedies = Remedy.objects.filter(is_active=True).count() >= 2
    limits = AuthorityLimit.objects.exists()
    return [
        *found,
        Step(_("Two remedies"), _("An offer has at least two options."), remedies, "complaints:remedies"),
        Step(
            _("Limits of authority"),
            _("Without them every offer must be approved."),
            limits,
            "complaints:authority",
            duties.EDIT_RULES,
        ),
    ]


def _teams() -> list[Step]:
    agents, supervisors = people.agents(), people.supervisors()
    routed = Team.objects.filter(pk__in=RoutingRule.objects.values("team"))
    empty = routed.exclude(pk__in=_with(agents)).exclude(pk__in=_with(supervisors))
    callback = Team.objects.filter(kind=TeamKind.CALLBACK, is_active=True, pk__in=_with(agents))
    quality = Team.objects.filter(kind=TeamKind.QUALITY, is_active=True, pk__in=_with(supervisors))
    admins = frozenset({Role.ADMIN})
    return [
        Step(
            _("Somebody in each team that gets complaints"),
            _("Nobody looks after complaints of an empty team."),
            routed.exists() and not empty.exists(),
            "complaints:people",
            admins,
        ),
        Step(
            _("An agent in a callback team"),
            _("Calls customers when their complaint is resolved."),
            callback.exists(),
            "complaints:people",
            admins,
        ),
        Step(
            _("A supervisor in a quality team"),
            _("Approves full reviews and verifies improvements."),
            quality.exists(),
            "complaints:people",
            admins,
        ),
    ]


def _with(members: "people.QuerySet[User]") -> Any:
    """Return the teams of these people, for a subquery."""
    return members.filter(teams__isnull=False).values("teams")


def _calendars(at: datetime) -> list[Step]:
    contents = [content_of(version) for version in targets.calendars_now().values()]
    lacks: Callable[[int], bool] = lambda year: any(  # noqa: E731
        year in content.missing_years(checks.this_year(content.timezone, at)) for content in contents
    )
    text = _("The official public holidays of %(year)d")
    return [
        Step(
            text % {"year": year},
            _("Deadlines beyond the loaded list may fall on a holiday."),
            not lacks(year),
            "complaints:calendars",
            duties.EDIT_RULES,
        )
        for year in (at.year, at.year + 1)
    ]
