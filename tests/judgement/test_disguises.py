"""Findings and verdict follow behaviour: in other clothes the same story gives the same answer."""

import asyncio
import random
from collections import Counter
from functools import cache

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from aktui.simcloud.accountfile import load_document
from aktui.simcloud.scenarios import catalogue
from tests.judgement.files import STORIES
from tests.judgement.incidents import Incident
from tests.judgement.told import Case, case_of, cases, disguised
from tests.judgement.whole import Answer, answer

_COMPARED = ("id", "side", "severity", "technique", "count", "succeeded", "refused", "provider_blocks")
few = settings(
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    phases=[Phase.generate],
    max_examples=2,
)


def said(found: Answer) -> tuple[object, ...]:
    """All that is answered, without what things are called and when they were."""
    rows = Counter(tuple(row.values[name] for name in _COMPARED) for row in found.findings)
    verdict = found.verdict
    steps = [step.action for step in verdict.steps]
    reasons = Counter((one.finding, one.side, one.count) for one in verdict.reasons)
    return verdict.verdict, verdict.confidence, steps, reasons, rows, found.told


@cache
def incident(name: str) -> tuple[Case, Answer]:
    story, verdict = STORIES[name]
    one = Incident(4)
    who = story(one)
    case = case_of(load_document(one.document(who, verdict)), who.key_id, one.now)
    return case, asyncio.run(answer(case))


@cache
def scenario_of(name: str) -> tuple[tuple[Case, Answer], ...]:
    return tuple((case, asyncio.run(answer(case))) for case in cases(name, 6))


@pytest.mark.parametrize("name", STORIES)
@few
@given(seed=st.integers(0, 2**32))
def test_an_incident_is_judged_alike_under_other_names_addresses_regions_and_dates(
    name: str, seed: int
) -> None:
    case, whole = incident(name)
    assert said(asyncio.run(answer(disguised(case, seed)))) == said(whole)


@pytest.mark.parametrize("scenario", catalogue())
@few
@given(seed=st.integers(0, 2**32))
def test_a_scenario_is_judged_alike_under_other_names_addresses_regions_and_dates(
    scenario: str, seed: int
) -> None:
    for case, whole in scenario_of(scenario):
        assert said(asyncio.run(answer(disguised(case, seed)))) == said(whole)


@pytest.mark.parametrize("scenario", catalogue())
def test_another_account_of_the_same_story_has_the_same_verdict(scenario: str) -> None:
    seed = random.Random(scenario).randrange(10_000)
    for (_, whole), other in zip(scenario_of(scenario), cases(scenario, seed), strict=True):
        found = asyncio.run(answer(other))
        assert found.verdict.verdict == whole.verdict.verdict, found.why()
        assert found.recall >= 0.95, found.why()
        assert found.precision >= 0.9, found.why()
