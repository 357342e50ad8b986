"""Which sources are an intruder's: told from behaviour, and overruled by the responder."""

from datetime import UTC, datetime

import pytest

from aktui.case.marks import Marks, mark
from aktui.simcloud.scenarios import catalogue
from queries.attribution.values import Side
from tests.judgement.told import cases, sides, wrong


@pytest.mark.parametrize("seed", [3, 8])
@pytest.mark.parametrize("scenario", catalogue())
def test_each_source_is_told_right(scenario: str, seed: int) -> None:
    for case in cases(scenario, seed):
        assert not wrong(case)


def test_the_responder_has_the_last_word() -> None:
    (case,) = cases("leaked-ci-key", 3)
    hostile = next(one.unit.source for one, _ in sides(case) if one.side is Side.INTRUDER)
    now = datetime.now(UTC)
    trusted = Marks((mark("source", hostile, "trusted", now),))
    assert {one.side for one, _ in sides(case, trusted) if one.unit.source == hostile} == {Side.BUSINESS}
    ours = next(one.unit.source for one, _ in sides(case) if one.established)
    accused = Marks((mark("source", ours, "hostile", now),))
    found = next(one for one, _ in sides(case, accused) if one.unit.source == ours)
    assert found.side is Side.INTRUDER
    assert found.marked
    assert "marked hostile" in found.why


def test_every_source_that_is_new_is_explained() -> None:
    for case in cases("benign-surprise", 3):
        (new,) = [one for one, _ in sides(case) if not one.established and not one.unit.console]
        assert new.side is Side.BUSINESS
        assert "others of the account" in new.why
        assert {signal.id for signal in new.signals} >= {"new-source", "new-agent", "new-operations"}
