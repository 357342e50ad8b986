"""A run that is cancelled at any of its awaits: nothing is lost, done twice, or left locked."""

import asyncio
import random
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from aktui.case import journal as journal_file
from aktui.case.journal import only_one
from aktui.contain import journal
from tests.contain.crash.cutting import cut_at, suspensions
from tests.contain.crash.killing import SEED
from tests.contain.crash.table import Trial, trial_named, trials
from tests.contain.crash.workshop import Workshop, aftermath, memory, unhurried, workshop

EVERYWHERE = ("disable-key", "rotate-1", "attach-role-2")
"""Cancelled at every await: one call, a secret that is handed over, two calls in one step."""
SOMEWHERE = 6
"""At how many awaits the others are cancelled."""


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    unhurried(monkeypatch)


async def awaits(trial: Trial, directory: Path) -> int:
    async with workshop(trial, directory) as at, at.engine() as engine:
        plan = await at.plan(engine)
        done, number = await suspensions(at.execute(engine, plan))
        assert done.good
        return number


async def cancelled(at: Workshop, n: int) -> None:
    async with at.engine() as engine:
        plan = await at.plan(engine)
        await cut_at(at.execute(engine, plan), n)
        assert not engine.running
    with only_one(at.directory):
        pass


@pytest.mark.parametrize("trial", trials(), ids=lambda trial: trial.name)
async def test_cancelled_at_an_await_the_journal_tells_what_is_so(trial: Trial, tmp_path: Path) -> None:
    number = await awaits(trial, tmp_path / "undisturbed")
    every = range(1, number + 1)
    draw = random.Random(f"{SEED} {trial.name}")
    chosen = every if trial.name in EVERYWHERE else sorted(draw.sample(every, min(SOMEWHERE, number)))
    for n in chosen:
        async with workshop(trial, tmp_path / f"await-{n}") as at:
            try:
                await cancelled(at, n)
                await aftermath(at, memory(trial))
            except Exception as error:
                error.add_note(f"cancelled at await {n} of {number}")
                raise


async def test_what_is_being_written_down_is_on_disk_before_a_cancelled_run_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing = threading.Event()
    append = journal_file.append

    def slow(directory: Path, kind: str, body: Mapping[str, Any]) -> journal_file.Line:
        if kind == "intent":
            writing.set()
            time.sleep(0.2)
        return append(directory, kind, body)

    monkeypatch.setattr(journal, "append", slow)
    async with workshop(trial_named("disable-key"), tmp_path / "case") as at, at.engine() as engine:
        plan = await at.plan(engine)
        running = asyncio.create_task(at.execute(engine, plan))
        await asyncio.to_thread(writing.wait)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        kinds = [line.kind for line in journal_file.read_journal(at.directory).lines]
        assert kinds == ["plan", "intent"]
        assert at.writes == []
