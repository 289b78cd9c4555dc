"""The form that corrects the data of a customer."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.forms.base import StepForm
from complaints.forms.choices import labelled
from complaints.models import Customer
from complaints.models.customer import phone_key
from complaints.terms.stages import Region, Segment

CONTACTS = ("phone", "email")


class CustomerForm(StepForm):
    """Shows the known data, but not phone and e-mail: leaving these fields empty keeps the stored values."""

    optional = ("phone", "email", "external_id", "anonymous_reason")
    name = forms.CharField(label=_("Name"), required=False)
    anonymous_reason = forms.CharField(label=_("Why there is no name"), required=False)
    phone = forms.CharField(
        label=_("Phone"), required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    no_phone = forms.BooleanField(label=_("There is no phone number"), required=False)
    email = forms.CharField(
        label=_("E-mail"), required=False, widget=forms.TextInput(attrs={"inputmode": "email"})
    )
    no_email = forms.BooleanField(label=_("There is no e-mail address"), required=False)
    external_id = forms.CharField(label=_("ID in another system"), required=False)
    segment = forms.ChoiceField(label=_("Segment"), required=False, choices=[])
    region = forms.ChoiceField(label=_("Region"), required=False, choices=[])
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        same = ("name", "external_id", "segment", "region", "language", "anonymous_reason", "version")
        kwargs.setdefault("initial", {name: getattr(customer, name) for name in same})
        super().__init__(*args, **kwargs)
        self.fields["segment"].choices = labelled(Segment.choices, _("Not known"))  # type: ignore[attr-defined]
        self.fields["region"].choices = labelled(Region.choices, _("Not known"))  # type: ignore[attr-defined]
        now: Mapping[str, str] = {"phone": customer.masked_phone, "email": customer.masked_email}
        for name, shown in now.items():
            if shown:
                words = gettext("Now %(value)s. Leave this empty to keep it.") % {"value": shown}
                self.fields[name].help_text = words
            else:
                del self.fields[f"no_{name}"]

    def clean_phone(self) -> str:
        given: str = self.cleaned_data["phone"].strip()
        if given and not phone_key(given):
            raise forms.ValidationError(gettext("This is not a phone number."))
        return given

    def changes(self) -> dict[str, Any]:
        """Return the changes for `customers.change`. A contact is among them only if typed or removed."""
        data = dict(self.cleaned_data)
        found = {name: data[name] for name in ("name", "external_id", "anonymous_reason", "language")}
        found |= {name: data[name] or None for name in ("segment", "region")}
        for name in CONTACTS:
            if data[name] or data.get(f"no_{name}"):
                found[name] = data[name]
        return found
