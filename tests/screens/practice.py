"""The console on a practice cloud on a real socket, in no hurry about rates."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

import aktui.cloud.session
from aktui.app import Console
from aktui.cloud import limits
from aktui.cloud.patience import Patience
from aktui.cloud.session import Cloud
from aktui.config import Settings, StaticCredentials
from aktui.models import Secret
from aktui.simcloud import limits as practice_limits
from aktui.simcloud.account import Account
from aktui.simcloud.clock import Clock
from aktui.simcloud.scenarios import catalogue
from queries.owners import report
from screens.desk import Desk, Setting
from screens.key import KeyScreen
from screens.widgets.hints import Hints
from tests.practice import Sim
from tests.screens.conftest import settle

NOW = datetime(2026, 11, 22, 3, 12, 44, tzinfo=UTC)
SEED = 1


def leaked() -> Account:
    """The story of the leaked CI key, told at one moment."""
    return catalogue()["leaked-ci-key"].build(SEED, NOW)


def unhurried(monkeypatch: pytest.MonkeyPatch, patience: Patience) -> None:
    """As many calls a second as come, short waits for answers."""
    monkeypatch.setattr(limits, "quota_of", lambda *_: limits.Quota(100_000))
    monkeypatch.setattr(practice_limits, "quota", lambda _: practice_limits.Quota(100_000))
    monkeypatch.setattr(report, "WAIT_SECONDS", 0.01)
    monkeypatch.setattr(aktui.cloud.session, "Cloud", partial(Cloud, patience=patience))


def settings_of(sim: Sim, home: Path) -> Settings:
    responder = sim.account.keys[sim.account.responder]
    credentials = StaticCredentials(responder.id, Secret(responder.secret))
    return Settings(endpoint=sim.endpoint, region=sim.account.region, credentials=credentials, home=home)


def practice_desk(sim: Sim, home: Path) -> Desk:
    async def prepare() -> Setting:
        return Setting(settings_of(sim, home), tuple(sim.account.suspects))

    return Desk(prepare, practice=True, banner="leaked-ci-key")


@asynccontextmanager
async def console_on(
    sim: Sim, home: Path, *, size: tuple[int, int] = (160, 50), answered: bool = False
) -> AsyncIterator[Pilot[Any]]:
    """The key screen of the suspect, or with `answered` once all answers are there."""
    app = Console(practice_desk(sim, home))
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        if answered:
            await settle(pilot, until=lambda: not _loading(app), tries=2000)
        yield pilot


def _loading(app: Console) -> bool:
    """Something is being looked up, or the last line still says so."""
    screen = app.screen
    return not isinstance(screen, KeyScreen) or not screen.query_one(Hints).activity.startswith("calls")


def arm(sim: Sim, *faults: Mapping[str, Any]) -> None:
    """Inject faults, as `POST /__sim__/faults` does."""
    sim.app.faults.add([dict(fault) for fault in faults])


def frozen(account: Account) -> Account:
    """The account with a clock that stands still, so that lags end where they ended."""
    account.clock = _Still(NOW)
    return account


class _Still(Clock):
    def now(self) -> datetime:
        return NOW
