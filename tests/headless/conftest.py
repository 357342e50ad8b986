"""Commands run in this process against a practice cloud on a real socket, in no hurry about rates."""

import json
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from aktui.cli import main
from aktui.cloud import limits
from aktui.cloud.session import Cloud
from aktui.headless import cloud_checks, investigation
from aktui.simcloud import limits as practice_limits
from queries.owners import report
from tests.cloud.rig import QUICK
from tests.practice import Sim


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many calls a second as come, short waits for answers, no waiting for a report."""
    monkeypatch.setattr(limits, "quota_of", lambda *_: limits.Quota(100_000))
    monkeypatch.setattr(practice_limits, "quota", lambda _: practice_limits.Quota(100_000))
    monkeypatch.setattr(report, "WAIT_SECONDS", 0.01)
    for module in (investigation, cloud_checks):
        monkeypatch.setattr(module, "Cloud", partial(Cloud, patience=QUICK))


@dataclass(frozen=True)
class Done:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Responder:
    """Somebody at a shell whose environment leads to a practice cloud."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def at(self, sim: Sim, *, key_id: str = "", secret: str = "") -> "Responder":
        """With the responder's credentials, or other ones."""
        key = sim.account.keys[key_id or sim.account.responder]
        self._monkeypatch.setenv("AKTUI_ENDPOINT", sim.endpoint)
        self._monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", key.id)
        self._monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", secret or key.secret)
        return self

    def run(self, *words: str) -> Done:
        self._capsys.readouterr()
        code = main(words)
        told = self._capsys.readouterr()
        assert "Traceback" not in told.err
        return Done(code, told.out, told.err)


@pytest.fixture
def responder(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Responder:
    return Responder(monkeypatch, capsys)
