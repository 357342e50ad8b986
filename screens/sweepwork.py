"""A sweep under way behind its screen: the account that is open, the run, the rows so far.

It belongs to the desk, so that the account stays open between two visits; the run goes on only while the
screen is there, since a key that is looked at needs the same quotas.
"""

import asyncio
from contextlib import AsyncExitStack
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING

from aktui.errors import AktuiError
from queries.base import Row
from screens.investigation import load_heavy

if TYPE_CHECKING:
    from queries.sweep.ranking import Ranked
    from queries.sweep.session import Session
    from screens.desk import Desk


class SweepWork:
    """One account; its rows are judged anew only where something came."""

    def __init__(self, desk: "Desk") -> None:
        self.session: Session | None = None
        self.fault: Exception | None = None
        """Why the account could not be opened, or why the run ended."""
        self.stopped = False
        self.version = 0
        """Counts up with what is known."""
        self._desk = desk
        self._keeping = AsyncExitStack()
        self._run: asyncio.Task[None] | None = None
        self._judged: dict[str, tuple[Ranked, Row]] = {}
        """By what a key is known by, within its owner."""

    @property
    def busy(self) -> bool:
        return self._run is not None and not self._run.done()

    async def open(self) -> "Session":
        """The account, and what an earlier sweep has kept. Raises AktuiError."""
        if self.session is None:
            setting = await self._desk.ready()
            await asyncio.to_thread(load_heavy)
            opening = (await asyncio.to_thread(import_module, "queries.sweep.session")).session
            session: Session = await self._keeping.enter_async_context(opening(setting.settings))
            await self._judge_all(session)
            self.session = session
        return self.session

    def go_on(self, *, anew: bool) -> None:
        """Begin, or go on with what is missing; nothing when it runs already."""
        if self.session is None or self.busy:
            return
        self.fault, self.stopped = None, False
        if anew:
            self._judged.clear()
            self.version += 1
        self._run = asyncio.create_task(self._work(self.session, anew), name="sweep")

    def stop(self) -> None:
        """Stop asking; what is known is kept."""
        if self._run is not None and not self._run.done():
            self.stopped = True
            self._run.cancel()

    async def aclose(self) -> None:
        self.stop()
        if self._run is not None:
            await asyncio.gather(self._run, return_exceptions=True)
        self.session = None
        await self._keeping.aclose()

    async def _work(self, session: "Session", anew: bool) -> None:
        try:
            await (session.begin(self._came) if anew else session.go_on(self._came))
        except AktuiError as error:
            self.fault = error
        except Exception as error:
            # A bug of ours, or an answer of a shape nobody foresaw: it must show, and only here.
            self.fault = error
        await self._judge_all(session)

    def _came(self) -> None:
        """Judge the users of whom everything is known by now."""
        from queries.sweep.ranking import of_root, ranked

        self.version += 1
        if self.session is None or self.session.sweep is None:
            return
        settled, self.session.sweep.settled = self.session.sweep.settled, []
        if settled:
            known, now = self.session.known, self.session.cloud.now()
            again = {*(person.name for person in settled), "root"}
            for name in [name for name, (one, _) in self._judged.items() if one.facts.owner in again]:
                del self._judged[name]
            self._take(self.session, [*ranked(known, now, settled), *of_root(known, now)], now)

    async def _judge_all(self, session: "Session") -> None:
        """Everything once more, off the loop: what came last may say more about what came first."""
        from queries.sweep.ranking import ranked

        now = session.cloud.now()
        found = await asyncio.to_thread(ranked, session.known, now)
        self._judged.clear()
        self._take(session, found, now)
        self.version += 1

    def _take(self, session: "Session", found: "list[Ranked]", now: datetime) -> None:
        for one in found:
            self._judged[f"{one.facts.owner}/{one.id}"] = (one, one.row(session.known, now))

    def rows(self) -> tuple[Row, ...]:
        """All keys known by now, the gravest first."""
        from queries.sweep.ranking import rank

        found = sorted(self._judged.values(), key=lambda pair: rank(pair[0]))
        return tuple(row for _, row in found)
