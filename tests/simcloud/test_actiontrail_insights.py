"""ActionTrail's insights: on in some accounts, off in others, and what they noticed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from alibabacloud_actiontrail20200706 import models
from alibabacloud_actiontrail20200706.client import Client
from alibabacloud_tea_openapi.models import Config

from aktui.simcloud.account import Account
from aktui.simcloud.clock import iso
from aktui.simcloud.insights import TYPES
from aktui.simcloud.op import OPERATIONS, Operation
from aktui.simcloud.scenarios import catalogue
from tests.conftest import PracticeCloudFactory
from tests.practice import Sim
from tests.simcloud.accounts import DEPLOYER_KEY, REGION, RESPONDER_KEY, SECRETS, small_account
from tests.simcloud.asking import ask, refused
from tests.simcloud.test_catalogue import needs_catalogue
from tests.simcloud.vendor import check_parameters, named

NOW = datetime(2026, 11, 22, 3, 12, tzinfo=UTC)
NAMES = ("GetInsight", "LookupInsight", "EnableInsight", "DescribeUserAlert")
INSIGHTS = [one for one in OPERATIONS.values() if one.action.startswith(NAMES)]


def watched() -> Account:
    """Twenty-five insights, one every six hours, about a key and an address in turn."""
    account = small_account(NOW)
    account.insights.since = dict.fromkeys(("AkInsight", "IpInsight"), NOW - timedelta(days=100))
    for at in range(25):
        key = at % 2 == 0
        account.insights.events.append(
            {
                "eventId": f"insight-{at:02}",
                "eventTime": iso(NOW - timedelta(hours=6 * at + 1)),
                "acsRegion": REGION,
                "insightType": "AkInsight" if key else "IpInsight",
                "insightObject": DEPLOYER_KEY if key else "192.0.2.7",
                "serviceName": "Ecs",
                "eventName": "RunInstances",
                "userIdentity": {"accessKeyId": DEPLOYER_KEY},
            }
        )
    return account


@pytest.fixture
def account() -> Account:
    return watched()


@pytest.fixture
def sim(practice_cloud: PracticeCloudFactory, account: Account) -> Iterator[Sim]:
    with practice_cloud(account) as running:
        yield running


def found(account: Account, *where: tuple[str, str], **params: Any) -> list[str]:
    attributes = [{"Key": key, "Value": value} for key, value in where]
    asked = {"LookupAttribute": attributes, **params} if attributes else params
    answer = ask(account, "Actiontrail", "LookupInsightEvents", **asked)
    return [event["eventId"] for event in answer["Events"]]


def test_the_last_week_is_shown_newest_first(account: Account) -> None:
    assert found(account, MaxResults="3") == ["insight-00", "insight-01", "insight-02"]


def test_pages_show_each_insight_once_even_when_another_arrives(account: Account) -> None:
    answer = ask(account, "Actiontrail", "LookupInsightEvents", MaxResults="20")
    account.insights.events.append({**account.insights.events[0], "eventId": "new", "eventTime": iso(NOW)})
    rest = ask(account, "Actiontrail", "LookupInsightEvents", MaxResults="20", NextToken=answer["NextToken"])
    seen = [event["eventId"] for event in (*answer["Events"], *rest["Events"])]
    assert seen == [f"insight-{at:02}" for at in range(25)]
    assert "NextToken" not in rest


@pytest.mark.parametrize(
    ("where", "count"),
    [
        ([("InsightType", "IpInsight")], 12),
        ([("AccessKeyId", DEPLOYER_KEY)], 25),
        ([("InsightObject", "192.0.2.7")], 12),
        ([("EventId", "insight-07")], 1),
        ([("ServiceName", "Ecs"), ("EventName", "RunInstances")], 25),
        ([("ServiceName", "Oss"), ("EventName", "RunInstances")], 0),
    ],
)
def test_insights_are_found_by_what_they_are_about(
    account: Account, where: list[tuple[str, str]], count: int
) -> None:
    assert len(found(account, *where, MaxResults="50")) == count


@pytest.mark.parametrize(
    "where",
    [[("User", "alice")], [("InsightType", "IpInsight"), ("AccessKeyId", DEPLOYER_KEY)], [("EventId", "")]],
)
def test_other_conditions_and_pairs_are_refused(account: Account, where: list[tuple[str, str]]) -> None:
    with refused("InvalidQueryParameter", 400):
        found(account, *where)


def test_of_a_long_window_the_last_93_days_are_shown(account: Account) -> None:
    old = {**account.insights.events[0], "eventId": "old", "eventTime": iso(NOW - timedelta(days=95))}
    account.insights.events.append(old)
    assert "old" not in found(account, StartTime="2026-01-01T00:00:00Z", EndTime=iso(NOW), MaxResults="50")
    with refused("InvalidParameterCombination", 400):
        found(account, StartTime=iso(NOW), EndTime=iso(NOW))


def test_nothing_shows_of_a_type_that_is_off_nor_of_before_it_was_on(account: Account) -> None:
    account.insights.since.clear()
    assert found(account) == []
    ask(account, "Actiontrail", "EnableInsight", InsightType="AkInsight")
    assert found(account) == []
    account.insights.events.append({**account.insights.events[0], "eventId": "new", "eventTime": iso(NOW)})
    account.clock.advance(5)
    account.insights.since["AkInsight"] = NOW
    assert found(account) == ["new"]
    with refused("InsightTypeNotAvailable", 400):
        ask(account, "Actiontrail", "EnableInsight", InsightType="MoonInsight")


def test_what_is_on_is_told(account: Account) -> None:
    types = ask(account, "Actiontrail", "GetInsightTypes")["InsightTypes"]
    assert {kind for kind in types if types[kind]["Enabled"]} == {"AkInsight", "IpInsight"}
    assert set(types) == set(TYPES)
    account.trails = [{"Name": "all", "TrailArn": "acs:actiontrail:cn-hangzhou:1:trail/all"}]
    selectors = ask(account, "Actiontrail", "GetInsightSelectors", TrailName="all")
    assert selectors["InsightSelectors"] == ["IpInsight", "AkInsight"]
    with refused("TrailNotFoundException", 404):
        ask(account, "Actiontrail", "GetInsightSelectors", TrailName="none")


def test_insights_are_counted_by_type_and_day(account: Account) -> None:
    day = ask(account, "Actiontrail", "GetInsightsEventsCount")["Data"]
    assert {row["InsightType"]: row["Count"] for row in day} == {"AkInsight": 2, "IpInsight": 2}
    dated = ask(account, "Actiontrail", "GetInsightsEventsCount", Date="2026-11-20")["Data"]
    assert sum(row["Count"] for row in dated) == 4
    asked = {"StartDate": "2026-11-20", "EndDate": "2026-11-22"}
    counts = ask(account, "Actiontrail", "DescribeUserAlertCount", **asked)["Data"]
    assert counts["Dates"] == ["2026-11-20", "2026-11-21", "2026-11-22"]
    assert counts["Counts"] == [4, 4, 1]


@cache
def built(scenario: str) -> Account:
    return catalogue()[scenario].build(1, NOW)


def test_insights_noticed_the_intruder_where_they_are_on() -> None:
    account = built("leaked-ci-key")
    key = account.suspects[0]
    answer = ask(
        account,
        "Actiontrail",
        "LookupInsightEvents",
        by=account.responder,
        LookupAttribute=[{"Key": "AccessKeyId", "Value": key}],
    )
    assert {event["insightType"] for event in answer["Events"]} == {"AkInsight", "IpInsight"}
    addresses = {event["sourceIpAddress"] for event in answer["Events"]}
    assert addresses <= set(account.truth["intruder"]["source_ips"])


def test_insights_are_off_elsewhere_and_may_be_wrong() -> None:
    assert built("oss-exfiltration").insights.since == {}
    benign = built("benign-surprise")
    (noticed,) = benign.insights.known(NOW)
    assert noticed["sourceIpAddress"] in benign.truth["business"]["source_ips"]


def test_the_vendors_client_reads_insights(sim: Sim) -> None:
    sdk = Client(
        Config(
            access_key_id=RESPONDER_KEY,
            access_key_secret=SECRETS[RESPONDER_KEY],
            endpoint=sim.endpoint.removeprefix("http://"),
            protocol="http",
            region_id=REGION,
        )
    )
    assert sdk.get_insight_types().body.insight_types["AkInsight"] == {"Enabled": True}
    body = sdk.lookup_insight_events(models.LookupInsightEventsRequest(max_results="2")).body
    assert [event["eventId"] for event in body.events] == ["insight-00", "insight-01"]
    counted = sdk.get_insights_events_count(models.GetInsightsEventsCountRequest()).body
    assert {row.region_id for row in counted.data} == {REGION}
    assert sdk.describe_user_alert_count(models.DescribeUserAlertCountRequest()).body.data.counts[-1] == 1


@needs_catalogue
@pytest.mark.parametrize("operation", INSIGHTS, ids=named)
def test_parameters_are_those_of_the_catalogue(operation: Operation) -> None:
    check_parameters(operation)
