"""One file of logs into the tables of a case: all of it accounted for, once however often it is brought."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from aktui.case.imports import kinds, limits
from aktui.case.imports.found import Bad, Found
from aktui.case.imports.opening import Opened, opened
from aktui.case.rows.schema import LINE, SOURCE_FILE, seconds_of
from aktui.case.rows.store import RowStore

Shape = Callable[[dict[str, str]], dict[str, str]]
"""Adds to the fields of a row what the questions about its log have columns for."""


@dataclass
class FileReport:
    """What became of a file."""

    path: Path
    kind: str = ""
    """`OSS access log`, `JSON`, `CSV`, `empty` or `unknown`."""
    sha256: str = ""
    size: int = 0
    read: int = 0
    """Bytes of the file that were read; fewer than `size` when reading stopped."""
    unpacked: int = 0
    lines: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    """Rows by table."""
    rejected: int = 0
    """What is no row; kept in the table `rejected`."""
    stored: int = 0
    """Rows, rejected ones too, that were not in the case before."""
    first: int | None = None
    last: int | None = None
    """The earliest and the latest time of a row, seconds."""
    untimed: int = 0
    problems: list[str] = field(default_factory=list)
    """Sentences: what kept the file, or the rest of it, from being read."""

    @property
    def complete(self) -> bool:
        """Whether every row of the file is in the case."""
        return not self.problems and not self.rejected


@dataclass(frozen=True)
class _Batch:
    """Rows of one table that are stored together."""

    table: str
    number: int
    rows: list[dict[str, str]]


class _Gathering:
    """Rows of a file on their way into batches. Runs on a thread; the same file gives the same batches."""

    def __init__(self, source: Opened, report: FileReport, shapes: Mapping[str, Shape]) -> None:
        self._source = source
        self._report = report
        self._shapes = shapes
        self._waiting: dict[str, list[dict[str, str]]] = {}
        self._weights: Counter[str] = Counter()
        self._made: Counter[str] = Counter()

    def batches(self) -> Iterator[_Batch]:
        for found in self._read():
            one = self._counted(found)
            shape = self._shapes.get(one.table)
            fields = shape(one.fields) if shape else one.fields
            where = {SOURCE_FILE: self._source.path.name, LINE: str(one.line)}
            self._waiting.setdefault(one.table, []).append(fields | where)
            self._weights[one.table] += one.weight
            full = len(self._waiting[one.table]) >= limits.BATCH_ROWS
            if full or self._weights[one.table] >= limits.BATCH_BYTES:
                yield self._batch(one.table)
        for table in list(self._waiting):
            yield self._batch(table)

    def _read(self) -> Iterator[Found | Bad]:
        pieces, begun = self._pieces(), ""
        for piece in pieces:
            begun += piece
            if len(begun) >= kinds.LOOKED_AT:
                break
        self._report.kind = kinds.kind_of(begun)
        reader = kinds.READERS.get(self._report.kind)
        if reader is not None:
            yield from reader(chain([begun], pieces))
        elif self._report.kind == kinds.UNKNOWN:
            self._report.problems.append("It is no log that aktui knows; nothing of it was taken.")

    def _pieces(self) -> Iterator[str]:
        last = "\n"
        for piece in self._source.pieces():
            self._report.lines += piece.count("\n")
            last = piece[-1:] or last
            yield piece
        self._report.lines += last != "\n"

    def _counted(self, found: Found | Bad) -> Found:
        if isinstance(found, Bad):
            self._report.rejected += 1
            return found.as_row()
        self._report.rows[found.table] += 1
        at = seconds_of(found.fields.get("__time__"))
        if at is None:
            self._report.untimed += 1
        else:
            first, last = self._report.first, self._report.last
            self._report.first = at if first is None else min(first, at)
            self._report.last = at if last is None else max(last, at)
        return found

    def _batch(self, table: str) -> _Batch:
        self._made[table] += 1
        self._weights[table] = 0
        return _Batch(table, self._made[table], self._waiting.pop(table))


async def import_file(
    path: Path,
    store: RowStore,
    *,
    shapes: Mapping[str, Shape] | None = None,
    progress: Callable[[FileReport], None] = lambda _: None,
) -> FileReport:
    """Read a file into the store. What can not be read is in the report; CaseError is for the case alone.

    Cut off and begun again, it goes on where it was; brought twice, nothing is stored twice.
    """
    report = FileReport(path)
    try:
        source = await asyncio.to_thread(opened, path)
        report.sha256, report.size = source.sha256, source.size
        gathering = _Gathering(source, report, shapes or {}).batches()
        while batch := await asyncio.to_thread(next, gathering, None):
            await _keep(store, batch, report)
            report.read, report.unpacked = source.read, source.unpacked
            progress(report)
    except OSError as error:
        report.problems.append(f"It can not be read: {error.strerror}.")
        return report
    report.read, report.unpacked = source.read, source.unpacked
    report.problems += source.problems
    return report


async def _keep(store: RowStore, batch: _Batch, report: FileReport) -> None:
    table = await store.table(batch.table)
    done = await table.append(
        batch.rows, source=f"file sha256:{report.sha256}", slice_id=f"{batch.table}:{batch.number}"
    )
    report.stored += done.rows
