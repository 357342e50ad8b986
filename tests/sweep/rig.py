"""Accounts to sweep, and sweeps of them: over the real transport, in no hurry about rates."""

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aktui.config import Settings, StaticCredentials
from aktui.models import Secret
from aktui.simcloud.account import Account
from aktui.simcloud.scenarios import catalogue
from queries.sweep.declared import NEEDS
from queries.sweep.known import Known
from queries.sweep.ranking import Ranked, ranked
from queries.sweep.session import Session, session
from tests.practice import Sim
from tests.queries.rig import give
from tests.simcloud.crowds import crowded_account

NOW = datetime(2026, 11, 22, 3, 12, 44, tzinfo=UTC)


def told(scenario: str, seed: int = 1) -> Account:
    """The account of a scenario, to be changed at will."""
    return catalogue()[scenario].build(seed, NOW)


def crowd(users: int = 1000, keys: int = 2000) -> Account:
    """A crowd whose responder may do exactly what a sweep says that it needs."""
    account = crowded_account(users, keys)
    allowed = {"Version": "1", "Statement": [{"Effect": "Allow", "Action": list(NEEDS), "Resource": "*"}]}
    give(account, account.keys[account.responder].owner, "sweep", json.dumps(allowed))
    return account


def settings_of(sim: Sim, home: Path, *, by: str = "") -> Settings:
    key = sim.account.keys[by or sim.account.responder]
    credentials = StaticCredentials(key.id, Secret(key.secret))
    return Settings(endpoint=sim.endpoint, region=sim.account.region, credentials=credentials, home=home)


@asynccontextmanager
async def swept(sim: Sim, home: Path, *, by: str = "") -> AsyncIterator[Session]:
    """A sweep that went to its end."""
    async with session(settings_of(sim, home, by=by)) as opened:
        await opened.begin()
        yield opened


def ranking(opened: Session) -> list[Ranked]:
    return ranked(opened.known, opened.cloud.now())


def of_key(found: Sequence[Ranked], key_id: str) -> Ranked:
    return next(one for one in found if one.facts.key_id == key_id)


def codes(one: Ranked) -> set[str]:
    return {reason.code for reason in one.verdict.reasons}


def doubts(one: Ranked) -> set[str]:
    return {doubt.aspect for doubt in one.verdict.doubts}


def arm(sim: Sim, *faults: dict[str, Any]) -> None:
    sim.app.faults.add([dict(fault) for fault in faults])


def asked(known: Known) -> dict[str, int]:
    """How many calls (or looks) each source took."""
    return {name: source.asked for name, source in known.sources.items()}


def living(account: Account) -> Iterator[str]:
    """Ids of the keys of living users."""
    for key in account.keys.values():
        owner = account.users.get(key.owner)
        if owner is not None and not owner.recycled and not key.recycled:
            yield key.id
