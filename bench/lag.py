"""How late the event loop is while the console works: a full triage, and 100,000 rows that are downloaded."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from aktui.app import Console
from bench import logs
from bench.cloud import LATENCY, practice_cloud
from bench.figures import Figure, percentile
from bench.triage import settings_for
from queries import catalogue
from screens.desk import Desk, Setting
from screens.key import KeyScreen
from screens.logpanes.questions import Lead
from screens.rows import RowsScreen
from screens.widgets.header import Standing

NAP = 0.005
"""Seconds that the sampler sleeps; what it takes longer is the lag."""


@asynccontextmanager
async def sampled(lags: list[float]) -> AsyncIterator[None]:
    """Note how late a short sleep wakes, again and again, while the block runs."""

    async def sample() -> None:
        while True:
            begun = time.perf_counter()
            await asyncio.sleep(NAP)
            lags.append(time.perf_counter() - begun - NAP)

    task = asyncio.create_task(sample())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def during_triage(home: Path) -> list[float]:
    """The key screen from its opening until nothing loads any more."""
    lags: list[float] = []
    with practice_cloud(LATENCY) as far:

        async def prepare() -> Setting:
            return Setting(replace(settings_for(far), home=home), (far.suspect,))

        app = Console(Desk(prepare, practice=True))
        async with app.run_test(size=(160, 50)) as pilot:
            await _until(lambda: isinstance(app.screen, KeyScreen), pilot)
            screen = app.screen
            assert isinstance(screen, KeyScreen)
            await _until(lambda: screen.desk.investigation is not None, pilot)
            async with sampled(lags):
                await _until(lambda: not any(pane.loading_now for pane in screen.panes.values()), pilot)
    return lags


async def during_download(home: Path) -> tuple[list[float], int, float]:
    """Rows of an access log come into the case while their screen is open; how many, and how long it took."""
    lags: list[float] = []
    with practice_cloud(logs.LATENCY) as far:
        where, window = await logs.source(far)

        async def prepare() -> Setting:
            return Setting(replace(settings_for(far), home=home))

        desk = Desk(prepare)
        app = Console(desk)
        async with app.run_test(size=(160, 50)) as pilot:
            investigation = await desk.open(far.suspect)
            work = investigation.work
            if work is None:
                raise RuntimeError("the case has no place for rows: nothing was measured")
            lead = Lead(catalogue()["oss-access"], {"who": "everyone", "regions": where.region}, window)
            begun = time.perf_counter()
            async with sampled(lags):
                fetching = work.download(lead, window)
                app.push_screen(RowsScreen(desk, Standing(), fetching))
                await _until(lambda: not fetching.busy, pilot)
                seconds = time.perf_counter() - begun
                await asyncio.sleep(1.0)  # what came last is counted and drawn, too
            if fetching.rows < logs.LINES:
                raise RuntimeError(f"only {fetching.rows} rows came: {fetching.told()}")
            return lags, fetching.rows, seconds


async def _until(there: Callable[[], bool], pilot: Any) -> None:
    for _ in range(6000):
        if there():
            return
        await asyncio.sleep(0.02)
    raise TimeoutError("the console did not come so far")


def run() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        lags = asyncio.run(during_triage(Path(folder) / "triage"))
        yield _figure("event-loop lag while a full triage loads, p99", lags, f"{LATENCY * 1000:.0f} ms away")
        lags, rows, seconds = asyncio.run(during_download(Path(folder) / "rows"))
        how = f"{rows:,} rows in {seconds:.0f} s, {logs.LATENCY * 1000:.0f} ms away"
        yield _figure("event-loop lag while the explorer's rows load, p99", lags, how)


def _figure(what: str, lags: list[float], how: str) -> Figure:
    worst = f"worst {max(lags) * 1000:.0f} ms of {len(lags)} looks, {how}"
    return Figure(what, percentile(lags, 99) * 1000, "ms", 50, how=worst)
