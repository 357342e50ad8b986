"""Which sources are an intruder's: told from behaviour, whatever things are called, whenever it happens."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from aktui.case.marks import Marks, mark
from aktui.simcloud.scenarios import catalogue
from queries.attribution.values import Side
from tests.judgement.told import cases, disguised, sides, wrong


@pytest.mark.parametrize("seed", [3, 8])
@pytest.mark.parametrize("scenario", catalogue())
def test_each_source_is_told_right(scenario: str, seed: int) -> None:
    for case in cases(scenario, seed):
        assert not wrong(case)


@pytest.mark.parametrize("scenario", catalogue())
@settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    phases=[Phase.generate],
)
@given(seed=st.integers(0, 2**32))
def test_other_names_addresses_regions_and_dates_change_nothing(scenario: str, seed: int) -> None:
    for case in cases(scenario, 5):
        before = [(one.side, hostile, one.unit.count) for one, hostile in sides(case)]
        after = [(one.side, hostile, one.unit.count) for one, hostile in sides(disguised(case, seed))]
        assert sorted(after) == sorted(before)


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
