"""100,000 lines of a Logstore: our download, recorded in a case, against the vendor's own `get_log_all`."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from aliyun.log import LogClient

from aktui.case.ledger import Ledger
from aktui.cloud.download import download
from aktui.cloud.logs.fetch import Row
from aktui.cloud.logs.slices import Slice, plan
from aktui.cloud.session import Cloud
from aktui.config import Settings, StaticCredentials
from aktui.models import Histogram, LogstoreRef, Secret, Window
from bench.cloud import Far, practice_cloud
from bench.figures import Figure, percentile

LATENCY = 0.05
LINES = 100_000
QUERY = "__topic__: oss_access_log"
EVERY = 0.005
"""Seconds between two looks at how late the event loop is."""


@dataclass(frozen=True)
class Fetched:
    """What one way of fetching took."""

    seconds: float
    rows: int
    lag: float = 0.0
    """99th percentile of how late the event loop was, in milliseconds."""


def settings_for(far: Far) -> Settings:
    credentials = StaticCredentials(far.key_id, Secret(far.key_secret), Secret(""))
    return Settings(endpoint=far.endpoint, credentials=credentials)


async def source(far: Far) -> tuple[LogstoreRef, Window]:
    """A Logstore of the scenario, and a window in which it has about as many lines as wanted."""
    async with Cloud(settings_for(far)) as cloud:
        (project, *_) = await cloud.logs.projects(cloud.region, prefix="oss-log-")
        where = LogstoreRef(cloud.region, str(project["projectName"]), "oss-log-store")
        end = cloud.now()
        start = end - timedelta(days=90)

        async def count(window: Window) -> Histogram:
            return await cloud.logs.histogram(where, QUERY, window)

        lines = 0
        slices = await plan(count, int(start.timestamp()), int(end.timestamp()))
        for part in slices:
            lines += part.lines or 0
            if lines >= LINES:
                return where, Window(start, datetime.fromtimestamp(part.end, UTC))
    raise RuntimeError(f"the scenario has only {lines} lines: nothing was measured")


async def ours(far: Far, where: LogstoreRef, window: Window) -> Fetched:
    """Our download with everything imported and a case that records, as in a console that is already up."""
    rows = 0

    async def sink(part: Sequence[Row], _slice: Slice) -> None:
        nonlocal rows
        rows += len(part)

    with TemporaryDirectory() as folder:
        ledger = await Ledger.open(Path(folder) / "case", key_id=far.suspect, practice=True)
        async with Cloud(settings_for(far), record=ledger.record) as cloud:
            await cloud.logs.page(where, QUERY, window)
            late: list[float] = []
            watching = asyncio.create_task(_watch(late))
            started = time.perf_counter()
            done = await download(cloud.logs, where, QUERY, window, sink=sink)
            seconds = time.perf_counter() - started
            watching.cancel()
        await ledger.aclose()
    if not done.complete:
        raise RuntimeError(f"the download was not complete: {done.troubles[0].reason}")
    return Fetched(seconds, rows, percentile(late, 99) * 1000)


async def _watch(late: list[float]) -> None:
    while True:
        asked = time.perf_counter()
        await asyncio.sleep(EVERY)
        late.append(time.perf_counter() - asked - EVERY)


def theirs(far: Far, where: LogstoreRef, window: Window) -> Fetched:
    """The vendor's client as it is; only the endpoint is given."""
    client = LogClient(
        far.endpoint, far.key_id, far.key_secret, source="bench", auth_version="v4", region=where.region
    )
    # It takes 127.0.0.1 for a host name when a port follows, and would look up PROJECT.127.0.0.1.
    client._isRowIp = True  # type: ignore[attr-defined]
    start, end = int(window.start.timestamp()), int(window.end.timestamp())
    started = time.perf_counter()
    pages = client.get_log_all(where.project, where.logstore, start, end, query=QUERY)
    rows = sum(page.get_count() for page in pages)
    return Fetched(time.perf_counter() - started, rows)


def run() -> Iterator[Figure]:
    with practice_cloud(LATENCY) as far:
        where, window = asyncio.run(source(far))
        mine = asyncio.run(ours(far, where, window))
        vendor = theirs(far, where, window)
    if mine.rows != vendor.rows:
        raise RuntimeError(f"{mine.rows} lines against {vendor.rows}: not the same was fetched")
    times = mine.seconds, vendor.seconds
    how = f"{times[1]:.1f} s against {times[0]:.1f} s, {mine.rows} lines {LATENCY * 1000:.0f} ms away"
    yield Figure("SDK's get_log_all / download", times[1] / times[0], "x", 3, at_least=True, how=how)
    how = f"looked at every {EVERY * 1000:.0f} ms"
    yield Figure("event-loop lag while lines are downloaded, p99", mine.lag, "ms", 50, how=how)
