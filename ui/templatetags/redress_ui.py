"""Template tags for parts that many pages share: icons, clocks, stages, people, sums of money."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, RadioSelect, Select
from django.forms.boundfield import BoundWidget
from django.forms.widgets import CheckboxSelectMultiple
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from ui import formats, sending

register = template.Library()
SPRITE = "vendor/tabler-icons-3.51.0/sprite.svg"
RING = 31.4
MINUTE = timedelta(minutes=1)
EMOTIONS = {
    "calm": (1, "mood-smile"),
    "uneasy": (2, "mood-neutral"),
    "upset": (3, "mood-sad"),
    "angry": (4, "mood-angry"),
    "furious": (5, "flame"),
}
SEGMENTS = {
    "loyal": ("v-loyal", "diamond"),
    "growing": ("v-grow", "seedling"),
    "at_risk": ("v-risk", "heart-broken"),
}


# --- Icons ---
@register.simple_tag
def icon(name: str, classes: str = "", label: str = "") -> SafeString:
    """Show an icon of the sprite. Without a label it is decoration, and hidden from screen readers."""
    how = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="{}" {}><use href="{}#{}"/></svg>', f"ti {classes}".strip(), how, static(SPRITE), name
    )


# --- Clocks ---
def state_word(state: str) -> str:
    return {
        "ok": gettext("on track"),
        "soon": gettext("at risk"),
        "late": gettext("overdue"),
        "hold": gettext("paused"),
        "met": gettext("met"),
    }[state]


@register.inclusion_tag("partials/_sla_chip.html")
def sla_chip(
    due: datetime | None,
    now: datetime | None = None,
    state: str = "",
    paused_label: str = "",
    label: str = "",
    started: datetime | None = None,
    met_at: datetime | None = None,
) -> dict[str, Any]:
    """Show a clock as a chip. `label` is the clock's name.

    `state` is running or empty, paused, met, or breached. `started` with `due` gives the share of time left.
    """
    now = now or timezone.now()
    chip: dict[str, Any] = {"label": label, "paused_label": paused_label, "due": due}
    if state in {"paused", "hold"}:
        return chip | {"state": "hold", "word": state_word("hold")}
    if state == "met" or met_at is not None:
        return chip | met_chip(due, met_at)
    if due is None:
        return chip | {"state": "hold", "word": state_word("hold")}
    left, total = due - now, due - started if started else None
    shown = state if state in {"ok", "soon", "late"} else formats.clock_state(left, total)
    share = max(0.02, min(1.0, left / total)) if total else 0.15
    return chip | {
        "state": shown,
        "word": state_word(shown),
        "text": formats.duration(left),
        "due_iso": due.isoformat(),
        "started_iso": started.isoformat() if started else "",
        "dash": f"{share * RING:.1f} {RING}",
    }


def met_chip(due: datetime | None, met_at: datetime | None) -> dict[str, Any]:
    if due and met_at and met_at > due:
        text = gettext("%(length)s late") % {"length": formats.duration(met_at - due)}
        return {"state": "met", "over": True, "word": gettext("met late"), "text": text}
    text = gettext("Met")
    if due and met_at and due - met_at >= MINUTE:
        text = gettext("%(length)s before") % {"length": formats.duration(due - met_at)}
    return {"state": "met", "word": state_word("met"), "text": text}


@register.inclusion_tag("partials/_words.html")
def script_words() -> dict[str, Any]:
    """Pass the scripts their texts in the page's language."""
    words = {state: state_word(state) for state in ("ok", "soon", "late")}
    return {"patterns": formats.duration_patterns(), "words": words, "sending": sending.words()}


# --- Stages, tier, feeling, value, people ---
@register.inclusion_tag("partials/_stage_rail.html")
def stage_rail(stages: Iterable[Sequence[str]]) -> dict[str, Any]:
    """Show the stages. Each is (label, state), and may also have a url and a title.

    States are done, now, next and closed. Only done stages are shown as links.
    """
    names = ("label", "state", "url", "title")
    return {"stages": [dict(zip(names, (*stage, "", ""), strict=False)) for stage in stages]}


@register.simple_tag
def mini_rail(done_count: int, total: int = 5, label: str = "") -> SafeString:
    """Show the stages of one row as bars: `done_count` are done and the next one is current."""
    marks = ["done"] * min(done_count, total) + ["now"] * (done_count < total)
    marks += [""] * (total - len(marks))
    bars = format_html_join("", '<i class="{}"></i>', ((mark,) for mark in marks))
    word = format_html('<span class="t-13 w5">{}</span>', label) if label else ""
    return format_html(
        '<span class="row-f g6"><span class="mini" aria-hidden="true">{}</span>{}</span>', bars, word
    )


@register.simple_tag
def tier_badge(tier: int, label: str) -> SafeString:
    bars = format_html_join("", '<i class="{}"></i>', (("on" if step <= tier else "",) for step in (1, 2, 3)))
    return format_html(
        '<span class="tier t{}"><span class="bars" aria-hidden="true">{}</span>{}</span>', tier, bars, label
    )


