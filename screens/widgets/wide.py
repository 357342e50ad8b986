"""How wide the columns of a windowed table are, which scrolls sideways instead of leaving columns out."""

from collections.abc import Sequence
from dataclasses import dataclass

from aktui.case.rows.asking import Rows
from aktui.text import cells
from queries.base import Column
from screens.widgets.cells import log_cell
from screens.widgets.moments import STAMP

GAP = 2
"""Cells between two columns."""
SAMPLE = 200
"""Rows looked at to find how wide a column would like to be."""
WIDEST = 40
"""Cells beyond which a column is not given more, unless there is room to spare."""


@dataclass(frozen=True)
class Lane:
    """One column as it is drawn."""

    column: Column
    width: int
    filled: bool = True
    """Whether some row has a value in it."""

    @property
    def right(self) -> bool:
        """Numbers stand at the right edge."""
        return self.column.kind in ("count", "bytes")


def lanes(
    columns: Sequence[Column],
    rows: Rows,
    width: int,
    before: Sequence[Lane] = (),
    *,
    local: bool = False,
) -> tuple[Lane, ...]:
    """Columns with a value in these rows, each as wide as they want it within bounds, in order.

    What is left of `width` goes to those that were cut. Columns without a value stand last. None gets
    narrower than it was `before`, so that scrolling does not make them dance.
    """
    had = {lane.column.id: lane for lane in before}
    wishes = {column.id: _wish(column, rows, local) for column in columns if column.id in rows.columns}
    known = [one for one in columns if wishes.get(one.id) or (one.id in had and had[one.id].filled)]
    given = {
        one.id: max(min(WIDEST, wishes.get(one.id, 0)), had[one.id].width if one.id in had else 0)
        for one in known
    }
    left = width - sum(given.values()) - GAP * len(known)
    for column in known:
        more = max(0, min(left, wishes.get(column.id, 0) - given[column.id]))
        given[column.id] += more
        left -= more
    bare = [column for column in columns if column not in known and column.id in rows.columns]
    filled = [Lane(column, given[column.id]) for column in known]
    return (*filled, *(Lane(column, max(4, cells(column.title) + 1), filled=False) for column in bare))


def room_of(found: Sequence[Lane]) -> int:
    """Cells that the columns take together."""
    return sum(lane.width + GAP for lane in found)


def _wish(column: Column, rows: Rows, local: bool) -> int:
    """Cells for the longest value and the title with its sort arrow; 0 for a column without a value."""
    at = rows.columns.index(column.id)
    longest = max(
        (cells(log_cell(row[at], column.kind, local=local)) for row in rows.rows[:SAMPLE]), default=0
    )
    if not longest:
        return 0
    title = cells(column.title) + 1
    return max(STAMP, title + len(" (+08:00)")) if column.kind == "time" else max(longest, title)
