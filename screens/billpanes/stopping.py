"""From a charge to the containment of what causes it: an instance that the key started, and no other."""

import re
from typing import Any

from textual.screen import Screen

from queries.base import Row
from screens.billpanes.running import RunningPane
from screens.desk import Desk
from screens.widgets.header import Standing
from screens.widgets.tell import tell

ACTION = "stop-instances"
_INSTANCE = re.compile(r"i-[a-z0-9]{6,40}")


def instance_of(row: Row | None) -> str:
    """The instance of ECS that a row is about; empty when it is about none."""
    instance = str(row.values.get("instance") or "") if row is not None else ""
    return instance if _INSTANCE.fullmatch(instance) else ""


def contain_row(
    screen: Screen[Any], desk: Desk, standing: Standing, row: Row | None, running: RunningPane
) -> None:
    """Containment: for what the key started, the action that stops it, with it chosen; else the list.

    An instance that was there before is the business's: that one is not led to being stopped.
    """
    from screens.contain.menu import open_containment
    from screens.contain.opening import open_action

    instance = instance_of(row)
    value = running.started().get(instance)
    if value is not None:
        open_action(screen, desk, standing, ACTION, {"instances": value})
        return
    open_containment(screen, desk, standing)
    if instance:
        tell(screen.app, _why_not(instance, running))


def _why_not(instance: str, running: RunningPane) -> str:
    """Why stopping an instance is not offered."""
    if running.loading_now:
        return f"{instance}: whether the key started it is not known yet; events are still being read."
    unread = "" if running.whole else " Not all events could be read."
    return f"{instance}: no event tells that the key, or whom it made, started it.{unread} It is not offered."
