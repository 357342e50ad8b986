"""Regions, trails, their state, and which data events they deliver."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import alibabacloud_actiontrail20200706.models as sdk
import pytest

from aktui.simcloud.account import Account
from aktui.simcloud.op import OPERATIONS, VERSIONS
from tests.simcloud.accounts import ACCOUNT_ID, DEPLOYER_KEY, small_account
from tests.simcloud.asking import ask, refused
from tests.simcloud.happenings import happen
from tests.simcloud.test_catalogue import KINDS, SAMPLES, needs_catalogue, needs_samples, requests

NOW = datetime(2026, 11, 22, 3, 12, 44, tzinfo=UTC)
EARLIER = datetime(2026, 11, 22, 1, 0, 0, tzinfo=UTC)


def trail(name: str, home: str = "cn-hangzhou", **more: Any) -> dict[str, Any]:
    return {
        "Name": name,
        "HomeRegion": home,
        "Region": home,
        "TrailRegion": "All",
        "TrailArn": f"acs:actiontrail:{home}:{ACCOUNT_ID}:trail/{name}",
        "Status": "Enable",
        "IsOrganizationTrail": False,
        "StartLoggingTime": "2026-01-01T00:00:00Z",
        **more,
    }


@pytest.fixture
def account() -> Account:
    account = small_account(NOW)
    account.trails = [
        trail("all-events", SlsProjectArn="acs:log:cn-hangzhou:1:project/p"),
        trail("stopped", Status="Disable", StopLoggingTime="2026-05-05T05:05:05Z", OssBucketName="b"),
        trail("elsewhere", "cn-beijing"),
        trail("whole-organization", IsOrganizationTrail=True, OrganizationId="rd-1"),
    ]
    account.data_event_selectors = {"all-events": [{"ServiceName": "Oss", "ReadWriteType": "All"}]}
    return account


def names(account: Account, **params: Any) -> list[str]:
    answer = ask(account, "Actiontrail", "DescribeTrails", **params)
    return [one["Name"] for one in answer["TrailList"]]


def test_the_regions_are_known_in_two_languages(account: Account) -> None:
    english = ask(account, "Actiontrail", "DescribeRegions")["Regions"]["Region"]
    chinese = ask(account, "Actiontrail", "DescribeRegions", AcceptLanguage="zh-CN")["Regions"]["Region"]
    assert len(english) == len({one["RegionId"] for one in english}) == 28
    assert {
        "RegionId": "cn-hangzhou",
        "RegionEndpoint": "actiontrail.cn-hangzhou.aliyuncs.com",
        "LocalName": "China (Hangzhou)",
    } in english
    assert "华东1（杭州）" in [one["LocalName"] for one in chinese]


def test_global_events_are_kept_in_one_region(account: Account) -> None:
    answer = ask(account, "Actiontrail", "GetGlobalEventsStorageRegion")
    assert answer == {"StorageRegion": "ap-southeast-1"}


def test_trails_are_those_of_the_region_unless_more_are_asked_for(account: Account) -> None:
    assert names(account) == ["all-events", "stopped"]
    assert names(account, IncludeShadowTrails=True) == ["all-events", "stopped", "elsewhere"]
    assert names(account, IncludeOrganizationTrail=True) == ["all-events", "stopped", "whole-organization"]
    assert names(account, NameList="stopped, elsewhere") == ["stopped"]
    with refused("InvalidTrailNameException", 400):
        names(account, NameList="No Such Name!")


def test_a_trail_tells_whether_it_is_at_work(account: Account) -> None:
    at_work = ask(account, "Actiontrail", "GetTrailStatus", Name="all-events")
    assert at_work["IsLogging"] is True
    assert at_work["SlsLogStoreStatus"] is True
    assert "OssBucketStatus" not in at_work
    stopped = ask(account, "Actiontrail", "GetTrailStatus", Name="stopped")
    assert stopped["IsLogging"] is False
    assert stopped["LatestDeliveryTime"] == stopped["StopLoggingTime"] == "2026-05-05T05:05:05Z"


@pytest.mark.parametrize("asked", [{"Name": "no-such-trail"}, {"Name": "whole-organization"}])
def test_an_unknown_trail_has_no_state(account: Account, asked: dict[str, str]) -> None:
    with refused("TrailNotFoundException", 404):
        ask(account, "Actiontrail", "GetTrailStatus", **asked)


def test_data_events_are_listed_by_service_and_by_trail(account: Account) -> None:
    first = ask(account, "Actiontrail", "ListDataEventServices", MaxResults=1)["Data"]
    rest = ask(account, "Actiontrail", "ListDataEventServices", MaxResults=1, NextToken=first["NextToken"])[
        "Data"
    ]
    services = [one["ServiceName"] for one in first["ServiceInfos"] + rest["ServiceInfos"]]
    assert services == ["Oss", "Sls"]
    assert "NextToken" not in rest
    (chosen,) = ask(account, "Actiontrail", "ListDataEventSelectors")["Data"]["DataEventSelectorInfos"]
    assert chosen["TrailName"] == "all-events"
    assert json.loads(chosen["EventSelectors"]) == [{"ServiceName": "Oss", "ReadWriteType": "All"}]


ANSWERS: list[tuple[str, dict[str, Any], Callable[[], Any]]] = [
    ("GetAccessKeyLastUsedInfo", {"AccessKey": DEPLOYER_KEY}, sdk.GetAccessKeyLastUsedInfoResponseBody),
    (
        "GetAccessKeyLastUsedProducts",
        {"AccessKey": DEPLOYER_KEY},
        sdk.GetAccessKeyLastUsedProductsResponseBody,
    ),
    (
        "GetAccessKeyLastUsedEvents",
        {"AccessKey": DEPLOYER_KEY, "ServiceName": "Ecs", "PageSize": "1"},
        sdk.GetAccessKeyLastUsedEventsResponseBody,
    ),
    (
        "GetAccessKeyLastUsedIps",
        {"AccessKey": DEPLOYER_KEY, "ServiceName": "Ecs", "PageSize": "1"},
        sdk.GetAccessKeyLastUsedIpsResponseBody,
    ),
    (
        "GetAccessKeyLastUsedResources",
        {"AccessKey": DEPLOYER_KEY, "ServiceName": "Ecs", "PageSize": "1"},
        sdk.GetAccessKeyLastUsedResourcesResponseBody,
    ),
    ("LookupEvents", {"MaxResults": "1"}, sdk.LookupEventsResponseBody),
    ("DescribeRegions", {}, sdk.DescribeRegionsResponseBody),
    ("DescribeTrails", {"IncludeOrganizationTrail": True}, sdk.DescribeTrailsResponseBody),
    ("GetTrailStatus", {"Name": "all-events"}, sdk.GetTrailStatusResponseBody),
    ("GetGlobalEventsStorageRegion", {}, sdk.GetGlobalEventsStorageRegionResponseBody),
    ("ListDataEventServices", {"MaxResults": 1}, sdk.ListDataEventServicesResponseBody),
    ("ListDataEventSelectors", {}, sdk.ListDataEventSelectorsResponseBody),
]


@pytest.mark.parametrize(("action", "params", "model"), ANSWERS, ids=[action for action, _, _ in ANSWERS])
def test_every_answer_goes_through_the_sdk_and_back_whole(
    account: Account, action: str, params: dict[str, Any], model: Callable[[], Any]
) -> None:
    things = {"referencedResources": {"ACS::ECS::Instance": ["i-1", "i-2"]}}
    happen(account, "Ecs:StartInstances", EARLIER, **things)
    happen(account, "Ecs:StopInstances", EARLIER, **things, sourceIpAddress="192.0.2.1")
    answer = ask(account, "Actiontrail", action, **params)
    assert answer
    assert model().from_map(answer).to_map() == answer


DECLARED = sorted(one.action for one in OPERATIONS.values() if one.product == "Actiontrail")


@needs_catalogue
@pytest.mark.parametrize("action", DECLARED)
def test_parameters_are_those_of_the_catalogue(action: str) -> None:
    declared = {param.name: param for param in OPERATIONS[VERSIONS["Actiontrail"], action].params}
    listed = requests("Actiontrail").get(action, [])
    assert set(declared) == {param["name"] for param in listed}
    for param in listed:
        assert declared[param["name"]].kind in KINDS[param["type"]]
        assert declared[param["name"]].required is param["required"]


SAMPLED = [(action, params) for action, params, _ in ANSWERS if action != "GetGlobalEventsStorageRegion"]


@needs_samples
@pytest.mark.parametrize(("action", "params"), SAMPLED, ids=[action for action, _ in SAMPLED])
def test_answers_look_like_the_samples(account: Account, action: str, params: dict[str, Any]) -> None:
    """No field of ours that the sample or the SDK does not have, and the same JSON types."""
    wanted = leaves(json.loads((SAMPLES / f"ActionTrail.{action}.json").read_text())["body"])
    happen(account, "Ecs:StartInstances", EARLIER, referencedResources={"ACS::ECS::Instance": ["i-1", "i-2"]})
    seen = leaves(ask(account, "Actiontrail", action, **params))
    free = ("Events.", "TrailList.") if action in ("LookupEvents", "DescribeTrails") else ()
    assert {one for one in seen - wanted if not one.startswith(free)} == set()


def leaves(value: Any, path: str = "") -> set[str]:
    """`Regions.Region.RegionId:str` for each value; the items of a list share its path."""
    if isinstance(value, list):
        return set().union(*(leaves(one, path) for one in value))
    if isinstance(value, dict):
        return set().union(*(leaves(one, f"{path}.{name}".lstrip(".")) for name, one in value.items()))
    return {f"{path}:{type(value).__name__}"}
