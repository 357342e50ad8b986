"""The pane that shows the rows of one query, always with a word on how complete they are."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.content import Content
from textual.worker import Worker, get_current_worker

from queries.base import Column, Result, Row, Status
from queries.inquiry import Inquiry
from screens.pane import TablePane
from screens.widgets.coverage import RETRY, account_of, coverage, emptiness, progress
from screens.widgets.display import line
from screens.widgets.rows import View

FRAME = 0.1
"""Seconds between two drawings of an answer that is still growing."""
ROWS_A_SECOND = 20_000
"""Long answers are drawn less often, so that ordering them never takes much of the loop's time."""

STOPPED = "Stopped before it was complete."


class QueryPane(TablePane):
    """Follows one question about the key, in a worker of its own."""

    query_id: ClassVar[str]
    own_id: ClassVar[str] = ""
    """The id of the pane, where several panes of a screen show answers of one query."""
    first_columns: ClassVar[tuple[str, ...]] = ()
    """Column ids to show first, in this order; the others follow as the query has them."""
    newest_first: ClassVar[str] = ""
    """The column id by which rows are ordered at first, newest on top; empty for the order of the answer."""

    def __init__(self) -> None:
        super().__init__(id=self.own_id or self.query_id)
        self.inquiry: Inquiry | None = None
        self.params: dict[str, str] = {}
        self.result: Result | None = None
        self.fault = ""
        """A sentence when it was stopped, or when aktui itself failed on the answer."""
        self._worker: Worker[None] | None = None
        self._since = 0.0
        self._drawn = 0.0

    def on_mount(self) -> None:
        self.table.look(View("", self.newest_first, bool(self.newest_first)))
        self.draw()

    def on_resize(self) -> None:
        self.draw()

    @property
    def subject(self) -> str:
        """What the title says after the count."""
        return ""

    def count(self, result: Result) -> int:
        """The number in the title."""
        return len(result.rows)

    def waiting_for(self) -> Content:
        """What stands here before there is anything to ask."""
        return line(("Waiting for the connection.", "$muted"))

    def pinned(self) -> Sequence[Row]:
        """Rows that always stand first, whatever the filter and the order."""
        return ()

    def begin(self, inquiry: Inquiry) -> None:
        self.inquiry = inquiry
        self.ask(**self.params)

    def ask(self, **params: str) -> None:
        """Show this question's answer from now on."""
        if self.inquiry is None:
            return
        self.params = params
        self.result, self.fault = self.inquiry.peek(self.query_id, **params), ""
        self._since = time.monotonic()
        self.loading_now = True
        self._worker = self.run_worker(
            self._follow(self.inquiry, params),
            name=self.query_id,
            group=self.id or self.query_id,
            description=f"answer of {self.query_id}",
            exclusive=True,
            exit_on_error=False,
        )
        self.draw()

    async def _follow(self, inquiry: Inquiry, params: dict[str, str]) -> None:
        worker = get_current_worker()
        try:
            async for result in inquiry.follow(self.query_id, **params):
                self.result = result
                if time.monotonic() - self._drawn >= FRAME + len(result.rows) / ROWS_A_SECOND:
                    self.draw()
        except asyncio.CancelledError:
            if worker.is_cancelled:
                raise
            self.fault = STOPPED
        except Exception as error:
            # A bug of ours, or an answer of a shape nobody foresaw: it must show, and only here.
            self.fault = f"aktui could not read the answer ({type(error).__name__}: {error})."
        self.loading_now = False
        self.draw()

    def again(self) -> None:
        if self.inquiry is not None:
            self.inquiry.forget(self.query_id, **self.params)
            self.ask(**self.params)

    def followed(self, query_id: str, params: Mapping[str, str]) -> None:
        if query_id == self.query_id and dict(params) == self.params:
            self.ask(**self.params)

    def questions(self) -> list[tuple[str, Mapping[str, str]]]:
        return [(self.query_id, self.params)]

    def stop(self) -> None:
        if self.loading_now and self.inquiry is not None and self._worker is not None:
            self._worker.cancel()
            self.inquiry.forget(self.query_id, **self.params)
            self.loading_now = False
            self.fault = STOPPED
            self.draw()

    def tick(self) -> None:
        if self.loading_now:
            self.draw()

    def about(self, width: int) -> Content:
        return account_of(self.result, width) if self.result is not None else super().about(width)

    def title_text(self) -> str:
        return f"{self.name_short} · {self.subject}" if self.subject else self.name_short

    def draw(self) -> None:
        """Put the newest snapshot on the screen."""
        if not self.is_mounted:
            return
        self._drawn = time.monotonic()
        result, table = self.result, self.table
        self.troubled = bool(self.fault) or (result is not None and bool(result.gaps))
        if self.inquiry is not None:
            table.now = self.inquiry.cloud.now()
        if result is not None:
            rows = self.shown_rows(result)
            if rows != table.rows or tuple(self.pinned()) != table.pinned:
                table.fill(rows, self.columns(result), pinned=self.pinned())
        self.border_title = self._label()
        super().draw()

    def shown_rows(self, result: Result) -> tuple[Row, ...]:
        """The rows as the table shows them."""
        return result.rows

    def columns(self, result: Result) -> tuple[Column, ...]:
        """What the table shows, the most telling first."""
        return _ordered(result.query.columns, self.first_columns)

    def empty(self) -> Content:
        if self.fault:
            return line((self.fault, "$error"), f" {RETRY}")
        if self.result is None:
            return self.waiting_for()
        return self.no_match() if self.result.rows else emptiness(self.result, max(20, self.size.width - 6))

    def status(self) -> Content:
        if self.loading_now:
            return line((progress(self.result, time.monotonic() - self._since), "$muted"))
        if self.fault:
            return line(("failed", "$error"), f" {self.fault} {RETRY}")
        if self.result is None:
            return Content("")
        shown = len(self.table.shown) - len(self.table.pinned)
        # A border and a blank on either side.
        return coverage(self.result, shown=shown, width=self.size.width - 4, now=self.table.now)

    def _label(self) -> Content:
        result = self.result
        counted = result is not None and (result.rows or result.status is Status.COMPLETE)
        count = f" {self.count(result)}" if result is not None and counted else ""
        about = f" · {self.subject}" if self.subject else ""
        return line(f"{self.digit} {self.name_short}{count}{about}".lstrip())


def _ordered(columns: Sequence[Column], first: Sequence[str]) -> tuple[Column, ...]:
    known = {column.id: column for column in columns}
    ahead = [known[name] for name in first if name in known]
    return (*ahead, *(column for column in columns if column not in ahead))
