"""Short messages that appear and go: always text, never markup."""

from typing import Any, Literal

from textual.app import App

from aktui.text import clip, visible


def tell(
    app: App[Any], text: str, *, severity: Literal["information", "warning", "error"] = "information"
) -> None:
    """Show a passing message."""
    app.notify(clip(visible(text), 300), severity=severity, markup=False)
