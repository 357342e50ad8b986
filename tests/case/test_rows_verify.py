"""`aktui case verify` names the file of rows that is missing, changed or added."""

from pathlib import Path

import pytest

from aktui.case.ledger import Ledger
from aktui.case.rows import disk
from aktui.case.rows.store import RowStore
from aktui.case.verify import verify
from aktui.errors import CaseError
from tests.case.logrows import KEY, Kept, traffic


@pytest.fixture
async def case(tmp_path: Path) -> Path:
    """A case with two files of rows."""
    ledger = await Ledger.open(tmp_path / KEY)
    async with RowStore(tmp_path / KEY, keep=ledger.record_part) as store:
        table = await store.table("oss_access")
        for number in range(2):
            await table.append(traffic(10), source="sls", slice_id=str(number))
    await ledger.aclose()
    return tmp_path / KEY


def files(case: Path) -> list[Path]:
    folder = case / disk.FOLDER / "oss_access"
    return [folder / name for name in disk.files_in(folder)]


def test_files_as_they_were_written_hold(case: Path) -> None:
    found = verify(case)
    assert (found.problems, found.parts, found.rows) == ([], 2, 20)


def test_a_changed_file_is_named(case: Path) -> None:
    changed = files(case)[1]
    content = bytearray(changed.read_bytes())
    content[100] ^= 1
    changed.write_bytes(content)
    (problem,) = verify(case).problems
    assert problem == f"Entry 2: the file of rows oss_access/{changed.name} was changed."


def test_a_missing_file_is_named(case: Path) -> None:
    gone = files(case)[0]
    gone.unlink()
    (problem,) = verify(case).problems
    assert problem == f"Entry 1: the file of rows oss_access/{gone.name} is missing."


def test_an_added_file_is_named(case: Path) -> None:
    added = files(case)[0].with_name("part-000009.parquet")
    added.write_bytes(files(case)[0].read_bytes())
    (problem,) = verify(case).problems
    assert problem == "The file of rows oss_access/part-000009.parquet was added: no entry tells of it."


async def test_a_file_still_waiting_for_the_ledger_is_no_addition(case: Path) -> None:
    keep = Kept()
    keep.failure = CaseError("The disk is full.")
    async with RowStore(case, keep=keep) as store:
        table = await store.table("oss_access")
        with pytest.raises(CaseError):
            await table.append(traffic(3), source="sls", slice_id="9")
    assert files(case)[-1].name.endswith(disk.PENDING)
    assert verify(case).intact
