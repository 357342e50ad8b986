"""One key under investigation: every question asked once, its answer shared by all who look."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from aktui.case.marks import Marks
from aktui.errors import UsageError
from aktui.models import Window
from queries import catalogue
from queries.asking.shared import SharedCalls, View
from queries.base import Asking, Caller, Result, Status, answer

Question = tuple[str, tuple[tuple[str, str], ...]]

JUDGED = ("attribution", "findings", "identities", "verdict")
"""Questions that share one judgement: asked anew, all of them look again."""

_WORTH_ANOTHER_TRY = (Status.PARTIAL, Status.DENIED, Status.FAILED)


class _Run:
    """One query being asked; `latest` is its newest snapshot."""

    def __init__(self, calls: View) -> None:
        self.latest: Result | None = None
        self.changed = asyncio.Event()
        self.task: asyncio.Task[None] | None = None
        self.calls = calls
        self.leans_on: set[Question] = set()

    def publish(self, result: Result) -> None:
        self.latest = result
        changed, self.changed = self.changed, asyncio.Event()
        changed.set()


class Inquiry:
    """Asks queries about one key and keeps the answers until they are refreshed."""

    def __init__(self, cloud: Caller, key_id: str, window: Window) -> None:
        self.cloud = cloud
        self.key_id = key_id
        self.window = window
        self._runs: dict[Question, _Run] = {}
        self._calls = SharedCalls(cloud)
        self._kept: dict[str, Any] = {}
        self.marks = Marks()

    async def follow(self, query_id: str, **params: str) -> AsyncIterator[Result]:
        """Snapshots of an answer, newest first thing, until it is done; several may follow one run."""
        run = self._start(query_id, params)
        seen: Result | None = None
        while True:
            changed = run.changed
            if run.latest is not None and run.latest is not seen:
                seen = run.latest
                yield seen
                if seen.done:
                    return
            elif run.task is not None and run.task.done():
                run.task.result()
                return
            else:
                await _either(changed, run.task)

    async def ask(self, query_id: str, **params: str) -> Result:
        """The finished answer."""
        latest: Result | None = None
        async for result in self.follow(query_id, **params):
            latest = result
        if latest is None or not latest.done:
            raise asyncio.CancelledError(f"{query_id} was cancelled")
        return latest

    def peek(self, query_id: str, **params: str) -> Result | None:
        """The newest snapshot of an answer already asked for, if any."""
        run = self._runs.get(_question(query_id, params))
        return run.latest if run else None

    def forget(self, query_id: str, **params: str) -> None:
        """Drop one answer, so that it is asked anew; a running one is cancelled.

        The answers it leant on go too unless they are complete: they may be the reason for asking anew.
        """
        run = self._runs.pop(_question(query_id, params), None)
        if run is None:
            return
        if query_id in JUDGED:
            self._unkeep()
        if run.task is not None:
            run.task.cancel()
        self._calls.drop(run.calls.used)
        for question in run.leans_on:
            other = self._runs.get(question)
            if other is not None and other.latest is not None and other.latest.status in _WORTH_ANOTHER_TRY:
                self.forget(question[0], **dict(question[1]))

    async def aclose(self) -> None:
        """Cancel whatever is still being asked."""
        tasks = [run.task for run in self._runs.values() if run.task is not None]
        tasks += self._kept.values()
        self._kept.clear()
        self._runs.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._calls.aclose()

    def asking(self, params: Mapping[str, str]) -> Asking:
        """For running a query whose rows nobody keeps; what it asks of others is shared as ever."""
        view = self._calls.view()
        return self._asking(params, self.ask, view)

    def _asking(self, params: Mapping[str, str], ask: Callable[..., Any], view: View) -> Asking:
        return Asking(
            self.cloud, self.key_id, self.window, dict(params), ask, self.marks, self._kept, shared=view
        )

    def mark(self, marks: Marks) -> None:
        """Take other marks over: what was judged by the old ones is judged anew when it is next asked for."""
        self.marks = marks
        self._unkeep()
        for question in [one for one in self._runs if one[0] in JUDGED]:
            self.forget(question[0], **dict(question[1]))

    def _unkeep(self) -> None:
        for task in self._kept.values():
            task.cancel()
        self._kept.clear()

    def _start(self, query_id: str, params: dict[str, str]) -> _Run:
        question = _question(query_id, params)
        run = self._runs.get(question)
        if run is None:
            query = catalogue().get(query_id)
            if query is None:
                raise UsageError(f"There is no query '{query_id}'; `aktui queries` lists them.")
            run = self._runs[question] = _Run(self._calls.view())
            asking = self._asking(params, self._asker(run), run.calls)
            run.task = asyncio.create_task(_drive(run, answer(query, asking)), name=f"query {query_id}")
        return run

    def _asker(self, run: _Run) -> Callable[..., Awaitable[Result]]:
        """`ask`, noting on whose answers a run leans."""

        async def ask(query_id: str, **params: str) -> Result:
            run.leans_on.add(_question(query_id, params))
            return await self.ask(query_id, **params)

        return ask


def _question(query_id: str, params: dict[str, str]) -> Question:
    return query_id, tuple(sorted(params.items()))


async def _drive(run: _Run, results: AsyncIterator[Result]) -> None:
    async for result in results:
        run.publish(result)


async def _either(changed: asyncio.Event, task: "asyncio.Task[None] | None") -> None:
    """Wait until the answer changed or its task ended."""
    waiter = asyncio.create_task(changed.wait())
    try:
        await asyncio.wait([waiter, task] if task else [waiter], return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiter.cancel()
