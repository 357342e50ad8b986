"""What containment does for the console, whichever screens come and go: one run at a time."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from aktui.case.journal import Contents, Line
from aktui.contain.engine import Engine
from aktui.contain.handover import Handover, MemoryHandover
from aktui.contain.history import Ended, History, Run, replay
from aktui.contain.plan import Approval, Plan
from aktui.contain.step import Given
from aktui.errors import AktuiError, NotPossible
from aktui.models import utc_now
from screens.contain.marking import Marking

GRACE = 3.0
"""Seconds that a run gets to end by itself when the console ends."""


class OnScreen(MemoryHandover):
    """Knows, beside keeping it, whether a secret still waits."""

    waiting = False

    async def give(self, given: Given) -> None:
        await super().give(given)
        self.waiting = True

    def take(self) -> tuple[Given, ...]:
        self.waiting = False
        return super().take()


@dataclass(frozen=True)
class Said:
    """One sentence of a run."""

    at: datetime
    """This machine's clock."""
    text: str


@dataclass
class Doing:
    """A plan as it is run, or a look at runs that were cut off; after its end it stays to be read."""

    title: str
    plan: Plan | None = None
    """None: runs that were cut off are looked up."""
    handover: Handover | None = None
    said: list[Said] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    """What the journal was told meanwhile."""
    recovered: tuple[Run, ...] = ()
    error: AktuiError | None = None
    """Why it did not begin, or did not come to its end."""
    running: bool = True
    seen: bool = False
    """Whether somebody read how it ended."""

    @property
    def run(self) -> Run | None:
        """The run of the plan, as far as the journal tells; None before it has begun."""
        runs = replay(Contents(tuple(self.lines))).runs
        return runs[-1] if runs else None

    @property
    def secret(self) -> OnScreen | None:
        """Where a secret waits that has not been looked at."""
        there = self.handover
        return there if isinstance(there, OnScreen) and there.waiting else None

    @property
    def good(self) -> bool:
        """Whether it ended as it should: all of it observed to be so."""
        ends = [run.ended for run in self.recovered] if self.plan is None else [self.run and self.run.ended]
        return self.error is None and all(end is Ended.VERIFIED for end in ends)

    @property
    def outcome(self) -> str:
        """How it ended, in a sentence; empty while it runs."""
        if self.running:
            return ""
        if self.error is not None:
            begun = self.run is not None
            return f"{self.title}: {'broken off' if begun else 'not begun'}. {self.error}"
        if self.plan is None:
            return f"{self.title}: {_listed(self.recovered)}"
        run = self.run
        return f"{self.title}: {run.ended.value}. {run.note}".strip() if run else f"{self.title}: not begun."


def _listed(runs: tuple[Run, ...]) -> str:
    if not runs:
        return "there was nothing to look up."
    return "; ".join(f"{run.plan.title}: {run.ended.value}" for run in runs) + "."


class Containment:
    """Owns the engine and what runs in it. Screens look at it; closing one changes nothing here."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.marking = Marking(engine.journal.directory)
        self.doing: Doing | None = None
        """What runs, or ran last."""
        self.history = History()
        """As last read; `refresh` reads it anew."""
        self._task: asyncio.Task[None] | None = None

    @property
    def busy(self) -> bool:
        return self.doing is not None and self.doing.running

    @property
    def secret(self) -> OnScreen | None:
        """Where a secret waits that has not been looked at."""
        return self.doing.secret if self.doing is not None else None

    @property
    def headline(self) -> str:
        """What every screen says in its second line; empty when there is nothing to say."""
        doing = self.doing
        if doing is not None and doing.running:
            last = doing.said[-1].text if doing.said else "Looking who asks, and whether anything changed."
            return f"RUNNING  {doing.title}: {last}  (! shows it)"
        if self.secret is not None:
            return "A SECRET WAITS to be looked at, once.  (! shows it)"
        if self.history.open:
            return "CUT OFF  A run has no end: what became of it is not known.  (! then R looks it up)"
        return ""

    async def refresh(self) -> History:
        """The history as it is on disk now. Raises CaseError."""
        self.history = await self.engine.journal.history()
        return self.history

    def news(self) -> str:
        """How the last run ended, once, unless somebody saw it end."""
        if self.doing is None or self.doing.running or self.doing.seen:
            return ""
        self.doing.seen = True
        return self.doing.outcome

    def begin(self, plan: Plan, approval: Approval, handover: Handover | None = None) -> Doing:
        """Run an approved plan. Raises NotPossible while another runs, or a secret of the last one waits."""
        doing = self._take_up(Doing(plan.title, plan, handover))

        async def work() -> None:
            if handover is not None:
                await handover.prepare()
            try:
                await self.engine.execute(plan, approval, handover=handover, tell=self._heard(doing))
            finally:
                if handover is not None and doing.run is None:
                    await handover.withdraw()

        self._start(doing, work)
        return doing

    def recover(self) -> Doing:
        """Look what became of runs that were cut off; sends nothing that writes. Raises NotPossible."""
        doing = self._take_up(Doing("Look up what was cut off"))

        async def work() -> None:
            doing.recovered = await self.engine.recover(tell=self._heard(doing))

        self._start(doing, work)
        return doing

    def stop_looking(self) -> None:
        self.engine.stop_looking()

    def _take_up(self, doing: Doing) -> Doing:
        if self.busy:
            raise NotPossible("Another plan is running; one runs at a time.")
        if self.secret is not None:
            raise NotPossible("A secret of the last run waits to be looked at.", hint="Look at it first.")
        self.doing = doing
        return doing

    def _heard(self, doing: Doing) -> Callable[[str], None]:
        return lambda sentence: doing.said.append(Said(utc_now(), sentence))

    def _start(self, doing: Doing, work: Callable[[], Awaitable[None]]) -> None:
        self._task = asyncio.create_task(self._do(doing, work), name="containment")

    async def _do(self, doing: Doing, work: Callable[[], Awaitable[None]]) -> None:
        """To its end, whatever that is; what goes wrong is kept to be shown."""
        hush = self.engine.journal.listen(doing.lines.append)
        try:
            await work()
        except AktuiError as error:
            doing.error = error
        except Exception as error:
            # A bug of ours in the middle of a run: it must be heard of, and the journal has it open.
            doing.error = AktuiError(f"aktui failed ({type(error).__name__}).", hint="Press R to look it up.")
        finally:
            hush()
            doing.running = False
        with suppress(AktuiError):
            await self.refresh()

    async def aclose(self) -> None:
        """The console ends: what runs gets a moment to end, then is cut off; `recover` looks it up later."""
        task = self._task
        if task is None or task.done():
            return
        self.engine.stop_looking()
        await asyncio.wait([task], timeout=GRACE)
        if not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def uncertain(run: Run) -> bool:
    """Whether looking anew could tell more about how it ended."""
    return run.ended in (Ended.OPEN, Ended.IN_DOUBT, Ended.UNVERIFIED)
