"""Install the product on an empty database: the first administrator, the organisation, a starting set.

Whatever is there already is left alone and reported, so a second run does no harm.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import changes, people
from accounts.models import User
from accounts.roles import Role
from complaints.models import OrganisationSettings
from complaints.setup import codes, document, organisation, sections, starting
from complaints.setup.document import Writing
from complaints.terms.errors import AlreadyDecided, MissingDetail, Problems

REASON = "Starting set: %s"


@dataclass(frozen=True)
class Wish:
    """The input of `install`. Username, mail and password are not needed if an administrator exists."""

    username: str = ""
    email: str = ""
    password: str = ""
    starting_set: str = starting.EMPTY
    language: str = "en"
    time_zone: str = "UTC"
    currency: str = ""
    brand_name: str = ""


@dataclass
class Report:
    """What was created and what existed already, as lines to read. `administrator` is the new one, if any."""

    made: list[str] = field(default_factory=list)
    already: list[str] = field(default_factory=list)
    administrator: User | None = None


def install(wish: Wish, at: datetime) -> Report:
    """Create what is missing, all or nothing. Raises MissingDetail by field."""
    report = Report()
    with transaction.atomic():
        administrator = people.with_roles(Role.ADMIN).order_by("pk").first()
        _check(wish, needs_administrator=administrator is None)
        if administrator is None:
            report.administrator = _administrator(wish, at)
            report.made.append(_("Administrator: %(name)s") % {"name": wish.username})
        else:
            report.already.append(_("Administrator: %(name)s") % {"name": administrator.username})
        _organisation(wish, report, at)
        _starting_set(wish, report, at)
    return report


def _check(wish: Wish, *, needs_administrator: bool) -> None:
    problems = Problems()
    problems.one_of("starting_set", wish.starting_set, list(starting.TITLES))
    if needs_administrator:
        _check_administrator(problems, wish)
    try:
        organisation.checked(_organisation_values(wish))
    except MissingDetail as wrong:
        problems.errors.update(wrong.errors)
    problems.check()


def _check_administrator(problems: Problems, wish: Wish) -> None:
    problems.require("email", wish.email)
    user = User(username=wish.username, email=wish.email)
    user.role = Role.ADMIN
    try:
        user.clean_fields(exclude=["password", "language", "timezone", "date_joined"])
        if wish.email:
            validate_email(wish.email)
        if User.objects.filter(username__iexact=wish.username).exists():
            problems.add("username", _("There is already somebody with this user name."))
    except ValidationError as wrong:
        for name, texts in document.errors_of(wrong).items():
            problems.add(name or "email", texts[0])
    try:
        validate_password(wish.password, user)
    except ValidationError as wrong:
        for text in wrong.messages:
            problems.add("password", text)


def _administrator(wish: Wish, at: datetime) -> User:
    user = User.objects.create_superuser(
        wish.username, wish.email, wish.password, language=wish.language, timezone=wish.time_zone
    )
    after = {"role": user.role, "email": user.email}
    changes.record("person", user.username, None, after, by=None, at=at)
    return user


def _organisation_values(wish: Wish) -> dict[str, str]:
    names = ("brand_name", "language", "time_zone", "currency")
    return {name: getattr(wish, name) for name in names}


def _organisation(wish: Wish, report: Report, at: datetime) -> None:
    if OrganisationSettings.objects.exists():
        report.already.append(_("Organisation"))
        return
    organisation.put(_organisation_values(wish), by=None, at=at)
    report.made.append(_("Organisation"))


def _starting_set(wish: Wish, report: Report, at: datetime) -> None:
    wanted = starting.document(wish.starting_set, time_zone=wish.time_zone, at=at)
    how = Writing(None, at, REASON % wish.starting_set)
    made = document.apply(sections.ALL, wanted, how, only_missing=True)
    for section in sections.ALL:
        asked = len(wanted.get(section.name, {}))
        new = sum(change.section is section for change in made)
        if new:
            report.made.append(f"{section.title}: {new}")
        if asked > new:
            report.already.append(f"{section.title}: {asked - new}")


def install_once(wish: Wish, *, code: str, at: datetime) -> Report:
    """Install as whoever knows the code. Raises AlreadyDecided (409) if another request was faster.

    The code is used up in the same transaction, so it stays valid if the input is refused.
    """
    with transaction.atomic():
        report = install(wish, at)
        if report.administrator is None or not codes.use(code):
            raise AlreadyDecided(_("Somebody else has just installed Redress. Please sign in."))
    return report
