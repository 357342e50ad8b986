"""Events and log rows as JSON, in an array, a line each, inside an answer; what is none is counted."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aktui.case.imports import jsonvalues, limits
from aktui.case.imports.found import Bad
from aktui.case.imports.jsonvalues import Item, JsonValues
from tests.case.logfiles import event, imported, json_lines, packed

OSS_ROW = {
    "__time__": "1795000000",
    "__topic__": "oss_access_log",
    "bucket": "acme",
    "operation": "GetObject",
}
SLS_ROW = {"__time__": "1795000001", "Method": "GetLogStoreLogs", "Project": "p", "RequestId": "R"}
EVENT_ROW = {"__time__": "1795000002", "__topic__": "actiontrail_audit_event", "event": json.dumps(event(7))}


async def test_a_delivered_file_of_events_is_read(tmp_path: Path) -> None:
    events = [event(number) for number in range(25)]
    path = packed(tmp_path / "Actiontrail_cn-hangzhou_20261118.gz", json.dumps(events, ensure_ascii=False))
    report, tables = await imported(path)
    assert (report.kind, dict(report.rows), report.complete) == ("JSON", {"trail_events": 25}, True)
    rows = tables["trail_events"]
    assert [json.loads(str(row["event"])) for row in rows] == events
    assert {row["__topic__"] for row in rows} == {"actiontrail_audit_event"}
    assert (report.first, report.last) == (1794967200, 1794967224)


@pytest.mark.parametrize(
    "text",
    [
        json_lines([event(number) for number in range(9)]),
        json_lines([event(number) for number in range(9)]).replace("\n", "\r\n"),
        "\ufeff" + json.dumps([event(number) for number in range(9)], indent=2),
        json.dumps({"RequestId": "R", "Events": [event(number) for number in range(9)], "NextToken": "x"}),
        json.dumps({"Events": [event(number) for number in range(9)], "RequestId": "R"}, indent=4),
        "".join(json.dumps({"Events": [event(n), event(n + 1), event(n + 2)]}) for n in (0, 3, 6)),
        json_lines([{"event": event(number), "__time__": 1} for number in range(9)]),
        json_lines([{"event": json.dumps(event(number))} for number in range(9)]),
    ],
    ids=["lines", "crlf", "bom", "answer", "pretty answer", "answers", "rows of objects", "rows of texts"],
)
async def test_events_are_found_in_any_wrapping(tmp_path: Path, text: str) -> None:
    path = tmp_path / "events.json"
    path.write_bytes(text.encode())
    report, tables = await imported(path)
    found = [json.loads(str(row["event"])) for row in tables["trail_events"]]
    assert sorted(found, key=lambda one: str(one["eventId"])) == [event(number) for number in range(9)]
    assert report.complete


async def test_an_answer_far_larger_than_what_is_held_at_once_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LONGEST", 2000)
    monkeypatch.setattr(limits, "CHUNK", 512)
    monkeypatch.setattr(jsonvalues, "_NEAR", 256)
    path = tmp_path / "all.json"
    path.write_text(json.dumps({"EndTime": "x", "Events": [event(n) for n in range(300)], "RequestId": "R"}))
    report, _ = await imported(path)
    assert (report.rows["trail_events"], report.complete) == (300, True)


async def test_a_long_array_on_one_line_is_read(tmp_path: Path) -> None:
    report, _ = await imported(packed(tmp_path / "events.gz", json.dumps([event(n) for n in range(9000)])))
    assert (report.rows["trail_events"], report.lines, report.complete) == (9000, 1, True)


async def test_rows_of_each_log_go_to_its_table(tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    odd = {"__time__": "5", "hello": "there", "nothing": None, "deep": {"a": [1]}}
    path.write_text(json_lines([OSS_ROW, SLS_ROW, EVENT_ROW, odd]))
    report, tables = await imported(path)
    assert dict(report.rows) == {"oss_access": 1, "sls_operations": 1, "trail_events": 1, "other_logs": 1}
    assert tables["trail_events"][0]["__time__"] == 1795000002
    assert (tables["other_logs"][0]["hello"], tables["other_logs"][0]["deep"]) == ("there", '{"a": [1]}')


async def test_a_page_of_the_log_service_is_taken_apart(tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    path.write_text(json.dumps({"meta": {"count": 2, "progress": "Complete"}, "data": [OSS_ROW, SLS_ROW]}))
    report, _ = await imported(path)
    assert dict(report.rows) == {"oss_access": 1, "sls_operations": 1}


async def test_bad_lines_between_good_ones_are_kept(tmp_path: Path) -> None:
    lines = [json.dumps(event(number)) for number in range(5)]
    bad = [
        '{"eventId": "cut off", "eventNa',
        "not JSON at all",
        '["neither", "event"]',
        '{"some": "thing else"}',
        "[" * 3000,
        '{"__time__": ' + "9" * 5000 + "}",
    ]
    path = tmp_path / "log.json"
    path.write_text(
        "\n".join(line for pair in zip(lines, bad, strict=False) for line in pair) + f"\n{bad[5]}\n"
    )
    report, tables = await imported(path)
    assert [row["_line"] for row in tables["trail_events"]] == ["1", "3", "5", "7", "9"]
    assert [(row["_line"], row["raw"]) for row in tables["rejected"]] == [
        *((str(2 * number + 2), line) for number, line in enumerate(bad[:5])),
        ("11", bad[5]),
    ]
    assert report.rejected == 6


async def test_a_bad_event_inside_an_array_costs_only_itself(tmp_path: Path) -> None:
    texts = [json.dumps(event(number)) for number in range(6)]
    texts[3] = texts[3].replace('"Ecs"', "Ecs")
    path = packed(tmp_path / "events.gz", f"[{', '.join(texts)}]")
    report, tables = await imported(path)
    assert (report.rows["trail_events"], report.rejected) == (5, 1)
    assert str(tables["rejected"][0]["raw"]).startswith('{"eventId": "E-3"')


async def test_an_array_that_is_cut_off_is_said(tmp_path: Path) -> None:
    path = tmp_path / "events.json"
    path.write_text(json.dumps([event(number) for number in range(4)])[:-30])
    report, _ = await imported(path)
    assert (report.rows["trail_events"], report.rejected, report.complete) == (3, 2, False)


async def test_what_was_exported_from_a_case_can_be_brought_into_another(tmp_path: Path) -> None:
    path = tmp_path / "export.jsonl"
    path.write_text(json_lines([{**OSS_ROW, "_source": "sls", "_line": "7", "_source_file": "x"}]))
    _, tables = await imported(path)
    row = tables["oss_access"][0]
    assert (row["exported_source"], row["exported_line"], row["_line"]) == ("sls", "7", "1")


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
objects = st.lists(st.dictionaries(st.text(max_size=5), values, max_size=4), max_size=6)


@given(objects, st.sampled_from(["lines", "array", "pretty"]), st.integers(1, 40), st.booleans())
@settings(deadline=None)
def test_values_are_found_however_the_text_is_cut(
    given_: list[dict[str, Any]], form: str, size: int, ascii_only: bool
) -> None:
    text = {
        "lines": "\n".join(json.dumps(one, ensure_ascii=ascii_only) for one in given_),
        "array": json.dumps(given_, ensure_ascii=ascii_only),
        "pretty": json.dumps(given_, ensure_ascii=ascii_only, indent=1),
    }[form]
    found = list(JsonValues(text[at : at + size] for at in range(0, len(text), size)))
    assert [item.value for item in found if isinstance(item, Item)] == given_
    assert not [item for item in found if isinstance(item, Bad)]
    assert all(json.loads(item.text) == item.value for item in found if isinstance(item, Item))


@given(
    st.lists(
        st.sampled_from(['{"a":1}', "[", "]", "{", "}", '"', ",", "\n", "x", '{"a"', "\\", "1"]), max_size=25
    )
)
@settings(deadline=None)
def test_no_text_is_lost_however_broken_it_is(pieces: list[str]) -> None:
    found = list(JsonValues(pieces))
    kept = "".join(item.text for item in found)
    given_ = "".join(pieces)
    assert all(kept.count(char) <= given_.count(char) for char in set(kept))
    lost = sum(given_.count(char) - kept.count(char) for char in 'ax"1\\:{')
    assert lost == 0
