"""The panes of single events: how far back they look can be widened."""

from datetime import timedelta
from typing import ClassVar

from textual.binding import Binding, BindingType

from aktui.models import Window
from screens.answer import QueryPane

SPANS = (7, 30, 90)
"""Days back, from the quick look to all that ActionTrail keeps."""


class LookupPane(QueryPane):
    """Events of a window that ends when the key was opened."""

    place = "story"
    newest_first = "at"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "w", "widen", "Wider", id="window", tooltip="Look back 30, 90, again 7 days (2 calls a second)"
        ),
    ]

    @property
    def subject(self) -> str:
        return f"{self.days} days" if self.inquiry is not None else ""

    @property
    def days(self) -> int:
        """How far back the window reaches."""
        if self.inquiry is None:
            return SPANS[0]
        return round((self.inquiry.window.end - self.inquiry.window.start) / timedelta(days=1))

    def action_widen(self) -> None:
        """The next span; it holds for all panes of events, which then ask again."""
        if self.inquiry is None:
            return
        wider = next((days for days in SPANS if days > self.days), SPANS[0])
        end = self.inquiry.window.end
        self.inquiry.window = Window(end - timedelta(days=wider), end)
        for pane in self.screen.query(LookupPane):
            pane.again()
