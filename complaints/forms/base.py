"""The base class of the forms of all steps."""

from typing import Any, ClassVar

from django import forms

from complaints.terms.errors import MissingDetail


class StepForm(forms.Form):
    """A form that only carries input to a step. The step itself decides what is required and allowed."""

    use_required_attribute = False
    optional: ClassVar[tuple[str, ...]] = ()
    """Fields marked “(optional)” on the page. This is only a label; the step decides."""
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.mark_optional()

    def mark_optional(self) -> None:
        """Tell the field template which fields are marked “(optional)”."""
        for name, bound in self.fields.items():
            bound.says_optional = name in self.optional  # type: ignore[attr-defined]

    def take(self, problem: MissingDetail) -> None:
        """Show each message at its field.

        A key such as options.1.amount belongs to the field options_1_amount.
        """
        for key, messages in problem.errors.items():
            name = key.replace(".", "_")
            for message in messages:
                self.add_error(name if name in self.fields else None, message)

    @property
    def seen_version(self) -> int | None:
        version: int | None = self.cleaned_data.get("version")
        return version
