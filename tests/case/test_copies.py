"""The journal and its copy in the ledger: what is missing, cut off or changed in either is noticed."""

import asyncio
from pathlib import Path

import pytest

from aktui.case.copies import uncopied
from aktui.case.journal import FILE, Line, append
from aktui.case.ledger import Ledger
from aktui.case.verify import verify
from tests.case.exchanges import KEY


def kept(case: Path, *copied: bool) -> list[Line]:
    """A case whose journal has so many entries; those that are true have a copy."""
    lines: list[Line] = []

    async def keep() -> None:
        ledger = await Ledger.open(case)
        for number, copy in enumerate(copied):
            lines.append(append(case, "intent", {"run": "r", "number": number}))
            if copy:
                await ledger.record_action(lines[-1])
        await ledger.aclose()

    asyncio.run(keep())
    return lines


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return tmp_path / KEY


def problems(case: Path) -> str:
    return " ".join(verify(case).problems)


def test_a_journal_with_its_copies_is_intact(case: Path) -> None:
    kept(case, True, True, True)
    found = verify(case)
    assert (found.intact, found.journal, found.torn) == (True, 3, 0)


def test_an_entry_without_a_copy_is_vouched_for_by_a_later_one(case: Path) -> None:
    kept(case, True, False, True)
    assert verify(case).intact
    assert [line.number for line in uncopied(case)] == [2]


@pytest.mark.parametrize(
    ("copied", "which"), [((True, False), "Entry 2"), ((False, False), "entries 1 to 2")]
)
def test_last_entries_without_a_copy_are_told(case: Path, copied: tuple[bool, ...], which: str) -> None:
    kept(case, *copied)
    assert which in problems(case)
    assert "aktui recover" in problems(case)


def test_a_copy_that_was_added_later_mends_it(case: Path) -> None:
    kept(case, True, False)

    async def mend() -> None:
        ledger = await Ledger.open(case)
        for line in uncopied(case):
            await ledger.record_action(line)
        await ledger.aclose()

    asyncio.run(mend())
    assert verify(case).intact
    assert uncopied(case) == ()


@pytest.mark.parametrize(
    ("left", "lacks"), [(2, "lacks entry 3"), (1, "lacks the entries 2 to 3"), (0, "1 to 3")]
)
def test_a_journal_that_was_cut_is_told(case: Path, left: int, lacks: str) -> None:
    kept(case, True, True, True)
    path = case / FILE
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:left]))
    assert lacks in problems(case)


def test_a_journal_that_is_gone_is_told(case: Path) -> None:
    kept(case, True)
    (case / FILE).unlink()
    assert "The journal lacks entry 1" in problems(case)


def test_a_journal_written_anew_is_not_the_one_that_was_copied(case: Path) -> None:
    kept(case, True, True)
    (case / FILE).unlink()
    append(case, "intent", {"run": "another"})
    append(case, "intent", {"run": "another"})
    assert "Entry 1 of the journal is not the one" in problems(case)


def test_a_changed_line_is_told(case: Path) -> None:
    kept(case, True, True)
    path = case / FILE
    path.write_bytes(path.read_bytes().replace(b'"number":1', b'"number":7'))
    assert "does not hold together" in problems(case)


def test_what_a_crash_left_of_a_line_is_no_problem(case: Path) -> None:
    kept(case, True)
    with (case / FILE).open("ab") as file:
        file.write(b'{"at":"2026')
    found = verify(case)
    assert (found.intact, found.torn) == (True, 1)
