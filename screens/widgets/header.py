"""The line that never goes away: account, caller, region, mode, clock."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from aktui.text import cells, clip, visible
from screens.widgets.display import Part, line

UNKNOWN = "…"


@dataclass(frozen=True)
class Standing:
    """Who is working where, as far as it is known; empty texts are not known yet."""

    account: str = ""
    alias: str = ""
    caller: str = ""
    region: str = ""
    mode: str = "READ-ONLY"
    scene: str = ""
    """Said beside the mode when there is room: the scenario."""
    idle: bool = False
    """Nothing is being looked up, so nothing is about to be known."""


class HeaderLine(Widget):
    """One line; fields get shorter with the room, but account, caller, region, mode and zone stay."""

    DEFAULT_CSS = """
    HeaderLine { height: 1; dock: top; background: $panel; color: $foreground; padding: 0 1; }
    """

    standing: reactive[Standing] = reactive(Standing())
    now: reactive[datetime | None] = reactive(None)

    def render(self) -> Content:
        return header(self.standing, self.now, self.size.width)


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
    """The same line in ever fewer cells: first the scene goes, then the date, then names are cut."""
    full = "%Y-%m-%d %H:%M:%S UTC"
    bare = replace(standing, scene="")
    tries = [
        (_fields(standing, 40), full),
        (_fields(bare, 40), full),
        (_fields(bare, 24), "%H:%M:%S UTC"),
        (_fields(bare, 18, both=False), "%H:%M:%S UTC"),
        (_fields(bare, 12, both=False), "%H:%M UTC"),
        (_fields(bare, 8, both=False), "%H:%M UTC"),
    ]
    return [(fields, now.astimezone(UTC).strftime(form) if now else "") for fields, form in tries]


def _fields(standing: Standing, longest: int, *, both: bool = True) -> list[tuple[str, str]]:
    names = [standing.alias, standing.account] if both else [standing.alias or standing.account]
    account = " ".join(clip(visible(name), longest) for name in names if name)
    style = "bold $warning" if standing.mode != "READ-ONLY" else "bold"
    fields = [("aktui", "bold $primary")]
    if not standing.idle:
        fields += [
            (account or f"account {UNKNOWN}", "bold"),
            (clip(visible(standing.caller), longest) or f"caller {UNKNOWN}", ""),
            (clip(visible(standing.region), 16) or f"region {UNKNOWN}", ""),
        ]
    fields.append((standing.mode, style))
    return [*fields, (clip(visible(standing.scene), longest), "$muted")] if standing.scene else fields
