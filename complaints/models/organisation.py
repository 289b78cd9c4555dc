"""What the organisation keeps as rows: categories, remedies, limits of authority."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.roles import Tier
from complaints.terms.stages import Channel, Region
from ui.names import in_language

OTHER_CATEGORY = "OTHER"


class Attribution(models.TextChoices):
    """人 / 货 / 场: where a cause lies."""

    PEOPLE = "people", pgettext_lazy("attribution", "People")
    PRODUCT = "product", pgettext_lazy("attribution", "Goods")
    SETTING = "setting", pgettext_lazy("attribution", "Place")


class Named(models.Model):
    """A row with a name in three languages; traditional Chinese falls back to simplified."""

    name_en = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=120)
    name_hant = models.CharField(max_length=120, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self, "name")


class Category(Named):
    """A node of the category tree; complaints bear leaves. `required_record`: fields of the intake record
    that a complaint of this kind should have (5W1H), on a branch for all its leaves."""

    code = models.CharField(max_length=20, unique=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    is_leaf = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    attribution = models.CharField(max_length=10, choices=Attribution.choices, blank=True)
    required_record = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["code"]


class Remedy(Named):
    """A kind of redress in the catalogue. Costs in minor units; null where a case decides."""

    code = models.CharField(max_length=10, unique=True)
    type = models.CharField(max_length=40)
    cost_minor = models.PositiveBigIntegerField(null=True, blank=True)
    ladder_step = models.PositiveSmallIntegerField(default=0)
    promise_en = models.CharField(max_length=60, blank=True)
    promise_zh = models.CharField(max_length=60, blank=True)
    promise_hant = models.CharField(max_length=60, blank=True)
    is_cash = models.BooleanField(default=False)
    is_principled = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["ladder_step", "code"]

    @property
    def promise(self) -> str:
        return in_language(self, "promise")


class AuthorityGrade(models.TextChoices):
    """Whose limit a row of authority states."""

    FRONT_LINE = "front_line", _("Frontline")
    CALLBACK = "callback", _("Callback agent")
    SECOND_LINE = "second_line", _("Specialist")
    EXPERT = "expert", _("Expert")
    RIDE_SAFETY = "ride_safety", _("Ride safety")
    SUPERVISOR = "supervisor", _("Supervisor")
    MANAGER = "manager", _("Manager")


class AuthorityLimit(models.Model):
    """How much a grade may grant per complaint at face value (minor units), and which kinds.

    `cash_remedies`: at most so many cash remedies per customer within `cash_days`, else a request.
    """

    grade = models.CharField(max_length=16, choices=AuthorityGrade.choices, unique=True)
    limit_minor = models.PositiveBigIntegerField()
    kinds = models.ManyToManyField(Remedy, blank=True)
    every_kind = models.BooleanField(default=False)
    cash_remedies = models.PositiveSmallIntegerField(null=True, blank=True)
    cash_days = models.PositiveSmallIntegerField(default=90)


class AuthorityKindLimit(models.Model):
    """A limit of its own for one kind of remedy within a grade, minor units."""

    authority = models.ForeignKey(AuthorityLimit, on_delete=models.CASCADE, related_name="kind_limits")
    remedy = models.ForeignKey(Remedy, on_delete=models.CASCADE)
    limit_minor = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "remedy"], name="authority_kind_limit_once"),
        ]


class RoutingRule(models.Model):
    """Where complaints of a tier go; the first rule in order whose every given field fits. Blank fits all.

    `branch` is a category code or the beginning of one up to a dash: "LOG" fits LOG and LOG-LATE.
    """

    order = models.PositiveSmallIntegerField(unique=True)
    tier = models.PositiveSmallIntegerField(choices=Tier.choices)
    channel = models.CharField(max_length=12, choices=Channel.choices, blank=True)
    branch = models.CharField(max_length=20, blank=True)
    region = models.CharField(max_length=16, choices=Region.choices, blank=True)
    team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, related_name="routing_rules")

    class Meta:
        ordering = ["order"]


class SeverityMatrix(models.Model):
    """One version of gravity × reach → severity: `cells` is {gravity: {reach: severity}}, all twelve."""

    version = models.PositiveIntegerField(unique=True)
    cells = models.JSONField()
    reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-version"]


class ChecklistItem(models.Model):
    """Something to check in complaints of a category (a branch: of all its leaves). A hint, never a bar."""

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="checklist")
    position = models.PositiveSmallIntegerField()
    text_en = models.CharField(max_length=200)
    text_zh = models.CharField(max_length=200)
    text_hant = models.CharField(max_length=200, blank=True)
    is_evidence = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "id"]

    @property
    def text(self) -> str:
        return in_language(self, "text")


class ChecklistTick(models.Model):
    """An item checked in one handling."""

    handling = models.ForeignKey("Handling", on_delete=models.CASCADE, related_name="ticks")
    item = models.ForeignKey(ChecklistItem, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["handling", "item"], name="tick_once")]


class Playbook(Named):
    """How to go about a kind of problem: a hint, and a bundle of tasks in order (R-120 to R-126).

    Blank `problem_type` or `category` fits all; the most specific that fits is shown first.
    """

    code = models.CharField(max_length=20, unique=True)
    problem_type = models.CharField(max_length=14, blank=True)
    category = models.ForeignKey(
        Category, on_delete=models.CASCADE, null=True, blank=True, related_name="playbooks"
    )
    hint_en = models.TextField(max_length=1000)
    hint_zh = models.TextField(max_length=1000)
    hint_hant = models.TextField(max_length=1000, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["code"]

    @property
    def hint(self) -> str:
        return in_language(self, "hint")


class PlaybookStep(models.Model):
    """One task of a playbook's bundle. `minutes` of elapsed time to do it (null: the policy's).

    No team: the complaint's own. `after_previous`: can be accepted only once the step before is done.
    """

    playbook = models.ForeignKey(Playbook, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    title_en = models.CharField(max_length=200)
    title_zh = models.CharField(max_length=200)
    title_hant = models.CharField(max_length=200, blank=True)
    team = models.ForeignKey(
        "accounts.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    minutes = models.PositiveIntegerField(null=True, blank=True)
    blocking = models.BooleanField(default=True)
    after_previous = models.BooleanField(default=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["playbook", "position"], name="playbook_step_once"),
            models.CheckConstraint(
                name="playbook_first_step_waits_for_none",
                condition=Q(position__gt=1) | Q(after_previous=False),
            ),
        ]

    @property
    def title(self) -> str:
        return in_language(self, "title")
