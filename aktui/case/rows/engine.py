"""DuckDB on a thread of its own: work is handed in and awaited; a caller who leaves stops its question."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from aktui.errors import CaseError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "256MB"
THREADS = 2

T = TypeVar("T")


class _Job(Generic[T]):
    """Something to do with the connection, and where its result goes. Made on the event loop."""

    def __init__(self, work: "Callable[[DuckDBPyConnection], T]") -> None:
        self.work = work
        self.left = False
        """Nobody waits for it any more."""
        self._loop = asyncio.get_running_loop()
        self.done: asyncio.Future[T] = self._loop.create_future()

    def finish(self, result: T | None, error: BaseException | None) -> None:
        """Called from the worker; a loop that has ended has nobody left to tell."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._settle, result, error)

    def _settle(self, result: Any, error: BaseException | None) -> None:
        if self.done.done():
            return
        if error is None:
            self.done.set_result(result)
        else:
            self.done.set_exception(error)


class Engine:
    """A connection that sees one folder and nothing else, and the thread that owns it."""

    def __init__(self, folder: Path, spill: Path) -> None:
        self._folder = folder
        self._spill = spill
        self._jobs: SimpleQueue[_Job[Any] | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._current: _Job[Any] | None = None
        self._connection: DuckDBPyConnection | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._serve, name="case rows", daemon=True)
        self._thread.start()

    async def run(self, work: "Callable[[DuckDBPyConnection], T]") -> T:
        """Do it on the worker. When the caller is cancelled, work that waits is dropped, and a statement that
        runs is interrupted. Raises what the work raises; DuckDB's own errors come as CaseError.
        """
        if self._closed:
            raise CaseError("The rows of this case are closed.")
        job = _Job(work)
        self._jobs.put(job)
        try:
            return await job.done
        except asyncio.CancelledError:
            self._leave(job)
            raise

    async def aclose(self) -> None:
        """Finish what waits, then close. Closing twice is fine."""
        if not self._closed:
            self._closed = True
            self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)

    def _leave(self, job: _Job[Any]) -> None:
        with self._lock:
            job.left = True
            # Under the lock, so that the interruption can not hit the work after it.
            if self._current is job and self._connection is not None:
                self._connection.interrupt()

    def _serve(self) -> None:
        while (job := self._jobs.get()) is not None:
            with self._lock:
                if job.left:
                    continue
                self._current = job
            result, error = None, None
            try:
                result = job.work(self._connected())
            except BaseException as caught:
                error = _told(caught)
            with self._lock:
                self._current = None
            job.finish(result, error)
        if self._connection is not None:
            self._connection.close()

    def _connected(self) -> "DuckDBPyConnection":
        if self._connection is None:
            self._connection = _connect(self._folder, self._spill)
        return self._connection


def _connect(folder: Path, spill: Path) -> "DuckDBPyConnection":
    """What statements may touch is the folder; nothing is fetched, loaded or changed later."""
    import duckdb

    connection = duckdb.connect(":memory:")
    for setting, value in (
        ("memory_limit", literal(MEMORY)),
        ("threads", str(THREADS)),
        ("temp_directory", literal(str(spill))),
        ("autoinstall_known_extensions", "false"),
        ("autoload_known_extensions", "false"),
        ("parquet_metadata_cache", "true"),
        ("allowed_directories", f"[{literal(str(folder))}]"),
        ("enable_external_access", "false"),
        ("lock_configuration", "true"),
    ):
        connection.execute(f"SET {setting} = {value}")
    return connection


def literal(text: str) -> str:
    """A text of ours (a path, a setting) inside a statement. Values from logs are bound, never written in."""
    return "'" + text.replace("'", "''") + "'"


def _told(error: BaseException) -> BaseException:
    import duckdb

    if isinstance(error, OSError):
        told = CaseError(
            f"The rows of this case can not be kept: {error.strerror}.", hint="Check the disk of the case."
        )
        told.__cause__ = error
        return told
    if not isinstance(error, duckdb.Error):
        return error
    first = (str(error).splitlines() or [""])[0]
    if isinstance(error, duckdb.OutOfMemoryException):
        told = CaseError(
            f"The rows of this case need more memory or disk than there is: {first}",
            hint="Make room on the disk of the case, or narrow the filter.",
        )
    else:
        told = CaseError(
            f"The rows of this case could not be read or kept: {first}",
            hint="Run `aktui case verify` on the case.",
        )
    told.__cause__ = error
    return told
