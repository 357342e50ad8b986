"""The ledger keeps everything that was asked and answered, once, before anybody sees it."""

import asyncio
import hashlib
import json
import multiprocessing
import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from aktui.case.directory import LEDGER, case_directory, recent_cases
from aktui.case.entries import of_exchange, unpack
from aktui.case.ledger import Ledger
from aktui.case.store import Store
from aktui.case.verify import verify
from aktui.errors import CaseError
from tests.case.exchanges import KEY, exchange


def rows(directory: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(directory / LEDGER)) as db:
        found = db.execute("SELECT seq, kind, payload, body FROM entries ORDER BY seq")
        return [(seq, kind, payload, unpack(body)) for seq, kind, payload, body in found]


def everything(directory: Path) -> bytes:
    """All bytes on disk, and the answers in them as they were before they were packed."""
    packed = b"".join(path.read_bytes() for path in directory.iterdir())
    try:
        return packed + b"".join(body for *_, body in rows(directory))
    except sqlite3.Error:
        return packed


def modes(directory: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in (directory, *directory.iterdir())}


def occupy(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return case_directory(tmp_path, KEY, practice=False)


async def test_an_answer_is_on_disk_when_record_returns(directory: Path) -> None:
    ledger = await Ledger.open(directory)
    await ledger.record(exchange(body=b'{ "User": 1 }'))
    kept = rows(directory)[1]
    await ledger.aclose()
    assert kept[3] == b'{ "User": 1 }'
    payload = json.loads(kept[2])
    assert payload["action"] == "GetUser"
    assert payload["params"] == {"UserAccessKeyId": KEY}
    assert payload["body_sha256"] == hashlib.sha256(b'{ "User": 1 }').hexdigest()


async def test_the_first_entry_says_whose_ledger_it_is(directory: Path) -> None:
    ledger = await Ledger.open(directory)
    await ledger.aclose()
    genesis = json.loads(rows(directory)[0][2])
    assert (genesis["format"], genesis["key_id"], genesis["endpoint"]) == ("aktui.ledger/1", KEY, "live")


async def test_a_secret_in_an_answer_is_nowhere_in_the_case(directory: Path) -> None:
    secret = "Zq7RmPv0Hk2LwXy9TnBc4SdFg6JaEu"
    body = json.dumps({"AccessKey": {"AccessKeySecret": secret}}).encode()
    ledger = await Ledger.open(directory)
    await ledger.record(exchange(body=body, params={"Password": secret}))
    files = everything(directory)
    await ledger.aclose()
    files += everything(directory)
    assert secret.encode() not in files
    assert json.loads(rows(directory)[1][2])["body_length"] == len(body)


async def test_only_the_owner_may_look_into_a_case(directory: Path) -> None:
    occupy(directory / "note", b"")
    ledger = await Ledger.open(directory)
    await ledger.record(exchange())
    found = modes(directory)
    await ledger.aclose()
    assert found.pop(directory.name) == 0o700
    found.pop("note")
    assert set(found.values()) == {0o600}


async def test_a_burst_is_kept_whole_and_in_an_unbroken_chain(directory: Path) -> None:
    ledger = await Ledger.open(directory)
    await asyncio.gather(*(ledger.record(exchange(number)) for number in range(500)))
    await ledger.aclose()
    assert [json.loads(row[2])["number"] for row in rows(directory)[1:]] == list(range(500))
    assert verify(directory).intact
    assert ledger.head == (500, verify(directory).head)


async def test_a_cancelled_caller_neither_loses_nor_doubles_its_entry(directory: Path) -> None:
    ledger = await Ledger.open(directory)
    tasks = [asyncio.create_task(ledger.record(exchange(number))) for number in range(50)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await ledger.aclose()
    assert sorted(json.loads(row[2])["number"] for row in rows(directory)[1:]) == list(range(50))


async def test_a_case_goes_on_where_it_was_left(directory: Path) -> None:
    for number in range(3):
        ledger = await Ledger.open(directory)
        await ledger.record(exchange(number))
        await ledger.aclose()
    assert verify(directory).entries == 4


async def test_two_consoles_share_one_chain(directory: Path) -> None:
    one, two = await asyncio.gather(Ledger.open(directory), Ledger.open(directory))
    await asyncio.gather(*((one, two)[number % 2].record(exchange(number)) for number in range(200)))
    await asyncio.gather(one.aclose(), two.aclose())
    assert verify(directory).entries == 201
    assert verify(directory).intact


def keep_thirty(directory: Path) -> None:
    async def keep() -> None:
        ledger = await Ledger.open(directory)
        for number in range(30):
            await ledger.record(exchange(number))
        await ledger.aclose()

    asyncio.run(keep())


def test_two_processes_share_one_chain(directory: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=keep_thirty, args=(directory,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    assert verify(directory).intact
    assert verify(directory).entries == 61


async def test_a_ledger_of_another_key_is_refused(directory: Path) -> None:
    await (await Ledger.open(directory)).aclose()
    with pytest.raises(CaseError, match="not of the key asked about"):
        await Ledger.open(directory, key_id="LTAI5tSomebodyElse000001")
    with pytest.raises(CaseError, match="not of the key asked about"):
        await Ledger.open(directory, practice=True)


async def test_a_place_that_can_not_hold_a_case_is_named(tmp_path: Path) -> None:
    occupy(tmp_path / "cases", b"in the way")
    with pytest.raises(CaseError, match="can not be made") as caught:
        await Ledger.open(tmp_path / "cases" / KEY)
    assert "--home" in caught.value.hint


async def test_a_file_that_is_no_ledger_is_refused_and_left_alone(directory: Path) -> None:
    occupy(directory / LEDGER, b"something else entirely, long enough to be looked at" * 40)
    with pytest.raises(CaseError, match="no ledger"):
        await Ledger.open(directory)
    assert everything(directory).startswith(b"something else")


@pytest.mark.parametrize(
    ("pragma", "reason"),
    [("PRAGMA max_page_count=1", "disk is full"), ("PRAGMA query_only=1", "not be written")],
)
def test_a_disk_that_refuses_is_reported_and_adds_nothing(directory: Path, pragma: str, reason: str) -> None:
    store = Store(directory, KEY, practice=False)
    before = store.head()
    store._db.execute(pragma)
    with pytest.raises(CaseError, match=reason):
        store.append([of_exchange(exchange(body=os.urandom(100_000)))])
    assert store.head() == before
    store.close()


async def test_the_caller_hears_that_its_answer_could_not_be_kept(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Store, drafts: object) -> tuple[int, str]:
        raise CaseError("the disk is full")

    ledger = await Ledger.open(directory)
    with monkeypatch.context() as patch:
        patch.setattr(Store, "append", refuse)
        with pytest.raises(CaseError, match="full"):
            await ledger.record(exchange())
    await ledger.record(exchange(2))
    await ledger.aclose()
    assert len(rows(directory)) == 2


async def test_a_closed_ledger_takes_nothing_more(directory: Path) -> None:
    ledger = await Ledger.open(directory)
    await ledger.aclose()
    await ledger.aclose()
    with pytest.raises(CaseError, match="closed"):
        await ledger.record(exchange())


async def test_recent_cases_are_listed_newest_first_and_a_bad_one_is_named(tmp_path: Path) -> None:
    for key_id, practice in (("LTAI5tOldestCase00000001", False), (KEY, True)):
        ledger = await Ledger.open(case_directory(tmp_path, key_id, practice=practice), practice=practice)
        await ledger.record(exchange())
        await ledger.aclose()
    bad = case_directory(tmp_path, "LTAI5tDamagedCase0000001", practice=False)
    occupy(bad / LEDGER, b"junk" * 1000)
    cases = recent_cases(tmp_path)
    assert [(case.key_id, case.practice, case.entries) for case in cases] == [
        ("LTAI5tDamagedCase0000001", False, 0),
        (KEY, True, 2),
        ("LTAI5tOldestCase00000001", False, 2),
    ]
    assert cases[0].problem
    assert not cases[1].problem


def test_a_home_that_does_not_exist_has_no_cases(tmp_path: Path) -> None:
    assert recent_cases(tmp_path / "nowhere") == []