@register.simple_tag
def emotion(code: str | None, label: str) -> SafeString:
    """Show the customer's mood, from calm to furious; nothing if it is not known."""
    if code not in EMOTIONS:
        return SafeString("")
    degree, name = EMOTIONS[code]
    return format_html('<span class="emo e{}">{}{}</span>', degree, icon(name), label)


@register.simple_tag
def segment(code: str | None, label: str) -> SafeString:
    """Show the customer's segment: loyal, growing or at_risk; nothing if it is not known."""
    if code not in SEGMENTS:
        return SafeString("")
    kind, name = SEGMENTS[code]
    return format_html('<span class="val {}">{}{}</span>', kind, icon(name), label)


def initials(name: str) -> str:
    words = name.split()
    if not words:
        return "?"
    if not words[0][0].isascii():
        return words[0][0]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


@register.simple_tag
def avatar(name: str, size: str = "") -> SafeString:
    """Show initials on one of six tints. It is decoration, since the name is always next to it.

    `size` is s, l or empty.
    """
    tint = crc32(name.encode()) % 6
    return format_html(
        '<span class="avatar rd-av av-{} {}" aria-hidden="true">{}</span>', tint, size, initials(name)
    )


METER_PARTS = ("late", "soon", "up", "good", "q", "plain")


@register.simple_tag
def meter(label: str = "", **parts: float) -> SafeString:
    """Show a stacked bar of percentages in this order: late, soon, up, good, q (quiet), plain (brand)."""
    bars = format_html_join(
        "",
        '<i class="{}" style="width:{}%"></i>',
        ((name, f"{parts[name]:.1f}") for name in METER_PARTS if parts.get(name)),
    )
    how = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html('<span class="meter" {}>{}</span>', how, bars)


@register.filter
def only(entries: Iterable[dict[str, Any]], keys: str) -> list[dict[str, Any]]:
    """Return the navigation entries with one of these keys: `nav|only:"work tasks"`."""
    return [entry for entry in entries if entry["key"] in keys.split()]


# --- Time and sums ---
@register.filter
def duration(value: timedelta | float | int | None) -> str:
    return "" if value is None or value == "" else formats.duration(value)


@register.filter
def money(value: int | None) -> str:
    return "" if value is None or value == "" else formats.money(int(value))


@register.filter
def local_time(value: datetime | None, now: datetime | None = None) -> str:
    return formats.short_moment(value, now or timezone.now()) if value else ""


@register.simple_tag
def when(value: datetime | None, now: datetime | None = None) -> SafeString:
    """Show a `<time>` element with a short text, and the full moment in `datetime` and `title`."""
    if not value:
        return SafeString("")
    local = timezone.localtime(value)
    full = f"{local:%Y-%m-%d %H:%M} {local.tzname()}"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        full,
        local_time(value, now),
    )


# --- Forms ---
@register.simple_tag
def control(field: BoundField, **attrs: str) -> SafeString:
    """Show the widget of a form field with our classes, linked to its help text and errors."""
    widget = field.field.widget
    described = [
        f"{field.auto_id}_{part}" for part, on in (("help", field.help_text), ("errors", field.errors)) if on
    ]
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple | CheckboxInput):
        classes = ["form-check-input"]
    else:
        classes = ["form-select" if isinstance(widget, Select) else "form-control"]
    classes += [str(widget.attrs.get("class", "")), "is-invalid" if field.errors else ""]
    extra: dict[str, str | bool] = {name.replace("_", "-"): value for name, value in attrs.items()}
    extra["class"] = " ".join(filter(None, [*classes, str(extra.pop("class", ""))]))
    if described:
        extra["aria-describedby"] = " ".join(described)
    return field.as_widget(attrs=extra)


@register.simple_tag
def choice_input(option: BoundWidget) -> SafeString:
    """Show one radio button or check box of a group, with our class."""
    option.data["attrs"] = option.data["attrs"] | {"class": "form-check-input"}
    return option.tag()


@register.inclusion_tag("partials/_field_errors.html")
def field_errors(field: BoundField) -> dict[str, Any]:
    return {"field": field}


@register.filter
def field_kind(field: BoundField) -> str:
    """Return how the field partial lays out the field: check, choices or plain."""
    widget = field.field.widget
    if isinstance(widget, CheckboxInput):
        return "check"
    return "choices" if isinstance(widget, RadioSelect | CheckboxSelectMultiple) else "plain"


@register.filter
def is_optional(field: BoundField) -> bool:
    """Return True if the label says "(optional)": the form decides, else if the field is not required."""
    return bool(getattr(field.field, "says_optional", not field.field.required))


@register.filter
def wrong_fields(form: BaseForm | None) -> list[BoundField]:
    """Return the fields of a form that have an error, in the order of the page."""
    return [form[name] for name in form.fields if form[name].errors] if form else []


@register.filter
def errors_in(form: BaseForm, names: str) -> bool:
    """Return True if one of these fields has an error, so that their part of the form must be open."""
    return any(form[name].errors for name in names.split())


@register.inclusion_tag("partials/_field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """Show label, control, help text and errors of one form field."""
    return {"field": bound}
