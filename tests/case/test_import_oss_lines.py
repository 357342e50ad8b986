"""Access-log files of OSS: every line becomes a request, or is kept and counted as none."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aktui.case.imports import limits, osslines
from tests.case.logfiles import KEY, imported, oss_line


def write(folder: Path, *lines: str, end: str = "\n") -> Path:
    path = folder / "acme-logs2026-11-18-02-00-00-0001"
    path.write_bytes("".join(f"{line}{end}" for line in lines).encode())
    return path


async def test_a_line_becomes_a_row_in_the_fields_of_the_real_time_log(tmp_path: Path) -> None:
    path = write(tmp_path, oss_line(5))
    report, tables = await imported(path)
    (row,) = tables["oss_access"]
    assert (report.kind, report.lines, dict(report.rows)) == ("OSS access log", 1, {"oss_access": 1})
    expected = {
        "__time__": 1794938405,
        "__topic__": "oss_access_log",
        "client_ip": "203.0.113.7",
        "http_method": "GET",
        "request_uri": "/dump-5.sql.gz HTTP/1.1",
        "http_status": "200",
        "content_length_out": "1005",
        "operation": "GetObject",
        "bucket": "acme-backups",
        "object": "dump-5.sql.gz",
        "access_id": KEY,
        "_source_file": path.name,
        "_line": "1",
    }
    assert {name: row[name] for name in expected} == expected
    assert (report.first, report.last) == (1794938405, 1794938405)


async def test_older_lines_without_the_key_are_rows_too(tmp_path: Path) -> None:
    report, tables = await imported(write(tmp_path, oss_line(1, key=""), oss_line(2)))
    assert [row["access_id"] for row in tables["oss_access"]] == [None, KEY]
    assert report.complete


async def test_fields_that_a_later_format_adds_are_kept(tmp_path: Path) -> None:
    _, tables = await imported(write(tmp_path, oss_line(1, more=' "new one" 17')))
    (row,) = tables["oss_access"]
    assert (row["access_id"], row["field_29"], row["field_30"]) == (KEY, "new one", "17")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
async def test_bad_lines_are_kept_as_they_are_with_their_number(tmp_path: Path, end: str) -> None:
    bad = ["half a line", oss_line(2, time="yesterday"), oss_line(3, status="OK"), oss_line(4, sent="many")]
    path = write(tmp_path, oss_line(0), *bad, "", oss_line(6), end=end)
    report, tables = await imported(path)
    assert [row["_line"] for row in tables["oss_access"]] == ["1", "7"]
    assert [(row["_line"], row["raw"]) for row in tables["rejected"]] == [
        (str(number), line) for number, line in enumerate(bad, start=2)
    ]
    assert all(row["reason"] for row in tables["rejected"])
    assert (report.lines, report.rejected, report.complete) == (7, 4, False)


async def test_a_file_whose_first_lines_are_bad_is_known_all_the_same(tmp_path: Path) -> None:
    report, _ = await imported(write(tmp_path, "#", "[x", oss_line(0)))
    assert (report.kind, report.rejected, report.rows["oss_access"]) == ("OSS access log", 2, 1)


async def test_chinese_names_quotes_and_spaces_come_through(tmp_path: Path) -> None:
    agents = ["Mozilla/5.0 (X11; 中文)", r"say \"hi\" \\ now", 'raw "quote"in it', "-", ""]
    lines = [oss_line(number, agent=agent, object="备份 2026.gz") for number, agent in enumerate(agents)]
    report, tables = await imported(write(tmp_path, *lines))
    plain = ["Mozilla/5.0 (X11; 中文)", 'say "hi" \\ now', 'raw "quote"in it', "-", ""]
    assert [row["user_agent"] for row in tables["oss_access"]] == plain
    assert {row["object"] for row in tables["oss_access"]} == {"备份 2026.gz"}
    assert report.complete


async def test_a_user_agent_can_not_pass_for_the_fields_after_it(tmp_path: Path) -> None:
    tail = oss_line(1, ip="", key="").split('"-" "', 1)[1].split('" ', 1)[1]
    forged = oss_line(1, agent=f'x" {tail} "LTAI5tSomebodyElse000001" "')
    report, tables = await imported(write(tmp_path, oss_line(0), forged))
    assert report.rejected == 1
    assert tables["rejected"][0]["raw"] == forged


async def test_a_line_that_never_ends_is_cut_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LONGEST", 4000)
    monkeypatch.setattr(limits, "KEPT_OF_LONGER", 1000)
    monkeypatch.setattr(limits, "CHUNK", 700)
    path = write(tmp_path, oss_line(0), oss_line(1, agent="x" * 20_000), oss_line(2))
    report, tables = await imported(path)
    (bad,) = tables["rejected"]
    total = len(oss_line(1, agent="x" * 20_000))
    assert len(str(bad["raw"])) == 1000
    assert f"{total - 1000:,} characters more" in str(bad["reason"])
    assert (report.rows["oss_access"], report.lines) == (2, 3)


async def test_a_line_of_nothing_but_quotes_is_one_bad_line(tmp_path: Path) -> None:
    report, _ = await imported(write(tmp_path, oss_line(0), '" ' * 500_000, '"' * 1_000_000, oss_line(1)))
    assert (report.rows["oss_access"], report.rejected) == (2, 2)


async def test_bytes_that_are_no_text_are_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(oss_line(0, object="AAA").encode().replace(b"AAA", "备份".encode("gbk")))
    _, tables = await imported(path)
    assert tables["oss_access"][0]["object"] == "\\udcb1\\udcb8\\udcb7\\udcdd"


def test_times_are_read_whatever_the_zone() -> None:
    assert osslines.seconds("01/Jan/1970:08:00:10 +0800") == 10
    assert osslines.seconds("31/Dec/1969:19:00:10 -0500") == 10
    for text in ("31/Feb/2026:00:00:00 +0800", "01/Okt/2026:00:00:00 +0800", "01/Jan/2026:00:00:00", ""):
        assert osslines.seconds(text) is None


@given(st.lists(st.sampled_from(['"', "\\", " ", "[", "]", "a", '" "', "-", "中"]), max_size=6).map("".join))
def test_usual_lines_are_split_as_all_others_are(value: str) -> None:
    line = oss_line(0, agent=value, object=value)
    assert osslines.split(line) == osslines.split(f"{line} more")[:-1]


@given(st.text(st.characters(exclude_characters='"\\\n\r'), max_size=30))
def test_any_field_comes_out_as_it_went_in(value: str) -> None:
    fields = osslines.split(oss_line(0, agent=value))
    assert (len(fields), fields[9]) == (28, value)
