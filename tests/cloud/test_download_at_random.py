"""Downloads that are disturbed, cancelled and taken up again at random: every row exactly once."""

import asyncio
import random
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from aktui.cloud.download import Downloaded, Mark, Progress
from tests.cloud.rig import CUT
from tests.cloud.sls_rig import Asked, Row, Spoil, log_server, logs_answer, refusal
from tests.cloud.test_download import Store, fetched, keys, rows

DISTURBED = 0.05
"""Share of the requests that are answered wrongly."""


def crowded(chance: random.Random) -> list[Row]:
    """Rows in bursts: many seconds with none, some with hundreds."""
    found: list[Row] = []
    for _ in range(12):
        second, count = chance.randrange(3600), chance.choice((1, 99, 100, 101, 700, 5200))
        found += rows(count, second=second, first=len(found))
    return found


def disturbing(chance: random.Random, wanted: list[Row]) -> Spoil:
    wrong = (
        CUT,
        refusal(503, "ServerBusy"),
        refusal(403, "ReadQuotaExceed"),
        refusal(500, "InternalServerError"),
        logs_answer(wanted[:50], progress="Incomplete"),
        logs_answer(wanted[:50])[:-20] + b"\0" * 20,
    )

    def spoil(asked: Asked) -> bytes | None:
        return chance.choice(wrong) if asked.searches and chance.random() < DISTURBED else None

    return spoil


@pytest.mark.parametrize("seed", range(6))
async def test_every_row_comes_exactly_once_whatever_happens(seed: int) -> None:
    chance = random.Random(seed)
    wanted, store, mark = crowded(chance), Store(wait=0.001), None
    spoil = disturbing(chance, wanted)
    async with log_server(wanted, spoil=spoil) as server, server.cloud() as cloud:
        for _ in range(50):
            mark, complete = await one_run(chance, lambda **rest: fetched(cloud, store, **rest), mark)
            if complete:
                break
    assert complete
    assert mark is not None
    assert mark.rows == len(wanted)
    assert sorted(store.keys) == sorted(keys(wanted))


async def one_run(
    chance: random.Random, run: Callable[..., Coroutine[Any, Any, Downloaded]], mark: Mark | None
) -> tuple[Mark | None, bool]:
    """Download until done, or until a moment chosen at random."""
    told: list[Progress] = []
    stop = chance.randrange(1, 250)
    tasks: list[asyncio.Task[Downloaded]] = []

    def watch(progress: Progress) -> None:
        told.append(progress)
        if len(told) == stop:
            tasks[0].cancel()

    tasks.append(asyncio.create_task(run(progress=watch, resume=mark)))
    try:
        done = await tasks[0]
    except asyncio.CancelledError:
        return (told[-1].mark if told else mark), False
    return done.mark, done.complete
