"""The pane of groups: what the log service counted, and where the logs are."""

from collections.abc import Callable
from typing import ClassVar

from textual.content import Content

from queries.base import Column, Result, Row
from queries.inquiry import Inquiry
from screens.answer import QueryPane
from screens.widgets.display import line
from screens.widgets.rows import View

AMOUNTS = ("bytes_out", "bytes_in")


class Groups(QueryPane):
    """One row a group. Nothing is asked until somebody says so."""

    number = 3
    name_short = "Groups"
    place = "story"
    query_id: ClassVar[str] = "log-groups"
    help_text = (
        "Counted by the log service over all rows, not over those that are here. Enter fetches the rows of a "
        "group, d all rows of the question. Where a log is not kept, or may not be read, i tells."
    )

    def __init__(self, drill: Callable[[Row | None], None]) -> None:
        super().__init__()
        self._drill = drill
        self.asked_id = ""
        """The question that is shown; `query_id` while nothing is."""

    def choose(self, inquiry: Inquiry, query_id: str, params: dict[str, str], title: str) -> None:
        """Show this question's answer if there is one; ask nothing."""
        same = (inquiry, query_id, params) == (self.inquiry, self.asked_id, self.params)
        if same and (self.loading_now or self.result is not None):
            return
        self._leave()
        self.inquiry, self.asked_id, self.params, self.title = inquiry, query_id, params, title
        self.query_id = query_id  # type: ignore[misc]
        self.result, self.fault = None, ""
        self.table.fill((), ())
        self.table.look(View())
        if inquiry.peek(query_id, **params) is not None:
            self.ask(**params)
        self.draw()

    title = ""

    def ask_now(self) -> None:
        """Ask what is chosen."""
        if self.asked_id and not self.loading_now:
            if self.result is not None and self.result.gaps:
                self.again()
            else:
                self.ask(**self.params)

    def _leave(self) -> None:
        """Another question is looked at: this one goes on by itself, unseen."""
        if self._worker is not None:
            self._worker.cancel()
        self.loading_now = False

    def columns(self, result: Result) -> tuple[Column, ...]:
        """Amounts in units that can be read; the number of bytes is in the record (y)."""
        return tuple(
            Column(one.id, one.title, "bytes") if one.id in AMOUNTS else one
            for one in super().columns(result)
        )

    def open_row(self, row: Row) -> bool:
        self._drill(row)
        return True

    def waiting_for(self) -> Content:
        if not self.asked_id:
            return line(("Choose a question.", "$muted"))
        return line(
            ("Not asked yet. ", "bold"), "Enter on the question asks it; e shows and edits the text first."
        )

    @property
    def subject(self) -> str:
        return self.title


class Sources(QueryPane):
    """One row a log: whether it is kept, since when, for how long, of what."""

    number = 4
    name_short = "Where the logs are"
    name_tab = "Sources"
    place = "top"
    query_id: ClassVar[str] = "log-sources"
    newest_first = "state"
    first_columns = ("kind", "state", "region", "since", "days", "covers", "how", "project", "logstore")
    help_text = (
        "Which logs there are, region by region, since when they have rows, how long they keep them, what "
        "they cover; and which are not enabled, with what to do. What is not logged can not be found by any "
        "question: that is not a 'none'."
    )
