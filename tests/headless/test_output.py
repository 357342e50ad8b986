"""What goes to stdout keeps the data, and nothing in it can act on a terminal or a spreadsheet."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aktui.headless.output import as_json
from aktui.headless.rows import Outcome, writer
from aktui.headless.table import table
from aktui.models import Window
from aktui.text import KEPT, cells
from queries.base import Column, Gap, Page, Query, Row, Status

NOW = datetime(2026, 11, 22, 3, 12, 44, tzinfo=UTC)
COLUMNS = (
    Column("name", "Name"),
    Column("at", "At", "time"),
    Column("count", "Count", "count"),
    Column("ok", "OK", "flag"),
)
HOSTILE = "\x1b]0;owned\x07 [@click=app.quit]x[/] \u202egpj.exe =cmd|'/c calc'!A0"


async def _nothing(asking: object):  # type: ignore[no-untyped-def]
    yield Page()


QUERY = Query(
    "probe",
    "Probe",
    "What?",
    COLUMNS,
    (),
    (),
    _nothing,
    source="test",
    lag=timedelta(hours=1),
    limits="None.",
)
OUTCOME = Outcome("LTAI5tQxAbCdEfGhIjKl9fG2", {}, Window(NOW - timedelta(days=1), NOW), Status.COMPLETE)


def row(name: object = "审计", at: object = NOW, count: object = 7, ok: object = True) -> Row:
    return Row({"name": name, "at": at, "count": count, "ok": ok}, {})


def written(format_: str, *rows: Row, capsys: pytest.CaptureFixture[str]) -> str:
    out = writer(format_, QUERY)
    for item in rows:
        out.row(item)
    out.end(OUTCOME)
    return capsys.readouterr().out


@given(
    st.recursive(
        st.text(st.characters()),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner),
    )
)
def test_json_keeps_every_character_and_shows_none_that_a_terminal_obeys(value: object) -> None:
    text = as_json(value)
    assert json.loads(text) == value
    assert all(char.isprintable() or char in KEPT + "\n" for char in text)


def test_json_leaves_readable_letters_readable() -> None:
    assert as_json({"name": "审计"}, indent=None) == '{"name": "审计"}'


def test_times_and_windows_in_json_are_utc() -> None:
    window = Window(NOW - timedelta(hours=1), NOW)
    assert json.loads(as_json(window)) == {"start": "2026-11-22T02:12:44Z", "end": "2026-11-22T03:12:44Z"}


def test_a_table_lines_up_also_with_wide_letters() -> None:
    lines = table(COLUMNS, [row("审计"), row("ci-deployer")]).splitlines()
    assert lines[0].startswith("Name         At (UTC)")
    assert {cells(line[: line.index("2026")]) for line in lines[1:]} == {13}


def test_a_table_leaves_out_what_is_empty_in_all_rows() -> None:
    assert "Count" not in table(COLUMNS, [row(count=None), row(count=None)])
    assert table(COLUMNS, []) == ""


def test_a_table_is_made_to_fit_the_terminal() -> None:
    lines = table(COLUMNS, [row("x" * 200), row("y")], width=60).splitlines()
    assert max(map(cells, lines)) <= 60
    assert "…" in lines[1]


def test_more_columns_than_fit_are_written_one_value_a_line() -> None:
    columns = [Column(f"c{number}", f"Title {number}") for number in range(12)]
    wide = Row({column.id: f"value of {column.id}, in full" for column in columns}, {})
    lines = table(columns, [wide, wide], width=80).splitlines()
    assert len(lines) == 25
    assert lines[0].split("  ", 1)[1].strip() == "value of c0, in full"


def test_a_table_shows_hostile_text_harmlessly() -> None:
    shown = table(COLUMNS, [row(HOSTILE)])
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "\\x1b]0;owned\\x07" in shown


def test_csv_has_no_formula_and_parses_back(capsys: pytest.CaptureFixture[str]) -> None:
    text = written("csv", row("=1+1"), row('a,"b"\nc'), row(None, None, -5, False), capsys=capsys)
    assert list(csv.reader(io.StringIO(text))) == [
        ["name", "at", "count", "ok"],
        ["'=1+1", "2026-11-22T03:12:44Z", "7", "yes"],
        ['a,"b"\\nc', "2026-11-22T03:12:44Z", "7", "yes"],
        ["", "", "-5", "no"],
    ]


def test_json_lines_are_one_row_each(capsys: pytest.CaptureFixture[str]) -> None:
    lines = written("jsonl", row(HOSTILE), row("two\nlines"), capsys=capsys).splitlines()
    assert [json.loads(line)["name"] for line in lines] == [HOSTILE, "two\nlines"]


def test_the_json_document_says_how_complete_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    OUTCOME.gaps = [Gap(Status.DENIED, "groups", "No.", missing="ram:ListGroupsForUser")]
    document = json.loads(written("json", row(), capsys=capsys))
    OUTCOME.gaps = []
    assert document["schema"] == "aktui.query/1"
    assert document["lag"] == 3600
    assert document["gaps"][0]["missing"] == "ram:ListGroupsForUser"
    assert document["rows"] == [{"name": "审计", "at": "2026-11-22T03:12:44Z", "count": 7, "ok": True}]


@pytest.mark.parametrize("format_", ["jsonl", "csv"])
def test_streams_hold_no_rows(format_: str, capsys: pytest.CaptureFixture[str]) -> None:
    out = writer(format_, QUERY)
    out.row(row("first"))
    assert "first" in capsys.readouterr().out
