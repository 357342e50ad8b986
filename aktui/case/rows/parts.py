"""Parts: rows written to a file that never changes, and files on disk read back as parts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from aktui.case.rows import disk
from aktui.case.rows.asking import Part
from aktui.case.rows.columns import Columns, quoted, storable
from aktui.case.rows.engine import literal
from aktui.case.rows.schema import ROW, SOURCE, TIME, TIME_TEXT, seconds_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST_ROWS = 1 << 32
"""Rows a part may have: the lower half of a row's id counts them, the upper one is the part's number."""

_LONGEST = 1 << 20
"""Bytes of a row, as the reader wants to know beforehand."""

_LAYOUT = "FORMAT parquet, PARQUET_VERSION V2, COMPRESSION zstd"
# Measured over a million access-log rows: a look into every column takes 0.25 s with the encodings of the
# second version and 0.30 s with those of the first, in an eighth less room. LZ4 only takes twice the room.


def seq_of(row_id: int) -> int:
    """The number of the part a row is in."""
    return row_id >> 32


def source_of(folder: Path, names: Iterable[str]) -> str:
    """The files as something to select from; columns that only some have are empty in the others."""
    return files_of(folder / name for name in names)


def files_of(paths: Iterable[Path]) -> str:
    """The same, for files anywhere the engine may read."""
    files = ", ".join(literal(str(path)) for path in paths)
    return f"read_parquet([{files}], union_by_name = true, hive_partitioning = false)"


def write(
    connection: "DuckDBPyConnection",
    work: Path,
    folder: Path,
    columns: Columns,
    rows: Sequence[Mapping[str, str]],
    source: str,
    slice_id: str,
) -> Part | None:
    """Store rows as a pending part; None when there are none, or the slice is there. Adds to the columns."""
    tag = disk.tag_of(source, slice_id)
    with disk.held(folder):
        taken = [disk.read_name(name) or (0, "") for name in disk.files_in(folder)]
        if not rows or (tag and any(tag == known for _, known in taken)):
            return None
        seq = max((number for number, _ in taken), default=0) + 1
        file = disk.part_name(seq, tag)
        lines, made = work / "rows.ndjson", work / file
        try:
            writing = _Lines(columns, source, seq)
            writing.write(rows, lines)
            _convert(connection, lines, made, writing)
            size, sha256 = disk.settle(made)
            made.rename(folder / f"{file}{disk.PENDING}")
            disk.sync(folder)
        finally:
            lines.unlink(missing_ok=True)
            made.unlink(missing_ok=True)
    return Part(
        folder.name,
        file,
        seq,
        len(rows),
        writing.first,
        writing.last,
        writing.columns(),
        size,
        sha256,
        source,
        slice_id,
    )


def publish(folder: Path, part: Part) -> None:
    """Give a pending part its name; somebody else may have done so."""
    pending = folder / f"{part.file}{disk.PENDING}"
    try:
        pending.rename(folder / part.file)
    except FileNotFoundError:
        (folder / part.file).stat()
    disk.sync(folder)


def hashed(folder: Path, part: Part) -> Part:
    """A pending part found on disk, with what the ledger wants to know of it."""
    size, sha256 = disk.settle(folder / f"{part.file}{disk.PENDING}")
    return replace(part, size=size, sha256=sha256)


class _Lines:
    """Rows on their way to DuckDB's reader: an object a line, fields under the names they are stored by."""

    def __init__(self, columns: Columns, source: str, seq: int) -> None:
        self._columns = columns
        self._source = storable(source)
        self._id = seq << 32
        self._plans: dict[tuple[str, ...], dict[str, str] | None] = {}
        self.used: set[str] = {columns.stored(TIME), columns.stored(SOURCE)}
        self.first: int | None = None
        self.last: int | None = None
        self.longest = 0

    def columns(self) -> tuple[str, ...]:
        """What these rows have, as stored, in the order of the table."""
        return tuple(name for name in map(self._columns.of, self._columns.names) if name in self.used)

    def write(self, rows: Iterable[Mapping[str, str]], path: Path) -> None:
        with path.open("wb") as file:
            file.writelines(self._lines(rows))

    def _lines(self, rows: Iterable[Mapping[str, str]]) -> Iterator[bytes]:
        for number, row in enumerate(rows):
            line = _dumped({**self._stored(row), SOURCE: self._source, ROW: self._id + number})
            self.longest = max(self.longest, len(line))
            yield line

    def _stored(self, row: Mapping[str, str]) -> dict[str, Any]:
        names = tuple(row)
        if names not in self._plans:
            self._plans[names] = self._plan(names)
        plan = self._plans[names]
        values: dict[str, Any] = dict(row) if plan is None else {plan[name]: row[name] for name in names}
        given = values.get(TIME)
        seconds = values[TIME] = seconds_of(given)
        if seconds is not None:
            self.first = seconds if self.first is None or seconds < self.first else self.first
            self.last = seconds if self.last is None or seconds > self.last else self.last
        elif given is not None:
            values[self._column(TIME_TEXT)] = given
        return values

    def _plan(self, names: tuple[str, ...]) -> dict[str, str] | None:
        """Field to column for rows of these fields; None when they are all called the same."""
        plan = {name: self._column(name) for name in names}
        return None if all(name == stored for name, stored in plan.items()) else plan

    def _column(self, name: str) -> str:
        stored = self._columns.stored(name)
        self.used.add(stored)
        return stored


