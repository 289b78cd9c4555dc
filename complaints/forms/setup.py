"""The form of the installation page, and that of the organisation's name, language, zone and currency."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.forms.account import COMMON_ZONES
from complaints.forms.base import StepForm
from complaints.setup import starting
from complaints.setup.install import Wish
from complaints.terms.errors import MissingDetail
from ui import organisation

CURRENCIES = ("CNY", "HKD", "TWD", "SGD", "JPY", "USD", "EUR", "GBP")


def zone_field(**given: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"list": "zones", "autocomplete": "off", "spellcheck": "false"})
    return forms.CharField(label=_("Time zone"), required=False, widget=widget, **given)


def currency_field(**given: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"list": "currencies", "autocomplete": "off", "maxlength": 3})
    return forms.CharField(label=_("Currency"), required=False, widget=widget, **given)


class FirstForm(StepForm):
    """Everything that an empty database needs. `install` checks the input."""

    zones, currencies = COMMON_ZONES, CURRENCIES
    optional: ClassVar[tuple[str, ...]] = ("brand_name",)
    code = forms.CharField(
        label=_("Setup code"),
        required=False,
        help_text=_("The web server wrote it into its log when it started."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    username = forms.CharField(
        label=_("Username"), required=False, widget=forms.TextInput(attrs={"autocomplete": "username"})
    )
    email = forms.CharField(
        label=_("Mail address"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Password again"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"}),
    )
    brand_name = forms.CharField(label=_("Name that customers see"), required=False)
    starting_set = forms.ChoiceField(
        label=_("Begin with"), required=False, choices=list(starting.TITLES.items()), initial=starting.EMPTY
    )
    language = forms.ChoiceField(
        label=_("Language of the organisation"), required=False, choices=settings.LANGUAGES
    )
    time_zone = zone_field(help_text=_("Public holidays of its country are loaded into the office calendar."))
    currency = currency_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = organisation.current()
        self.initial = {
            **self.initial,
            "language": translation.get_language() or given.language,
            "time_zone": given.time_zone,
            "currency": given.currency,
        }

    def wish(self) -> Wish:
        """Return the input of `install`. Raises MissingDetail if the passwords differ."""
        data = self.cleaned_data
        if data["password"] != data["again"]:
            raise MissingDetail({"again": [str(_("The two passwords differ."))]})
        names = ("username", "email", "password", "starting_set", "language", "time_zone", "currency")
        return Wish(
            brand_name=data["brand_name"],
            **{name: data[name].strip() for name in names[:2]},
            **{name: data[name] for name in names[2:]},
        )


class OrganisationForm(StepForm):
    """The settings of the organisation. An empty field takes the value of the server's environment."""

    zones, currencies = COMMON_ZONES, CURRENCIES
    brand_name = forms.CharField(
        label=_("Name that customers see"),
        required=False,
        help_text=_("On the customer’s page and in letters."),
    )
    language = forms.ChoiceField(label=_("Language"), required=False, choices=[])
    time_zone = zone_field(
        help_text=_("For new accounts and readers who are not signed in. Deadlines follow the calendars.")
    )
    currency = currency_field(help_text=_("Three letters. Amounts that are there are not converted."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = organisation.of_environment()
        languages: Any = self.fields["language"]
        default = dict(settings.LANGUAGES).get(given.language, given.language)
        languages.choices = [("", f"– {default} –"), *settings.LANGUAGES]
        for name in ("brand_name", "time_zone", "currency"):
            self.fields[name].widget.attrs["placeholder"] = getattr(given, name)
