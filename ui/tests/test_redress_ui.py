"""The template tags draw what docs/ and the style sheets define: durations, clocks, icons and fields."""

from datetime import UTC, datetime, timedelta

import pytest
from django import forms
from django.template import Context, Template
from django.utils import timezone, translation

from ui import formats

NOW = datetime(2026, 11, 22, 6, 5, tzinfo=UTC)  # 14:05 in Shanghai


def render(source: str, **context: object) -> str:
    return Template("{% load redress_ui %}" + source).render(Context({"now": NOW, **context}))


def chip(minutes: float, **context: object) -> str:
    due = NOW + timedelta(minutes=minutes)
    return render("{% sla_chip due now started=started label='Resolve' %}", due=due, **context)


# --- Durations, sums, moments ---
@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0m"),
        (59, "0m"),
        (21 * 60, "21m"),
        (100 * 60, "1h 40m"),
        (125 * 60, "2h 05m"),
        (51 * 3600, "2d 3h"),
        (-38 * 60, "−38m"),
        (-1, "−1m"),
    ],
)
def test_a_duration_is_short_and_keeps_its_sign(seconds: int, text: str) -> None:
    assert render("{{ seconds|duration }}", seconds=seconds) == text


def test_a_duration_may_be_a_timedelta_or_nothing() -> None:
    assert render("{{ length|duration }}", length=timedelta(hours=1)) == "1h 00m"
    assert render("{{ length|duration }}", length=None) == ""


@pytest.mark.parametrize(
    ("minor", "text"), [(129900, "¥1,299"), (129950, "¥1,299.50"), (5, "¥0.05"), (0, "¥0"), (-30000, "−¥300")]
)
def test_a_sum_has_decimals_only_when_it_needs_them(minor: int, text: str) -> None:
    assert render("{{ minor|money }}", minor=minor) == text


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (NOW - timedelta(hours=1), "13:05"),
        (NOW - timedelta(days=1), "21 Nov 14:05"),
        (NOW - timedelta(days=365), "22 Nov 2025 14:05"),
        (datetime(2026, 11, 21, 16, 1, tzinfo=UTC), "00:01"),
    ],
)
def test_a_moment_says_as_much_as_is_needed(moment: datetime, text: str) -> None:
    assert render("{{ moment|local_time:now }}", moment=moment) == text


def test_when_carries_the_whole_moment_in_the_current_zone() -> None:
    with timezone.override("Europe/London"):
        html = render("{% when moment now %}", moment=NOW)
    assert html == '<time datetime="2026-11-22T06:05:00+00:00" title="2026-11-22 06:05 GMT">06:05</time>'
    assert render("{% when nothing %}", nothing=None) == ""


# --- Clocks ---
@pytest.mark.parametrize(
    ("left", "total", "state"),
    [
        (61, 100, "ok"),
        (59, 100, "soon"),
        (100, 500, "soon"),
        (130, 500, "ok"),
        (0, 100, "late"),
        (-5, 100, "late"),
    ],
)
def test_a_clock_is_soon_under_an_hour_or_a_quarter(left: int, total: int, state: str) -> None:
    assert formats.clock_state(timedelta(minutes=left), timedelta(minutes=total)) == state


def test_a_running_chip_carries_its_due_time_state_and_name() -> None:
    html = chip(125, started=NOW - timedelta(minutes=125))
    assert 'class="sla ok"' in html
    assert 'data-due="2026-11-22T08:10:00+00:00"' in html
    assert "2h 05m" in html
    assert 'stroke-dasharray="15.7 31.4"' in html
    assert '<span class="visually-hidden sla-state">on track</span>' in html
    assert '<span class="clockname clip">Resolve</span>' in html


def test_a_late_chip_has_a_minus_sign_and_says_overdue() -> None:
    html = chip(-38)
    assert 'class="sla late"' in html
    assert "−38m" in html
    assert "overdue" in html


def test_a_paused_chip_does_not_tick() -> None:
    html = render("{% sla_chip due now state='paused' paused_label='After fix' %}", due=NOW)
    assert 'class="sla hold"' in html
    assert "After fix" in html
    assert "data-due" not in html


def test_a_met_chip_tells_how_long_before_or_after_its_deadline() -> None:
    times = {"due": NOW, "started": NOW - timedelta(minutes=30)}
    source = "{% sla_chip due now state='met' started=started met_at=met %}"
    assert "18m before" in render(source, met=times["started"] + timedelta(minutes=12), **times)
    assert "Met" in render(source, met=NOW, **times)
    late = render(source, met=NOW + timedelta(minutes=5), **times)
    assert 'class="sla met over"' in late
    assert "5m late" in late


