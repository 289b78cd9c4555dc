"""Users, their teams, absences and tokens."""

import zoneinfo
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.notices import QUIET_FROM, QUIET_UNTIL, mailed_by_default
from accounts.roles import TOP_TIER, Role, TeamKind, Tier
from ui.names import in_language
from ui.themes import Theme


def validate_timezone(name: str) -> None:
    """Raise ValidationError for a time zone that this machine does not know."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise ValidationError(_("There is no time zone with this name.")) from None


class Team(models.Model):
    """A team. Handling teams own complaints on one tier; callback, quality and department teams help them."""

    code = models.CharField(max_length=20, unique=True)
    name_en = models.CharField(max_length=80)
    name_zh = models.CharField(max_length=80)
    name_hant = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=12, choices=TeamKind.choices, default=TeamKind.HANDLING)
    tier = models.PositiveSmallIntegerField(choices=Tier.choices, null=True, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="team_tier_only_when_handling",
                condition=models.Q(kind=TeamKind.HANDLING) | models.Q(tier__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self, "name")


class People(UserManager["User"]):
    """Django's user manager, changed so that `manage.py createsuperuser` makes an administrator."""

    use_in_migrations = False

    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **fields: Any
    ) -> "User":
        return super().create_superuser(username, email, password, **{"role": Role.ADMIN, **fields})


class User(AbstractUser):
    """Somebody who can sign in. Only agents have a `tier`; supervisors supervise the teams they are in.

    Their choices about notices are columns here instead of another table, so that notifying many people needs
    no extra query.
    """

    name_en = models.CharField(max_length=80, blank=True)
    name_zh = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.AGENT)
    tier = models.PositiveSmallIntegerField(choices=Tier.choices, null=True, blank=True)
    teams = models.ManyToManyField(Team, related_name="members", blank=True)
    deputy = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="deputises_for"
    )
    language = models.CharField(max_length=10, choices=settings.LANGUAGES, default="en")
    timezone = models.CharField(max_length=64, default="Asia/Shanghai", validators=[validate_timezone])
    theme = models.CharField(max_length=8, choices=Theme.choices, default=Theme.AUTO)
    mailed_kinds = models.JSONField(default=mailed_by_default, blank=True)
    webhook_kinds = models.JSONField(default=list, blank=True)
    quiet_from = models.TimeField(null=True, blank=True, default=QUIET_FROM)
    quiet_until = models.TimeField(null=True, blank=True, default=QUIET_UNTIL)
    webhook_url = models.CharField(max_length=300, blank=True)
    webhook_secret = models.CharField(max_length=80, blank=True)
    version = models.PositiveIntegerField(default=0, db_default=0)
    """Rises with each change by an administrator, so that a second one does not overwrite the first."""

    objects: ClassVar[People] = People()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="user_quiet_hours_have_both_ends",
                condition=models.Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
            ),
            models.CheckConstraint(
                name="user_agent_has_tier",
                condition=~models.Q(role=Role.AGENT) | models.Q(tier__isnull=False),
            ),
        ]

    def save(self, *args: object, **kwargs: object) -> None:
        if self.role == Role.AGENT and self.tier is None:
            self.tier = Tier.FRONT_LINE
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def is_agent(self) -> bool:
        return self.role == Role.AGENT

    @property
    def is_expert(self) -> bool:
        """True for agents of the top tier."""
        return self.is_agent and self.tier == TOP_TIER

    @property
    def is_supervisor(self) -> bool:
        return self.role == Role.SUPERVISOR

    @property
    def is_manager(self) -> bool:
        return self.role == Role.MANAGER

    @property
    def is_department(self) -> bool:
        """True for people of a department, who see its tasks but not the complaints behind them."""
        return self.role == Role.DEPARTMENT

    @property
    def is_administrator(self) -> bool:
        """True for administrators, who keep accounts and settings and see no complaints."""
        return self.role == Role.ADMIN

    @property
    def display_name(self) -> str:
        """The name in the reader's language, or else the username."""
        return in_language(self, "name") or self.username

    def __str__(self) -> str:
        return self.display_name


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def at(self, moment: datetime) -> "AbsenceQuerySet":
        """Return the absences in effect at a moment. One that was ended early counts only until its end."""
        return self.during(moment, moment + timedelta(microseconds=1))

    def during(self, since: datetime, until: datetime) -> "AbsenceQuerySet":
        """Return the absences in effect at any time within [since, until)."""
        not_ended = models.Q(ended_at__isnull=True) | models.Q(ended_at__gt=since)
        begun = models.Q(ended_at__isnull=True) | models.Q(ended_at__gt=models.F("since"))
        return self.filter(not_ended, begun, since__lt=until, until__gt=since)


class Absence(models.Model):
    """Somebody is away during [since, until), and `delegate` decides instead.

    If the delegate is away too, their own delegate does not step in.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="absences")
    delegate = models.ForeignKey(User, on_delete=models.CASCADE, related_name="stands_in")
    since = models.DateTimeField()
    until = models.DateTimeField()
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["-since"]
        indexes = [models.Index(fields=["user", "until"], name="absence_of_user")]
        constraints = [
            models.CheckConstraint(
                name="absence_ends_after_start", condition=models.Q(until__gt=models.F("since"))
            ),
            models.CheckConstraint(name="absence_by_another", condition=~models.Q(user=models.F("delegate"))),
        ]

    def state_at(self, moment: datetime) -> str:
        """Return "ahead", "now", "over", or "ended" if it was ended early."""
        if self.ended_at is not None:
            return "ended"
        if moment < self.since:
            return "ahead"
        return "now" if moment < self.until else "over"


class TokenScope(models.TextChoices):
    READ = "read", _("Read only")
    WRITE = "write", _("Read and write")
    INTAKE = "intake", _("Record complaints only")


class ApiToken(models.Model):
    """A key with which a program acts as its user. Only its digest is stored; the key is shown just once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    scope = models.CharField(max_length=6, choices=TokenScope.choices)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(max_length=8, editable=False)  # the beginning of the key, to tell tokens apart
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="api_token_expires_after_start",
                condition=models.Q(expires_at__gt=models.F("created_at")),
            ),
        ]

    def is_valid_at(self, moment: datetime) -> bool:
        return self.revoked_at is None and moment < self.expires_at and self.user.is_active

    def state_at(self, moment: datetime) -> str:
        """Return "valid", "expired" or "revoked"."""
        if self.revoked_at is not None:
            return "revoked"
        return "valid" if moment < self.expires_at else "expired"


class SettingsChange(models.Model):
    """One change of a setting: who changed what, when, from which values to which. Never changed or deleted.

    `hash` covers the hash of the change before, so that later edits are noticed. See `accounts/changes.py`.
    """

    seq = models.PositiveIntegerField(unique=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    subject = models.CharField(max_length=20)
    key = models.CharField(max_length=160)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["-seq"]
        indexes = [models.Index(fields=["subject", "-seq"], name="settings_change_of_subject")]


class SettingsHead(models.Model):
    """The only row of this table: the number of changes, and the hash of the last one."""

    ONLY = 1
    count = models.PositiveIntegerField(default=0, db_default=0)
    hash = models.CharField(max_length=64, blank=True, default="", db_default="")


class Invitation(models.Model):
    """A link with which somebody sets their password. It works once and expires; its digest is stored."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                name="invitation_open_once",
                condition=models.Q(used_at__isnull=True, cancelled_at__isnull=True),
            ),
        ]
