"""Filters and orders as SQL. Names are checked against the table's own and quoted, values always bound."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from aktui.case.rows.asking import OPS, Condition, Filter, Order
from aktui.case.rows.columns import Columns, quoted, storable
from aktui.case.rows.schema import NANOSECONDS, OURS, ROW, TIME, is_number
from aktui.errors import UsageError

_NO_LETTERS = re.compile(r"[\x00-@\[-`{-\x7f]+")
_WORTH = 3
"""Characters from which on a stretch is rare enough to be looked for by itself."""

_COMPARED = {"<": "<", "<=": "<=", ">": ">", ">=": ">="}


@dataclass
class Binds:
    """Values on their way beside a statement, each where `$n` stands for it."""

    values: list[Any] = field(default_factory=list)

    def add(self, value: Any) -> str:
        self.values.append(storable(value) if isinstance(value, str) else value)
        return f"${len(self.values)}"


class Dialect:
    """How to speak of one table's columns."""

    def __init__(self, table: str, columns: Columns, present: Collection[str]) -> None:
        self._table = table
        self._columns = columns
        self._present = present
        """The columns some file has, as stored."""

    def column(self, name: str) -> str:
        """A column as an expression; UsageError when the table has none of that name."""
        if name not in self._columns:
            raise UsageError(
                f"The table {self._table} has no column {name!r}.",
                hint=f"It has: {', '.join(self._columns.names[:60])}.",
            )
        stored = self._columns.of(name)
        return quoted(stored) if stored in self._present else "NULL::VARCHAR"

    def stored(self, name: str) -> str:
        """What a column the table has is called on disk."""
        return self._columns.of(name)

    def texts(self) -> list[str]:
        """Every column of the logs' own that holds text and that some row fills."""
        stored = (self._columns.of(name) for name in self._columns.names if name not in (TIME, *OURS))
        return [quoted(name) for name in stored if name in self._present]

    def number(self, name: str) -> str | None:
        """The column as a number where it holds numbers, else None."""
        if name == TIME:
            return self.column(name)
        return f"TRY_CAST({self.column(name)} AS DOUBLE)" if is_number(self._table, name) else None

    def nanoseconds(self) -> str:
        """The time of a row as one number, parts of a second included where the log has them."""
        whole = f"{self.column(TIME)} * 1000000000"
        part = self._columns.of(NANOSECONDS)
        return (
            f"{whole} + coalesce(TRY_CAST({quoted(part)} AS BIGINT), 0)" if part in self._present else whole
        )

    def key(self, order: Order) -> str:
        """What rows are sorted by."""
        return (
            self.nanoseconds()
            if order.column == TIME
            else self.number(order.column) or self.column(order.column)
        )

    def where(self, which: Filter, binds: Binds) -> str:
        """The filter as a condition; `TRUE` for one that lets everything through."""
        parts = [self._condition(one, binds) for one in which.conditions]
        parts += [self._word(word, binds) for word in which.words if word]
        if which.ids is not None:
            listed = ", ".join(str(int(one)) for one in which.ids)
            parts.append(f"{ROW} IN ({listed})" if listed else "FALSE")
        return " AND ".join(f"({part})" for part in parts) or "TRUE"

    def _word(self, word: str, binds: Binds) -> str:
        looked_for = _Inside(word, binds)
        return " OR ".join(map(looked_for.of, self.texts())) or "FALSE"

    def _condition(self, one: Condition, binds: Binds) -> str:
        column = self.column(one.column)
        if one.op not in OPS:
            raise UsageError(f"A filter can not compare by {one.op!r}.", hint=f"It can by: {', '.join(OPS)}.")
        if one.op in ("absent", "present"):
            return f"{column} IS {'NOT ' if one.op == 'present' else ''}NULL"
        if one.op == "in":
            return self._any_of(column, one, binds)
        if one.op in _COMPARED:
            return self._compared(column, one, binds)
        if one.op == "contains":
            return _Inside(str(one.value), binds).of(f"{column}::VARCHAR" if one.column == TIME else column)
        if one.op in ("=", "!=") and one.column == TIME:
            value = binds.add(_whole_number(one))
        else:
            column = f"{column}::VARCHAR" if one.column == TIME else column
            value = binds.add(str(one.value))
        return {
            "=": f"{column} = {value}",
            "!=": f"{column} IS DISTINCT FROM {value}",
            "starts": f"starts_with({column}, {value})",
        }[one.op]

    def _any_of(self, column: str, one: Condition, binds: Binds) -> str:
        values: Iterable[Any] = one.value if isinstance(one.value, tuple) else (one.value,)
        listed = ", ".join(binds.add(str(value)) for value in values)
        column = f"{column}::VARCHAR" if one.column == TIME else column
        return f"{column} IN ({listed})" if listed else "FALSE"

    def _compared(self, column: str, one: Condition, binds: Binds) -> str:
        number = self.number(one.column)
        if number is None:
            return f"{column} {_COMPARED[one.op]} {binds.add(str(one.value))}"
        return f"{number} {_COMPARED[one.op]} {binds.add(_number(one))}"


class _Inside:
    """A text looked for inside others, in whatever case.

    Comparing without case costs most of what a look into every column costs. So the longest stretch that has
    no letters is looked for first, exactly; where nothing else is left, that is all.
    """

    def __init__(self, text: str, binds: Binds) -> None:
        self._piece = max(_NO_LETTERS.findall(text), key=len, default="")
        exact = binds.add(self._piece) if len(self._piece) >= _WORTH or self._piece == text else ""
        self._exact = f"contains({{0}}, {exact})" if exact else ""
        pattern = "%" + "".join(f"\\{char}" if char in "\\%_" else char for char in storable(text)) + "%"
        self._any_case = "" if self._piece == text else f"{{0}} ILIKE {binds.add(pattern)} ESCAPE '\\'"

    def of(self, column: str) -> str:
        """The condition on one column."""
        both = [test.format(column) for test in (self._exact, self._any_case) if test]
        return f"({' AND '.join(both)})"


def _whole_number(one: Condition) -> int:
    try:
        return int(str(one.value))
    except ValueError:
        raise UsageError(f"{one.column} is held against whole numbers, not {one.value!r}.") from None


def _number(one: Condition) -> float:
    try:
        return float(str(one.value))
    except ValueError:
        raise UsageError(f"{one.column} is compared with numbers, not {one.value!r}.") from None
