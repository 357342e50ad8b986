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


def screen_text(app: App[Any]) -> str:
    """All lines of the screen on top, without the blanks at their ends."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips) + "\n"


def check_golden(app: App[Any], name: str, *, clock_runs: bool = False) -> None:
    """The screen is as the file has it; where the clock runs, but for times of day that name their zone."""
    shown = screen_text(app)
    if clock_runs:
        shown = _CLOCK.sub("00:00:00", shown)
    path = FOLDER / f"{name}.txt"
    if os.environ.get("GOLDEN") == "write":
        FOLDER.mkdir(exist_ok=True)
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8"), f"{path.name} differs; GOLDEN=write renews it"
