"""Work of a screen or a pane beside the screen's own: one of a kind at a time, its errors told by itself."""

from collections.abc import Callable, Coroutine
from typing import Any

from textual.dom import DOMNode
from textual.worker import Worker

Work = Callable[[], Coroutine[Any, Any, None]]


def in_background(node: DOMNode, work: Work, name: str, description: str) -> Worker[None]:
    """Do it, in place of work of that name that is under way."""

    async def run() -> None:
        # Textual takes no plain callable that returns a coroutine, and the refusal would show nowhere.
        await work()

    return node.run_worker(
        run, name=name, group=name, description=description, exclusive=True, exit_on_error=False
    )
