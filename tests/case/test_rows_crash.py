"""Killed at any moment of an addition, a case has the whole slice or none of it, and goes on from there."""

import subprocess
import sys
from pathlib import Path

import pytest

from aktui.case.ledger import Ledger
from aktui.case.rows import disk
from aktui.case.rows.store import RowStore
from aktui.case.verify import verify
from tests.case.logrows import KEY, traffic

SLICES, ROWS = 4, 25

ADDING = f"""
import asyncio, os, signal, sys
from pathlib import Path
from aktui.case import ledger
from aktui.case.rows import disk, parts, store, table
from tests.case.logrows import traffic

directory, place, turn = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
seen = 0

def deadly(owner, name):
    meant = getattr(owner, name)
    def dying(*args, **kwargs):
        global seen
        seen += 1
        if seen == turn:
            os.kill(os.getpid(), signal.SIGKILL)
        return meant(*args, **kwargs)
    setattr(owner, name, dying)

owner, name = place.split(".")
deadly({{"disk": disk, "parts": parts, "Ledger": ledger.Ledger, "Table": table.LogTable}}[owner], name)

async def add():
    book = await ledger.Ledger.open(directory)
    async with store.RowStore(directory, keep=book.record_part) as rows:
        table = await rows.table("oss_access")
        for number in range({SLICES}):
            await table.append(traffic({ROWS}), source="sls", slice_id=str(number))
            print(number, flush=True)
    await book.aclose()

asyncio.run(add())
"""


def killed_at(case: Path, place: str, turn: int) -> list[str]:
    """Add slices in a process that kills itself at that point; the slices it was told are stored."""
    done = subprocess.run(
        [sys.executable, "-c", ADDING, str(case), place, str(turn)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -9, done.stderr
    return done.stdout.split()


POINTS = [
    "parts._convert",  # rows written for the reader, nothing else
    "disk.settle",  # the file made, not on disk
    "disk.sync",  # on disk under a passing name, twice an addition
    "Ledger.record_part",  # whole, and not in the ledger
    "parts.publish",  # in the ledger, and not to be seen
    "Table._show",  # published, and nobody told
]


@pytest.mark.parametrize("place", POINTS)
@pytest.mark.parametrize("turn", [1, 2, 3])
async def test_a_slice_is_there_whole_or_not_at_all(tmp_path: Path, place: str, turn: int) -> None:
    case = tmp_path / KEY
    told = killed_at(case, place, turn)
    ledger = await Ledger.open(case)
    async with RowStore(case, keep=ledger.record_part) as store:
        table = await store.table("oss_access")
        stored = [str(number) for number in range(SLICES) if table.stored("sls", str(number))]
        assert set(told) <= set(stored)
        assert await table.count() == len(stored) * ROWS
        for number in range(SLICES):
            await table.append(traffic(ROWS), source="sls", slice_id=str(number))
        assert await table.count() == SLICES * ROWS
        assert table.problems == ()
    await ledger.aclose()
    found = verify(case)
    assert found.problems == []
    assert (found.parts, found.rows) == (SLICES, SLICES * ROWS)


@pytest.mark.parametrize("place", ["disk.settle", "parts.publish"])
async def test_what_a_killed_process_left_half_made_is_cleared_away(tmp_path: Path, place: str) -> None:
    case = tmp_path / KEY
    killed_at(case, place, 2)
    async with RowStore(case) as store:
        await store.table("oss_access")
    left = [path.name for path in (case / disk.FOLDER).rglob("*") if path.is_file() and path.name != ".lock"]
    assert left
    assert [name for name in left if not name.endswith(".parquet")] == []
