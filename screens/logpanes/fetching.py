"""Rows on their way into the case, in a task of their own: begun, stopped, gone on with."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from aktui.errors import AktuiError
from queries.base import Asking, Result
from screens.logpanes.subject import Subject


class Phase(Enum):
    """Where it stands."""

    NEW = "not begun"
    PLANNING = "looking for the logs"
    RUNNING = "downloading"
    STOPPED = "stopped"
    DONE = "done"
    PARTIAL = "partial"
    FAILED = "failed"


@dataclass
class Fetching:
    """What fills a table of the case. Call `begin` in a running loop."""

    asking: Asking
    phase: Phase = field(default=Phase.NEW, init=False)
    subject: Subject | None = field(default=None, init=False)
    """What the rows are, as soon as it is known which table they go into."""
    fault: str = field(default="", init=False)
    as_of: datetime | None = field(default=None, init=False)
    _task: "asyncio.Task[None] | None" = field(default=None, init=False)

    @property
    def rows(self) -> int:
        """Rows that were handed over, as far as is known."""
        raise NotImplementedError

    @property
    def result(self) -> Result | None:
        """How complete the rows are; they lie in the case. None: nothing can be said yet."""
        raise NotImplementedError

    def told(self) -> str:
        """How far it is, and which key does what about it."""
        raise NotImplementedError

    async def run(self) -> None:
        """Fetch what is left; sets the phase it ends in."""
        raise NotImplementedError

    @property
    def busy(self) -> bool:
        return self._task is not None and not self._task.done()

    @property
    def can_go_on(self) -> bool:
        return not self.busy and self.phase is not Phase.DONE

    def begin(self) -> None:
        """Fetch what is left, unless that goes on or is done."""
        if self.can_go_on:
            self.start(self.run())

    def go_on(self) -> None:
        self.begin()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Do this in the task."""
        self.phase, self.fault = Phase.PLANNING, ""
        self._task = asyncio.create_task(self._guarded(work), name="rows on their way")

    def stop(self) -> None:
        if self.busy and self._task is not None:
            self._task.cancel()
            self.phase = Phase.STOPPED

    async def aclose(self) -> None:
        """Stop, and wait until what is being stored is stored."""
        self.stop()
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except asyncio.CancelledError:
            self.phase = Phase.STOPPED
            raise
        except AktuiError as error:
            self.phase, self.fault = Phase.FAILED, f"{error.message} {error.hint}".strip()
        except Exception as error:
            # A bug of ours, or an answer of a shape nobody foresaw: it must show where the rows would be.
            self.phase, self.fault = Phase.FAILED, f"aktui failed ({type(error).__name__}: {error})."
        self.as_of = self.asking.cloud.now()
