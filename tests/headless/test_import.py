"""`aktui import` as a responder runs it: files into a case, an account of each, nothing sent anywhere."""

import asyncio
from pathlib import Path

import pytest

from aktui.case.directory import case_directory
from aktui.case.rows.asking import Condition, Filter
from aktui.case.rows.store import RowStore
from aktui.config import load_settings
from queries import oss_access, sls_operations, trail_events
from tests.case.logfiles import KEY, event, json_lines, oss_line
from tests.headless.conftest import Responder

OPERATION = {
    "__time__": "1795000001",
    "__topic__": "operation_log",
    "Method": "GetLogStoreLogs",
    "Project": "p",
    "RequestId": "R",
    "SourceIP": "203.0.113.7",
    "NetOutFlow": "120",
}


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.log").write_text("".join(f"{oss_line(n, object='%E5%A4%87%2Fx')}\n" for n in range(3)))
    (folder / "deep" / "b.json").write_text(json_lines([event(0), OPERATION]))
    return folder


def case_of(key_id: str = KEY) -> Path:
    return case_directory(load_settings().home, key_id, practice=False)


def test_a_folder_of_logs_goes_into_the_case_of_the_key(responder: Responder, logs: Path) -> None:
    done = responder.run("import", str(logs), "--key", KEY)
    assert done.code == 0
    assert "3 oss_access; 3 new in the case" in done.out
    assert "1 sls_operations, 1 trail_events" in done.out
    assert f"5 rows of 2 files are in the case of {KEY}." in done.err


def test_imported_rows_answer_in_the_columns_of_the_questions(responder: Responder, logs: Path) -> None:
    responder.run("import", str(logs), "--key", KEY)

    async def look() -> None:
        async with RowStore(case_of()) as store:
            for query, name, ip in (
                (oss_access.QUERY, "oss_access", "ip"),
                (sls_operations.QUERY, "sls_operations", "ip"),
                (trail_events.QUERY, "trail_events", "source_ip"),
            ):
                table = await store.table(name)
                assert {column.id for column in query.columns} <= set(table.columns)
                assert await table.count(Filter((Condition(ip, "=", "203.0.113.7"),))) > 0
            table = await store.table("oss_access")
            (row, *_) = (await table.window(0, 1, columns=["object", "object_raw", "access_id"])).rows
            assert row == ("备/x", "%E5%A4%87%2Fx", KEY)
            (group,) = await table.groups(["bucket"], total="bytes_out")
            assert (group.count, group.total) == (3, 3003)

    asyncio.run(look())


def test_the_json_document_accounts_for_every_line(responder: Responder, logs: Path) -> None:
    (logs / "a.log").write_text(f"{oss_line(0)}\nnot a request\n")
    done = responder.run("import", str(logs / "a.log"), "--key", KEY, "--json")
    assert done.code == 3
    (file,) = done.json["files"]
    assert (done.json["schema"], done.json["complete"]) == ("aktui.import/1", False)
    assert (file["lines"], file["rows"], file["rejected"], file["new"]) == (2, {"oss_access": 1}, 1, 2)
    assert file["first"] == file["last"] == "2026-11-17T18:00:00Z"


def test_one_bad_file_does_not_keep_the_others_out(responder: Responder, logs: Path) -> None:
    (logs / "c.gz").write_bytes(b"\x1f\x8bnothing")
    (logs / "d.txt").write_text("Dear diary,\n")
    done = responder.run("import", str(logs), "--key", KEY)
    assert done.code == 3
    assert done.out.count("PROBLEM") == 2
    assert "5 rows of 4 files" in done.err
    assert "2 files were not read whole" in done.err


def test_without_a_key_the_newest_case_is_meant(responder: Responder, logs: Path) -> None:
    nowhere = responder.run("import", str(logs))
    assert nowhere.code == 2
    assert "--key KEY_ID" in nowhere.err
    responder.run("import", str(logs / "a.log"), "--key", KEY)
    done = responder.run("import", str(logs / "deep"))
    assert done.code == 0
    assert f"in the case of {KEY}" in done.err


def test_a_file_there_is_none_of_is_wrong_usage(responder: Responder, tmp_path: Path) -> None:
    done = responder.run("import", str(tmp_path / "nowhere"), "--key", KEY)
    assert done.code == 2
    assert "There is no file" in done.err
    assert not case_of().exists()


def test_what_was_imported_can_be_verified(responder: Responder, logs: Path) -> None:
    responder.run("import", str(logs), "--key", KEY)
    done = responder.run("case", "verify", KEY, "--json")
    assert done.code == 0
    assert (done.json["parts"], done.json["rows"]) == (3, 5)
    part = next((case_of() / "rows" / "oss_access").glob("*.parquet"))
    part.write_bytes(part.read_bytes() + b"x")
    broken = responder.run("case", "verify", KEY)
    assert broken.code == 1
    assert "was changed" in broken.out


def test_names_of_files_can_not_play_with_the_terminal(responder: Responder, tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[2J\u202e.log"
    path.write_text(f"{oss_line(0)}\n")
    done = responder.run("import", str(path), "--key", KEY)
    assert done.code == 0
    assert "\x1b" not in done.out + done.err
    assert "\u202e" not in done.out + done.err
