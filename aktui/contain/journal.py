"""The journal while something runs: every entry is on disk, and in the ledger, before anything follows it.

A write's permit is made here and nowhere else, once the intent to make that call is on disk.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from aktui.case.journal import Line, append, read_journal
from aktui.cloud.gate import Permit
from aktui.contain.history import History, replay
from aktui.contain.plan import Approval, Plan
from aktui.contain.step import Call

P = ParamSpec("P")
T = TypeVar("T")

Copy = Callable[[Line], Awaitable[None]]
"""Takes an entry into the ledger of the case; raises CaseError when it can not."""

Heard = Callable[[Line], None]


async def to_the_end(function: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """Run it in a thread; when cancelled, wait for its end first: whoever comes next finds it done."""
    doing = asyncio.ensure_future(asyncio.to_thread(function, *args, **named))
    try:
        return await asyncio.shield(doing)
    except asyncio.CancelledError:
        await asyncio.wait((doing,))
        if not doing.cancelled():
            doing.exception()
        raise


class Journal:
    """The journal of one case. All methods raise CaseError when the disk does not take an entry."""

    def __init__(self, directory: Path, copy: Copy | None = None) -> None:
        self.directory = directory
        self._copy = copy
        self._listeners: list[Heard] = []

    async def history(self) -> History:
        """What was done so far."""
        return replay(await asyncio.to_thread(read_journal, self.directory))

    def listen(self, listener: Heard) -> Callable[[], None]:
        """Call `listener` on each entry from now on; the result ends that."""
        self._listeners.append(listener)

        def stop() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return stop

    async def begin(self, plan: Plan, approval: Approval, now: datetime) -> str:
        """A new run of an approved plan; returns its id."""
        run = f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"
        body = {"run": run, "plan": plan.as_json(), "reason": approval.reason, "cloud_time": now.isoformat()}
        await self._write("plan", body)
        return run

    async def intend(self, run: str, step: int, number: int, attempt: int, call: Call) -> Permit:
        """Write down that a call is about to be made; what comes back is the leave to make it once."""
        body = {"run": run, "step": step, "number": number, "attempt": attempt, **call.shown()}
        await self._write("intent", body)
        return Permit(call.product, call.action, call.region, call.params)

    async def outcome(self, run: str, step: int, result: str, call: Call, **told: Any) -> None:
        """What came of a call: accepted, refused, not sent, or no answer."""
        await self._write("outcome", {"run": run, "step": step, "result": result, "call": call.name, **told})

    async def observed(self, run: str, step: int, took: str, **told: Any) -> None:
        """What was found to be so after a step."""
        await self._write("observed", {"run": run, "step": step, "took": took, **told})

    async def end(self, run: str, status: str, note: str = "", *, recovered: bool = False) -> None:
        await self._write("end", {"run": run, "status": status, "note": note, "recovered": recovered})

    async def _write(self, kind: str, body: dict[str, Any]) -> None:
        line = await to_the_end(append, self.directory, kind, body)
        if self._copy is not None:
            await self._copy(line)
        for listener in tuple(self._listeners):
            listener(line)
