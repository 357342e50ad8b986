"""Takes the rows that a story tells into DuckDB, for the columns of a log to be spelt out from them."""

import csv
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from aktui.simcloud.logs.store import literal

if TYPE_CHECKING:
    import duckdb

_DIALECT = (
    "header=false, quote='\"', escape='\"', allow_quoted_nulls=false, auto_detect=false, new_line='\\n'"
)
_KINDS = {str: "VARCHAR", int: "BIGINT"}


def tell(
    connection: "duckdb.DuckDBPyConnection",
    table: str,
    rows: Collection[NamedTuple],
    fields: Mapping[str, type],
) -> None:
    """A temporary table with these rows, each field a column; `fields` are those of the rows, str or int."""
    columns = ", ".join(f"{name} {_KINDS[kind]}" for name, kind in fields.items())
    connection.execute(f"CREATE TEMP TABLE {table} ({columns})")
    if not rows:
        return
    with tempfile.TemporaryDirectory(prefix="aktui-rows-") as folder:
        path = Path(folder) / "rows.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            # Everything in quotes, so that empty text stays text.
            csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
        known = ", ".join(f"{literal(name)}: {literal(_KINDS[kind])}" for name, kind in fields.items())
        reader = f"read_csv({literal(str(path))}, {_DIALECT}, columns={{{known}}})"
        connection.execute(f"INSERT INTO {table} FROM {reader}")
