"""The form to import a file of settings: the file is chosen first; then its text is confirmed."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.forms.base import StepForm
from complaints.setup.file import LARGEST
from complaints.terms.errors import MissingDetail


class SettingsFileForm(StepForm):
    """`file` is the chosen file. `text` is its content, sent back after the preview to be applied."""

    file = forms.FileField(
        label=_("File"), required=False, widget=forms.FileInput(attrs={"accept": ".json,application/json"})
    )
    text = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), required=False)

    def content(self) -> str:
        """Return the text of the file. Raises MissingDetail if there is none or it is no text."""
        chosen = self.cleaned_data["file"]
        if chosen is None:
            if not self.cleaned_data["text"]:
                raise MissingDetail({"file": [gettext("Choose a file that is not empty.")]})
            return str(self.cleaned_data["text"])
        if chosen.size > 4 * LARGEST:
            raise MissingDetail({"file": [gettext("This file is too large.")]})
        try:
            return str(chosen.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise MissingDetail({"file": [gettext("This is not a JSON file.")]}) from None
