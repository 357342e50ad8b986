"""The explorer: any number of log rows by time, by value, by word; one of them in full."""

import asyncio
import time
from functools import partial
from typing import Any

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input, Static

from aktui.case.rows.asking import EVERYTHING, Filter, Order, Value
from aktui.errors import AktuiError
from queries.base import Column
from screens.background import in_background
from screens.logpanes.filtering import parsed, said, toggled
from screens.logpanes.subject import TIME, Filling, Subject
from screens.logpanes.timespan import Span
from screens.pane import Pane
from screens.widgets.activity import ActivityChart, Bars
from screens.widgets.cells import counted, log_cell
from screens.widgets.coverage import account_of, emptiness
from screens.widgets.display import Part, fields_text, line, lines
from screens.widgets.facets import Counted, FacetList
from screens.widgets.moments import tick, zone
from screens.widgets.row_window import Question
from screens.widgets.viewer import Viewer
from screens.widgets.window_table import WindowTable

TYPING = 0.2
"""Seconds without a key until what was typed is looked for."""
RESTING = 0.12
"""Seconds the cursor rests on a row until its detail is fetched."""
TOP = 30
"""Values of a column that are counted out."""
PATIENCE = 8.0
"""Counting is done again after so many times as long as it took."""


class RowsPane(Pane):
    """Activity above, rows below, values beside them, the row under the cursor at the bottom."""

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

    number = 1
    name_short = "Rows"
    place = "story"
    help_text = (
        "Every row that came, and what it is made of. The bars show how many rows there are over time: + and "
        "- zoom, [ and ] move, 0 shows all, a click or a drag picks a stretch. Tab goes to the values: Enter "
        "shows only rows with the value, Backspace only those without it. / filters by words and by fields: "
        'bucket:backups status=403 ip!=10.0.0.1 bytes_out>1000000 "two words". s orders by the column under '
        "the cursor, p asks more about the value under it, Space marks rows, Ctrl+S writes them to a file."
    )

    def __init__(self, *, id: str = "rows") -> None:  # noqa: A002
        super().__init__(id=id)
        self.subject: Subject | None = None
        self.filling: Filling | None = None
        self.local = False
        self.span: Span | None = None
        self.chosen: Filter = EVERYTHING
        """What was picked among the values."""
        self.typed: Filter = EVERYTHING
        """What the filter line says."""
        self._typing: Timer | None = None
        self._resting: Timer | None = None
        self._counted: tuple[Filter, int, Span | None, int] | None = None
        """What the activity and the values were counted for."""
        self._counts_due = 0.0
        self._fault = ""
        self._said: tuple[str, str, Content, Content] | None = None
        """What stands around the rows now."""
        self.waiting_for = "Looking for the logs."
        """Said while it is not known yet which rows there are."""

    def compose(self) -> ComposeResult:
        yield ActivityChart()
        with Horizontal(id="beside"):
            yield WindowTable()
            yield FacetList()
        yield Input(placeholder='words, or column:value  status=403  "two words"', select_on_focus=False)
        yield Viewer()
        yield Static(classes="status")

    @property
    def table(self) -> WindowTable:
        return self.query_one(WindowTable)

    @property
    def facets(self) -> FacetList:
        return self.query_one(FacetList)

    @property
    def chart(self) -> ActivityChart:
        return self.query_one(ActivityChart)

    def target(self) -> Any:
        return self.table

    def on_mount(self) -> None:
        self.draw()

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width < 116, "-narrow")
        self.set_class(event.size.height < 30, "-low")
        self.draw()

    # What is looked at

    def explore(self, subject: Subject, filling: Filling | None) -> None:
        """Show these rows from now on."""
        self.subject, self.filling = subject, filling
        self.chosen = self.typed = EVERYTHING
        self.span = Span.whole_of(*subject.window) if subject.window else None
        self._counted = None
        self.table.show(subject.table, subject.columns, Question(self.where, subject.order))
        self.draw()

    @property
    def where(self) -> Filter:
        """The rows that are shown."""
        base = self.subject.base if self.subject else EVERYTHING
        where = Filter(
            (*base.conditions, *self.chosen.conditions, *self.typed.conditions),
            (*base.words, *self.typed.words),
        )
        if self.span is None or self.span.whole:
            return where
        return where.between(self.span.start, self.span.end)

    @property
    def narrowed(self) -> bool:
        """Whether not all rows of the subject are shown."""
        return bool(self.chosen) or bool(self.typed) or (self.span is not None and not self.span.whole)

    def _look(self) -> None:
        """The filter is another one."""
        self.table.look(Question(self.where, self.table.order))
        self._count(at_once=True)
        self.draw()

    # Keys

    def zoom(self, how: str) -> None:
        """closer, wider, later, earlier or all."""
        if self.span is None:
            return
        around = self._moment()
        span = {
            "closer": lambda span: span.closer(around),
            "wider": lambda span: span.wider(),
            "later": lambda span: span.moved(1),
            "earlier": lambda span: span.moved(-1),
            "all": lambda span: span.all(),
        }[how](self.span)
        if span != self.span:
            self.span = span
            self._look()

    @on(ActivityChart.Picked)
    def _stretch_picked(self, event: ActivityChart.Picked) -> None:
        event.stop()
        if self.span is not None:
            self.span = self.span.at(event.start, event.end)
            self._look()

    @on(FacetList.Picked)
    def _value_picked(self, event: FacetList.Picked) -> None:
        event.stop()
        self.hold(event.column, event.value, without=event.without)

    def hold(self, column: str, value: Value, *, without: bool = False) -> None:
        """Only rows with this value, or only those without; again: no longer."""
        self.chosen = toggled(self.chosen, column, value, without=without)
        self._look()

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
        box = self.query_one(Input)
        if box.has_class("-on") or box.value:
            box.value = ""
            box.remove_class("-on")
            self._type(EVERYTHING)
        elif self.facets.has_focus:
            self.remove_class("-values")
        elif self.chosen:
            self.chosen = EVERYTHING
            self._look()
        elif self.span is not None and not self.span.whole:
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

    @property
    def _typing_is_done(self) -> bool:
        """Whether what stands in the filter line is what rows are filtered by."""
        if self.subject is None:
            return True
        return (
            parsed(self.query_one(Input).value, self.subject.columns, self.subject.table.columns)
            == self.typed
        )

    def _read_filter(self) -> None:
        if self.subject is not None:
            text = self.query_one(Input).value
            self._type(parsed(text, self.subject.columns, self.subject.table.columns))

    def _type(self, typed: Filter) -> None:
        if typed != self.typed:
            self.typed = typed
            self._look()

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

    def _moment(self) -> int | None:
        moment = self.table.values.get(TIME)
        return moment if isinstance(moment, int) else None

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
        if self.subject is None:
            return {}
        found = await self.subject.table.rows([row_id])
        values = dict(zip(found.columns, found.rows[0], strict=True)) if found.rows else {}
        return {name: value for name, value in values.items() if value not in (None, "")}

    @on(WindowTable.Moved)
    def _moved(self, event: WindowTable.Moved) -> None:
        event.stop()
        self.chart.here = self._moment()
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(RESTING, self._show_detail)

    def _show_detail(self) -> None:
        if self.has_class("-detail") and self.subject is not None:
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
        columns = self.subject.columns if self.subject else ()
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
        subject = self.subject
        if subject is None or not self.chart.size.width:
            return  # not before it is known how many bars there is room for
        if at_once:
            self._counts_due = 0.0
        wanted = (self.where, subject.table.version, self.span, self.chart.room)
        if wanted != self._counted and time.monotonic() >= self._counts_due:
            self._counted, self._counts_due = wanted, float("inf")
            in_background(self, partial(self._counts, subject, *wanted), "counts", "activity and values")

    async def _counts(
        self, subject: Subject, where: Filter, _version: int, span: Span | None, room: int
    ) -> None:
        begun = time.monotonic()
        try:
            await self._count_activity(subject, where, span, room)
            facets = []
            for column in subject.facets:
                if column.id not in subject.table.columns:
                    continue
                facets.append(await self._count_values(subject, column, where))
            self.facets.fill(facets)
            self._fault = ""
        except AktuiError as error:
            self._fault = f"{error.message} {error.hint}".strip()
        except asyncio.CancelledError:
            self._counts_due = 0.0
            raise
        except Exception as error:
            # A bug of ours: it must show, and only here.
            self._fault = f"aktui could not count the rows ({type(error).__name__}: {error})."
        self._counts_due = time.monotonic() + PATIENCE * (time.monotonic() - begun)
        self.draw()

    async def _count_activity(self, subject: Subject, where: Filter, span: Span | None, room: int) -> None:
        """The bars; where nobody asked about a time, it is that of the rows, as far as they came."""
        open_ended = subject.window is None and (span is None or span.whole)
        ends = {} if open_ended or span is None else {"start": span.start, "end": span.end}
        found = await subject.table.histogram(where, room, **ends)
        self.chart.ends = None if open_ended or span is None else (span.start, span.end)
        self.chart.bars = Bars(found.start, found.step, found.counts) if found.counts else None
        if open_ended and found.counts and not self.narrowed:
            self.span = Span.whole_of(found.start, found.start + found.step * len(found.counts))
            self._counted = (self.where, subject.table.version, self.span, room)

    async def _count_values(self, subject: Subject, column: Column, where: Filter) -> Counted:
        base = subject.base
        others = Filter(
            tuple(one for one in where.conditions if one.column != column.id or one in base.conditions),
            where.words,
        )
        facet = await subject.table.facets(column.id, others, TOP)
        mine = [one for one in self.chosen.conditions if one.column == column.id]
        wanted = frozenset(
            None if one.op == "absent" else one.value for one in mine if one.op in ("=", "absent")
        )
        barred = frozenset(
            None if one.op == "present" else one.value for one in mine if one.op in ("!=", "present")
        )
        return Counted(column, facet, wanted, barred)  # type: ignore[arg-type]

    # What stands around the rows

    @on(WindowTable.Loaded)
    @on(WindowTable.Changed)
    def _drawn_anew(self, event: WindowTable.Loaded | WindowTable.Changed) -> None:
        event.stop()
        self.chart.here = self._moment()
        self.draw()

    def draw(self) -> None:
        """Renew title, status, and what stands where there are no rows."""
        if not self.is_mounted:
            return
        result = self.filling.result if self.filling else None
        self.troubled = bool(self.table.fault or self._fault) or bool(result and result.gaps)
        said = self._title(), self._narrowing() if self.narrowed else "", self._empty(), self._status()
        if said == self._said:
            return  # what stands there need not be laid out again
        self._said = said
        self.border_title = line(said[0])
        self.border_subtitle = line(said[1]) if said[1] else None
        self.table.explain(said[2])
        self.query_one(".status", Static).update(said[3])

    def _title(self) -> str:
        if self.subject is None:
            return self.name_short
        count = "…" if self.table.waiting else counted(self.table.total)
        return f"{self.subject.title} · {count} rows"

    def _narrowing(self) -> str:
        columns = self.subject.columns if self.subject else ()
        parts = [said(one, columns) for one in (*self.chosen.conditions, *self.typed.conditions)]
        parts += self.typed.words
        if self.span is not None and not self.span.whole:
            ends = (
                tick(end, 1 if self.span.length < 600 else 60, local=self.local)
                for end in (self.span.start, self.span.end)
            )
            parts.append(f"{' to '.join(ends)} {zone(self.local)}")
        return "  ".join(parts)

    def _empty(self) -> Content:
        if self.table.fault:
            return line((self.table.fault, "$error"))
        result = self.filling.result if self.filling else None
        width = max(20, self.size.width - 8)
        if self.subject is None:
            busy = self.filling is None or self.filling.busy or result is None
            return line((self.waiting_for, "$muted")) if busy or result is None else emptiness(result, width)
        if self.table.waiting:
            return line(("Looking.", "$muted"))
        if self.narrowed:
            return line(f"No row fits: {self._narrowing()}. ", ("Esc takes the filter back.", "$muted"))
        if self.filling is not None and self.filling.busy:
            return line(("Nothing yet; still loading.", "$muted"))
        if result is None:
            return line((self.filling.told() if self.filling else "No rows.", "bold"))
        return emptiness(result, width)

    def _status(self) -> Content:
        """Rows and marks; how complete they are; what is wrong."""
        parts: list[Part] = []
        shown = counted(self.table.total)
        parts.append(f"row {counted(self.table.cursor + 1) if self.table.total else 0} of {shown}")
        if self.table.marks:
            parts.append((f"  {len(self.table.marks)} marked", "bold $success"))
        parts.append((f"  times in {zone(self.local)}", "$muted"))
        if self.table.waiting:
            parts.append(("  looking…", "$muted"))
        rows = [line(*parts)]
        if self.filling is not None:
            rows.append(line((self.filling.told(), "$warning" if self.troubled else "$muted")))
        if self._fault:
            rows.append(line((self._fault, "$error")))
        return lines(*rows)

    def about(self, width: int) -> Content:
        result = self.filling.result if self.filling else None
        return account_of(result, width) if result is not None else super().about(width)

    def again(self) -> None:
        if self.filling is not None and self.filling.can_go_on:
            self.filling.go_on()
            self.draw()

    def stop(self) -> None:
        if self.filling is not None and self.filling.busy:
            self.filling.stop()
            self.draw()
