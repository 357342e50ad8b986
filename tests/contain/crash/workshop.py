"""Where a trial takes place: a practice cloud with a fresh account, engines that begin anew on its case."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aktui.case.directory import make_private
from aktui.cloud import limits
from aktui.contain.engine import Engine, Outcome
from aktui.contain.handover import FileHandover
from aktui.contain.history import Run
from aktui.contain.plan import Plan
from aktui.contain.taking import Patience
from aktui.errors import NotPossible
from aktui.simcloud import limits as practice_limits
from aktui.simcloud.account import Account
from aktui.simcloud.directory import power
from tests.cloud.rig import QUICK, cloud_of, keys
from tests.contain.crash.table import Trial, secret_file
from tests.contain.crash.truth import Writes, assert_agrees, assert_back, settled, snapshot, writes
from tests.contain.restrict import trust
from tests.contain.stage import HASTY, approved
from tests.practice import Sim

SOON: Patience = replace(HASTY, settles=0.1)
"""For what has certainly come by the time it is looked for, or never will."""
REASON = "a trial"


def unhurried(patch: pytest.MonkeyPatch) -> None:
    """As many calls a second as come; an instance is stopped at once."""
    patch.setattr(power, "FORCED", timedelta(0))
    patch.setattr(limits, "quota_of", lambda *_: limits.Quota(100_000))
    patch.setattr(practice_limits, "quota", lambda _: practice_limits.Quota(100_000))


@dataclass
class Workshop:
    """A trial's cloud and case."""

    trial: Trial
    sim: Sim
    directory: Path

    @property
    def account(self) -> Account:
        return self.sim.account

    @property
    def key_id(self) -> str:
        return self.account.suspects[0]

    @property
    def writes(self) -> Writes:
        return writes(self.sim.app.calls.since(0), self.account.responder)

    @asynccontextmanager
    async def engine(self, patience: Patience = SOON, **more: Any) -> AsyncIterator[Engine]:
        """An engine that knows nothing but what is on disk."""
        who = keys(self.account.responder, self.account.keys[self.account.responder].secret)
        async with cloud_of(self.sim, who, patience=QUICK, armed=True, region=self.account.region) as cloud:
            yield Engine(cloud, self.key_id, self.directory, patience=patience, **more)

    async def plan(self, engine: Engine) -> Plan:
        return await engine.plan(self.trial.action, self.trial.case.params, impact=False)

    async def execute(self, engine: Engine, plan: Plan) -> Outcome:
        handover = FileHandover(secret_file(self.directory))
        return await engine.execute(plan, approved(plan, REASON), handover=handover)

    async def until_settled(self) -> None:
        """Until the cloud is done with all that was sent to it before; what was sent has been read then."""
        loop = self.sim._loop
        for _ in range(1000):
            for _ in range(3):
                await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(asyncio.sleep(0.001), loop))
            if settled(list(self.sim.app.calls._seen)):
                return
        raise AssertionError("the practice cloud is not done with what it was asked")

    def agrees(self) -> None:
        assert_agrees(self.directory, self.account, self.writes)


@asynccontextmanager
async def workshop(trial: Trial, directory: Path) -> AsyncIterator[Workshop]:
    make_private(directory)
    trust(directory, *trial.case.trusted)
    async with Sim(trial.account()) as sim:
        yield Workshop(trial, sim, directory)


async def recovered(at: Workshop, patience: Patience = SOON) -> Run | None:
    """What a fresh engine finds after the fact, compared with the cloud. It sends no write."""
    await at.until_settled()
    before = len(at.writes)
    async with at.engine(patience) as engine:
        await engine.recover()
        runs = (await engine.journal.history()).runs
    assert len(at.writes) == before, "recovering sent a write"
    at.agrees()
    return runs[-1] if runs else None


async def taken_back(at: Workshop, run: Run, before: dict[str, str]) -> None:
    """Take the run back, if there is a way, and compare with how all was before."""
    async with at.engine(replace(HASTY, settles=2.0)) as engine:
        try:
            plan = await engine.undo_plan(run.id)
        except NotPossible:
            plan = None
        if plan is not None:
            done = await engine.execute(plan, approved(plan, REASON))
            assert done.good, done.run.note
    at.agrees()
    assert_back(at.account, run.plan.steps, before)


async def aftermath(
    at: Workshop, before: Callable[[Run], dict[str, str]], patience: Patience = SOON
) -> Run | None:
    """All that must hold after an accident: it is looked up, the journal is true, and there is a way back."""
    run = await recovered(at, patience)
    if run is not None:
        await taken_back(at, run, before(run))
    return run


def memory(trial: Trial) -> Callable[[Run], dict[str, str]]:
    """How the things of a run were before anything was done: accounts are made alike."""
    return lambda run: snapshot(trial.account(), run.plan.steps)
