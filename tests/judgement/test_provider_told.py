"""What the provider says of a key goes into the verdict: a published key is never simply clean."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from aktui.simcloud.account import Account
from aktui.simcloud.scenarios import catalogue
from queries.base import Result
from tests.conftest import PracticeCloudFactory
from tests.queries.conftest import unhurried  # noqa: F401 - a fixture for all tests here
from tests.queries.rig import desk, restrict, story

LEAK = "yundun-aegis:DescribeAccesskeyLeakList"


async def verdict(practice_cloud: PracticeCloudFactory, account: Account) -> tuple[Result, dict[str, Any]]:
    async with practice_cloud(account) as sim, desk(sim, account.suspects[0]) as found:
        result = await found.ask("verdict")
    return result, {**result.rows[0].values, "why": result.rows[0].raw["reasons"]}


def business() -> Account:
    return catalogue()["benign-surprise"].build(7, datetime(2026, 11, 22, 3, 12, 44, tzinfo=UTC))


def published(account: Account) -> Account:
    """The same, but Security Center has a report of the key that nobody dealt with."""
    report = story("leaked-ci-key").leaks[0]
    account.leaks.append(replace(report, key=account.suspects[0], found=datetime(2026, 11, 20, tzinfo=UTC)))
    return account


async def test_a_published_key_is_not_called_clean_though_only_the_business_was_seen(
    practice_cloud: PracticeCloudFactory,
) -> None:
    _, clean = await verdict(practice_cloud, business())
    _, told = await verdict(practice_cloud, published(business()))
    assert clean["verdict"] == told["verdict"] == "business"
    assert "found in public" in told["summary"]
    assert "found in public" not in clean["summary"]
    assert told["confidence"] < clean["confidence"]
    (reason,) = (one for one in told["why"] if one["query"] == "leak-reports")
    assert reason["sentence"].startswith("Found in public in ")
    assert "not dealt with" in reason["sentence"]
    assert reason["refs"]


async def test_an_unused_key_that_was_published_is_to_be_disabled_and_the_verdict_says_why(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = story("idle-root-key")
    _, told = await verdict(practice_cloud, account)
    assert told["verdict"] == "idle"
    assert "found in public" in told["summary"]


async def test_alerts_that_name_the_key_are_a_reason_with_their_ids(
    practice_cloud: PracticeCloudFactory,
) -> None:
    _, told = await verdict(practice_cloud, story("leaked-ci-key"))
    (alerts,) = (one for one in told["why"] if one["query"] == "security-alerts")
    assert alerts["count"] == len(alerts["refs"]) > 0
    sides = [one["side"] for one in told["why"]]
    assert sides.index("unclear") > sides.index("intruder")


@pytest.mark.parametrize("action", [LEAK, "yundun-sas:DescribeSuspEvents"])
async def test_what_the_provider_may_not_be_asked_is_said_and_the_rest_is_judged(
    practice_cloud: PracticeCloudFactory, action: str
) -> None:
    account = business()
    restrict(account, action)
    result, told = await verdict(practice_cloud, account)
    assert told["verdict"] == "business"
    assert any("denied" in said for said in told["not_covered"])
    assert any(gap.missing == action for gap in result.gaps)


async def test_a_verdict_is_less_sure_where_it_is_not_known_whether_the_key_was_published(
    practice_cloud: PracticeCloudFactory,
) -> None:
    _, known = await verdict(practice_cloud, business())
    account = business()
    restrict(account, LEAK)
    _, told = await verdict(practice_cloud, account)
    assert told["confidence"] < known["confidence"]
