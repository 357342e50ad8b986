"""Files as such: packed, cut off, damaged, enormous, brought twice, in CSV, or no logs at all."""

import asyncio
import gzip
import json
import os
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from aktui.case.imports import limits
from aktui.case.imports.importing import FileReport, import_file
from aktui.case.imports.opening import opened
from aktui.case.rows.store import RowStore
from tests.case.logfiles import event, imported, json_lines, oss_line, packed


def many(count: int) -> str:
    return "".join(f"{oss_line(number)}\n" for number in range(count))


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CHUNK", 4096)
    monkeypatch.setattr(limits, "BATCH_ROWS", 50)


async def test_a_gzip_cut_off_gives_what_it_has_and_says_so(tmp_path: Path) -> None:
    path = packed(tmp_path / "log.gz", "".join(f"{oss_line(n)} {os.urandom(9).hex()}\n" for n in range(500)))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    report, _ = await imported(path)
    assert 100 < report.rows["oss_access"] < 400
    assert report.unpacked > 0
    assert report.problems == [
        f"The gzip data is cut off: it gave {report.unpacked:,} bytes, and more would have followed."
    ]
    assert not report.complete


async def test_damaged_gzip_gives_what_comes_before_the_damage(tmp_path: Path, small_pieces: None) -> None:
    path = packed(tmp_path / "log.gz", "".join(f"{oss_line(n)} {os.urandom(9).hex()}\n" for n in range(900)))
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 60] = b"\xff" * 60
    path.write_bytes(content)
    report, _ = await imported(path)
    assert report.rows["oss_access"] > 100
    assert "damaged" in report.problems[0]


async def test_members_glued_together_are_one_file(tmp_path: Path) -> None:
    path = tmp_path / "log.gz"
    path.write_bytes(b"".join(gzip.compress(f"{oss_line(n)}\n".encode()) for n in range(5)) + b"\0" * 512)
    report, _ = await imported(path)
    assert (report.rows["oss_access"], report.complete) == (5, True)


async def test_what_follows_the_gzip_data_is_said(tmp_path: Path) -> None:
    path = tmp_path / "log.gz"
    path.write_bytes(gzip.compress(many(3).encode()) + b"more")
    report, _ = await imported(path)
    assert report.rows["oss_access"] == 3
    assert "Behind the gzip data" in report.problems[0]


def bomb(path: Path, first: bytes, size: int) -> Path:
    packer = zlib.compressobj(9, wbits=31)
    with path.open("wb") as file:
        file.write(packer.compress(first))
        for _ in range(size >> 16):
            file.write(packer.compress(b" " * (1 << 16)))
        file.write(packer.flush())
    return path


async def test_a_zip_bomb_is_left_after_what_came_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "RATIO_FROM", 1 << 20)
    monkeypatch.setattr(limits, "CHUNK", 1 << 16)
    monkeypatch.setattr(limits, "LONGEST", 1 << 18)
    path = bomb(tmp_path / "bomb.gz", many(50).encode(), 64 << 20)
    report, tables = await imported(path)
    assert report.rows["oss_access"] == 50
    assert report.unpacked < 4 << 20
    assert "zip bomb" in report.problems[0]
    assert len(str(tables.get("rejected", [{"raw": ""}])[0]["raw"])) <= limits.KEPT_OF_LONGER


async def test_no_more_comes_out_of_a_file_than_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_UNPACKED", 10_000)
    monkeypatch.setattr(limits, "CHUNK", 1000)
    report, _ = await imported(packed(tmp_path / "log.gz", many(200)))
    assert report.rows["oss_access"] < 40
    assert "more than 10,000 bytes" in report.problems[0]


def test_nothing_larger_than_a_piece_is_held_of_a_packed_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "CHUNK", 1 << 12)
    pieces: Iterator[str] = opened(bomb(tmp_path / "bomb.gz", b"", 1 << 22)).pieces()
    assert max(map(len, pieces)) <= 1 << 12


