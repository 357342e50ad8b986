"""Log rows of an account file: as the log service returns them, or as lines of CSV, or from its events."""

import csv
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aktui.simcloud.logs.store import RESERVED, ListedRows, RowSource, literal, quoted
from aktui.simcloud.portable.check import Problems, named, shown

if TYPE_CHECKING:
    import duckdb

FROM_EVENTS = "events"
"""Instead of rows: one for each management event of the file, as a trail delivers it."""

_DIALECT = (
    "header=true, delim=',', quote='\"', escape='\"', nullstr='', allow_quoted_nulls=false, "
    "auto_detect=false, new_line='\\n'"
)

_SECONDS = re.compile(r"[0-9]{1,11}")
_TEXT = {str}
_ANSWER = frozenset(("meta", "data"))


class CsvRows:
    """Rows as lines of CSV, the names of the fields first.

    A value left empty is a field that the row does not have; empty text is written `""`.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines

    @property
    def count_hint(self) -> int:
        return max(0, len(self.lines) - 1)

    def load(self, connection: "duckdb.DuckDBPyConnection", table: str) -> None:
        """Through a file that DuckDB's own reader takes."""
        names, _ = _header(self.lines)
        known = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
        columns = [f"{quoted(name)}::BIGINT AS {quoted(name)}" for name in RESERVED[:1]]
        for name in RESERVED[1:]:
            value = f"coalesce({quoted(name)}, '')" if name in names else "''"
            columns.append(f"{value} AS {quoted(name)}")
        columns += [quoted(name) for name in names if name not in RESERVED]
        with tempfile.TemporaryDirectory(prefix="aktui-rows-") as folder:
            path = Path(folder) / "rows.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                file.writelines(f"{line}\n" for line in self.lines)
            reader = f"read_csv({literal(str(path))}, {_DIALECT}, columns={{{known}}})"
            connection.execute(f"CREATE TABLE {table} AS SELECT {', '.join(columns)} FROM {reader}")  # noqa: S608


def csv_of(rows: RowSource) -> list[str]:
    """The rows of any source as lines of CSV, in an order that depends on nothing but the rows."""
    import duckdb

    with (
        tempfile.TemporaryDirectory(prefix="aktui-rows-") as folder,
        duckdb.connect(config={"temp_directory": folder}) as connection,
    ):
        path = Path(folder) / "rows.csv"
        rows.load(connection, "stored")
        connection.execute(f"COPY (FROM stored ORDER BY ALL) TO {literal(str(path))} (FORMAT csv, HEADER)")
        with path.open(encoding="utf-8", newline="") as file:
            return file.read().removesuffix("\n").split("\n")


def read_rows(value: Any, path: str, problems: Problems) -> RowSource | None:
    """The rows that stand there; None where the file's events stand for them. Wrong ones are told."""
    if value == FROM_EVENTS:
        return None
    if isinstance(value, dict) and "csv" in value:
        return _csv_rows(value, path, problems)
    return ListedRows(read_listed(value, path, problems))


def read_listed(value: Any, path: str, problems: Problems) -> list[dict[str, str]]:
    """A list of rows, one answer of GetLogs, or many of them one after the other."""
    found: list[dict[str, str]] = []
    names: dict[str, str] = {}
    for place, rows in _lists(value, path, problems):
        for at, row in enumerate(rows):
            flaw = _flaw(row)
            if flaw:
                problems.add(f"{place}[{at}]{flaw[0]}", flaw[1])
                continue
            found.append({**row, "__time__": str(row["__time__"])})
            for name in row:
                if names.setdefault(name.lower(), name) != name:
                    problems.add(f"{place}[{at}].{name}", _twins(name, names[name.lower()]))
    return found


def _lists(value: Any, path: str, problems: Problems) -> Iterator[tuple[str, list[Any]]]:
    if isinstance(value, dict):
        yield from _answered(value, path, problems)
    elif not isinstance(value, list):
        forms = f'a list of rows, an answer of GetLogs, {{"csv": […]}} or "{FROM_EVENTS}"'
        problems.add(path, f"must be {forms}, not {named(value)}")
    elif value and isinstance(value[0], dict) and "data" in value[0] and "__time__" not in value[0]:
        for at, answer in enumerate(value):
            yield from _answered(answer, f"{path}[{at}]", problems)
    else:
        yield path, value


