"""Rows written out of the case: CSV without formulas, JSON lines, or Parquet; whole or not at all.

They are written in chunks that are each put in order by themselves: sorting a million wide rows at once
would need more memory than the engine may have.
"""

import csv
import io
import os
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

from aktui.case.rows import disk
from aktui.case.rows.asking import Exported, Filter, Format, Order
from aktui.case.rows.columns import quoted
from aktui.case.rows.engine import literal
from aktui.case.rows.orderings import Ordering
from aktui.case.rows.parts import files_of
from aktui.case.rows.questions import Questions
from aktui.case.rows.schema import ROW, TIME
from aktui.case.rows.sql import Dialect
from aktui.errors import CaseError
from aktui.text import CUT_LINE, FORMULA, csv_safe

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

CHUNK = 50_000
"""Rows put in order at once."""

_OPTIONS: dict[Format, str] = {
    "csv": "FORMAT csv, HEADER false",
    "jsonl": "FORMAT json",
    "parquet": "FORMAT parquet, COMPRESSION zstd",
}
_SPACES = "".join(char for char in map(chr, range(0x3001)) if char.isspace())


class Export:
    """One file to be written. Runs on the worker."""

    def __init__(
        self,
        questions: Questions,
        work: Path,
        path: Path,
        format_: Format,
        columns: Sequence[str],
        overwrite: bool,
    ) -> None:
        self._questions = questions
        self._work = work
        self._path = path
        self._format: Format = format_
        self._columns = tuple(columns)
        self._overwrite = overwrite

    def run(self, connection: "DuckDBPyConnection", which: Filter, order: Order) -> Exported:
        """Raises CaseError when the file is there and may not be replaced, or can not be written."""
        if not self._overwrite and self._path.exists():
            raise self._exists()
        made, rows = self._work / "export", 0
        try:
            if self._questions.parts:
                ordering = self._questions.ordering(connection, which, order)
                rows = ordering.rows
                self._write(connection, ordering, made)
            else:
                self._empty(connection, made)
            size, sha256 = disk.settle(made)
            self._deliver(made)
        except OSError as error:
            raise CaseError(f"{self._path} can not be written: {error.strerror}.") from error
        finally:
            for left in self._work.glob("export*"):
                left.unlink()
        return Exported(self._path, self._format, rows, self._columns, size, sha256)

    def _exists(self) -> CaseError:
        return CaseError(f"{self._path} exists.", hint="Choose another name, or say that it may be replaced.")

    def _write(self, connection: "DuckDBPyConnection", ordering: Ordering, made: Path) -> None:
        chunks = []
        with made.open("wb") as out:
            if self._format == "csv":
                out.write(self._heading())
            for at in range(0, max(ordering.rows, 1), CHUNK):
                chunk = made.with_name(f"export-{at}")
                self._chunk(connection, ordering, at, chunk)
                chunks.append(chunk)
                if self._format != "parquet":
                    _move_into(out, chunks.pop())
        if self._format == "parquet":
            connection.execute(
                f"COPY (SELECT * FROM {files_of(chunks)}) TO {literal(str(made))} ({_OPTIONS['parquet']})"
            )

    def _chunk(self, connection: "DuckDBPyConnection", ordering: Ordering, at: int, chunk: Path) -> None:
        place = f"o.rowid >= {at} AND o.rowid < {at + CHUNK}"
        numbers = connection.execute(
            f"SELECT DISTINCT r >> 32 FROM {ordering.name} o WHERE {place}"
        ).fetchall()
        parts = [self._questions.parts[int(row[0])] for row in numbers]
        parts = parts or list(self._questions.parts.values())
        shown = self._shown(self._questions.dialect(parts))
        connection.execute(
            f"COPY (SELECT {shown} FROM {self._questions.source(parts)} s JOIN {ordering.name} o"
            f" ON s.{ROW} = o.r WHERE {place} ORDER BY o.rowid)"
            f" TO {literal(str(chunk))} ({_OPTIONS[self._format]})"
        )

    def _shown(self, dialect: Dialect) -> str:
        """The columns under the names of their fields; where two differ in case only, as they are stored."""
        spelled = Counter(name.lower() for name in self._columns)
        found = []
        for name in self._columns:
            column = dialect.column(name)
            stored = dialect.stored(name) if spelled[name.lower()] > 1 else name
            value = csv_safe_sql(column) if self._format == "csv" and name != TIME else column
            found.append(f"{value} AS {quoted(stored or '(empty)')}")
        return ", ".join(found)

    def _heading(self) -> bytes:
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow(map(csv_safe, self._columns))
        return line.getvalue().encode("utf-8", "backslashreplace")

    def _empty(self, connection: "DuckDBPyConnection", made: Path) -> None:
        if self._format == "parquet":
            shown = self._shown(self._questions.dialect(()))
            connection.execute(
                f"COPY (SELECT {shown} WHERE FALSE) TO {literal(str(made))} ({_OPTIONS['parquet']})"
            )
        else:
            made.write_bytes(self._heading() if self._format == "csv" else b"")

    def _deliver(self, made: Path) -> None:
        """Beside its final place first, so that the name always leads to a whole file."""
        beside = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        try:
            with made.open("rb") as source, _private(beside) as target:
                shutil.copyfileobj(source, target, 1 << 20)
                target.flush()
                os.fsync(target.fileno())
            if self._overwrite:
                beside.replace(self._path)
            else:
                os.link(beside, self._path)
            disk.sync(self._path.parent)
        except FileExistsError as error:
            raise self._exists() from error
        finally:
            beside.unlink(missing_ok=True)


def _private(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _move_into(out: IO[bytes], chunk: Path) -> None:
    with chunk.open("rb") as file:
        shutil.copyfileobj(file, out, 1 << 20)
    chunk.unlink()


def csv_safe_sql(column: str) -> str:
    """`aktui.text.csv_safe` as an expression."""
    formula, cut = (", ".join(map(literal, chars)) for chars in (FORMULA, CUT_LINE))
    starts = f"left(ltrim({column}, {literal(_SPACES)}), 1) IN ({formula}) OR left({column}, 1) IN ({cut})"
    return f"CASE WHEN {starts} THEN '''' || {column} ELSE {column} END"
