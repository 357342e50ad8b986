"""Which values occur how often: columns below each other, a value under the cursor filters by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.strip import Strip

from aktui.case.rows.asking import Facet, Value
from aktui.text import cells, pad
from queries.base import Column
from screens.widgets.cells import counted, log_cell

NO_VALUE = "(no value)"
FEWEST = 5
"""Values of a column that are listed even where the room is short."""


@dataclass(frozen=True)
class Counted:
    """A column's most frequent values."""

    column: Column
    facet: Facet
    chosen: frozenset[Value] = frozenset()
    """Values that the rows are filtered by."""
    barred: frozenset[Value] = frozenset()
    """Values that are filtered out."""


@dataclass(frozen=True)
class _Entry:
    counted: Counted
    value: Value = None
    count: int = 0
    kind: str = "value"
    """head, value, more (values that are not listed), or rest (rows of values that were not counted out)."""

    left_out: int = 0
    """Values behind `more` and `rest`."""

    @property
    def column(self) -> str:
        return self.counted.column.id


class FacetList(ScrollView, can_focus=True):
    """Columns with their values and counts."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "facets--head",
        "facets--cursor",
        "facets--chosen",
        "facets--dim",
    }
    DEFAULT_CSS = """
    FacetList { height: 1fr; overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }
    FacetList > .facets--head { color: $muted; text-style: bold; }
    FacetList > .facets--dim { color: $muted; }
    FacetList > .facets--chosen { color: $success; text-style: bold; }
    FacetList:focus > .facets--cursor {
        background: $block-cursor-background; color: $block-cursor-foreground; text-style: bold;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "pick(False)", "Only these", id="facets.pick", tooltip="Only rows with this value"),
        Binding(
            "backspace", "pick(True)", "Without", id="facets.bar", tooltip="Rows without this value only"
        ),
        Binding("down,j", "step(1)", "Down", show=False, id="facets.down", tooltip="Next value"),
        Binding("up,k", "step(-1)", "Up", show=False, id="facets.up", tooltip="Value before"),
        Binding("pagedown", "leap(1)", "Page down", show=False, id="facets.page-down", tooltip="Down"),
        Binding("pageup", "leap(-1)", "Page up", show=False, id="facets.page-up", tooltip="Up"),
        Binding("g,home", "to(0)", "First", show=False, id="facets.first", tooltip="First value"),
        Binding("G,end", "to(-1)", "Last", show=False, id="facets.last", tooltip="Last value"),
    ]

    class Picked(Message):
        """Filter by a value, or (`without`) filter it out; again takes that back."""

        def __init__(self, column: str, value: Value, *, without: bool) -> None:
            super().__init__()
            self.column = column
            self.value = value
            self.without = without

    cursor: var[int] = var(0, init=False)
    """Index of an entry; never a heading where there are values."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._facets: tuple[Counted, ...] = ()
        self._open: set[str] = set()
        """Columns of which all values are listed that were counted out."""
        self._entries: list[_Entry] = []

    @property
    def entry(self) -> tuple[Column, Value] | None:
        """The column and the value under the cursor."""
        if not 0 <= self.cursor < len(self._entries):
            return None
        entry = self._entries[self.cursor]
        return (entry.counted.column, entry.value) if entry.kind == "value" else None

    def fill(self, facets: Sequence[Counted]) -> None:
        """Show these; the cursor stays on its value."""
        self._facets = tuple(facets)
        self._list()

    def on_resize(self) -> None:
        self._list()

    def _list(self) -> None:
        before = self.entry
        share = max(FEWEST, self.size.height // max(1, len(self._facets)) - 2)
        self._entries = [
            entry
            for each in self._facets
            for entry in _entries(each, len(each.facet.values) if each.column.id in self._open else share)
        ]
        at = next(
            (
                index
                for index, entry in enumerate(self._entries)
                if before
                and entry.kind == "value"
                and (entry.column, entry.value) == (before[0].id, before[1])
            ),
            None,
        )
        self.set_reactive(FacetList.cursor, self._nearest(self.cursor if at is None else at, 1))
        self.virtual_size = Size(self.size.width, len(self._entries))
        self.refresh()

    def _nearest(self, index: int, step: int) -> int:
        """The value at or after (before) a place."""
        index = max(0, min(len(self._entries) - 1, index))
        for way in (step, -step):
            at = index
            while 0 <= at < len(self._entries):
                if self._entries[at].kind in ("value", "more"):
                    return at
                at += way
        return 0

    def watch_cursor(self) -> None:
        top, page = round(self.scroll_offset.y), self.scrollable_content_region.height
        # A heading above the first value comes into view with it.
        wanted = (
            self.cursor - 1 if self.cursor and self._entries[self.cursor - 1].kind == "head" else self.cursor
        )
        if wanted < top:
            self.scroll_to(y=wanted, animate=False)
        elif page and self.cursor >= top + page:
            self.scroll_to(y=self.cursor - page + 1, animate=False)
        self.refresh()

    def action_step(self, by: int) -> None:
        if self._entries:
            self.cursor = self._nearest(self.cursor + by, 1 if by > 0 else -1)

    def action_leap(self, pages: int) -> None:
        self.action_step(pages * max(1, self.scrollable_content_region.height - 1))

    def action_to(self, index: int) -> None:
        if self._entries:
            self.cursor = self._nearest(len(self._entries) - 1 if index < 0 else 0, -1 if index < 0 else 1)

    def action_pick(self, without: bool) -> None:
        """Filter by the value under the cursor; on the line for further values, list them."""
        entry = self.entry
        if entry is not None:
            self.post_message(self.Picked(entry[0].id, entry[1], without=without))
        elif self._entries and self._entries[self.cursor].kind == "more":
            self._open.add(self._entries[self.cursor].column)
            self._list()

    def on_click(self, event: events.Click) -> None:
        """A click on a value filters by it."""
        index = round(self.scroll_offset.y) + event.y
        if index < len(self._entries) and self._entries[index].kind in ("value", "more"):
            self.cursor = index
            self.action_pick(False)

    def render_line(self, y: int) -> Strip:
        base, width = self.rich_style, self.scrollable_content_region.width
        index = round(self.scroll_offset.y) + y
        if index >= len(self._entries):
            return Strip.blank(width, base)
        entry = self._entries[index]
        style = base + self._style_of(entry, index)
        return Strip([Segment(_text_of(entry, index == self.cursor, width), style)]).adjust_cell_length(
            width, base
        )

    def _style_of(self, entry: _Entry, index: int) -> Style:
        name = {"head": "head", "more": "dim", "rest": "dim"}.get(entry.kind, "")
        if index == self.cursor and self.has_focus:
            name = "cursor"
        elif entry.kind == "value" and entry.value in entry.counted.chosen:
            name = "chosen"
        elif entry.kind == "value" and entry.value in entry.counted.barred:
            name = "dim"
        return self.get_component_rich_style(f"facets--{name}", partial=True) if name else Style.null()


def _entries(each: Counted, most: int) -> list[_Entry]:
    """The heading, the most frequent values and those that rows are filtered by, and what that leaves out."""
    facet = each.facet
    listed = [
        (value, count)
        for place, (value, count) in enumerate(facet.values)
        if place < most or value in each.chosen or value in each.barred
    ]
    found = [_Entry(each, kind="head", count=facet.distinct)]
    found += [_Entry(each, value, count) for value, count in listed]
    rest = sum(count for _, count in facet.values) - sum(count for _, count in listed)
    if rest:
        found.append(_Entry(each, None, facet.others + rest, "more", facet.distinct - len(listed)))
    elif facet.others:
        found.append(_Entry(each, None, facet.others, "rest", facet.distinct - len(listed)))
    return found


def _text_of(entry: _Entry, at_cursor: bool, width: int) -> str:
    count = counted(entry.count)
    if entry.kind == "head":
        return pad(f"{entry.counted.column.title} · {count}", width)
    sign = ">" if at_cursor else " "
    if entry.kind in ("more", "rest"):
        return f"{sign} {pad(f'… {counted(entry.left_out)} more', width - 3 - cells(count))} {count}"
    mark = "*" if entry.value in entry.counted.chosen else "-" if entry.value in entry.counted.barred else " "
    text = NO_VALUE if entry.value is None else log_cell(entry.value, entry.counted.column.kind) or "(empty)"
    return f"{sign}{mark}{pad(text, width - 3 - cells(count))} {count}"
