"""A responder at work on a leaked key of a practice cloud: armed, journalled, with quick patience."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aktui.cloud.gate import is_read
from aktui.cloud.session import Cloud
from aktui.contain.engine import Engine, Outcome
from aktui.contain.handover import Handover
from aktui.contain.plan import Approval, Plan
from aktui.contain.taking import Patience
from aktui.simcloud.account import Account
from aktui.simcloud.scenarios import catalogue as scenarios
from tests.cloud.rig import QUICK, cloud_of, keys
from tests.practice import Sim

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
HASTY = Patience(first_look=0.01, longest_pause=0.05, settles=8.0, throttled=(0.01, 0.02, 0.02))
"""For a practice cloud whose lags are short."""


def scenario(name: str = "leaked-ci-key", seed: int = 7) -> Account:
    """A fresh account of a scenario, with lags that a test can wait for."""
    account = scenarios()[name].build(seed, NOW)
    lags = account.settings
    lags.policy_lag = lags.status_lag = lags.permission_lag = 0.0
    return account


@dataclass
class Stage:
    """What a test works with."""

    sim: Sim
    cloud: Cloud
    engine: Engine
    key_id: str
    directory: Path

    @property
    def account(self) -> Account:
        return self.sim.account

    async def plan(self, action: str, **params: str) -> Plan:
        """The plan with its impact."""
        return await self.engine.plan(action, params)

    async def do(
        self, action: str, *, handover: Handover | None = None, reason: str = "", **params: str
    ) -> Outcome:
        """Plan (the impact is for those who look at it), approve just that, run."""
        plan = await self.engine.plan(action, params, impact=False)
        return await self.run(plan, handover=handover, reason=reason)

    async def run(self, plan: Plan, *, handover: Handover | None = None, reason: str = "") -> Outcome:
        return await self.engine.execute(plan, approved(plan, reason), handover=handover)

    async def undo(self, outcome: Outcome, *, reason: str = "") -> Outcome:
        return await self.run(await self.engine.undo_plan(outcome.run.id), reason=reason)

    def calls(self) -> list[dict[str, Any]]:
        """All API calls that the practice cloud saw, oldest first."""
        return list(self.sim.app.calls.since(0))

    def writes(self) -> list[str]:
        """The names of those that change something."""
        seen = [(str(call["product"]), str(call["action"])) for call in self.calls()]
        return [
            f"{product.lower()}:{action}" for product, action in seen if not is_read(product.lower(), action)
        ]

    async def until_written(self) -> None:
        """Until the practice cloud has seen a write."""
        for _ in range(3000):
            if self.writes():
                return
            await asyncio.sleep(0.01)
        raise AssertionError("nothing was written")


def approved(plan: Plan, reason: str = "") -> Approval:
    """What a person says who read the plan and wants it."""
    return Approval(plan.digest, plan.typed, reason)


@asynccontextmanager
async def stage(
    directory: Path,
    account: Account | None = None,
    *,
    armed: bool = True,
    key_id: str = "",
    by: str = "",
    patience: Patience = HASTY,
) -> AsyncIterator[Stage]:
    """The scenario served, and an engine of its responder (or of another key `by`) on its suspect key."""
    account = account or scenario()
    async with Sim(account) as sim:
        caller = account.keys[by or account.responder]
        who = keys(caller.id, caller.secret)
        where = {"region": account.region, "site": account.site}
        async with cloud_of(sim, who, record=None, patience=QUICK, armed=armed, **where) as cloud:
            suspect = key_id or account.suspects[0]
            yield Stage(sim, cloud, Engine(cloud, suspect, directory, patience=patience), suspect, directory)