def _answered(answer: Any, path: str, problems: Problems) -> Iterator[tuple[str, list[Any]]]:
    """The list in an answer of GetLogs."""
    if not isinstance(answer, dict):
        problems.add(path, f"must be an answer of GetLogs like the first, not {named(answer)}")
        return
    for name in answer:
        if name not in _ANSWER:
            problems.add(f"{path}.{name}", "is not a field of an answer of GetLogs")
    meta = answer.get("meta")
    if isinstance(meta, dict) and meta.get("hasSQL"):
        problems.add(f"{path}.meta.hasSQL", "is true: results of SQL are no rows of the Logstore")
    data = answer.get("data")
    if isinstance(data, list):
        yield f"{path}.data", data
    else:
        problems.add(f"{path}.data", f"must be a list, not {named(data)}")


def _flaw(row: Any) -> tuple[str, str] | None:
    """The first thing wrong with a row: (field, what)."""
    if type(row) is not dict:
        return "", f"must be an object, not {named(row)}"
    time = row.get("__time__")
    if time is None:
        return ".__time__", "is missing"
    if not _SECONDS.fullmatch(str(time)) or isinstance(time, bool):
        return ".__time__", f"{shown(str(time))} is no number of seconds since 1970"
    if {*map(type, row.values())} <= _TEXT:
        return None
    name = next((name for name in row if name != "__time__" and type(row[name]) is not str), None)
    return None if name is None else (f".{name}", f"must be text, not {named(row[name])}")


def _csv_rows(value: Mapping[str, Any], path: str, problems: Problems) -> CsvRows:
    for name in value:
        if name != "csv":
            problems.add(f"{path}.{name}", "can not stand beside csv")
    lines, path = value["csv"], f"{path}.csv"
    if not isinstance(lines, list) or not lines or not {*map(type, lines)} <= _TEXT:
        problems.add(path, "must be a list of lines, the names of the fields first")
        return CsvRows(["__time__"])
    names, above = _header(lines)
    if names[:1] != ["__time__"] or any(not name for name in names):
        problems.add(f"{path}[0]", "must name the fields, __time__ first")
    known: dict[str, str] = {}
    for name in names:
        twin = known.setdefault(name.lower(), name)
        if twin != name or names.count(name) > 1:
            problems.add(f"{path}[0]", _twins(name, twin))
            break
    _check_lines(lines, above, len(names), path, problems)
    return CsvRows(lines)


def _header(lines: Sequence[str]) -> tuple[list[str], int]:
    """The names of the fields, and how many lines they take: quoted names may go over several."""
    reader = csv.reader(_ended(lines, 0))
    return next(reader, []), reader.line_num


def _ended(lines: Sequence[str], first: int) -> Iterator[str]:
    return (f"{lines[number]}\n" for number in range(first, len(lines)))


def _check_lines(lines: Sequence[str], at: int, fields: int, path: str, problems: Problems) -> None:
    """Each line must have the same fields and begin with a time. Plain lines are seen through fast."""
    while at < len(lines):
        line, first = lines[at], at
        # Quotes that are not pairs hold something back that only a reader can tell apart.
        if '"' not in line.replace('""', ""):
            time, count = line.partition(",")[0], line.count(",") + 1
        else:
            reader = csv.reader(_ended(lines, first))
            values = next(reader)
            at += reader.line_num - 1
            time, count = values[0], len(values)
        if count != fields:
            problems.add(f"{path}[{first}]", f"has {count} values where the first line names {fields}")
        elif not _SECONDS.fullmatch(time):
            problems.add(f"{path}[{first}]", f"{shown(time)} is no number of seconds since 1970")
        at += 1


def _twins(name: str, twin: str) -> str:
    if name == twin:
        return f"{shown(name)} is there twice"
    return f"{shown(name)} and {shown(twin)} differ in case only, which the practice cloud can not keep apart"
