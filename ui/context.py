"""What every page needs: the reader's language and theme, and the server's clock."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from ui.themes import Theme

HTML_LANGUAGES = {"en": "en", "zh-hans": "zh-Hans", "zh-hant": "zh-Hant"}
SHORT_NAMES = {"en": "EN", "zh-hans": "简", "zh-hant": "繁"}
OWN_NAMES = {"en": "English", "zh-hans": "简体中文", "zh-hant": "繁體中文"}


def theme_attributes(theme: str) -> SafeString:
    """Return the attributes of <html>.

    A fixed theme is one of them; for "auto", theme.js and CSS follow the device.
    """
    if theme in {Theme.LIGHT, Theme.DARK}:
        return format_html('data-bs-theme="{}"', theme)
    return SafeString('data-theme-choice="auto"')


def preferences(request: HttpRequest) -> dict[str, Any]:
    """Return `ui` for every template: lang, theme, theme_attributes, languages, now, demo."""
    user = getattr(request, "user", None)
    theme = user.theme if user is not None and user.is_authenticated else Theme.AUTO
    code = get_language() or settings.LANGUAGE_CODE
    languages = [
        {
            "code": each,
            "name": OWN_NAMES.get(each, each),
            "html": HTML_LANGUAGES.get(each, each),
            "current": each == code,
        }
        for each, _ in settings.LANGUAGES
    ]
    ui = {
        "lang": HTML_LANGUAGES.get(code, code),
        "language_short": SHORT_NAMES.get(code, code),
        "languages": languages,
        "theme": theme,
        "theme_attributes": theme_attributes(theme),
        "now": timezone.now().isoformat(),
        "demo": settings.DEMO,
    }
    return {"ui": ui}