def test_a_clock_without_due_time_shows_as_paused() -> None:
    assert "sla hold" in render("{% sla_chip nothing now %}", nothing=None)


def test_the_script_gets_the_same_patterns() -> None:
    html = render("{% script_words %}")
    assert 'data-hours="{hours}h {minutes}m"' in html
    assert 'data-late="overdue"' in html


# --- Signs ---
def test_an_icon_is_hidden_unless_it_has_a_label() -> None:
    assert 'class="ti c-up" aria-hidden="true"' in render("{% icon 'phone' 'c-up' %}")
    assert 'role="img" aria-label="Phone"' in render("{% icon 'phone' label='Phone' %}")
    assert "sprite.svg#phone" in render("{% icon 'phone' %}")


def test_the_stage_rail_marks_the_present_stage_and_links_only_done_ones() -> None:
    stages = [
        ("Intake", "done", "/1/"),
        ("Diagnose", "now", "/2/"),
        ("Resolve", "next", "/3/", "Finish first"),
    ]
    html = render("{% stage_rail stages %}", stages=stages)
    assert html.count('aria-current="step"') == 1
    assert 'href="/1/"' in html
    assert 'href="/2/"' not in html
    assert 'title="Finish first"' in html


def test_the_mini_rail_counts_stages() -> None:
    html = render("{% mini_rail 2 5 'Resolve' %}")
    assert html.count('class="done"') == 2
    assert html.count('class="now"') == 1
    assert html.count("<i ") == 5
    assert render("{% mini_rail 5 5 'Closed' %}").count('class="done"') == 5


def test_tier_feeling_and_value_have_words_and_degrees() -> None:
    assert render("{% tier_badge 2 'Specialist' %}").count('class="on"') == 2
    assert 'class="emo e4"' in render("{% emotion 'angry' 'Angry' %}")
    assert 'class="val v-risk"' in render("{% segment 'at_risk' 'Churn risk' %}")
    assert render("{% emotion nothing '' %}{% segment nothing '' %}", nothing=None) == ""


@pytest.mark.parametrize(("name", "letters"), [("Li Na", "LN"), ("周美玲", "周"), ("admin", "A"), ("", "?")])
def test_an_avatar_shows_initials_or_the_family_name(name: str, letters: str) -> None:
    assert f">{letters}</span>" in render("{% avatar name %}", name=name)


def test_names_and_labels_are_escaped() -> None:
    assert "<b>" not in render(
        "{% avatar name %}{% tier_badge 1 name %}{% emotion 'calm' name %}", name="<b>x"
    )


def test_a_meter_draws_only_the_parts_given() -> None:
    html = render("{% meter soon=25 late=20 label='Load' %}")
    assert html.index('class="late"') < html.index('class="soon"')
    assert html.count("<i ") == 2


# --- Fields ---
class Sample(forms.Form):
    words = forms.CharField(help_text="In their own words.")
    wish = forms.ChoiceField(choices=[("a", "Refund")], widget=forms.RadioSelect, required=False)


def test_an_invalid_field_is_tied_to_its_help_and_error() -> None:
    html = render("{% field form.words %}", form=Sample({}))
    assert 'class="form-control is-invalid"' in html
    assert 'aria-describedby="id_words_help id_words_errors"' in html
    assert 'id="id_words_errors" role="alert"' in html
    assert 'aria-invalid="true"' in html


def test_choices_become_a_fieldset() -> None:
    html = render("{% field form.wish %}", form=Sample())
    assert "<fieldset" in html
    assert 'class="form-check-input"' in html
    assert "(optional)" in html


def test_the_partial_may_be_included_as_well() -> None:
    source = "{% include 'partials/_field.html' with field=form.words %}"
    assert 'for="id_words"' in render(source, form=Sample())


def test_english_is_the_source_language() -> None:
    with translation.override("en"):
        assert formats.duration_patterns().minutes == "{minutes}m"


# --- Marks between words ---
def test_a_list_and_a_name_have_the_marks_of_english() -> None:
    source = "{% load marks_ui %}{{ teams|listed }}{% colon %}{{ rows|named }}{% comma %}end"
    row = type("Row", (), {"name": "Finance"})()
    assert render(source, teams=["Legal", 2], rows=[row, row]) == "Legal, 2: Finance, Finance, end"


def test_a_question_is_followed_by_no_colon() -> None:
    assert render("{% load marks_ui %}{% colon 'Before?' %}Ask.") == " Ask."
    assert render("{% load marks_ui %}{% colon 'Name' %}Ann.") == ": Ann."


def test_what_is_listed_stays_escaped() -> None:
    assert "<b>" not in render("{% load marks_ui %}{{ teams|listed }}", teams=["<b>"])
