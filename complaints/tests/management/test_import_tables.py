"""Tables of other programs: their encodings, separators and columns; rows are known by what they say."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from accounts.models import User
from complaints.management import tables
from complaints.models import Clock, Complaint, Effect, Event, Outbox

pytestmark = pytest.mark.django_db
People = dict[str, User]
MAP = ["投诉内容=description", "外部编号=external_id"]
OLD = ["received_at=2024-03-04T10:00:00Z", "customer.email=old@example.com", "customer.language=en"]


def imported(path: Path, **options: Any) -> str:
    out = StringIO()
    call_command("import_complaints", str(path), stdout=out, stderr=StringIO(), verbosity=0, **options)
    return out.getvalue().splitlines()[0]


def refused(path: Path, **options: Any) -> str:
    """Return what a run that fails writes to stderr, with its last words."""
    said = StringIO()
    with pytest.raises(CommandError) as failure:
        call_command("import_complaints", str(path), stdout=StringIO(), stderr=said, verbosity=0, **options)
    assert failure.value.returncode == 1
    return f"{said.getvalue()}\n{failure.value}"


def written(tmp_path: Path, text: str, encoding: str = "utf-8", name: str = "table.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


ONE = "description,customer.name\nThe lid is loose,Ada\nThe lamp flickers,Ben\n"
TWO = "description,customer.name\nThe rug is torn,Cid\nThe clock stopped,Dee\nThe pan sticks,Eve\n"


def test_a_row_without_an_id_is_known_by_what_it_says(people: People, tmp_path: Path) -> None:
    assert imported(written(tmp_path, ONE)) == "2 received, 0 there already, 0 refused"
    assert imported(written(tmp_path, TWO)) == "3 received, 0 there already, 0 refused"
    assert imported(written(tmp_path, TWO)) == "0 received, 3 there already, 0 refused"
    moved = "customer.name,description\nDee,The clock stopped\nFay,New\n"
    assert imported(written(tmp_path, moved, name="other.csv")) == "1 received, 1 there already, 0 refused"
    assert Complaint.objects.count() == 6


def test_two_rows_that_say_the_same_are_two_complaints_once(people: People, tmp_path: Path) -> None:
    path = written(tmp_path, "description\nLate\nLate\n")
    assert imported(path) == "2 received, 0 there already, 0 refused"
    assert imported(path) == "0 received, 2 there already, 0 refused"


def test_one_id_with_two_contents_is_told(people: People, tmp_path: Path) -> None:
    said = refused(written(tmp_path, "id,description\n7,Late\n7,Broken\n7,Late\n"))
    assert "line 3: external_id: line 2" in said
    assert Complaint.objects.get().description == "Late"


CHINESE = "外部编号,投诉内容,客户姓名\n881,收到的杯子有裂纹,测试丙\n882,客服一直没有回电话,测试丁\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_encodings_and_separators(people: People, tmp_path: Path, encoding: str, separator: str) -> None:
    path = written(tmp_path, CHINESE.replace(",", separator), encoding)
    assert imported(path, map=[*MAP, "客户姓名=customer.name"]) == "2 received, 0 there already, 0 refused"
    complaint = Complaint.objects.get(external_id="881")
    assert (complaint.description, complaint.customer.name) == ("收到的杯子有裂纹", "测试丙")


def test_traditional_characters_in_big5(tmp_path: Path) -> None:
    table = tables.open_table(written(tmp_path, "內容\n客服一直沒有回覆電話\n", "big5"))
    assert (table.header, table.manner) == (("內容",), "BIG5HKSCS, separated by commas")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PK\x03\x04rest", "Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel workbook"),
        (b"\xff\xd8\xff\xe0", "a picture"),
        (b'[{"text": 1}]', "JSON"),
        (bytes(range(256)), "not a text"),
        ("Stück;zu spät\nDas Gerät knirscht;é\n".encode("cp1252"), "--encoding cp1252"),
        (b"", "the file is empty"),
        (b"description,description\nx,y\n", "two columns are named 'description'"),
        (b'description\n"open\n', "line 2"),
        (b"number;words\n1;x\n", "UTF-8, separated by semicolons"),
    ],
)
def test_what_cannot_be_read_is_named_with_what_to_do(
    people: People, tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    assert says in refused(path)


def test_an_encoding_can_be_given(people: People, tmp_path: Path) -> None:
    path = written(tmp_path, "description\nzu spät\n", "cp1252")
    imported(path, encoding="cp1252")
    assert Complaint.objects.get().description == "zu spät"
    assert "no encoding 'cp0'" in refused(path, encoding="cp0")


def test_cells_beyond_the_columns_are_an_error_with_the_line(people: People, tmp_path: Path) -> None:
    text = "description,customer.name\nLate, very late,Ada\nFine,Ben,,\n\n,\nAlso fine,Cid\n"
    rejects = tmp_path / "rejects.csv"
    said = refused(written(tmp_path, text), rejects=rejects)
    assert "line 2: there are more cells than columns: Ada" in said
    assert "1 rows were not taken" in said
    assert set(Complaint.objects.values_list("description", flat=True)) == {"Fine", "Also fine"}
    kept = rejects.read_text(encoding="utf-8-sig").splitlines()
    assert kept[0] == "refused_line,refused_because,description,customer.name"
    assert kept[1].startswith("2,")
    assert kept[1].endswith("Late, very late,Ada")


@pytest.mark.parametrize(
    ("cell", "options", "moment"),
    [
        ("2026-11-02T09:30:00+08:00", {}, "2026-11-02T01:30:00+00:00"),
        ("2026-11-02 09:30", {"timezone": "Asia/Shanghai"}, "2026-11-02T01:30:00+00:00"),
        ("2026-11-02", {"timezone": "Asia/Shanghai"}, "2026-11-01T16:00:00+00:00"),
        (
            "11/2/2026",
            {"timezone": "America/New_York", "date_format": "%m/%d/%Y"},
            "2026-11-02T05:00:00+00:00",
        ),
        ("2.11.2026 09:30 +0100", {"date_format": "%d.%m.%Y %H:%M %z"}, "2026-11-02T08:30:00+00:00"),
    ],
)
def test_moments_in_other_spellings(
    people: People, tmp_path: Path, cell: str, options: dict[str, str], moment: str
) -> None:
    imported(written(tmp_path, f"description,received_at\nLate,{cell}\n"), **options)
    assert Complaint.objects.get().received_at.isoformat() == moment


@pytest.mark.parametrize("cell", ["2026-11-02 09:30", "2026-11-02", "11/2/2026", "yesterday"])
def test_a_moment_that_cannot_be_told_is_refused(people: People, tmp_path: Path, cell: str) -> None:
    said = refused(written(tmp_path, f"description,received_at\nLate,{cell}\n"))
    assert "line 2: received_at" in said
    assert "--timezone" in said
    assert not Complaint.objects.exists()


@pytest.mark.parametrize(
    ("options", "says"),
    [({"timezone": "Mars/Base"}, "no time zone"), ({"date_format": "dd.mm"}, "no date format")],
)
def test_options_that_mean_nothing(
    people: People, tmp_path: Path, options: dict[str, str], says: str
) -> None:
    assert says in refused(written(tmp_path, ONE), **options)


def test_words_for_yes_and_amounts_as_people_write_them(people: People, tmp_path: Path) -> None:
    text = 'id,description,confidential,loss_amount\n1,A,是,"¥1,200.50"\n2,B,no,89元\n3,C,perhaps,12\n'
    said = refused(written(tmp_path, text))
    assert "line 4: confidential" in said
    found = {c.external_id: (c.confidential, c.loss_minor) for c in Complaint.objects.all()}
    assert found == {"1": (True, 120_050), "2": (False, 8_900)}


def test_old_complaints_write_to_nobody_and_fire_nothing(people: People, tmp_path: Path) -> None:
    path = written(tmp_path, "description\nMy lawyer will sue\nThe pot leaks\n")
    assert imported(path, fixed=OLD).startswith("2 received")
    assert not Outbox.objects.exists()
    assert not Clock.objects.filter(due_at__lt=timezone.now()).exists()
    assert not Event.objects.filter(kind="acknowledged").exists()
    call_command("sweep", "--at", (timezone.now() + timedelta(minutes=5)).isoformat(), stdout=StringIO())
    assert not Outbox.objects.exists()
    assert not Effect.objects.filter(clock__complaint__isnull=False).exists()
    assert set(Complaint.objects.values_list("tier", flat=True)) <= {1, 2}
    assert set(Complaint.objects.values_list("stage", flat=True)) == {"intake"}


def test_old_ones_are_live_if_that_is_asked_for(people: People, tmp_path: Path) -> None:
    imported(written(tmp_path, "description\nThe pot leaks\n"), fixed=OLD, notify=True)
    assert Outbox.objects.filter(template="acknowledgement").exists()


def test_new_ones_are_live_unless_silent(people: People, tmp_path: Path) -> None:
    now = (timezone.now() - timedelta(minutes=1)).isoformat()
    given = [f"received_at={now}", *OLD[1:]]
    imported(written(tmp_path, "description\nThe pot leaks\n"), fixed=given, silent=True)
    assert not Outbox.objects.exists()
    assert Clock.objects.live().filter(kind="resolution").exists()
    assert not Clock.objects.filter(kind="pickup").exists()
    imported(written(tmp_path, "description\nThe lid leaks\n"), fixed=given)
    assert Outbox.objects.filter(template="acknowledgement").exists()
    assert Clock.objects.filter(kind="pickup").exists()


CLOSED = """id,description,received_at,outcome,closed_at
1,Late,2024-03-04T10:00:00Z,upheld,2024-03-09T10:00:00Z
2,Torn,2024-03-04T10:00:00Z,not_upheld,2024-03-01T10:00:00Z
3,Loud,2024-03-04T10:00:00Z,splendid,2024-03-09T10:00:00Z
4,Cold,2024-03-04T10:00:00Z,upheld,
5,Warm,,upheld,2024-03-09T10:00:00Z
6,Dear,2024-03-04T10:00:00Z,,2024-03-09T10:00:00Z
"""


def test_closed_complaints_are_recorded_as_closed(people: People, tmp_path: Path) -> None:
    said = refused(written(tmp_path, CLOSED), closed=True)
    wrong = {3: "closed_at", 4: "outcome", 5: "closed_at", 6: "received_at", 7: "outcome"}
    for line, name in wrong.items():
        assert f"line {line}: {name}" in said
    complaint = Complaint.objects.get()
    assert (complaint.stage, complaint.outcome, complaint.external_id) == ("closed", "upheld", "1")
    assert complaint.closed_at is not None
    assert complaint.closed_at.isoformat() == "2024-03-09T10:00:00+00:00"
    assert not Clock.objects.exists()
    assert not Outbox.objects.exists()
    call_command("verify_audit", stdout=StringIO())


def test_closed_and_notify_contradict(people: People, tmp_path: Path) -> None:
    assert "leave out" in refused(written(tmp_path, CLOSED), closed=True, notify=True)


def test_each_row_has_its_own_moment(people: People, tmp_path: Path) -> None:
    imported(written(tmp_path, TWO))
    moments = Complaint.objects.order_by("pk").values_list("created_at", flat=True)
    assert len(set(moments)) == 3
    assert list(moments) == sorted(moments)
