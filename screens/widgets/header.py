"""The line that never goes away: account, caller, region, mode, clock; below it, what containment does."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from aktui.text import cells, clip, pad, visible
from screens.widgets.display import Part, line, lines

UNKNOWN = "…"
LOOK = 0.25
"""Seconds between two looks at what containment does."""


@dataclass(frozen=True)
class Standing:
    """Who is working where, as far as it is known; empty texts are not known yet."""

    account: str = ""
    alias: str = ""
    caller: str = ""
    region: str = ""
    mode: str = "READ-ONLY"
    """READ-ONLY or ARMED."""
    practice: bool = False
    scene: str = ""
    """Said beside the mode when there is room: the scenario."""
    idle: bool = False
    """Nothing is being looked up, so nothing is about to be known."""


class HeaderLine(Widget):
    """One line; fields get shorter with the room, but account, caller, region, mode and zone stay."""

    DEFAULT_CSS = """
    HeaderLine { height: auto; dock: top; background: $panel; color: $foreground; padding: 0 1; }
    """

    standing: reactive[Standing] = reactive(Standing())
    now: reactive[datetime | None] = reactive(None)
    doing: reactive[str] = reactive("", layout=True)
    """A plan that runs, or what waits for the responder: a line of its own, on every screen."""

    def on_mount(self) -> None:
        self.set_interval(LOOK, self._look)
        self._look()

    def _look(self) -> None:
        """The console knows what containment does, whichever screen is on top."""
        self.doing = str(getattr(self.app, "doing", ""))

    def render(self) -> Content:
        width = self.size.width
        top = header(self.standing, self.now, width)
        if not self.doing:
            return top
        return lines(top, line((pad(clip(visible(self.doing), width), width), "bold $warning")))


def header(standing: Standing, now: datetime | None, width: int) -> Content:
    """The fields side by side, the clock at the right edge."""
    for fields, clock in _shorter_and_shorter(standing, now):
        used = sum(cells(text) for text, _ in fields) + 2 * len(fields) + cells(clock)
        if used <= width:
            break
    parts: list[Part] = []
    for field in fields:
        parts.extend([field, "  "])
    room = width - sum(cells(text) for text, _ in fields) - 2 * len(fields) - cells(clock)
    return line(*parts, " " * max(0, room), (clock, "$muted"))


def _shorter_and_shorter(standing: Standing, now: datetime | None) -> list[tuple[list[tuple[str, str]], str]]:
    """The same line in ever fewer cells: the scene goes, the date, our own name; then names are cut."""
    full = "%Y-%m-%d %H:%M:%S UTC"
    bare = replace(standing, scene="")
    tries = [
        (_fields(standing, 40), full),
        (_fields(bare, 40), full),
        (_fields(bare, 24), "%H:%M:%S UTC"),
        (_fields(bare, 18, both=False), "%H:%M:%S UTC"),
        (_fields(bare, 16, both=False)[1:], "%H:%M:%S UTC"),
        (_fields(bare, 12, both=False)[1:], "%H:%M UTC"),
        (_fields(bare, 8, both=False)[1:], "%H:%M UTC"),
    ]
    return [(fields, now.astimezone(UTC).strftime(form) if now else "") for fields, form in tries]


def _fields(standing: Standing, longest: int, *, both: bool = True) -> list[tuple[str, str]]:
    names = [standing.alias, standing.account] if both else [standing.alias or standing.account]
    account = " ".join(clip(visible(name), longest) for name in names if name)
    fields = [("aktui", "bold $primary")]
    if not standing.idle:
        fields += [
            (account or f"account {UNKNOWN}", "bold"),
            (clip(visible(standing.caller), longest) or f"caller {UNKNOWN}", ""),
            (clip(visible(standing.region), 16) or f"region {UNKNOWN}", ""),
        ]
    fields.append(_mode(standing))
    return [*fields, (clip(visible(standing.scene), longest), "$muted")] if standing.scene else fields


def _mode(standing: Standing) -> tuple[str, str]:
    """Only what can change a real account alarms."""
    if standing.practice:
        return f"PRACTICE {standing.mode}", "bold $primary"
    return standing.mode, "bold reverse $error" if standing.mode == "ARMED" else "bold"
