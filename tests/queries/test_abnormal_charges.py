"""Charges against the stories of the practice cloud: what was stolen is flagged, what is normal is not."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aktui.simcloud.account import Account
from aktui.simcloud.scenarios import catalogue
from queries.base import Result, Status
from queries.charges.vocabulary import services
from tests.conftest import PracticeCloudFactory
from tests.queries.fakes import KEY, NOW, FakeCloud, inquiry
from tests.queries.rig import desk, leaked, restrict, story

NASTY = "[@click=app.quit]x[/] \x1b]0;owned\x07 \u202e =cmd|' /C calc'!A0"


def built(scenario: str, seed: int, days_ago: int) -> Account:
    now = datetime.now(UTC).replace(microsecond=0) - timedelta(days=days_ago)
    return catalogue()[scenario].build(seed, now)


async def asked(practice_cloud: PracticeCloudFactory, account: Account, query_id: str) -> Result:
    async with practice_cloud(account) as sim, desk(sim, account.suspects[0]) as found:
        return await found.ask(query_id)


def flagged(result: Result, product: str = "ecs") -> dict[str, Mapping[str, Any]]:
    return {row.values["instance"]: row.values for row in result.rows if row.values["product"] == product}


@pytest.mark.parametrize(("seed", "days_ago"), [(11, 0), (23, 17), (5, 26)])
async def test_the_mining_instances_are_flagged_and_joined_to_the_calls_that_started_them(
    practice_cloud: PracticeCloudFactory, seed: int, days_ago: int
) -> None:
    account = built("leaked-ci-key", seed, days_ago)
    result = await asked(practice_cloud, account, "abnormal-charges")
    stolen = {one["id"]: one for one in account.truth["intruder"]["created"]["instances"]}
    found = flagged(result)
    assert set(found) == set(stolen)
    started = {
        one: event["eventId"]
        for event in account.trail
        if event["eventName"] == "RunInstances" and not event.get("errorCode")
        for one in event["responseElements"]["InstanceIdSets"]["InstanceIdSet"]
    }
    for one, values in found.items():
        assert values["event_id"] == started[one]
        assert (values["linked"], values["by"], values["kind"]) == ("explained", "the key", "new region")
        assert values["region"] == stolen[one]["region"]
        assert values["source_ip"] == "192.0.2.66"


@pytest.mark.parametrize(("seed", "days_ago"), [(11, 0), (23, 17), (5, 26)])
async def test_growth_month_ends_and_fees_of_the_business_are_not_flagged(
    practice_cloud: PracticeCloudFactory, seed: int, days_ago: int
) -> None:
    """Beside the mining, only what the intruder's downloads cost."""
    account = built("leaked-ci-key", seed, days_ago)
    result = await asked(practice_cloud, account, "abnormal-charges")
    others = [row.values for row in result.rows if row.values["product"] != "ecs"]
    assert all(row["product"] == "oss" and row["linked"] == "related" for row in others), others


@pytest.mark.parametrize(("seed", "days_ago"), [(11, 0), (3, 21)])
async def test_a_new_site_of_the_business_is_new_but_explained_and_nothing_else_is_flagged(
    practice_cloud: PracticeCloudFactory, seed: int, days_ago: int
) -> None:
    account = built("benign-surprise", seed, days_ago)
    result = await asked(practice_cloud, account, "abnormal-charges")
    new = {one["id"] for one in account.truth["business"]["new"]["instances"]}
    assert {row.values["instance"] for row in result.rows} == new
    assert {row.values["linked"] for row in result.rows} == {"explained"}


async def test_an_idle_account_has_no_unusual_charge_and_says_so(
    practice_cloud: PracticeCloudFactory,
) -> None:
    result = await asked(practice_cloud, story("idle-root-key"), "abnormal-charges")
    assert not result.rows
    assert result.status is Status.NOT_COVERED, "the newest days are not billed yet"
    assert "Nothing is unusual" in result.note


