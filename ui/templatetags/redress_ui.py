"""The visual language as template tags: icons, clocks, stages, people, sums. They take plain values."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from django import template
from django.forms import BoundField, CheckboxInput, RadioSelect, Select
from django.forms.boundfield import BoundWidget
from django.forms.widgets import CheckboxSelectMultiple
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from ui import formats

register = template.Library()
SPRITE = "vendor/tabler-icons-3.51.0/sprite.svg"
RING = 31.4
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
    """An outline icon of the sprite. Without a label it is decoration and hidden from screen readers."""
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
    """A clock as a chip. `state`: running (or empty), paused, met, breached; `label` is the clock's name."""
    now = now or timezone.now()
    chip: dict[str, Any] = {"label": label, "paused_label": paused_label, "due": due}
    if state in {"paused", "hold"}:
        return chip | {"state": "hold", "word": state_word("hold")}
    if state == "met" or met_at is not None:
        return chip | met_chip(due, started, met_at)
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


def met_chip(due: datetime | None, started: datetime | None, met_at: datetime | None) -> dict[str, Any]:
    if due and met_at and met_at > due:
        text = gettext("%(length)s late") % {"length": formats.duration(met_at - due)}
        return {"state": "met", "over": True, "word": gettext("met late"), "text": text}
    text = gettext("Met")
    if started and met_at:
        text = gettext("in %(length)s") % {"length": formats.duration(met_at - started)}
    return {"state": "met", "word": state_word("met"), "text": text}


@register.inclusion_tag("partials/_words.html")
def script_words() -> dict[str, Any]:
    """The texts of the ticking script, in the page's language."""
    words = {state: state_word(state) for state in ("ok", "soon", "late")}
    return {"patterns": formats.duration_patterns(), "words": words}


# --- Stages, tier, feeling, value, people ---
@register.inclusion_tag("partials/_stage_rail.html")
def stage_rail(stages: Iterable[Sequence[str]]) -> dict[str, Any]:
    """Each stage is (label, state) or (label, state, url) or (label, state, url, title).

    States: done, now, next, closed. A url is drawn for done stages only.
    """
    names = ("label", "state", "url", "title")
    return {"stages": [dict(zip(names, (*stage, "", ""), strict=False)) for stage in stages]}


@register.simple_tag
def mini_rail(done_count: int, total: int = 5, label: str = "") -> SafeString:
    """Bars for a row: `done_count` stages are behind, the next one is now; always with its word."""
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
    """calm, uneasy, upset, angry, furious; nothing when unknown."""
    if code not in EMOTIONS:
        return SafeString("")
    degree, name = EMOTIONS[code]
    return format_html('<span class="emo e{}">{}{}</span>', degree, icon(name), label)


@register.simple_tag
def segment(code: str | None, label: str) -> SafeString:
    """loyal, growing, at_risk; nothing when unknown."""
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
    """Initials on one of six tints; decoration, the name stands beside it. Sizes: s, empty, l."""
    tint = crc32(name.encode()) % 6
    return format_html(
        '<span class="avatar rd-av av-{} {}" aria-hidden="true">{}</span>', tint, size, initials(name)
    )


METER_PARTS = ("late", "soon", "up", "good", "q", "plain")


@register.simple_tag
def meter(label: str = "", **parts: float) -> SafeString:
    """A stacked bar in percent: `late`, `soon`, `up`, `good`, `q` (quiet), `plain` (brand), in this order."""
    bars = format_html_join(
        "",
        '<i class="{}" style="width:{}%"></i>',
        ((name, f"{parts[name]:.1f}") for name in METER_PARTS if parts.get(name)),
    )
    how = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html('<span class="meter" {}>{}</span>', how, bars)


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
    """A `<time>` element: short text, full moment in `datetime` and `title`."""
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
    """The widget of a form field, with our classes and tied to its help and errors."""
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
    """One radio button or check box of a group, with our class."""
    option.data["attrs"] = option.data["attrs"] | {"class": "form-check-input"}
    return option.tag()


@register.inclusion_tag("partials/_field_errors.html")
def field_errors(field: BoundField) -> dict[str, Any]:
    return {"field": field}


@register.filter
def field_kind(field: BoundField) -> str:
    """How the field partial lays the field out: check, choices or plain."""
    widget = field.field.widget
    if isinstance(widget, CheckboxInput):
        return "check"
    return "choices" if isinstance(widget, RadioSelect | CheckboxSelectMultiple) else "plain"


@register.filter
def is_optional(field: BoundField) -> bool:
    """Whether (optional) stands beside the label: as the form says, else whatever is not required."""
    return bool(getattr(field.field, "says_optional", not field.field.required))


@register.inclusion_tag("partials/_field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """Label, control, help and errors of one form field."""
    return {"field": bound}
