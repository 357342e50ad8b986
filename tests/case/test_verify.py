"""Whatever is done to a ledger behind aktui's back is noticed, and the first bad entry named."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from aktui.case.directory import LEDGER
from aktui.case.entries import Draft, digest
from aktui.case.ledger import Ledger
from aktui.case.verify import verify
from aktui.errors import CaseError
from tests.case.exchanges import KEY, exchange


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """A case of the genesis and nine exchanges."""

    async def keep() -> None:
        ledger = await Ledger.open(tmp_path / KEY)
        for number in range(1, 10):
            await ledger.record(exchange(number, body=b'{"n":%d}' % number))
        await ledger.aclose()

    asyncio.run(keep())
    return tmp_path / KEY


def tamper(case: Path, *statements: str) -> None:
    with closing(sqlite3.connect(case / LEDGER)) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()


def test_an_untouched_ledger_holds(case: Path) -> None:
    found = verify(case)
    assert found.intact
    assert (found.entries, found.key_id, found.endpoint) == (10, KEY, "live")
    assert found.first <= found.last
    assert len(found.head) == 64


def test_checking_leaves_the_case_as_it_is(case: Path) -> None:
    before = {path.name: path.read_bytes() for path in case.iterdir()}
    verify(case)
    assert {path.name: path.read_bytes() for path in case.iterdir()} == before


@pytest.mark.parametrize("column", ["at", "kind", "payload", "body", "prev", "hash"])
def test_a_changed_entry_is_named(case: Path, column: str) -> None:
    cast = "BLOB" if column in ("payload", "body") else "TEXT"
    tamper(case, f"UPDATE entries SET {column} = CAST({column} || ' ' AS {cast}) WHERE seq = 4")
    found = verify(case)
    assert not found.intact
    assert "Entry 4" in found.problems[0]
    assert found.entries == 4


def test_a_changed_beginning_is_named(case: Path) -> None:
    tamper(case, "UPDATE entries SET payload = CAST(replace(payload, 'live', 'dead') AS BLOB) WHERE seq = 0")
    assert "Entry 0" in verify(case).problems[0]


def test_a_missing_entry_is_named(case: Path) -> None:
    tamper(case, "DELETE FROM entries WHERE seq = 5")
    assert verify(case).problems == ["Entry 5 is missing."]


def test_a_missing_stretch_is_named(case: Path) -> None:
    tamper(case, "DELETE FROM entries WHERE seq BETWEEN 3 AND 6")
    assert verify(case).problems == ["Entries 3 to 6 are missing."]


def test_entries_that_changed_places_are_noticed(case: Path) -> None:
    tamper(
        case,
        "UPDATE entries SET seq = 99 WHERE seq = 3",
        "UPDATE entries SET seq = 3 WHERE seq = 4",
        "UPDATE entries SET seq = 4 WHERE seq = 99",
    )
    assert "Entry 3" in verify(case).problems[0]


def test_entries_closed_up_over_a_removed_one_are_noticed(case: Path) -> None:
    tamper(case, "DELETE FROM entries WHERE seq = 5")
    tamper(case, *(f"UPDATE entries SET seq = {seq} WHERE seq = {seq + 1}" for seq in range(5, 9)))
    assert "Entry 5" in verify(case).problems[0]


def test_an_inserted_entry_with_a_right_hash_of_its_own_is_noticed(case: Path) -> None:
    tamper(case, *(f"UPDATE entries SET seq = {seq + 1} WHERE seq = {seq}" for seq in range(9, 4, -1)))
    with closing(sqlite3.connect(case / LEDGER)) as db:
        prev = db.execute("SELECT hash FROM entries WHERE seq = 4").fetchone()[0]
        forged = Draft("2026-11-22T03:11:00+00:00", "exchange", b"{}")
        row = (5, forged.at, forged.kind, forged.payload, forged.body, prev, digest(5, forged, prev))
        db.execute("INSERT INTO entries VALUES (?,?,?,?,?,?,?)", row)
        db.commit()
    assert "Entry 6" in verify(case).problems[0]


def test_an_entry_before_the_first_is_noticed(case: Path) -> None:
    tamper(
        case, "INSERT INTO entries SELECT -1, at, kind, payload, body, prev, hash FROM entries WHERE seq = 1"
    )
    assert "before the first" in verify(case).problems[0]


def test_a_cut_tail_is_noticed_with_the_head_that_was_noted(case: Path) -> None:
    noted = verify(case).head
    assert verify(case, head=noted).head_found == 9
    tamper(case, "DELETE FROM entries WHERE seq > 6")
    assert verify(case).intact
    assert "cut off" in verify(case, head=noted).problems[0]


def test_a_head_noted_earlier_is_found_inside_the_chain(case: Path) -> None:
    noted = verify(case).head

    async def go_on() -> None:
        ledger = await Ledger.open(case)
        await ledger.record(exchange(10))
        await ledger.aclose()

    asyncio.run(go_on())
    found = verify(case, head=noted.upper())
    assert found.intact
    assert (found.head_found, found.entries) == (9, 11)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(b"junk" * 2000),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:5000]),
    ],
)
def test_a_damaged_file_is_reported_not_raised(case: Path, spoil: Callable[[Path], int]) -> None:
    spoil(case / LEDGER)
    assert verify(case).problems


def test_a_ledger_moved_to_another_key_is_noticed(case: Path) -> None:
    assert "not of" in verify(case, key_id="LTAI5tSomebodyElse000001").problems[0]


async def test_a_ledger_in_use_can_be_checked(tmp_path: Path) -> None:
    ledger = await Ledger.open(tmp_path / KEY)
    await ledger.record(exchange())
    assert verify(tmp_path / KEY).entries == 2
    await ledger.record(exchange(2))
    await ledger.aclose()
    assert verify(tmp_path / KEY).entries == 3


def test_no_ledger_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="no ledger"):
        verify(tmp_path)
