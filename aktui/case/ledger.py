"""The ledger of a case as the rest of aktui sees it: `record` returns once the entry is on disk.

One thread writes. It takes everything that waits into one transaction, so a burst of answers costs one sync
of the disk, not one each. A caller that is cancelled while it waits changes nothing: its entry is written
all the same, once.
"""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue

from aktui.case.entries import Draft, of_exchange, of_journal, of_part
from aktui.case.journal import Line
from aktui.case.rows.asking import Part
from aktui.case.store import Store
from aktui.errors import CaseError
from aktui.models import Exchange

MOST_WAITING = 2000
"""Entries that may wait for the disk; more means that it does not keep up."""

_BATCH = 200


class _Job:
    """Something for the writer to do, and where it reports how that went. Made on the event loop."""

    def __init__(self, draft: Callable[[], Draft] | None = None) -> None:
        self.draft = draft
        self._loop = asyncio.get_running_loop()
        self.done: asyncio.Future[None] = self._loop.create_future()

    def report(self, error: Exception | None = None) -> None:
        """Called from the writer; a loop that has ended has nobody left to tell."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._settle, error)

    def _settle(self, error: Exception | None) -> None:
        if self.done.done():
            return
        if error is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(error)


class Ledger:
    """An open, append-only, hash-chained record of one case."""

    def __init__(self, directory: Path, key_id: str, practice: bool) -> None:
        self.directory = directory
        self.key_id = key_id
        self.practice = practice
        self.head: tuple[int, str] = (0, "")
        """Number and hash of the newest entry this process knows of. Noted elsewhere, it proves the tail."""
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._closed = False
        self._writer = threading.Thread(target=self._write, name="case ledger", daemon=True)

    @classmethod
    async def open(cls, directory: Path, *, key_id: str = "", practice: bool = False) -> "Ledger":
        """Open or begin the ledger in a case directory, which is named after the key. Raises CaseError."""
        ledger = cls(directory, key_id or directory.name, practice)
        opening = _Job()
        ledger._jobs.put(opening)
        ledger._writer.start()
        try:
            await opening.done
        except BaseException:
            ledger._closed = True
            ledger._jobs.put(None)
            raise
        return ledger

    async def record(self, exchange: Exchange) -> None:
        """Keep an exchange; returns when it is on disk. Raises CaseError when it could not be kept."""
        await self._enter(partial(of_exchange, exchange))

    async def record_part(self, part: Part) -> None:
        """Keep what a file of log rows is, likewise; `RowStore` wants it before it shows them."""
        await self._enter(partial(of_part, part))

    async def record_action(self, line: Line) -> None:
        """Keep a copy of an entry of the journal, likewise."""
        await self._enter(partial(of_journal, line))

    async def _enter(self, draft: Callable[[], Draft]) -> None:
        if self._closed:
            raise CaseError(f"The ledger of {self.key_id} is closed.")
        if self._jobs.qsize() >= MOST_WAITING:
            raise CaseError(f"The disk under {self.directory} does not keep up with the evidence.")
        job = _Job(draft)
        self._jobs.put(job)
        await job.done

    async def aclose(self) -> None:
        """Write what waits, then close the file. Closing twice is fine."""
        if not self._closed:
            self._closed = True
            self._jobs.put(None)
        await asyncio.to_thread(self._writer.join)

    def _write(self) -> None:
        """The writer thread: open, then write batches until told to end."""
        opening = self._jobs.get()
        assert opening is not None
        try:
            store = Store(self.directory, self.key_id, practice=self.practice)
        except Exception as error:
            opening.report(error)
            return
        try:
            self._keep(store, [opening])
            while jobs := self._batch():
                self._keep(store, jobs)
        finally:
            store.close()

    def _batch(self) -> list[_Job]:
        """Everything that waits, at least one job; empty when it is time to end."""
        jobs: list[_Job] = []
        job = self._jobs.get()
        while job is not None:
            jobs.append(job)
            if len(jobs) == _BATCH:
                break
            try:
                job = self._jobs.get_nowait()
            except Empty:
                break
        else:
            # The end was reached behind some jobs: put it back for the next turn.
            if jobs:
                self._jobs.put(None)
        return jobs

    def _keep(self, store: Store, jobs: list[_Job]) -> None:
        try:
            self.head = store.append([job.draft() for job in jobs if job.draft is not None])
        except Exception as error:
            failure: Exception | None = error
        else:
            failure = None
        for job in jobs:
            job.report(failure)