async def test_a_file_brought_twice_is_stored_once(tmp_path: Path, small_pieces: None) -> None:
    path = tmp_path / "log"
    path.write_text(many(180) + "bad\n")
    first, _ = await imported(path)
    moved = path.rename(tmp_path / "renamed")
    again, tables = await imported(moved)
    assert (first.stored, again.stored) == (181, 0)
    assert again.rows == first.rows
    assert (len(tables["oss_access"]), len(tables["rejected"])) == (180, 1)


async def test_an_import_that_was_stopped_goes_on_where_it_was(tmp_path: Path, small_pieces: None) -> None:
    path = tmp_path / "log"
    path.write_text(many(230))

    def stop(report: FileReport) -> None:
        if report.stored >= 100:
            raise asyncio.CancelledError

    async with RowStore(tmp_path / "case") as store:
        with pytest.raises(asyncio.CancelledError):
            await import_file(path, store, progress=stop)
        assert await (await store.table("oss_access")).count() == 100
    report, tables = await imported(path)
    assert report.stored == 130
    assert [row["_line"] for row in tables["oss_access"]] == [str(number) for number in range(1, 231)]


async def test_shapes_add_to_the_fields(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text(many(2))
    _, tables = await imported(path, shapes={"oss_access": lambda row: {**row, "ip": row["client_ip"]}})
    assert [row["ip"] for row in tables["oss_access"]] == ["203.0.113.7"] * 2


async def test_csv_with_quotes_line_ends_and_chinese_is_read(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(
        "\ufeff__time__,__topic__,bucket,object\r\n"
        '1795000000,oss_access_log,acme,"备份, ""2026""\nsecond line"\r\n'
        "1795000001,oss_access_log,acme,plain\r\n".encode()
    )
    report, tables = await imported(path)
    assert (report.kind, report.complete, report.lines) == ("CSV", True, 4)
    assert [row["object"] for row in tables["oss_access"]] == ['备份, "2026"\nsecond line', "plain"]
    assert [row["_line"] for row in tables["oss_access"]] == ["2", "4"]


async def test_records_of_the_wrong_width_are_kept_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text('__time__,__topic__\n1,oss_access_log\n2\n3,oss_access_log,more\n"4,never closed\n5,x\n')
    report, tables = await imported(path)
    assert (report.rows["oss_access"], report.rejected) == (1, 3)
    assert [row["raw"] for row in tables["rejected"]] == [
        "2",
        "3,oss_access_log,more",
        '"4,never closed\n5,x',
    ]


async def test_events_in_csv_are_events(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    text = json.dumps(event(3)).replace('"', '""')
    path.write_text(f'__time__,__topic__,event\n1,actiontrail_audit_event,"{text}"\n')
    _, tables = await imported(path)
    assert json.loads(str(tables["trail_events"][0]["event"])) == event(3)


@pytest.mark.parametrize("content", [b"", b"\n\n  \r\n"])
async def test_an_empty_file_is_empty(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "log"
    path.write_bytes(content)
    report, tables = await imported(path)
    assert (report.kind, tables, report.problems) == ("empty", {}, [])


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n" + bytes(500), b"Dear diary,\nit rained.\n"])
async def test_what_is_no_log_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "log"
    path.write_bytes(content)
    report, tables = await imported(path)
    assert (report.kind, tables) == ("unknown", {})
    assert "no log" in report.problems[0]


async def test_a_file_that_can_not_be_opened_is_a_problem_of_that_file(tmp_path: Path) -> None:
    report, tables = await imported(tmp_path / "nowhere")
    assert (tables, report.problems) == ({}, ["It can not be read: No such file or directory."])


async def test_rows_without_a_time_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text(json_lines([event(0, eventTime="soon"), event(1)]))
    report, tables = await imported(path)
    assert (report.untimed, report.rows["trail_events"]) == (1, 2)
    assert tables["trail_events"][0]["_time_text"] == "soon"
