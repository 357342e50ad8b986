"""From anywhere to one action of containment, with what it is to be done to."""

from collections.abc import Mapping
from typing import Any

from textual.screen import Screen

from screens.contain.menu import ContainScreen
from screens.desk import Desk
from screens.widgets.header import Standing
from screens.widgets.tell import tell


def open_action(
    screen: Screen[Any], desk: Desk, standing: Standing, action: str, preset: Mapping[str, str] | None = None
) -> None:
    """Containment at this action, and its parameters with these values chosen; nothing is sent by it."""
    containment = desk.containment
    if containment is None:
        tell(screen.app, "Containment needs the key to be open.")
        return
    menu = ContainScreen(desk, standing, containment, action)
    screen.app.push_screen(menu)
    if containment.busy or containment.secret is not None:
        menu.show_progress(containment)
    else:
        menu.call_after_refresh(menu.take_up, action, dict(preset or {}))