async def test_messages_sent_with_the_key_are_related_to_its_use_of_the_service(
    practice_cloud: PracticeCloudFactory,
) -> None:
    result = await asked(practice_cloud, story("sms-pumping"), "abnormal-charges")
    values = max((row.values for row in result.rows), key=lambda row: row["excess"])
    assert values["product"] == "dysms"
    assert values["linked"] in ("related", "explained")
    assert "Dysmsapi" in values["explanation"]


async def test_what_the_key_started_is_estimated_from_list_prices_and_called_an_estimate(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = leaked()
    result = await asked(practice_cloud, account, "running-cost")
    stolen = {one["id"] for one in account.truth["intruder"]["created"]["instances"]}
    assert {row.values["instance"] for row in result.rows} == stolen
    assert result.note.startswith("An estimate, not a bill")
    for row in result.rows:
        hours, hourly = row.values["hours"], row.values["hourly"]
        assert row.values["assumptions"].startswith("Estimate: list price")
        assert abs(row.values["estimate"] - hours * hourly) < hourly
        assert row.values["since"] >= row.values["started"]


async def test_without_prices_or_instances_the_cost_is_unknown_and_not_nothing(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = built("leaked-ci-key", 11, 0)
    restrict(account, "bssapi:GetPayAsYouGoPrice", "ecs:DescribeInstances")
    result = await asked(practice_cloud, account, "running-cost")
    missing = {gap.missing for gap in result.gaps}
    assert {"bssapi:GetPayAsYouGoPrice", "ecs:DescribeInstances"} <= missing
    assert {row.values["estimate"] for row in result.rows} == {None}
    assert {row.values["state"] for row in result.rows} == {"unknown"}
    assert "could not be estimated" in result.note


async def test_without_events_charges_stay_flagged_and_unexplained_with_the_reason(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = built("leaked-ci-key", 11, 0)
    restrict(account, "actiontrail:*")
    result = await asked(practice_cloud, account, "abnormal-charges")
    assert len(flagged(result)) >= 3
    assert {row.values["linked"] for row in result.rows} == {"unexplained"}
    assert "actiontrail:LookupEvents" in {gap.missing for gap in result.gaps}
    assert result.status is Status.PARTIAL


async def test_hostile_names_in_bills_and_events_come_through_whole_and_join_nothing() -> None:
    def bill(params: Mapping[str, Any]) -> dict[str, Any]:
        charge = {
            "ProductCode": NASTY,
            "InstanceID": NASTY,
            "Region": NASTY,
            "PretaxAmount": 1,
            "Currency": NASTY,
        }
        late = params["BillingDate"] > (NOW - timedelta(days=10)).date().isoformat()
        usual = {"ProductCode": "ecs", "InstanceID": "i-1", "PretaxAmount": 1, "Currency": "CNY"}
        return {"Data": {"Items": [usual, charge] if late else [usual]}}

    event = {
        "eventId": NASTY,
        "eventName": "RunInstances",
        "eventTime": "2026-11-10T00:00:00Z",
        "serviceName": "Ecs",
        "acsRegion": NASTY,
        "userIdentity": {"accessKeyId": KEY},
        "responseElements": {"InstanceIdSets": {"InstanceIdSet": ["i-" + "x" * 20, NASTY * 9]}},
    }
    cloud = FakeCloud(
        {"bssopenapi:DescribeInstanceBill": bill, "actiontrail:LookupEvents": {"Events": [event]}}
    )
    result = await inquiry(cloud, days=30).ask("abnormal-charges")
    (row,) = result.rows
    assert row.values["product"] == NASTY
    assert row.values["kind"] == "new product"
    assert all(region in ("", "cn-hangzhou", "ap-southeast-1") for _, region, _ in cloud.asked)
    assert not (await inquiry(cloud, days=30).ask("running-cost")).rows


def test_the_table_of_services_is_whole() -> None:
    known = services()
    assert {"ecs", "oss", "dysms"} <= set(known.of_product)
    assert all(names for names in (*known.of_product.values(), *known.begins.values()))
