"""The strip of pane names: which there are, which is in view; a click goes there."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from aktui.text import cells
from screens.widgets.display import Part, line


@dataclass(frozen=True)
class Tab:
    """One name on the strip."""

    id: str
    number: str
    """The key that goes there."""
    title: str
    mark: str = " "
    """Between number and title: `…` while loading, `!` when something is missing."""


class TabStrip(Widget):
    """Numbered names in one line."""

    DEFAULT_CSS = """
    TabStrip { height: 1; padding: 0 1; color: $muted; }
    """

    tabs: reactive[tuple[Tab, ...]] = reactive(())
    current: reactive[str] = reactive("")

    class Picked(Message):
        """A name was clicked."""

        def __init__(self, tab_id: str) -> None:
            super().__init__()
            self.tab_id = tab_id

    def render(self) -> Content:
        parts: list[Part] = []
        for tab, text, gap in _laid_out(self.tabs, self.size.width):
            parts.extend([(text, _style(tab, self.current)), gap])
        return line(*parts)

    def on_click(self, event: events.Click) -> None:
        left = self.styles.padding.left
        for tab, text, gap in _laid_out(self.tabs, self.size.width):
            left += cells(text) + len(gap)
            if event.x < left:
                self.post_message(self.Picked(tab.id))
                return


def _style(tab: Tab, current: str) -> str:
    if tab.id == current:
        return "bold reverse"
    return "$warning" if tab.mark == "!" else ""


def _laid_out(tabs: Sequence[Tab], width: int) -> list[tuple[Tab, str, str]]:
    """Each tab with its text and the gap after it; titles are cut evenly until the strip fits."""
    longest = max((cells(tab.title) for tab in tabs), default=0)
    while True:
        texts = [f"{tab.number}{tab.mark}{tab.title[:longest]}" for tab in tabs]
        room = width - sum(map(cells, texts))
        gaps = max(1, len(texts) - 1)
        if room >= gaps or longest <= 2:
            gap = " " * max(1, min(3, room // gaps))
            return [(tab, text, gap) for tab, text in zip(tabs, texts, strict=True)]
        longest -= 1
