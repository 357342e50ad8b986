"""How wide the columns of a table are: pure arithmetic, no drawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.cells import cell_len

from queries.base import Column, Row
from screens.widgets.display import value_text

GAP = 2
"""Cells between two columns."""

SAMPLE = 300
"""Rows looked at to find how wide a column would like to be."""

WIDEST = 64
"""Cells beyond which a column is not given more, unless there is room to spare."""

_DECENT = {"time": 19, "ip": 15, "id": 14, "count": 8, "flag": 5, "text": 16}
"""Cells with which a column of a kind can be read; what is left is shared out in order."""

_DECENT_OF = {
    "event": 22,
    "region": 14,
    "service": 10,
    "error": 16,
    "rw": 5,
    "call": 36,
    "action": 33,
    "title": 28,
}
"""The same for columns of which it is known better."""

_FIRST = 24
"""The first column says what a row is about, so it is cut last: to this, or to half of the room."""

_ADDRESS = 15
"""Half an address is none."""

_ROOM_FOR_LONG_TIMES = 90


@dataclass(frozen=True)
class Slot:
    """One column as it is drawn."""

    column: Column
    width: int
    short: bool = False
    """Times without year and seconds."""

    @property
    def right(self) -> bool:
        """Numbers stand at the right edge."""
        return self.column.kind in ("count", "bytes")


def fit(
    columns: Sequence[Column], rows: Sequence[Row], width: int, *, now: datetime | None = None
) -> tuple[Slot, ...]:
    """As many columns as fit into `width` cells, in order; later ones go before the first ones are cut."""
    short = width < _ROOM_FOR_LONG_TIMES
    filled = [column for column in columns if not _empty(column, rows)] or list(columns[:1])
    wishes = [_wish(column, rows, short, now) for column in filled]
    given: list[int] = []
    left = width + GAP
    for place, (column, wish) in enumerate(zip(filled, wishes, strict=True)):
        need = min(wish, _decent(column))
        if place == 0:
            need = min(wish, max(8, min(_FIRST, width // 2), _ADDRESS if column.kind == "ip" else 0))
        if place and need + GAP > left:
            break
        given.append(min(need, max(1, left - GAP)))
        left -= given[-1] + GAP
    for most in (WIDEST, width):
        for place, cells in enumerate(given):
            more = max(0, min(min(wishes[place], most) - cells, left))
            given[place], left = cells + more, left - more
    return tuple(Slot(column, cells, short) for column, cells in zip(filled, given, strict=False))


def _decent(column: Column) -> int:
    return _DECENT_OF.get(column.id) or _DECENT.get(column.kind, 16)


def _empty(column: Column, rows: Sequence[Row]) -> bool:
    """A column without a value in any row only takes room away from the others."""
    return bool(rows) and all(row.values.get(column.id) in (None, "") for row in rows)


def _wish(column: Column, rows: Sequence[Row], short: bool, now: datetime | None) -> int:
    values = (row.values.get(column.id) for row in rows[:SAMPLE])
    texts = (value_text(value, column.kind, short=short, now=now) for value in values)
    # The title keeps a cell beside it for the sort arrow.
    return max(cell_len(column.title) + 1, *(cell_len(text) for text in texts), 1)
