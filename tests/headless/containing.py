"""What the tests of the commands of containment share: a responder at a shell, before them a leaked key."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from aktui.case.directory import case_directory
from aktui.config import load_settings
from aktui.contain.engine import Engine
from aktui.headless import containing
from aktui.simcloud.account import Account
from tests.contain.quick import quick
from tests.contain.stage import HASTY
from tests.headless.conftest import Done, Responder
from tests.practice import Sim


class Desk:
    """A responder whose commands are about one key."""

    def __init__(self, sim: Sim, responder: Responder) -> None:
        self.sim = sim
        self.responder = responder.at(sim)
        self.key_id = sim.account.suspects[0]

    @property
    def account(self) -> Account:
        return self.sim.account

    @property
    def case(self) -> Path:
        return case_directory(load_settings().home, self.key_id, practice=True)

    def run(self, command: str, *words: str) -> Done:
        return self.responder.run(command, self.key_id, *words)

    def run_case(self, what: str, *words: str) -> Done:
        """`aktui case`, which takes the key after what is to be done."""
        return self.responder.run("case", what, self.key_id, *words)

    def plan(self, *words: str) -> Any:
        """The plan, as JSON; 3 when its impact lacks something."""
        done = self.run("contain", *words, "--plan", "--json")
        assert done.code in (0, 3), done.err
        return done.json

    def apply(self, plan: Any, *more: str) -> Done:
        """Run a plan as its own words say."""
        words = [word for word in plan["apply"][1:] if word != "TEXT"]
        return self.responder.run(*words, *more)

    def second_key(self) -> str:
        """The other key of the user who holds the leaked one."""
        keys, owner = self.account.keys.values(), self.account.keys[self.key_id].owner
        return next(key.id for key in keys if key.owner == owner and key.id != self.key_id)

    def do(self, *words: str) -> Any:
        done = self.apply(self.plan(*words), "--json")
        assert done.code == 0, done.err
        return done.json

    def writes(self) -> list[str]:
        calls = self.sim.app.calls.since(0)
        return [f"{call['product']}:{call['action']}" for call in calls if call["write"]]

    def status(self) -> str:
        return self.account.keys[self.key_id].status


def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on, what has not shown in a moment will not."""
    monkeypatch.setattr(containing, "Engine", partial(Engine, patience=replace(HASTY, settles=0.2)))


@contextmanager
def desk(
    responder: Responder, monkeypatch: pytest.MonkeyPatch, account: Account | None = None
) -> Iterator[Desk]:
    """A desk at the leaked key, with an engine that looks often and gives up soon."""
    monkeypatch.setattr(containing, "Engine", partial(Engine, patience=HASTY))
    with Sim(account or quick()) as sim:
        yield Desk(sim, responder)


def documents(out: str) -> list[Any]:
    """JSON lines."""
    return [json.loads(line) for line in out.splitlines()]
