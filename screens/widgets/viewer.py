"""A long text to scroll through: wrapped once for its width, drawn only where it is looked at."""

from typing import ClassVar

from rich.cells import cell_len, chop_cells
from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip


class Viewer(ScrollView, can_focus=True):
    """Text that has been made visible already; no line is left out or cut."""

    DEFAULT_CSS = """
    Viewer { height: 1fr; overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll_down", "Down", show=False, id="viewer.down", tooltip="One line down"),
        Binding("up,k", "scroll_up", "Up", show=False, id="viewer.up", tooltip="One line up"),
        Binding("g,home", "scroll_home", "Top", show=False, id="viewer.top", tooltip="First line"),
        Binding("G,end", "scroll_end", "End", show=False, id="viewer.end", tooltip="Last line"),
        Binding(
            "pagedown,space", "page_down", "Page down", show=False, id="viewer.page-down", tooltip="Down"
        ),
        Binding("pageup", "page_up", "Page up", show=False, id="viewer.page-up", tooltip="Up"),
    ]

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self.text = text
        self._lines: list[str] = []

    def show(self, text: str) -> None:
        """Another text, from its beginning."""
        self.text = text
        self._wrap()
        self.scroll_home(animate=False)

    def on_resize(self, _event: events.Resize) -> None:
        self._wrap()

    def _wrap(self) -> None:
        width = max(1, self.scrollable_content_region.width)
        self._lines = [piece for line in self.text.split("\n") for piece in _pieces(line, width)]
        self.virtual_size = Size(width, len(self._lines))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        index = round(self.scroll_offset.y) + y
        text = self._lines[index] if index < len(self._lines) else ""
        width = self.scrollable_content_region.width
        return Strip([Segment(text, self.rich_style)]).adjust_cell_length(width, self.rich_style)


def _pieces(line: str, width: int) -> list[str]:
    if line.isascii():
        return [line[at : at + width] for at in range(0, len(line), width)] or [""]
    return chop_cells(line, width) if cell_len(line) > width else [line]
