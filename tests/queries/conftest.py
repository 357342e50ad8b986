"""Queries are tested for what they ask and tell; the pace of calls has tests of its own."""

import pytest

from aktui.cloud import limits
from aktui.simcloud import limits as practice_limits
from queries.owners import report


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many calls a second as come, on both sides of the wire; no waiting for a report."""
    monkeypatch.setattr(limits, "quota_of", lambda *_: limits.Quota(100_000))
    monkeypatch.setattr(practice_limits, "quota", lambda _: practice_limits.Quota(100_000))
    monkeypatch.setattr(report, "WAIT_SECONDS", 0.01)
