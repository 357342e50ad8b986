"""A field that takes only what is typed: what must be typed to confirm must not be pasted without a look."""

from textual import events
from textual.message import Message
from textual.widgets import Input


class ByHand(Input):
    """An input that no paste fills."""

    class Pasted(Message):
        """Somebody tried."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, select_on_focus=False)

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.post_message(self.Pasted())

    def action_paste(self) -> None:
        self.post_message(self.Pasted())
