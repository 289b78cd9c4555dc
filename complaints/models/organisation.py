"""Rows that managers edit: categories, remedies, authority, routing, severity, checklists and playbooks."""

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
    """The area in which a cause lies: people, product or setting (人 / 货 / 场)."""

    PEOPLE = "people", pgettext_lazy("attribution", "People")
    PRODUCT = "product", pgettext_lazy("attribution", "Goods")
    SETTING = "setting", pgettext_lazy("attribution", "Place")


class Named(models.Model):
    """A row named in three languages. Traditional Chinese falls back to simplified where it is missing."""

    name_en = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=120)
    name_hant = models.CharField(max_length=120, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self, "name")


class Category(Named):
    """A node of the category tree. Complaints are classified by its leaves.

    `required_record` lists the fields of the intake record (5W1H) that a complaint of this kind should fill
    in. On a branch it applies to all leaves below.
    """

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
    """A kind of redress in the catalogue.

    `cost_minor` is in minor units, null where the cost depends on the case.
    """

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
    """Grades of authority. A row of limits belongs to one of them."""

    FRONT_LINE = "front_line", _("Frontline")
    CALLBACK = "callback", _("Callback agent")
    SECOND_LINE = "second_line", _("Specialist")
    EXPERT = "expert", _("Expert")
    RIDE_SAFETY = "ride_safety", _("Ride safety")
    SUPERVISOR = "supervisor", _("Supervisor")
    MANAGER = "manager", _("Manager")


class AuthorityLimit(models.Model):
    """How much a grade may grant per complaint, at face value in minor units, and which kinds of remedy.

    A customer may get at most `cash_remedies` cash remedies within `cash_days` days; beyond that a request is
    needed.
    """

    grade = models.CharField(max_length=16, choices=AuthorityGrade.choices, unique=True)
    limit_minor = models.PositiveBigIntegerField()
    kinds = models.ManyToManyField(Remedy, blank=True)
    every_kind = models.BooleanField(default=False)
    cash_remedies = models.PositiveSmallIntegerField(null=True, blank=True)
    cash_days = models.PositiveSmallIntegerField(default=90)


class AuthorityKindLimit(models.Model):
    """A separate limit, in minor units, for one kind of remedy within a grade."""

    authority = models.ForeignKey(AuthorityLimit, on_delete=models.CASCADE, related_name="kind_limits")
    remedy = models.ForeignKey(Remedy, on_delete=models.CASCADE)
    limit_minor = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "remedy"], name="authority_kind_limit_once"),
        ]


class RoutingRule(models.Model):
    """A rule that says which team gets the complaints of a tier.

    The first rule in order whose filled-in fields all match is used. A blank field matches everything.
    `branch` is a category code or the part of one before a dash: "LOG" matches LOG and LOG-LATE.
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
    """One version of the table gravity × reach → severity.

    `cells` is {gravity: {reach: severity}}, all twelve.
    """

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
    """Something to check in complaints of a category, or of all leaves of a branch.

    It never blocks a move.
    """

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
    """A checklist item that was ticked in one round of handling."""

    handling = models.ForeignKey("Handling", on_delete=models.CASCADE, related_name="ticks")
    item = models.ForeignKey(ChecklistItem, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["handling", "item"], name="tick_once")]


class Playbook(Named):
    """How to handle a kind of problem: a hint and a list of tasks in order (R-120 to R-126).

    A blank `problem_type` or `category` matches everything. The most specific playbook is shown first.
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
    """One task of a playbook. `minutes` is the elapsed time allowed for it; null takes the policy's target.

    Without a team the task goes to the complaint's own team. A step with `after_previous` can be accepted
    only once the step before it is done.
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
