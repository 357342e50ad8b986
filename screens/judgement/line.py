"""One line at the head of a screen: the verdict, and that it is being made anew."""

import asyncio
import time

from textual.content import Content
from textual.widgets import Static
from textual.worker import get_current_worker

from queries.base import Result
from queries.inquiry import Inquiry
from screens.background import in_background
from screens.judgement.telling import headline, next_action, verdict_of
from screens.widgets.display import duration, line


class VerdictLine(Static):
    """Follows the verdict of an inquiry; `follow` asks for it again."""

    DEFAULT_CSS = """
    VerdictLine { height: 1; padding: 0 1; }
    """

    def __init__(self, inquiry: Inquiry) -> None:
        super().__init__(classes="verdict")
        self.inquiry = inquiry
        self.result: Result | None = None
        self.busy = False
        self.fault = ""
        self._since = 0.0

    def on_mount(self) -> None:
        self.set_interval(1.0, self.draw)
        self.follow()

    def follow(self) -> None:
        """Ask for the verdict by the marks of now; the one before stays until it is there."""
        self.busy, self.fault, self._since = True, "", time.monotonic()
        in_background(self, self._ask, "verdict", "the verdict")
        self.draw()

    async def _ask(self) -> None:
        worker = get_current_worker()
        try:
            self.result = await self.inquiry.ask("verdict")
        except asyncio.CancelledError:
            if worker.is_cancelled:
                raise
            self.fault = "not known, stopped"
        except Exception as error:
            # A bug of ours: it must show, and the rest of the screen must stay usable.
            self.fault = f"not known ({type(error).__name__})"
        self.busy = False
        self.draw()

    @property
    def next_action(self) -> str:
        """The containment action of the next step; empty while there is none."""
        return next_action(self.result)

    def draw(self) -> None:
        self.update(self._told())

    def _told(self) -> Content:
        values = verdict_of(self.result)
        spent = duration(time.monotonic() - self._since)
        busy = (f"  judging{' again' if values else ''}  {spent}" if self.busy else "", "$muted")
        if self.fault or values is None:
            return line(("Verdict ", "$muted"), (self.fault, "$warning"), busy)
        return line(*headline(values, short=self.busy and self.size.width < 100), busy)
