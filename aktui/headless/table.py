"""Rows as people read them: columns that fit, wide characters counted as they are drawn."""

import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from aktui.text import cells, pad, visible
from queries.base import Column, Row

WIDEST = 100
"""Cells of one column, also where there is room for more."""
_NARROWEST = 12
"""Cells below which a column is not worth having."""
_UNBOUNDED = 100_000


def table(columns: Sequence[Column], rows: Sequence[Row], *, width: int = 0, seconds: bool = True) -> str:
    """A heading and a line a row, in so many cells or as the terminal has. Empty columns are left out.

    Rows with more columns than fit are written one value a line.
    """
    shown = [column for column in columns if any(shown_value(row.values.get(column.id)) for row in rows)]
    if not shown:
        return ""
    titles = [f"{column.title} (UTC)" if column.kind == "time" else column.title for column in shown]
    body = [[shown_value(row.values.get(column.id), seconds=seconds) for column in shown] for row in rows]
    room = width or (shutil.get_terminal_size().columns if sys.stdout.isatty() else _UNBOUNDED)
    widths = _widths(titles, body, room)
    if _total(widths) > room:
        return "\n".join(_record(titles, values) for values in body)
    right = [column.kind == "count" for column in shown]
    return "".join(_line(values, widths, right) for values in (titles, *body))


def shown_value(value: Any, *, seconds: bool = True) -> str:
    """One value as a person reads it; nothing in it can move the cursor."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S}"[: 19 if seconds else 16]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple | set | frozenset):
        return "; ".join(shown_value(item) for item in value)
    return visible(str(value))


def _widths(titles: list[str], body: list[list[str]], room: int) -> list[int]:
    """As wide as needed, then the widest made narrower until all fit, if they can."""
    widths = [min(WIDEST, max(map(cells, column))) for column in zip(titles, *body, strict=True)]
    while _total(widths) > room and max(widths) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1
    return widths


def _total(widths: list[int]) -> int:
    return sum(widths) + 2 * (len(widths) - 1)


def _record(titles: list[str], values: list[str]) -> str:
    indent = max(map(cells, titles)) + 2
    return "".join(
        f"{pad(title, indent)}{value}\n" for title, value in zip(titles, values, strict=True) if value
    )


def _line(values: list[str], widths: list[int], right: list[bool]) -> str:
    fitted = (pad(value, width, right=side) for value, width, side in zip(values, widths, right, strict=True))
    return "  ".join(fitted).rstrip() + "\n"
