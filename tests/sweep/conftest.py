"""Sweeps in no hurry."""

from functools import partial

import pytest

import aktui.cloud.session
from aktui.cloud import limits
from aktui.cloud.session import Cloud
from aktui.simcloud import limits as practice_limits
from queries.owners import report
from tests.cloud.rig import QUICK


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many calls a second as come, short waits for answers."""
    monkeypatch.setattr(limits, "quota_of", lambda *_: limits.Quota(100_000))
    monkeypatch.setattr(practice_limits, "quota", lambda _: practice_limits.Quota(100_000))
    monkeypatch.setattr(report, "WAIT_SECONDS", 0.01)
    monkeypatch.setattr(aktui.cloud.session, "Cloud", partial(Cloud, patience=QUICK))
