"""What the provider says of a key goes into the verdict: a published key is never simply clean."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from aktui.simcloud.accountfile import load_document
from queries.base import Result
from tests.judgement.files import STORIES
from tests.judgement.incidents import Incident
from tests.practice import Sim
from tests.queries.conftest import unhurried  # noqa: F401 - a fixture for all tests here
from tests.queries.rig import desk, restrict, story

LEAK = "yundun-aegis:DescribeAccesskeyLeakList"
ALERTS = "yundun-sas:DescribeSuspEvents"


async def judged(name: str, *, published: bool = False, denied: str = "") -> tuple[Result, dict[str, Any]]:
    """The verdict over a small incident, with or without a report of the key that nobody dealt with."""
    tell, verdict = STORIES[name]
    incident = Incident(3)
    who = tell(incident)
    account = load_document(incident.document(who, verdict))
    if published:
        report = story("leaked-ci-key").leaks[0]
        found = incident.now - timedelta(days=2)
        account.leaks.append(replace(report, key=who.key_id, found=found))
    if denied:
        restrict(account, denied)
    async with Sim(account) as sim, desk(sim, who.key_id) as asked:
        result = await asked.ask("verdict")
    return result, {**result.rows[0].values, "why": result.rows[0].raw["reasons"]}


async def test_a_published_key_is_not_called_clean_though_only_the_business_was_seen() -> None:
    _, clean = await judged("deleter")
    _, told = await judged("deleter", published=True)
    assert clean["verdict"] == told["verdict"] == "business"
    assert "found in public" in told["summary"]
    assert "found in public" not in clean["summary"]
    assert told["confidence"] < clean["confidence"]
    (reason,) = (one for one in told["why"] if one["query"] == "leak-reports")
    assert reason["sentence"].startswith("Found in public in ")
    assert "not dealt with" in reason["sentence"]
    assert reason["refs"]


async def test_an_unused_key_that_was_published_is_to_be_disabled_and_the_verdict_says_why() -> None:
    _, told = await judged("idle", published=True)
    assert told["verdict"] == "idle"
    assert told["next_action"] == "disable-key"
    assert "found in public" in told["summary"]


async def test_what_an_intruder_did_comes_before_what_the_provider_says() -> None:
    _, told = await judged("short-history", published=True)
    sides = [one["side"] for one in told["why"]]
    queries = [one["query"] for one in told["why"]]
    assert sides.index("intruder") < queries.index("leak-reports")


async def test_alerts_that_name_the_key_are_a_reason_with_their_ids() -> None:
    account = story("leaked-ci-key")
    async with Sim(account) as sim, desk(sim, account.suspects[0]) as asked:
        (row,) = (await asked.ask("verdict")).rows
    (alerts,) = (one for one in row.raw["reasons"] if one["query"] == "security-alerts")
    assert alerts["count"] == len(alerts["refs"]) > 0


@pytest.mark.parametrize("action", [LEAK, ALERTS])
async def test_what_the_provider_may_not_be_asked_is_said_and_the_rest_is_judged(action: str) -> None:
    result, told = await judged("deleter", denied=action)
    assert told["verdict"] == "business"
    assert any("denied" in said for said in told["not_covered"])
    assert any(gap.missing == action for gap in result.gaps)


async def test_a_verdict_is_less_sure_where_it_is_not_known_whether_the_key_was_published() -> None:
    _, known = await judged("deleter")
    _, told = await judged("deleter", denied=LEAK)
    assert told["confidence"] < known["confidence"]
