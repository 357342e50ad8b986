"""Rows written to a file of their own: all of them, in order, private, whole or not at all."""

import csv
import hashlib
import json
import os
import stat
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aktui.case.rows import export
from aktui.case.rows.asking import Condition, Filter, Format, Order
from aktui.case.rows.export import csv_safe_sql
from aktui.errors import CaseError
from aktui.text import csv_safe
from tests.case.logrows import filled, opened, traffic

FORMATS: tuple[Format, ...] = ("csv", "jsonl", "parquet")


def read(path: Path, format_: Format) -> list[dict[str, object]]:
    if format_ == "csv":
        with path.open(encoding="utf-8", newline="") as file:
            return [{name: value or None for name, value in row.items()} for row in csv.DictReader(file)]
    if format_ == "jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    with duckdb.connect() as db:
        found = db.execute("SELECT * FROM read_parquet($1)", [str(path)])
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@pytest.mark.parametrize("format_", FORMATS)
async def test_every_row_that_fits_is_written_in_order(
    tmp_path: Path, format_: Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "CHUNK", 7)
    rows, target = traffic(100), tmp_path / "out"
    await filled(tmp_path / "case", rows)
    where, order = Filter((Condition("operation", "=", "GetObject"),)), Order("object", descending=True)
    async with opened(tmp_path / "case") as table:
        done = await table.export(target, format_, where, order, columns=["object", "__time__", "bucket"])
    wanted = sorted((row for row in rows if row["operation"] == "GetObject"), key=lambda row: row["object"])
    found = [{name: str(value) for name, value in row.items()} for row in read(target, format_)]
    assert found == [
        {name: row[name] for name in ("object", "__time__", "bucket")} for row in reversed(wanted)
    ]
    assert done.rows == len(wanted)
    content = target.read_bytes()
    assert (done.size, done.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert stat.S_IMODE(os.stat(target).st_mode) == 0o600
    assert sorted(os.listdir(tmp_path)) == ["case", "out"]


@pytest.mark.parametrize("format_", FORMATS)
async def test_no_rows_make_a_file_without_rows(tmp_path: Path, format_: Format) -> None:
    async with opened(tmp_path / "case") as table:
        assert (await table.export(tmp_path / "a", format_)).rows == 0
        await table.append(traffic(3), source="s")
        none = Filter(words=("nowhere",))
        assert (await table.export(tmp_path / "b", format_, none)).rows == 0
    assert read(tmp_path / "a", format_) == read(tmp_path / "b", format_) == []


@pytest.mark.parametrize("format_", FORMATS)
async def test_odd_characters_and_absent_fields_survive(tmp_path: Path, format_: Format) -> None:
    rows = [{"__time__": "1", "a": 'x "y", z\r\n\tw', "b": "日志"}, {"__time__": "2", "b": "\u202e \x1b[2J"}]
    async with opened(tmp_path / "case") as table:
        await table.append(rows, source="s")
        await table.export(tmp_path / "out", format_, columns=["a", "b"])
    found = read(tmp_path / "out", format_)
    assert [(row["a"], row["b"]) for row in found] == [(rows[0]["a"], "日志"), (None, "\u202e \x1b[2J")]


async def test_fields_that_differ_in_case_both_come_out(tmp_path: Path) -> None:
    async with opened(tmp_path / "case") as table:
        await table.append([{"key": "a", "Key": "b"}], source="s")
        for format_ in FORMATS:
            await table.export(tmp_path / format_, format_, columns=["key", "Key"])
            assert list(read(tmp_path / format_, format_)[0].values()) == ["a", "b"]


async def test_a_file_that_is_there_is_replaced_only_when_told(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("precious")
    async with opened(tmp_path / "case") as table:
        await table.append(traffic(3), source="s")
        with pytest.raises(CaseError, match="exists"):
            await table.export(target, "csv")
        assert target.read_text() == "precious"
        await table.export(target, "csv", overwrite=True)
        assert len(read(target, "csv")) == 3


async def test_a_place_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    async with opened(tmp_path / "case") as table:
        await table.append(traffic(3), source="s")
        with pytest.raises(CaseError, match="nowhere/out can not be written"):
            await table.export(tmp_path / "nowhere" / "out", "csv")
        assert await table.count() == 3


async def test_a_formula_in_a_cell_or_in_a_heading_is_disarmed(tmp_path: Path) -> None:
    async with opened(tmp_path / "case") as table:
        await table.append([{"=cmd": "=HYPERLINK(1)", "n": "-5"}], source="@s")
        await table.export(tmp_path / "out", "csv", columns=["=cmd", "n", "_source"])
    assert (tmp_path / "out").read_text() == "'=cmd,n,_source\n'=HYPERLINK(1),'-5,'@s\n"


STARTS = st.sampled_from(
    ["=", "+", "-", "@", "\uff1d", "\t", "\r", "\n", " ", "\u3000", "\x1c", "\x85", "\xa0", "'", "a"]
)


@given(st.lists(st.one_of(STARTS, st.characters(exclude_categories=["Cs"])), max_size=5).map("".join))
def test_csv_is_made_safe_by_the_rule_everything_else_is(value: str) -> None:
    with duckdb.connect() as db:
        found = db.execute(f"SELECT {csv_safe_sql('v')} FROM (SELECT $1::VARCHAR AS v)", [value]).fetchone()
    assert found == (csv_safe(value),)
