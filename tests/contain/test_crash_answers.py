"""Every write of every action meets an answer that is cut off, torn, wrong, late or a refusal.

What was applied is told by the practice cloud, not by the answer: whatever that was, the journal must not
call more done, nor less, than was; nothing is sent again but what was refused for its rate.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from aktui.contain.action import change_named
from aktui.contain.history import Ended, Run, Took
from aktui.simcloud.faults import Fault, Faults
from tests.contain.crash.killing import SEED
from tests.contain.crash.table import Trial, trials
from tests.contain.crash.workshop import SOON, Workshop, aftermath, memory, unhurried, workshop

FAULTS: Mapping[str, Fault] = {
    "cut-before": Fault("cut-before"),
    "cut-after": Fault("cut-after"),
    "truncated": Fault("truncate"),
    "no-json": Fault("malformed"),
    "error-after-applying": Fault("malformed", status=502, body="<html>Bad Gateway</html>"),
    "error-in-json-after-applying": Fault(
        "malformed", status=500, body='{"Code":"InternalError","Message":"no","RequestId":"R"}'
    ),
    "unavailable": Fault("status", status=503),
    "refused": Fault("deny"),
    "throttled": Fault("throttle"),
}
APPLIED = ("cut-after", "truncated", "no-json", "error-after-applying", "error-in-json-after-applying")
"""The write was applied for all that the answer says."""
MOST = 4
"""Writes of one plan that are tried."""


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    unhurried(monkeypatch)


@dataclass
class Nth(Faults):
    """One fault, for the n-th write."""

    fault: Fault
    n: int
    seen: int = 0

    def strike(self, product: str, action: str) -> list[Fault]:
        if not is_write(action):
            return []
        self.seen += 1
        return [self.fault] if self.seen == self.n else []


def is_write(action: str) -> bool:
    return not action.startswith(("Get", "List", "Describe", "Lookup"))


async def run_with(at: Workshop, fault: Fault, n: int) -> Run:
    async with at.engine() as engine:
        plan = await at.plan(engine)
        at.sim.app.faults = Nth(fault, n)
        done = await at.execute(engine, plan)
    at.sim.app.faults = Faults()
    return done.run


@pytest.mark.parametrize("name", list(FAULTS))
@pytest.mark.parametrize("trial", trials(), ids=lambda trial: trial.name)
async def test_whatever_the_answer_is_nothing_is_called_done_that_is_not(
    trial: Trial, name: str, tmp_path: Path
) -> None:
    for n in await chosen(trial, name, tmp_path / "plan"):
        async with workshop(trial, tmp_path / f"write-{n}") as at:
            try:
                run = await run_with(at, FAULTS[name], n)
                at.agrees()
                assert_called(run, name, at)
                await aftermath(at, memory(trial))
            except AssertionError as error:
                error.add_note(f"the answer to write {n} of {trial.name} was {name}")
                raise


async def chosen(trial: Trial, name: str, directory: Path) -> list[int]:
    """Which of the plan's writes: all, or of many the first, the last and two others."""
    async with workshop(trial, directory) as at, at.engine() as engine:
        plan = await at.plan(engine)
    writes = sum(len(change_named(step.change).calls(step)) for step in plan.steps)
    every = list(range(1, writes + 1))
    if writes <= MOST:
        return every
    draw = random.Random(f"{SEED} {trial.name} {name}")
    return sorted({1, writes, *draw.sample(every, MOST - 2)})


def assert_called(run: Run, name: str, at: Workshop) -> None:
    """What the run may be called before anybody recovers it."""
    assert run.ended is not Ended.OPEN
    took = {taken.took for taken in run.steps}
    if name in APPLIED:
        assert Took.REFUSED not in took
    if name in ("cut-before", "unavailable"):
        assert run.ended is Ended.IN_DOUBT
    if name == "refused":
        half_done = any(taken.accepted for taken in run.steps if taken.took is not Took.VERIFIED)
        assert run.ended is (Ended.IN_DOUBT if half_done else Ended.STOPPED)
        assert any(product in run.note for product in ("ram:", "ecs:", "yundun-aegis:")), (
            "it names the missing permission"
        )
    if name == "throttled":
        assert run.ended is Ended.VERIFIED
        results = [call["result"] for taken in run.steps for call in taken.calls]
        assert results.count("refused") == 1
        assert len(at.writes) == len(results), "made again after the refusal, and once"


async def test_throttled_for_longer_than_there_is_patience_it_is_refused_and_not_applied(
    tmp_path: Path,
) -> None:
    trial = next(one for one in trials() if one.action == "disable-key")
    async with workshop(trial, tmp_path / "case") as at:
        async with at.engine() as engine:
            plan = await at.plan(engine)
            at.sim.app.faults.add([{"kind": "throttle", "action": "UpdateAccessKey"}])
            done = await at.execute(engine, plan)
        assert done.run.ended is Ended.STOPPED
        assert done.run.steps[0].took is Took.REFUSED
        assert len(at.writes) == len(SOON.throttled) + 1
        at.agrees()
