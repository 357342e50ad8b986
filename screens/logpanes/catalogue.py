"""The pane of questions to the logs, and the one that shows what a question will send."""

from collections.abc import Callable, Mapping
from typing import Any

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from aktui.errors import UsageError
from queries.base import Column, Query, Row
from queries.inquiry import Inquiry
from screens.logpanes.questions import LOGS, Question, questions
from screens.logpanes.work import LogWork
from screens.pane import Pane, TablePane
from screens.widgets.display import Part, beside_label, line, lines

COLUMNS = (Column("title", "Question"), Column("log", "Log"), Column("state", "Answer"))


class Catalogue(TablePane):
    """One row a question, kind of log by kind of log, groups before rows."""

    number = 1
    name_short = "Questions"
    place = "top"
    help_text = (
        "What can be asked of the logs. First ask for groups (by address, operation, bucket, folder, hour): "
        "they are counted by the log service and come at once, however many rows there are. Enter asks; "
        "Enter on a group fetches its rows. e shows and edits the text that is sent, o sets what it is about "
        "(address, bucket, whose key), w looks further back, + and - narrow the time."
    )

    def __init__(self, opened: Callable[[], None]) -> None:
        super().__init__(id="questions")
        self._opened = opened
        self.asked = questions()
        self.states: dict[str, str] = {}

    def on_mount(self) -> None:
        self.border_title = line(f"{self.digit} {self.name_short}")
        self.draw()

    def draw(self) -> None:
        rows = [
            Row(
                {
                    "title": one.query.title,
                    "log": LOGS[one.log] if len(one.query.texts) == 1 else "all",
                    "state": self.states.get(one.query.id, "rows" if one.many else ""),
                },
                {"query": one.query.id, "question": one.query.question},
            )
            for one in self.asked
        ]
        self.table.fill(rows, COLUMNS)
        super().draw()

    def open_row(self, row: Row) -> bool:
        self._opened()
        return True

    def empty(self) -> Content:
        return self.no_match()

    def status(self) -> Content:
        chosen = self.chosen
        return line((chosen.query.question if chosen else "", "$muted"))

    @property
    def chosen(self) -> Question | None:
        """The question under the cursor."""
        return self.question_of(self.table.row) if self.table.row else None

    def question_of(self, row: Row) -> Question:
        """The question a row stands for."""
        return next(one for one in self.asked if one.query.id == str(row.raw["query"]))

    def go_to(self, query_id: str) -> None:
        """Put the cursor on a question."""
        for index, row in enumerate(self.table.shown):
            if row.raw["query"] == query_id:
                self.table.cursor = index

    def mark(self, query_id: str, state: str) -> None:
        """Say beside a question what became of it."""
        if self.states.get(query_id, "") != state:
            self.states[query_id] = state
            self.draw()


class Statement(Pane):
    """The texts that a question sends, as they will be sent."""

    DEFAULT_CSS = """
    Statement > VerticalScroll { padding: 0 1; scrollbar-size-vertical: 1; }
    """
    number = 2
    name_short = "Text"
    place = "top"
    help_text = (
        "What is sent to the log service: the search, and behind the | the SQL that counts. e edits it; an "
        "edited text is remembered in the case and used from then on, until it is emptied. o changes what "
        "the built text is about."
    )

    def __init__(self) -> None:
        super().__init__(id="statement")
        self.query_: Query | None = None
        self._texts: list[str] = []

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield Static()

    def on_mount(self) -> None:
        self.border_title = line(f"{self.digit} {self.name_short}")

    def target(self) -> Any:
        return self.query_one(VerticalScroll)

    def show(self, query: Query, params: Mapping[str, str], work: LogWork, inquiry: Inquiry) -> None:
        """This question's texts, with these parameters."""
        self.query_ = query
        self._texts = []
        width = max(20, self.query_one(VerticalScroll).scrollable_content_region.width)
        rows: list[Content] = []
        about = "  ".join(f"{name} {value}" for name, value in params.items() if not name.startswith("text"))
        for text in query.texts:
            edited = work.edited(query, text)
            try:
                statement: list[Part] = [edited or work.built(query, text, params, inquiry)]
            except UsageError as error:
                statement = [(f"{error.message} {error.hint}".strip(), "$warning")]
            self._texts.append(str(statement[0] if isinstance(statement[0], str) else ""))
            label = f"{LOGS[text.log]} " if len(query.texts) > 1 else ""
            if edited:
                rows.append(line((f"{label}edited, remembered in this case", "bold $warning")))
            elif label:
                rows.append(line((label.strip(), "bold $muted")))
            rows.append(beside_label("", statement, 0, width))
        if about:
            rows.append(line(("about  ", "$muted"), about))
        if work.fault:
            rows.append(line((work.fault, "$error")))
        self.query_one(Static).update(lines(*rows))
        self.border_title = line(f"{self.digit} {self.name_short} · {query.title}")

    def copyable(self, *, whole: bool) -> str:
        return "\n".join(self._texts)
