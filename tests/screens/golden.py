"""What the screen shows, as text, compared with a file. GOLDEN=write renews the files.

The one place that reads Textual's compositor, which is private and pinned with Textual itself.
"""

import os
import re
from pathlib import Path
from typing import Any

from textual.app import App

FOLDER = Path(__file__).parent / "golden"

_CLOCK = re.compile(r"\d\d:\d\d:\d\d(?=\s+UTC| +│)")
_CALLS = re.compile(r" *calls \d+  wait \d+")
_TODAY = re.compile(r"\d{4}-\d\d-\d\d(?= 00:00:00 UTC$)")


def screen_text(app: App[Any]) -> str:
    """All lines of the screen on top, without the blanks at their ends."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips) + "\n"


def check_golden(app: App[Any], name: str, *, clock_runs: bool = False, counted: bool = True) -> None:
    """The screen is as the file has it; where the clock runs, but for times of day that name their zone;
    unless `counted`, but for how many calls were made.
    """
    shown = screen_text(app) if counted else _CALLS.sub("", screen_text(app))
    if clock_runs:
        top, _, rest = _CLOCK.sub("00:00:00", shown).partition("\n")
        shown = f"{_TODAY.sub('2026-11-22', top)}\n{rest}"
    path = FOLDER / f"{name}.txt"
    if os.environ.get("GOLDEN") == "write":
        FOLDER.mkdir(exist_ok=True)
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8"), f"{path.name} differs; GOLDEN=write renews it"
