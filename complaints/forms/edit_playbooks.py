"""Playbooks with their steps, and the checklist of a category, as managers edit them."""

from typing import Any

from django import forms
from django.forms import BaseInlineFormSet, inlineformset_factory
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Team
from complaints.forms.choices import Choices, labelled
from complaints.models import Category, ChecklistItem, Playbook, PlaybookStep, ProblemType
from complaints.reads.playbooks import RECORD_LABELS

LANGUAGES = {"en": _("English"), "zh": _("Simplified Chinese"), "hant": _("Traditional Chinese")}


class InThreeLanguages(forms.ModelForm):
    """English and simplified Chinese are required. Traditional Chinese falls back to simplified."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            language = LANGUAGES.get(name.rpartition("_")[2])
            if language:
                field.label = language
                field.widget.attrs["lang"] = {"en": "en", "zh": "zh-Hans", "hant": "zh-Hant"}[
                    name.rpartition("_")[2]
                ]

    def in_languages(self, field: str) -> list[forms.BoundField]:
        return [self[f"{field}_{language}"] for language in LANGUAGES]

    @property
    def titles(self) -> list[forms.BoundField]:
        return self.in_languages("title")

    @property
    def names(self) -> list[forms.BoundField]:
        return self.in_languages("name")

    @property
    def hints(self) -> list[forms.BoundField]:
        return self.in_languages("hint")

    @property
    def texts(self) -> list[forms.BoundField]:
        return self.in_languages("text")


class PlaybookForm(InThreeLanguages):
    problem_type = forms.ChoiceField(label=_("Problem type"), required=False, choices=[])

    class Meta:
        model = Playbook
        fields = (
            "code",
            "name_en",
            "name_zh",
            "name_hant",
            "category",
            "problem_type",
            "hint_en",
            "hint_zh",
            "hint_hant",
            "is_active",
        )
        labels = {
            "code": pgettext_lazy("of a row", "Code"),
            "category": _("Category"),
            "is_active": _("In use"),
        }
        widgets = {f"hint_{language}": forms.Textarea(attrs={"rows": 4}) for language in LANGUAGES}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["problem_type"].choices = labelled(ProblemType.choices, _("every type"))  # type: ignore[attr-defined]
        category: Any = self.fields["category"]
        category.queryset = Category.objects.filter(is_active=True)
        category.empty_label = f"– {_('every category')} –"


class StepForm(InThreeLanguages):
    class Meta:
        model = PlaybookStep
        fields = ("title_en", "title_zh", "title_hant", "team", "minutes", "blocking", "after_previous")
        labels = {
            "team": _("Team"),
            "minutes": _("Minutes allowed"),
            "blocking": _("Blocks the resolution"),
            "after_previous": _("Only after the step before"),
        }

    def __init__(self, *args: Any, teams: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].choices = teams  # type: ignore[attr-defined]
        self.fields["minutes"].min_value = 1  # type: ignore[attr-defined]


class InOrder(BaseInlineFormSet):
    """Rows of one owner in an order. The field ORDER gives the position, 1 first; new rows come last."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["ORDER"].label = _("Place in the order")
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = _("Remove")

    def in_order(self) -> tuple[list[Any], list[Any]]:
        """Return the rows that stay, in their new order, and those to be removed. None of them is saved."""
        self.save(commit=False)
        kept = [form for form in self.ordered_forms if form.instance.pk or form.has_changed()]
        return [form.instance for form in kept], list(getattr(self, "deleted_objects", []))


class StepsInOrder(InOrder):
    @cached_property
    def teams(self) -> Choices:
        """The teams to choose from, read once for all rows."""
        teams = Team.objects.filter(is_active=True)
        return labelled([(team.pk, team.name) for team in teams], _("the complaint’s own"))

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return super().get_form_kwargs(index) | {"teams": self.teams}


class ItemForm(InThreeLanguages):
    class Meta:
        model = ChecklistItem
        fields = ("text_en", "text_zh", "text_hant", "is_evidence", "is_active")
        labels = {"is_evidence": _("Asks for evidence"), "is_active": _("In use")}


class RecordForm(forms.ModelForm):
    required_record = forms.MultipleChoiceField(
        label=_("What the record should contain"),
        required=False,
        choices=list(RECORD_LABELS.items()),
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Category
        fields = ("required_record",)


EXTRA_ROWS = 2
Steps: type[StepsInOrder] = inlineformset_factory(  # type: ignore[assignment]
    Playbook,
    PlaybookStep,
    form=StepForm,
    formset=StepsInOrder,
    extra=EXTRA_ROWS,
    can_order=True,
    can_delete=True,
)
Items: type[InOrder] = inlineformset_factory(  # type: ignore[assignment]
    Category,
    ChecklistItem,
    form=ItemForm,
    formset=InOrder,
    extra=EXTRA_ROWS,
    can_order=True,
    can_delete=False,
)
