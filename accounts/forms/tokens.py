"""The form for a new token of the HTTP interface."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import TokenScope

SCOPES = [choice for choice in TokenScope.choices if choice[0] != TokenScope.INTAKE]
"""All scopes but intake: whoever records a complaint with an intake token gets the customer's private link in
the answer. People who handle complaints must not get that link, so only `manage.py issue_token` makes intake
tokens, for the account of a program."""
DAYS = [(30, _("30 days")), (90, _("90 days")), (365, _("a year"))]


class TokenForm(forms.Form):
    use_required_attribute = False
    name = forms.CharField(
        label=_("What is it for?"),
        max_length=80,
        help_text=_("So that you recognise it later, such as “order system”."),
    )
    scope = forms.ChoiceField(
        label=_("Access"), choices=SCOPES, initial=TokenScope.READ, widget=forms.RadioSelect
    )
    days = forms.TypedChoiceField(label=_("Valid for"), choices=DAYS, coerce=int, initial=90)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
