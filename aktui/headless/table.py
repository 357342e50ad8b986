"""Rows as people read them: columns that fit, wide characters counted as they are drawn."""

import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from aktui.text import cells, pad, visible
from queries.base import Column, Row

WIDEST = 48
"""Cells of one column, where the terminal does not demand less."""
_NARROWEST = 8
_UNBOUNDED = 100_000


def table(columns: Sequence[Column], rows: Sequence[Row], *, width: int = 0, seconds: bool = True) -> str:
    """A heading and a line a row, in so many cells or as the terminal has. Empty columns are left out."""
    shown = [column for column in columns if any(shown_value(row.values.get(column.id)) for row in rows)]
    if not shown:
        return ""
    titles = [f"{column.title} (UTC)" if column.kind == "time" else column.title for column in shown]
    body = [[shown_value(row.values.get(column.id), seconds=seconds) for column in shown] for row in rows]
    widths = _widths(titles, body, width or _room())
    right = [column.kind == "count" for column in shown]
    return "".join(_line(cells_of_row, widths, right) for cells_of_row in (titles, *body))


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


def _room() -> int:
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else _UNBOUNDED


def _widths(titles: list[str], body: list[list[str]], room: int) -> list[int]:
    """As wide as needed, then the widest made narrower until all fit the terminal."""
    widths = [
        min(WIDEST, max(cells(line[index]) for line in (titles, *body))) for index in range(len(titles))
    ]
    while sum(widths) + 2 * (len(widths) - 1) > room and max(widths) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1
    return widths


def _line(values: list[str], widths: list[int], right: list[bool]) -> str:
    fitted = (pad(value, width, right=side) for value, width, side in zip(values, widths, right, strict=True))
    return "  ".join(fitted).rstrip() + "\n"
