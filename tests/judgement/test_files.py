"""Incidents that no scenario tells: the verdict is right where it can be, and unsure where it can not."""

import asyncio
import random
from datetime import UTC, datetime

import pytest

from aktui.case.marks import Marks, mark
from aktui.simcloud.accountfile import load_document
from tests.judgement.files import STORIES, runners_and_intruder
from tests.judgement.incidents import Incident
from tests.judgement.told import case_of
from tests.judgement.whole import Answer, answer

BLIND = ("taken-up",)
"""What behaviour does not tell: here it is enough that the verdict is not sure and says what is odd."""
UNSURE = ("on-call-night", "traveller")
"""Harmless, and odd: calls may be said to be unclear, never to be an intruder's."""


def told(name: str, seed: int, marks: Marks | None = None) -> Answer:
    story, verdict = STORIES[name]
    one = Incident(seed)
    who = story(one)
    account = load_document(one.document(who, verdict))
    return asyncio.run(answer(case_of(account, who.key_id, one.now), marks))


@pytest.mark.parametrize("name", [name for name in STORIES if name not in BLIND])
def test_the_verdict_on_an_account_never_shown_before_is_right(name: str) -> None:
    for seed in (1, random.Random(name).randrange(1000)):
        found = told(name, seed)
        assert found.verdict.verdict == STORIES[name][1], found.why()
        assert found.recall >= 0.9, found.why()
        if name not in UNSURE:
            assert found.precision >= 0.9, found.why()


@pytest.mark.parametrize("name", ["few-calls", "quarterly", "on-call-night", "taken-up"])
def test_with_little_to_go_by_the_verdict_is_not_sure(name: str) -> None:
    assert told(name, 1).verdict.certainty != "high"


def test_a_key_taken_up_after_months_is_said_to_be_odd() -> None:
    found = told("taken-up", 1)
    assert any("lay idle for" in reason.sentence for reason in found.verdict.reasons)
    assert "after-idleness" in {row.values["id"] for row in found.findings}


def test_a_known_source_that_turns_is_told_by_its_work_and_less_surely() -> None:
    by_tool, by_work = told("known-source", 2), told("known-source-and-agent", 2)
    assert by_work.verdict.confidence < by_tool.verdict.confidence
    assert by_work.precision == 1.0


def test_a_penetration_test_that_is_marked_trusted_is_the_business() -> None:
    one = Incident(4)
    who = runners_and_intruder(one)
    account = load_document(one.document(who, "business"))
    lair = next(event for event in one.events if event["eventId"] in one.hostile)["sourceIpAddress"]
    trusted = Marks((mark("source", lair, "trusted", datetime.now(UTC)),))
    found = asyncio.run(answer(case_of(account, who.key_id, one.now), trusted))
    assert found.verdict.verdict == "business"
    assert not found.told
    listed = [row.values for row in found.findings if row.values["id"] == "dangerous-at-work"]
    assert any("Ram:CreateUser" in values["sentence"] and lair in values["sources"] for values in listed)


@pytest.mark.parametrize("name", ["deleter", "grown-job"])
def test_dangerous_calls_of_the_business_are_listed_as_its_own(name: str) -> None:
    listed = [row.values for row in told(name, 1).findings if row.values["id"] == "dangerous-at-work"]
    assert {values["side"] for values in listed} == {"business"}
    assert all(values["count"] and values["sources"] and not values["event_ids"] for values in listed)
