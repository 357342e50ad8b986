"""The card: whose key it is, in which state, what it can do, and what is still unknown."""

import asyncio
from collections.abc import Mapping
from typing import Any

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static
from textual.worker import get_current_worker

from queries.base import Result
from queries.inquiry import Inquiry
from screens.facts import FACTS, QUERIES, fact_line
from screens.pane import Pane
from screens.widgets.coverage import account_of
from screens.widgets.display import line, lines


class Facts(Pane):
    """A line for each fact; each says for itself whether it is loading, denied or unknown."""

    DEFAULT_CSS = """
    Facts > VerticalScroll { padding: 0 1; scrollbar-size-vertical: 1; }
    """

    number = 1
    name_short = "Key"
    place = "top"
    help_text = (
        "Whose key it is, in which state, how old, what it may do, which other ways its owner has in, and "
        "whether it was found in public. Every line stands for itself: 'loading', 'denied' and 'unknown' are "
        "never a 'no'."
    )

    def __init__(self) -> None:
        super().__init__(id="facts")
        self.key_id = ""
        self.trouble: Content | None = None
        """Why nothing can be asked at all, when that is so."""
        self.inquiry: Inquiry | None = None
        self.results: dict[str, Result] = {}
        self.faults: dict[str, str] = {}
        self._loading: set[str] = set()

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield Static()

    def on_mount(self) -> None:
        self.draw()

    def on_resize(self) -> None:
        self.draw()

    def target(self) -> Any:
        return self.query_one(VerticalScroll)

    def begin(self, inquiry: Inquiry) -> None:
        self.inquiry, self.trouble = inquiry, None
        self.results.clear()
        for query_id in QUERIES:
            self._ask(query_id)

    def _ask(self, query_id: str) -> None:
        if self.inquiry is None:
            return
        self.faults.pop(query_id, None)
        self._loading.add(query_id)
        self.loading_now = True
        self.run_worker(
            self._follow(self.inquiry, query_id),
            name=query_id,
            group=f"facts-{query_id}",
            description=f"facts from {query_id}",
            exclusive=True,
            exit_on_error=False,
        )

    async def _follow(self, inquiry: Inquiry, query_id: str) -> None:
        worker = get_current_worker()
        try:
            async for result in inquiry.follow(query_id):
                self.results[query_id] = result
                self.draw()
        except asyncio.CancelledError:
            if worker.is_cancelled:
                raise
            self.faults[query_id] = "stopped"
        except Exception as error:
            # A bug of ours, or an answer of a shape nobody foresaw: it must show, and only here.
            self.faults[query_id] = f"aktui could not read the answer ({type(error).__name__}: {error})"
        self._loading.discard(query_id)
        self.loading_now = bool(self._loading)
        self.draw()

    def again(self) -> None:
        if self.inquiry is not None:
            for query_id in QUERIES:
                self.inquiry.forget(query_id)
            for query_id in QUERIES:
                self._ask(query_id)

    def followed(self, query_id: str, params: Mapping[str, str]) -> None:
        if query_id in QUERIES and not params:
            self._ask(query_id)

    def questions(self) -> list[tuple[str, Mapping[str, str]]]:
        return [(query_id, {}) for query_id in QUERIES]

    def fail(self, trouble: Content) -> None:
        """Say on the card why nothing can be asked."""
        self.trouble = trouble
        self.draw()

    def draw(self) -> None:
        if not self.is_mounted:
            return
        self.troubled = bool(self.faults) or any(result.gaps for result in self.results.values())
        self.border_title = line(f"{self.digit} {self.key_id or self.name_short}")
        if self.trouble is not None:
            self.query_one(Static).update(self.trouble)
            return
        width = self.query_one(VerticalScroll).scrollable_content_region.width
        rows = [
            fact_line(fact, self.results.get(fact.query_id), self.faults.get(fact.query_id, ""), width)
            for fact in FACTS
        ]
        self.query_one(Static).update(lines(*rows))

    def record(self) -> tuple[str, Any] | None:
        found = {
            name: [row.raw for row in result.rows] for name, result in self.results.items() if result.rows
        }
        return ("facts of the key", found) if found else None

    def copyable(self, *, whole: bool) -> str:
        return self.key_id

    def about(self, width: int) -> Content:
        if not self.results:
            return super().about(width)
        return Content("\n\n").join([account_of(result, width) for result in self.results.values()])


PANE = Facts
