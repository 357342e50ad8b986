"""The last line: the keys that work here, as many as fit, and what is going on."""

from textual.binding import Binding
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from aktui.text import cells
from screens.widgets.display import Part, line

NAMES = {
    "question_mark": "?",
    "slash": "/",
    "colon": ":",
    "enter": "Enter",
    "escape": "Esc",
    "tab": "Tab",
    "shift+tab": "⇧Tab",
    **{f"f{number}": f"F{number}" for number in range(1, 13)},
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "home": "Home",
    "end": "End",
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
    "space": "Space",
    "exclamation_mark": "!",
    "dollar_sign": "$",
    "plus": "+",
    "equals_sign": "=",
    "minus": "-",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "backspace": "⌫",
}

ORDER = (
    "help",
    "raw.back",
    "page.back",
    "calls.back",
    "contain.apply",
    "contain.back",
    "rows.open",
    "contain.secret",
    "contain.recover",
    "contain.stop",
    "contain.undo",
    "contain.preview",
    "confirm.place",
    "quit.all-the-same",
    "rows.back",
    "contain",
    "mark.trusted",
    "mark.hostile",
    "mark.none",
    "findings",
    "identities",
    "contain.sources",
    "contain.watch",
    "contain.journal",
    "contain.progress",
    "filter",
    "pane.next",
    "pane.v",
    "raw",
    "quit",
    "refresh",
    "quit.always",
    "start.list",
    "sweep",
    "logs",
    "events",
    "charges",
    "provider",
    "logs.edit",
    "logs.options",
    "logs.rows",
    "rows.values",
    "time.closer",
    "rows.pivot",
    "rows.export",
    "facets.pick",
    "events.source",
    "stop",
    "sort",
    "window",
    "about",
    "calls",
    "palette",
    "copy",
)
"""Binding ids by how much they are worth a hint; those not named come last."""


class Hints(Widget):
    """Key hints at the left, activity at the right."""

    DEFAULT_CSS = """
    Hints { height: 1; dock: bottom; background: $panel; color: $muted; padding: 0 1; }
    """

    activity: reactive[str] = reactive("")

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, lambda _screen: self.refresh())

    def render(self) -> Content:
        active = [each.binding for each in self.screen.active_bindings.values()]
        bindings = sorted((binding for binding in active if binding.show and not binding.system), key=_worth)
        return hints(bindings, self.activity, self.size.width)


def _worth(binding: Binding) -> int:
    return ORDER.index(binding.id) if binding.id in ORDER else len(ORDER)


def key_name(key: str) -> str:
    """How a person would write the key."""
    if key in NAMES:
        return NAMES[key]
    return key.replace("ctrl+", "^").upper() if key.startswith("ctrl+") else key


def hints(bindings: list[Binding], activity: str, width: int) -> Content:
    """As many `key what` as there is room for, in order."""
    room = width - cells(activity) - 2
    parts: list[Part] = []
    seen: set[str] = set()
    for binding in bindings:
        key, what = key_name(binding.key), binding.description
        need = cells(key) + cells(what) + 3
        if binding.action in seen or need > room:
            continue
        seen.add(binding.action)
        room -= need
        parts.extend([(key, "bold $primary"), f" {what}  "])
    return line(*parts, " " * (room + 2), (activity, "$muted"))
