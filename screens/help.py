"""A page to read over the screen: help for where one is, or all about an answer."""

from collections.abc import Callable
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from screens.widgets.display import line, lines
from screens.widgets.hints import key_name

Page = Callable[[int], Content]
"""A page laid out for so many cells."""

WIDEST = 100


class PageScreen(ModalScreen[None]):
    """A page of text; any of the usual keys closes it."""

    DEFAULT_CSS = """
    PageScreen { align: center middle; }
    PageScreen > VerticalScroll {
        width: 92%; max-width: 100; height: auto; max-height: 90%;
        border: heavy $border; background: $surface; padding: 0 1;
        border-title-color: $foreground; border-title-style: bold;
        scrollbar-size-vertical: 1;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,i,question_mark,enter", "dismiss", "Back", id="page.back", tooltip="Back"),
        Binding("j", "line(1)", "Down", show=False, id="page.down", tooltip="One line down"),
        Binding("k", "line(-1)", "Up", show=False, id="page.up", tooltip="One line up"),
    ]

    def __init__(self, title: str, page: Page) -> None:
        super().__init__()
        self.about = title
        self.page = page

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield Static()

    def on_mount(self) -> None:
        box = self.query_one(VerticalScroll)
        box.border_title = line(self.about)
        box.focus()

    def on_resize(self) -> None:
        """The page is laid out anew for the room there is (border, padding and scrollbar taken off)."""
        width = min(WIDEST, self.size.width * 92 // 100) - 5
        self.query_one(Static).update(self.page(width))

    def action_line(self, step: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=step, animate=False)


def keys_page(screen: Screen[Any], text: str) -> Page:
    """What this place is for, then every key that works here."""
    by_what: dict[str, list[str]] = {}
    for active in screen.active_bindings.values():
        binding = active.binding
        if not binding.system and binding.tooltip:
            by_what.setdefault(binding.tooltip, []).append(key_name(binding.key))

    def page(width: int) -> Content:
        rows = [*line(text).wrap(width), Content("")]
        for what, keys in by_what.items():
            names = keys if len(keys) < 5 else [keys[0], "to", keys[-1]]
            rows.append(line((" ".join(dict.fromkeys(names)).ljust(16), "bold $primary"), what))
        return lines(*rows)

    return page
