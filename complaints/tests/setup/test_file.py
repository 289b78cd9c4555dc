"""All settings as one file: out of one installation, into another, all or nothing."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import SettingsChange, Team, User
from complaints.models import CalendarVersion, Policy, Remedy, RoutingRule
from complaints.rights.actors import person
from complaints.setup import document, file, sections
from complaints.setup.document import Writing
from complaints.terms.errors import MissingDetail, RoleMayNot
from complaints.tests.conftest import MONDAY

People = dict[str, User]
HOW = Writing(None, MONDAY, "Import")
pytestmark = pytest.mark.django_db


def plain() -> dict[str, Any]:
    """Return the settings of the sample organisation as they stand in a file."""
    found: dict[str, Any] = json.loads(file.written(MONDAY))["settings"]
    return found


def test_an_export_holds_every_part_and_importing_it_changes_nothing(org: None) -> None:
    exported = plain()
    assert exported.keys() == {section.name for section in sections.ALL}
    assert all(exported[name] for name in exported.keys() - {"organisation"})
    assert document.apply(sections.ALL, exported, HOW) == []
    assert (Policy.objects.count(), CalendarVersion.objects.filter(version__gt=1).count()) == (1, 0)


def test_a_file_of_one_installation_makes_another_the_same(org: None, request: pytest.FixtureRequest) -> None:
    exported = plain()
    request.getfixturevalue("bare")
    assert not Team.objects.exists()
    document.apply(sections.ALL, exported, HOW)
    assert plain() == exported


NAMES = {"name_en": "Lost post", "name_zh": "邮件丢失"}
RULE: dict[str, Any] = {"name_en": "All", "name_zh": "全部", "match": {}, "escalate": True, "warn": [50]}


def changed() -> dict[str, Any]:
    return {
        "remedies": {"COUP50": {"cost_minor": 6000}, "POST": {**NAMES, "type": "any"}},
        "policies": {"all": {"rules": [{**RULE, "targets": {"resolution": [600, "CN-OFFICE"]}}]}},
        "routes": {
            "all": {
                "rules": [
                    {"tier": tier, "team": team}
                    for tier, team in ((1, "FL-ONLINE"), (2, "SL-GOODS"), (3, "EX-PANEL"))
                ]
            }
        },
    }


def test_a_trial_says_what_would_change_and_leaves_nothing_behind(people: People) -> None:
    before, written = plain(), SettingsChange.objects.count()
    found = document.trial(sections.ALL, changed(), HOW)
    assert {(change.section.name, change.key, change.is_new) for change in found} == {
        ("remedies", "COUP50", False),
        ("remedies", "POST", True),
        ("policies", "all", False),
        ("routes", "all", False),
    }
    assert (plain(), SettingsChange.objects.count()) == (before, written)


def test_an_import_makes_new_versions_with_a_reason_and_is_written_down(people: People) -> None:
    text = json.dumps({"format": file.FORMAT, "version": file.VERSION, "settings": changed()})
    file.take_over(text, reason="From the test server", by=person(people["admin"]), at=MONDAY)
    newest = Policy.objects.latest("version")
    assert (newest.version, newest.reason, newest.created_by) == (2, "From the test server", people["admin"])
    assert [rule.targets for rule in newest.rules.all()] == [{"resolution": [600, "CN-OFFICE"]}]
    assert RoutingRule.objects.count() == 3
    assert Remedy.objects.get(code="COUP50").cost_minor == 6000
    written = SettingsChange.objects.filter(key="COUP50").get()
    assert (written.before, written.after) == ({"cost_minor": 5000}, {"cost_minor": 6000})
    assert written.by == people["admin"]


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"teams": {"POST": {**NAMES, "kind": "handling"}}}, "teams.POST.tier"),
        ({"teams": {"FL-PHONE": {"is_active": False}}}, "teams.FL-PHONE.is_active"),
        ({"teams": {"FL-PHONE": {"tier": "many"}}}, "teams.FL-PHONE.tier"),
        ({"teams": {"TECH": {"colour": "red"}}}, "teams.TECH.colour"),
        ({"teams": []}, "teams"),
        ({"moons": {}}, "moons"),
        ({"categories": {"LOG-LATE": {"parent": "MOON"}}}, "categories.LOG-LATE.parent"),
        ({"categories": {"LOG-LATE": {"required_record": "x"}}}, "categories.LOG-LATE.required_record"),
        ({"limits": {"front_line": {"limit_minor": -5}}}, "limits.front_line.limit_minor"),
        ({"limits": {"king": {"limit_minor": 5}}}, "limits.king.grade"),
        ({"limits": {"front_line": {"kinds": 5}}}, "limits.front_line"),
        ({"calendars": {"ALWAYS": {"name_en": "Never"}}}, "calendars.ALWAYS"),
        ({"calendars": {"CN-OFFICE": {"definition": {"timezone": "Mars/X"}}}}, "calendars.CN-OFFICE"),
        ({"routes": {"all": {"rules": [{"tier": 1, "team": "FL-ONLINE"}]}}}, "routes.all.rules"),
        ({"routes": {"all": {"rules": [{"tier": 1}]}}}, "routes.all"),
        ({"policies": {"all": {"rules": []}}}, "policies.all.rules"),
        ({"policies": {"all": {"rules": [RULE]}}}, "policies.all.rules.1.targets"),
        ({"severity": {"all": {"cells": {"S1": {}}}}}, "severity.all"),
        ({"packs": {"UK-8W": {"length": 0}}}, "packs.UK-8W.length"),
        ({"playbooks": {"NEW": {"name_en": "x"}}}, "playbooks.NEW.name_zh"),
        ({"checklists": {"MOON": {"items": []}}}, "checklists.MOON"),
        ({"squad": {"all": {"seats": [{"team": "MOON"}]}}}, "squad.all.seats.1.team"),
        ({"organisation": {"all": {"time_zone": "Mars/X"}}}, "organisation.all.time_zone"),
    ],
)
def test_one_fault_and_nothing_is_changed(people: People, wrong: dict[str, Any], place: str) -> None:
    before = plain()
    good = {"remedies": {"COUP50": {"cost_minor": 6000}}}
    with pytest.raises(MissingDetail) as refused:
        document.apply(sections.ALL, good | wrong, HOW)
    assert any(key.startswith(place) for key in refused.value.errors), refused.value.errors
    assert plain() == before


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"format": "redress-settings", "version": 9}', "[" * 9999]
)
def test_a_file_that_is_none_of_ours_is_refused(people: People, text: str) -> None:
    with pytest.raises(MissingDetail) as refused:
        file.try_out(text, by=person(people["admin"]), at=MONDAY)
    assert list(refused.value.errors) == ["file"]


@pytest.mark.parametrize("name", ["agent", "supervisor", "manager", "warehouse"])
def test_only_administrators_move_settings(people: People, name: str) -> None:
    client = Client()
    client.force_login(people[name])
    assert client.get("/settings/file/").status_code == 403
    assert client.get("/settings/file/download/").status_code == 403
    assert client.post("/settings/file/", {"text": "{}"}).status_code == 403
    with pytest.raises(RoleMayNot):
        file.export(by=person(people[name]), at=MONDAY)


def test_an_administrator_downloads_changes_and_uploads(people: People, tmp_path: Path) -> None:
    client = Client()
    client.force_login(people["admin"])
    answer = client.get("/settings/file/download/")
    content = json.loads(answer.content)
    content["settings"]["remedies"]["COUP50"]["cost_minor"] = 6000
    path = tmp_path / "settings.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    with path.open("rb") as sent:
        answer = client.post("/settings/file/", {"file": sent})
    said = answer.content.decode()
    assert "1 entry would change" in said
    assert "COUP50" in said
    assert Remedy.objects.get(code="COUP50").cost_minor == 5000
    text = answer.context["form"].initial["text"]
    refused = client.post("/settings/file/", {"text": text, "take": "1", "reason": ""})
    assert (refused.status_code, Remedy.objects.get(code="COUP50").cost_minor) == (400, 5000)
    taken = client.post("/settings/file/", {"text": text, "take": "1", "reason": "Dearer"})
    assert (taken.status_code, Remedy.objects.get(code="COUP50").cost_minor) == (303, 6000)
    bad = tmp_path / "bad.json"
    bad.write_bytes(b"\xff\xfe")
    with bad.open("rb") as sent:
        assert client.post("/settings/file/", {"file": sent}).status_code == 400


@pytest.mark.parametrize(
    ("part", "error"),
    [
        ('{"teams": {"TECH": {"tier": 1e400}}}', "teams.TECH"),
        ('{"remedies": {"COUP50": {"cost_minor": 1e400}}}', "remedies.COUP50"),
        ('{"teams": {"TECH": {"tier": Infinity}}}', "file"),
        ('{"routes": {"others": {"rules": []}}}', "routes.others"),
        ('{"organisation": {"others": {"brand_name": "X"}}}', "organisation.others"),
    ],
)
def test_numbers_without_end_and_unknown_keys_are_refused(people: People, part: str, error: str) -> None:
    text = f'{{"format": "{file.FORMAT}", "version": {file.VERSION}, "settings": {part}}}'
    with pytest.raises(MissingDetail) as refused:
        file.try_out(text, by=person(people["admin"]), at=MONDAY)
    assert [name for name in refused.value.errors if name.startswith(error)]


def test_an_import_with_thousands_of_wrong_rows_gives_up_early(people: People) -> None:
    wrong = {f"q{place}": {"name_en": "", "kind": "department"} for place in range(5_000)}
    with pytest.raises(MissingDetail) as refused:
        document.apply(sections.ALL, {"teams": wrong}, HOW)
    assert len(refused.value.errors) < 2 * document.MOST_PROBLEMS


def test_the_commands_write_and_read_the_file(
    people: People, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "settings.json"
    call_command("export_settings", path)
    content = json.loads(path.read_text(encoding="utf-8"))
    content["settings"]["teams"]["TECH"]["name_en"] = "IT"
    path.write_text(json.dumps(content), encoding="utf-8")
    call_command("import_settings", path, dry_run=True)
    assert "changed  teams TECH: name_en\n1 would change" in capsys.readouterr().out
    assert Team.objects.get(code="TECH").name_en == "Tech"
    call_command("import_settings", path)
    assert Team.objects.get(code="TECH").name_en == "IT"
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("import_settings", path)
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_settings", tmp_path / "nowhere.json")
