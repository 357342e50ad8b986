"""What the log service of an account holds: projects, Logstores, indexes, and where rows come from."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import duckdb

DELIMITERS = ", '\";=()[]{}?@&<>/:\n\t\r"
"""What separates the words of a text field unless its index says otherwise."""

RESERVED = ("__time__", "__topic__", "__source__")
"""Fields that every row has."""

Row = Mapping[str, str]
"""One log row. All values are text, `__time__` (seconds since 1970) too; a missing field is absent."""

_AT_ONCE = 2000
_TYPES = ("text", "long", "double", "json")


@dataclass(frozen=True)
class FieldIndex:
    """The index of one field."""

    type: str = "text"
    """text, long, double or json. Numbers are compared as numbers, json is reached by `field.inner.name`."""
    case_sensitive: bool = False
    doc_value: bool = True
    """Whether SQL may read the field."""
    searchable: bool = True
    """Whether the search part may name it. False: only SQL may, and GetIndex does not list it."""
    tokens: str = DELIMITERS
    """The characters between words. Empty: the whole value is one word."""
    keys: Mapping[str, "FieldIndex"] = field(default_factory=dict)
    """Of a json field: inner names (dotted), where they differ from text."""
    every_key: bool = True
    """Of a json field: whether inner names that `keys` does not have are indexed too, as text."""

    def __post_init__(self) -> None:
        if self.type not in _TYPES:
            raise ValueError(f"an index is of type {', '.join(_TYPES)}, not {self.type!r}")


@dataclass(frozen=True)
class Index:
    """The index of a Logstore; a Logstore without one can not be queried."""

    fields: Mapping[str, FieldIndex] = field(default_factory=dict)
    full_text: bool = False
    """Whether words without a field name are looked for in every field, indexed or not."""
    immutable: bool = False
    """Made by another service: nobody may change it."""


class RowSource(Protocol):
    """Where the rows of a Logstore come from; asked once, at the first query, in a thread."""

    @property
    def count_hint(self) -> int:
        """About how many rows there are, known without making them."""

    def load(self, connection: "duckdb.DuckDBPyConnection", table: str) -> None:
        """Create the table: `"__time__" BIGINT, "__topic__" VARCHAR, "__source__" VARCHAR`, then one VARCHAR
        column a field (NULL where a row has none). In any order of rows. `table` needs no quoting.
        """


class ListedRows:
    """Rows that are simply listed."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self.rows = tuple(rows)

    @property
    def count_hint(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def load(self, connection: "duckdb.DuckDBPyConnection", table: str) -> None:
        create(connection, table, fields_of(self.rows))
        insert(connection, table, self.rows)


def fields_of(rows: Iterable[Row]) -> list[str]:
    """The names of all fields beside the reserved ones, in the order in which they first appear.

    Of names that differ in case only, which no table can tell apart, the first one stays.
    """
    named = dict.fromkeys(name for row in rows for name in row if name not in RESERVED)
    return list({name.lower(): name for name in reversed(named)}.values())[::-1]


def create(connection: "duckdb.DuckDBPyConnection", table: str, fields: Iterable[str]) -> None:
    """An empty table for rows with these fields."""
    columns = ['"__time__" BIGINT', '"__topic__" VARCHAR', '"__source__" VARCHAR']
    columns += [f"{quoted(name)} VARCHAR" for name in fields]
    connection.execute(f"CREATE TABLE {table} ({', '.join(columns)})")


def insert(connection: "duckdb.DuckDBPyConnection", table: str, rows: Iterable[Row]) -> None:
    """Put rows, all of whose fields are columns, into the table.

    They go as JSON texts of many rows each: far faster than one INSERT a row, and without a file.
    """
    described = connection.execute(f"DESCRIBE {table}").fetchall()
    shape = json.dumps([{str(name): str(kind) for name, kind, *_ in described}])
    columns = ", ".join(quoted(str(name)) for name, *_ in described)
    parsed = f"unnest(from_json($rows, {literal(shape)}), recursive := true)"
    statement = f"INSERT INTO {table} ({columns}) SELECT {parsed}"
    spelt = {str(name).lower(): str(name) for name, *_ in described}
    left = iter(rows)
    while part := [_whole(row, spelt) for row in islice(left, _AT_ONCE)]:
        connection.execute(statement, {"rows": json.dumps(part)})


def _whole(row: Row, spelt: Mapping[str, str]) -> dict[str, str]:
    fields = {spelt[name.lower()]: value for name, value in row.items()}
    return {"__topic__": "", "__source__": "", **fields}


def quoted(name: str) -> str:
    """An identifier for DuckDB."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text constant for DuckDB."""
    return "'" + text.replace("'", "''") + "'"


@dataclass
class Logstore:
    """One Logstore of a project."""

    name: str
    ttl_days: int
    created: datetime
    index: Index | None = None
    """None: rows are kept but can not be queried."""
    rows: RowSource = field(default_factory=ListedRows)
    """What it held when the practice cloud started."""
    incomplete: int = 0
    """So many times every query is answered in part (`Incomplete`) before it is answered in full."""
    added: list[Row] = field(default_factory=list)
    """Rows that came in since, oldest first."""

    def add(self, row: Row) -> None:
        """Write one row; the next query sees it."""
        self.added.append(row)


@dataclass
class LogProject:
    """One project; its name is unique in the whole cloud."""

    name: str
    region: str
    created: datetime
    description: str = ""
    logstores: dict[str, Logstore] = field(default_factory=dict)
    """By name."""
