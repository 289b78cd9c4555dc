"""The hidden fields that protect a form: the CSRF token and the one-time key.

This library is loaded into every template, so its `csrf_token` takes the place of Django's.
"""

import secrets

from django import template
from django.template import Context
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def once_key() -> SafeString:
    """Write the hidden key that lets a form have its effect only once (complaints/views/once.py)."""
    return format_html('<input type="hidden" name="once" value="{}">', secrets.token_hex(16))


@register.simple_tag(takes_context=True)
def csrf_token(context: Context) -> SafeString:
    """Write the CSRF token, as Django's tag does, and the one-time key."""
    return SafeString(f"{CsrfTokenNode().render(context)}{once_key()}")
