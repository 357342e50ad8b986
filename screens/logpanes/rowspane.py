"""The explorer: any number of log rows by time, by value, by word; one of them in full."""

import asyncio
import time
from dataclasses import replace
from functools import partial

from textual import events, on
from textual.timer import Timer
from textual.widgets import Input

from aktui.case.rows.asking import EVERYTHING, Order, Value
from aktui.errors import AktuiError
from queries.base import Column
from screens.background import in_background
from screens.logpanes.counting import activity, values
from screens.logpanes.filtering import parsed, toggled
from screens.logpanes.rowsframe import RowsFrame
from screens.logpanes.sight import Sight
from screens.logpanes.subject import TIME, Filling, Subject
from screens.widgets.activity import ActivityChart
from screens.widgets.cells import log_cell
from screens.widgets.display import fields_text
from screens.widgets.facets import FacetList
from screens.widgets.row_window import Question
from screens.widgets.viewer import Viewer
from screens.widgets.window_table import WindowTable

TYPING = 0.2
"""Seconds without a key until what was typed is looked for."""
RESTING = 0.12
"""Seconds the cursor rests on a row until its detail is fetched."""
PATIENCE = 8.0
"""Counting is done again after so many times as long as it took."""


class RowsPane(RowsFrame):
    """What can be done with the rows: narrowed by time, value and word, ordered, counted, looked at."""

    DEFAULT_CSS = """
    RowsPane > ActivityChart { height: 5; }
    RowsPane.-low > ActivityChart { height: 3; }
    RowsPane > #beside { height: 1fr; }
    RowsPane FacetList { width: 36; border-left: solid $border-blurred; }
    RowsPane.-narrow FacetList { display: none; }
    RowsPane.-narrow.-values FacetList { display: block; width: 1fr; border-left: none; }
    RowsPane.-narrow.-values WindowTable { display: none; }
    RowsPane > Viewer { height: 10; border-top: solid $border-blurred; padding: 0 1; display: none; }
    RowsPane.-detail > Viewer { display: block; }
    RowsPane > .status { height: auto; max-height: 3; padding: 0 1; color: $muted; }
    RowsPane > Input { height: 1; border: none; padding: 0 1; background: $boost; display: none; }
    RowsPane > Input.-on { display: block; }
    RowsPane.-low > .status { max-height: 2; }
    """

    def __init__(self, *, id: str = "rows") -> None:  # noqa: A002
        super().__init__(id=id)
        self._typing: Timer | None = None
        self._resting: Timer | None = None
        self._counted: tuple[Sight, int, int] | None = None
        """What the activity and the values were counted for."""
        self._counts_due = 0.0

    # What is looked at

    def explore(self, subject: Subject, filling: Filling | None) -> None:
        """Show these rows from now on."""
        self.sight, self.filling = Sight.of(subject), filling
        self._counted = None
        self.table.show(subject.table, subject.columns, Question(self.sight.where, subject.order))
        self.draw()

    def look(self, sight: Sight) -> None:
        """Other rows of the subject."""
        if sight != self.sight:
            self.sight = sight
            self.table.look(Question(sight.where, self.table.order))
            self._count(at_once=True)
            self.draw()

    # Keys

    def zoom(self, how: str) -> None:
        """closer, wider, later, earlier or all."""
        sight = self.sight
        if sight is None or sight.span is None:
            return
        span = sight.span
        steps = {
            "closer": span.closer(self.moment()),
            "wider": span.wider(),
            "later": span.moved(1),
            "earlier": span.moved(-1),
            "all": span.all(),
        }
        self.look(replace(sight, span=steps[how]))

    @on(ActivityChart.Picked)
    def _stretch_picked(self, event: ActivityChart.Picked) -> None:
        event.stop()
        sight = self.sight
        if sight is not None and sight.span is not None:
            self.look(replace(sight, span=sight.span.at(event.start, event.end)))

    @on(FacetList.Picked)
    def _value_picked(self, event: FacetList.Picked) -> None:
        event.stop()
        self.hold(event.column, event.value, without=event.without)

    def hold(self, column: str, value: Value, *, without: bool = False) -> None:
        """Only rows with this value, or only those without; again: no longer."""
        if self.sight is not None:
            chosen = toggled(self.sight.chosen, column, value, without=without)
            self.look(replace(self.sight, chosen=chosen))

    def turn_clock(self) -> None:
        """Between UTC and this machine's time."""
        self.local = not self.local
        self.table.local = self.chart.local = self.local
        self.draw()
        self._show_detail()

    def toggle_detail(self) -> None:
        self.toggle_class("-detail")
        self._show_detail()

    def toggle_values(self) -> None:
        """In a narrow terminal, values in place of the rows; anywhere, the focus on them."""
        there = self.facets.has_focus
        self.set_class(not there, "-values")
        (self.table if there else self.facets).focus()

    def sort(self, *, reverse: bool) -> bool:
        table = self.table
        order = table.order
        name = order.column if reverse else (table.column.id if table.column else TIME)
        descending = not order.descending if name == order.column else False
        table.look(Question(table.question.where, Order(name, descending)))
        return True

    def start_filter(self) -> bool:
        box = self.query_one(Input)
        box.add_class("-on")
        box.focus()
        return True

    def clear_filter(self) -> bool:
        """One step back: filter line, values, what was picked, time; False when nothing was set."""
        box, sight = self.query_one(Input), self.sight
        if box.has_class("-on") or box.value:
            box.value = ""
            box.remove_class("-on")
            self._read_filter()
        elif self.facets.has_focus:
            self.remove_class("-values")
        elif sight is not None and sight.chosen:
            self.look(replace(sight, chosen=EVERYTHING))
        elif sight is not None and sight.narrowed:
            self.zoom("all")
        else:
            return False
        self.table.focus()
        return True

    @on(Input.Changed)
    def _filter_typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._typing is not None:
            self._typing.stop()
        self._typing = self.set_timer(TYPING, self._read_filter)

    @on(Input.Submitted)
    def _filter_done(self, event: Input.Submitted) -> None:
        event.stop()
        self._read_filter()
        if not event.value:
            self.query_one(Input).remove_class("-on")
        self.table.focus()

    def on_key(self, event: events.Key) -> None:
        """Up and down leave the filter line for the rows."""
        if event.key in ("down", "up") and self.query_one(Input).has_focus:
            event.stop()
            self.table.focus()

    def _read_filter(self) -> None:
        sight = self.sight
        if sight is not None:
            text = self.query_one(Input).value
            typed = parsed(text, sight.subject.columns, sight.subject.table.columns)
            self.look(replace(sight, typed=typed))

    # What the cursor is on

    @property
    def cell(self) -> tuple[Column, Value] | None:
        """The column and the value under the cursor, in the rows or among the values."""
        if self.facets.has_focus:
            return self.facets.entry
        column = self.table.column
        if column is None or self.table.row_id is None:
            return None
        return column, self.table.values.get(column.id)

    def copyable(self, *, whole: bool) -> str:
        found = self.cell
        if found is None:
            return ""
        if not whole:
            return log_cell(found[1], found[0].kind, local=self.local)
        values = self.table.values
        columns = self.table.columns
        return "\t".join(log_cell(values.get(one.id), one.kind, local=self.local) for one in columns)

    async def full(self, row_id: int) -> dict[str, Value]:
        """All fields of a row that have a value."""
        if self.sight is None:
            return {}
        found = await self.sight.subject.table.rows([row_id])
        values = dict(zip(found.columns, found.rows[0], strict=True)) if found.rows else {}
        return {name: value for name, value in values.items() if value not in (None, "")}

    @on(WindowTable.Moved)
    def _moved(self, event: WindowTable.Moved) -> None:
        event.stop()
        self.chart.here = self.moment()
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(RESTING, self._show_detail)

    def _show_detail(self) -> None:
        if self.has_class("-detail") and self.sight is not None:
            in_background(self, partial(self._fetch_detail, self.table.row_id), "detail", "one row")

    async def _fetch_detail(self, row_id: int | None) -> None:
        viewer = self.query_one(Viewer)
        try:
            values = {} if row_id is None else await self.full(row_id)
        except AktuiError as error:
            viewer.show(f"{error.message} {error.hint}".strip())
            return
        viewer.show(fields_text(self.fields(values)) if values else "No row under the cursor.")

    def fields(self, values: dict[str, Value]) -> list[tuple[str, str]]:
        """All fields of a row as texts: the columns by their titles, then the others by their names."""
        columns = self.sight.subject.columns if self.sight else ()
        shown = [
            (one.title, log_cell(values[one.id], one.kind, local=self.local))
            for one in columns
            if one.id in values
        ]
        known = {one.id for one in columns} | {"at"}
        return [*shown, *((name, str(value)) for name, value in values.items() if name not in known)]

    # Counts

    def tick(self) -> None:
        """Several times a second: take up what has come."""
        self.table.renew()
        self.loading_now = bool(self.filling and self.filling.busy)
        self._count()
        self.draw()

    def _count(self, *, at_once: bool = False) -> None:
        """Count activity and values anew when the rows or the filter changed, but not all the time."""
        sight = self.sight
        if sight is None or not self.chart.size.width:
            return  # not before it is known how many bars there is room for
        if at_once:
            self._counts_due = 0.0
        wanted = (sight, sight.subject.table.version, self.chart.room)
        if wanted != self._counted and time.monotonic() >= self._counts_due:
            self._counted, self._counts_due = wanted, float("inf")
            in_background(self, partial(self._counts, *wanted), "counts", "activity and values")

    async def _counts(self, sight: Sight, version: int, room: int) -> None:
        begun = time.monotonic()
        try:
            over_time = await activity(sight, room)
            known = replace(sight, span=over_time.span)
            if self.sight == sight and known != sight:
                self.sight, self._counted = known, (known, version, room)
            span = over_time.span
            self.chart.ends = None if sight.open_ended or span is None else (span.start, span.end)
            self.chart.bars = over_time.bars
            columns = [one for one in sight.subject.facets if one.id in sight.subject.table.columns]
            self.facets.fill([await values(sight, column) for column in columns])
            self.fault = ""
        except AktuiError as error:
            self.fault = f"{error.message} {error.hint}".strip()
        except asyncio.CancelledError:
            self._counts_due = 0.0
            raise
        except Exception as error:
            # A bug of ours: it must show, and only here.
            self.fault = f"aktui could not count the rows ({type(error).__name__}: {error})."
        self._counts_due = time.monotonic() + PATIENCE * (time.monotonic() - begun)
        self.draw()

    @on(WindowTable.Loaded)
    @on(WindowTable.Changed)
    def _drawn_anew(self, event: WindowTable.Loaded | WindowTable.Changed) -> None:
        event.stop()
        self.chart.here = self.moment()
        self.draw()

    def again(self) -> None:
        if self.filling is not None and self.filling.can_go_on:
            self.filling.go_on()
            self.draw()

    def stop(self) -> None:
        if self.filling is not None and self.filling.busy:
            self.filling.stop()
            self.draw()
