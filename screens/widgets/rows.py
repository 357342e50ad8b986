"""What a table shows of its rows: filtered and sorted, over all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from queries.base import Column, Row
from screens.widgets.display import as_moment, value_text


@dataclass(frozen=True)
class View:
    """A filter and an order."""

    filter: str = ""
    """Words that must all occur in a row, whatever their case."""
    sort: str = ""
    """Column id; empty for the order in which the answer came."""
    reverse: bool = False

    def apply(self, rows: Sequence[Row], columns: Sequence[Column]) -> list[Row]:
        """The rows that pass, in order."""
        kept = list(rows)
        words = self.filter.casefold().split()
        if words:
            kept = [row for row in kept if _holds(row, columns, words)]
        column = next((column for column in columns if column.id == self.sort), None)
        if column is not None:
            kept.sort(key=lambda row: _rank(row.values.get(column.id), column.kind), reverse=self.reverse)
            # Rows without a value stay at the end, whichever way the order runs.
            kept.sort(key=lambda row: row.values.get(column.id) in (None, ""))
        return kept


def _holds(row: Row, columns: Sequence[Column], words: Sequence[str]) -> bool:
    text = " ".join(value_text(row.values.get(column.id), column.kind) for column in columns).casefold()
    return all(word in text for word in words)


def _rank(value: Any, kind: str) -> tuple[int, Any]:
    """A key under which values of different types still compare."""
    if isinstance(value, bool | int | float):
        return 0, value
    moment = as_moment(value) if kind == "time" else None
    if moment is not None:
        return 1, moment
    if kind == "ip":
        return _ip_rank(str(value))
    return 3, value_text(value, kind).casefold()


def _ip_rank(text: str) -> tuple[int, Any]:
    try:
        address = ip_address(text)
    except ValueError:
        return 3, text.casefold()
    return 2, (address.version, int(address))