def _dumped(values: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(values, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:
        whole = {name: storable(value) if isinstance(value, str) else value for name, value in values.items()}
        return orjson.dumps(whole, option=orjson.OPT_APPEND_NEWLINE)


def _convert(connection: "DuckDBPyConnection", lines: Path, made: Path, writing: _Lines) -> None:
    types = dict.fromkeys(writing.columns(), "VARCHAR") | {TIME: "BIGINT", ROW: "BIGINT"}
    spec = ", ".join(f"{quoted(name)}: '{kind}'" for name, kind in types.items())
    longest = max(_LONGEST, writing.longest + 1)
    connection.execute(
        f"COPY (SELECT * FROM read_json({literal(str(lines))}, format = 'newline_delimited',"
        f" maximum_object_size = {longest}, columns = {{{spec}}}))"
        f" TO {literal(str(made))} ({_LAYOUT})"
    )


def read(
    connection: "DuckDBPyConnection", folder: Path, files: Sequence[str]
) -> tuple[list[Part], list[str]]:
    """What the files are, by their own account, and a sentence for each that can not be read."""
    import duckdb

    try:
        return (_read(connection, folder, files) if files else []), []
    except duckdb.Error:
        pass
    parts, problems = [], []
    for file in files:
        try:
            parts += _read(connection, folder, [file])
        except duckdb.Error as error:
            reason = (str(error).splitlines() or [""])[0]
            problems.append(f"{folder.name}/{file} can not be read: {reason}")
    return parts, problems


def _read(connection: "DuckDBPyConnection", folder: Path, files: Sequence[str]) -> list[Part]:
    paths = "[" + ", ".join(literal(str(folder / file)) for file in files) + "]"
    counts = connection.execute(f"SELECT file_name, num_rows FROM parquet_file_metadata({paths})").fetchall()
    named = connection.execute(
        f"SELECT file_name, name FROM parquet_schema({paths}) WHERE type IS NOT NULL"
    ).fetchall()
    spans = connection.execute(
        "SELECT file_name, min(TRY_CAST(stats_min_value AS BIGINT)), max(TRY_CAST(stats_max_value AS BIGINT))"
        f" FROM parquet_metadata({paths}) WHERE path_in_schema = '{TIME}' GROUP BY file_name"
    ).fetchall()
    columns: dict[str, list[str]] = {}
    for path, name in named:
        columns.setdefault(Path(path).name, []).append(name)
    span = {Path(path).name: (first, last) for path, first, last in spans}
    rows = {Path(path).name: int(count) for path, count in counts}
    return [_part(folder, file, rows[file], *span.get(file, (None, None)), columns[file]) for file in files]


def _part(
    folder: Path, file: str, rows: int, first: int | None, last: int | None, columns: list[str]
) -> Part:
    seq, _ = disk.read_name(file) or (0, "")
    used = tuple(name for name in columns if name != ROW)
    return Part(folder.name, file.removesuffix(disk.PENDING), seq, rows, first, last, used)
