"""What the organisation keeps as rows: categories, remedies, limits of authority."""

from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

OTHER_CATEGORY = "OTHER"


class Attribution(models.TextChoices):
    """人 / 货 / 场: where a cause lies."""

    PEOPLE = "people", pgettext_lazy("attribution", "People")
    PRODUCT = "product", pgettext_lazy("attribution", "Goods")
    SETTING = "setting", pgettext_lazy("attribution", "Place")


class Bilingual(models.Model):
    name_en = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=120)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_zh if (get_language() or "").startswith("zh") else self.name_en


class Category(Bilingual):
    """A node of the category tree; complaints bear leaves."""

    code = models.CharField(max_length=20, unique=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    is_leaf = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    attribution = models.CharField(max_length=10, choices=Attribution.choices, blank=True)

    class Meta:
        ordering = ["code"]


class Remedy(Bilingual):
    """A kind of redress in the catalogue. Costs in minor units; null where a case decides."""

    code = models.CharField(max_length=10, unique=True)
    type = models.CharField(max_length=40)
    cost_minor = models.PositiveBigIntegerField(null=True, blank=True)
    ladder_step = models.PositiveSmallIntegerField(default=0)
    promise_en = models.CharField(max_length=60, blank=True)
    promise_zh = models.CharField(max_length=60, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["ladder_step", "code"]

    @property
    def promise(self) -> str:
        return self.promise_zh if (get_language() or "").startswith("zh") else self.promise_en


class AuthorityGrade(models.TextChoices):
    """Whose limit a row of authority states."""

    FRONT_LINE = "front_line", _("Frontline")
    CALLBACK = "callback", _("Callback agent")
    SECOND_LINE = "second_line", _("Specialist")
    EXPERT = "expert", _("Expert")
    SUPERVISOR = "supervisor", _("Supervisor")
    MANAGER = "manager", _("Manager")


class AuthorityLimit(models.Model):
    """How much a grade may grant per complaint at face value (minor units), and which kinds."""

    grade = models.CharField(max_length=16, choices=AuthorityGrade.choices, unique=True)
    limit_minor = models.PositiveBigIntegerField()
    kinds = models.ManyToManyField(Remedy, blank=True)
    every_kind = models.BooleanField(default=False)
