"""What a table of rows is asked, and what it answers: plain values, no SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Value = str | int | None
"""A cell: text as the log had it, whole seconds in `__time__`, None where the row has no such field."""

Op = Literal["=", "!=", "<", "<=", ">", ">=", "contains", "starts", "in", "absent", "present"]

OPS: tuple[Op, ...] = ("=", "!=", "<", "<=", ">", ">=", "contains", "starts", "in", "absent", "present")


@dataclass(frozen=True)
class Condition:
    """One column held against a value.

    `=`, `!=`, `in` and `starts` compare exactly; `contains` takes no notice of case. `<` and its kin compare
    numbers in columns that hold numbers (`schema.NUMBERS`, `__time__`), text elsewhere. A row without the
    field is `absent`, differs from every value, and answers to nothing else.
    """

    column: str
    op: Op
    value: str | int | tuple[str, ...] = ""
    """A tuple for `in`; of no account for `absent` and `present`."""


@dataclass(frozen=True)
class Filter:
    """Which rows: those that fit every condition and hold every word in some column, in whatever case."""

    conditions: tuple[Condition, ...] = ()
    words: tuple[str, ...] = ()
    ids: tuple[int, ...] | None = None
    """Only rows with these ids: those a person marked."""

    def __bool__(self) -> bool:
        return bool(self.conditions or any(self.words) or self.ids is not None)

    def and_(self, *more: Condition) -> "Filter":
        return Filter((*self.conditions, *more), self.words, self.ids)

    def without(self, column: str) -> "Filter":
        """The same filter with no condition on that column; what its facet is counted with."""
        return Filter(tuple(one for one in self.conditions if one.column != column), self.words, self.ids)

    def between(self, start: int, end: int) -> "Filter":
        """Only rows from `start` up to before `end`, seconds."""
        return self.and_(Condition("__time__", ">=", start), Condition("__time__", "<", end))


EVERYTHING = Filter()


@dataclass(frozen=True)
class Order:
    """How rows follow each other. Equal ones go by time, then as they were stored; absent ones are last."""

    column: str = "__time__"
    descending: bool = False


BY_TIME = Order()


@dataclass(frozen=True)
class Rows:
    """A stretch of the rows that fit."""

    columns: tuple[str, ...]
    ids: tuple[int, ...]
    """Stable for the life of the case: a cursor or a mark may hold on to one."""
    rows: tuple[tuple[Value, ...], ...]
    """One tuple a row, as wide as `columns`."""
    offset: int
    """Where the first stands among all that fit."""
    total: int
    """How many fit."""
    version: int
    """`LogTable.version` at that moment; when it has grown, rows have come since."""


@dataclass(frozen=True)
class Facet:
    """How often each value of a column occurs, the most frequent first."""

    column: str
    values: tuple[tuple[Value, int], ...]
    distinct: int
    """How many values there are in all, rows without the field counting as one."""
    others: int
    """Rows whose value is not among `values`."""


@dataclass(frozen=True)
class Group:
    """Rows that agree in the columns asked for."""

    values: tuple[Value, ...]
    count: int
    total: int
    """The sum over the column asked for; what is no number counts nothing."""
    first: int | None
    last: int | None
    """Seconds; None when none of the rows has a time."""


@dataclass(frozen=True)
class Activity:
    """Rows over time in spans of equal length."""

    start: int
    """Seconds; a multiple of `step`."""
    step: int
    counts: tuple[int, ...]
    untimed: int
    """Rows that fit and have no time."""


@dataclass(frozen=True)
class Appended:
    """What became of a slice of rows."""

    rows: int
    """How many were stored; 0 when the slice was there already or had none."""
    already: bool = False


@dataclass(frozen=True)
class Part:
    """One immutable file of rows."""

    table: str
    file: str
    """Its name in the folder of the table."""
    seq: int
    rows: int
    first: int | None
    last: int | None
    """The earliest and latest `__time__`, seconds."""
    columns: tuple[str, ...]
    """As stored; the names of fields unless `columns.Columns` had to give another."""
    size: int = 0
    sha256: str = ""
    """Empty on a part found when the case was opened: the ledger has it."""
    source: str = ""
    slice_id: str = ""


Format = Literal["csv", "jsonl", "parquet"]


@dataclass(frozen=True)
class Exported:
    """A file written out of the case."""

    path: Path
    format: Format
    rows: int
    columns: Sequence[str]
    size: int
    sha256: str
