"""A pane that is one text to scroll through, laid out anew for the room there is."""

from collections.abc import Callable
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from screens.pane import Pane

WIDEST = 124
"""Cells of a line that is easy to read."""


class Page(Pane):
    """Draws what `text(width)` says; `record` is what `y` shows."""

    DEFAULT_CSS = """
    Page > VerticalScroll { padding: 0 1; scrollbar-size-vertical: 1; }
    Page > VerticalScroll > Static { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "line(1)", "Down", show=False, id="viewer.down", tooltip="One line down"),
        Binding("up,k", "line(-1)", "Up", show=False, id="viewer.up", tooltip="One line up"),
        Binding("g,home", "end(False)", "Top", show=False, id="viewer.top", tooltip="First line"),
        Binding("G,end", "end(True)", "End", show=False, id="viewer.end", tooltip="Last line"),
        Binding("pagedown,space", "page(1)", "Page down", show=False, id="viewer.page-down", tooltip="Down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="viewer.page-up", tooltip="Up"),
    ]
    number = 1
    place = "top"
    can_focus = True

    def __init__(
        self,
        text: Callable[[int], Content],
        record: Callable[[], tuple[str, Any] | None] = lambda: None,
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self._text = text
        self._record = record

    def compose(self) -> ComposeResult:
        with VerticalScroll(can_focus=False):
            yield Static()

    def on_resize(self) -> None:
        self.draw()

    def draw(self) -> None:
        """Lay out the text anew; it stays scrolled where it is."""
        if self.is_mounted:
            # Border, padding and scrollbar taken off.
            self.query_one(Static).update(self._text(min(WIDEST, max(20, self.size.width - 3))))

    def record(self) -> tuple[str, Any] | None:
        return self._record()

    @property
    def box(self) -> VerticalScroll:
        return self.query_one(VerticalScroll)

    def action_line(self, step: int) -> None:
        self.box.scroll_relative(y=step, animate=False)

    def action_page(self, pages: int) -> None:
        self.box.scroll_relative(y=pages * max(1, self.box.size.height - 1), animate=False)

    def action_end(self, end: bool) -> None:
        if end:
            self.box.scroll_end(animate=False)
        else:
            self.box.scroll_home(animate=False)
