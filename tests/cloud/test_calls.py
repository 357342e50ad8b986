"""Calls through the real SDKs to the practice cloud."""

import asyncio
from typing import Any

import pytest

from aktui.errors import BadSignature, Invalid, UsageError
from aktui.models import Exchange
from queries.base import Caller
from tests.cloud.rig import CALLER, answer, cloud_of, keys, wire
from tests.conftest import PracticeCloudFactory
from tests.simcloud.accounts import (
    ACCOUNT_ID,
    DEPLOYER_ID,
    DEPLOYER_KEY,
    RESPONDER_ID,
    RESPONDER_KEY,
    small_account,
)

ODD = "a b+c~*'(é中)/%20&=?#\"\x7f"


async def test_the_practice_cloud_accepts_the_signature_of_a_typed_client(
    practice_cloud: PracticeCloudFactory,
) -> None:
    async with practice_cloud(small_account()) as sim, cloud_of(sim) as cloud:
        reply = await cloud.call("sts", "GetCallerIdentity")
    assert reply.body["AccountId"] == ACCOUNT_ID
    assert reply.body["UserId"] == RESPONDER_ID
    assert reply.request_id == reply.body["RequestId"]


async def test_parameters_with_odd_characters_are_signed_as_they_are_sent(
    practice_cloud: PracticeCloudFactory,
) -> None:
    async with practice_cloud(small_account()) as sim, cloud_of(sim) as cloud:
        with pytest.raises(Invalid) as caught:
            await cloud.call("ram", "GetUser", UserName=ODD)
        assert sim.app.calls.since(0)[0]["params"]["UserName"] == ODD
    assert caught.value.code == "InvalidParameter.UserName.InvalidChars"


async def test_a_wrong_secret_is_refused_as_signature_does_not_match(
    practice_cloud: PracticeCloudFactory,
) -> None:
    async with (
        practice_cloud(small_account()) as sim,
        cloud_of(sim, keys(RESPONDER_KEY, "wrongwrongwrongwrongwrongwrong")) as cloud,
    ):
        with pytest.raises(BadSignature) as caught:
            await cloud.call("ims", "GetUser", UserAccessKeyId=DEPLOYER_KEY)
    assert caught.value.code == "SignatureDoesNotMatch"
    assert len(cloud.exchanges) == 1


async def test_the_owner_of_a_key_is_found_by_the_key(practice_cloud: PracticeCloudFactory) -> None:
    async with practice_cloud(small_account()) as sim, cloud_of(sim) as cloud:
        reply = await cloud.call("ims", "GetUser", UserAccessKeyId=DEPLOYER_KEY)
    assert reply.body["User"]["UserId"] == DEPLOYER_ID


async def test_list_parameters_are_flattened_and_regions_are_called_at_their_own_host(
    practice_cloud: PracticeCloudFactory,
) -> None:
    async with practice_cloud(small_account()) as sim, cloud_of(sim) as cloud:
        by_key = [{"Key": "EventAccessKeyId", "Value": DEPLOYER_KEY}]
        await cloud.call("actiontrail", "LookupEvents", region="ap-southeast-1", LookupAttribute=by_key)
        await cloud.call("actiontrail", "LookupEvents", LookupAttribute=by_key, MaxResults="10")
        seen = sim.app.calls.since(0)
    assert [call["host"] for call in seen] == [
        "actiontrail.ap-southeast-1.aliyuncs.com",
        "actiontrail.cn-hangzhou.aliyuncs.com",
    ]
    assert seen[0]["params"]["LookupAttribute.1.Value"] == DEPLOYER_KEY
    assert [exchange.region for exchange in cloud.exchanges] == ["ap-southeast-1", "cn-hangzhou"]


@pytest.mark.parametrize(
    ("product", "action", "params"),
    [
        ("ims", "GetUserMFAInfo", {"UserPrincipalName": "ci-deployer@acme.onaliyun.com"}),
        ("ims", "ListVirtualMFADevices", {}),
        ("ims", "GetAccountSummary", {}),
        ("actiontrail", "DescribeRegions", {}),
    ],
)
async def test_operations_with_odd_spellings_are_found_in_the_sdk(
    practice_cloud: PracticeCloudFactory, product: str, action: str, params: dict[str, str]
) -> None:
    async with practice_cloud(small_account()) as sim, cloud_of(sim) as cloud:
        reply = await cloud.call(product, action, **params)
        assert [call["action"] for call in sim.app.calls.since(0)] == [action]
    assert reply.body["RequestId"]


async def test_many_calls_share_one_connection(practice_cloud: PracticeCloudFactory) -> None:
    async with practice_cloud(small_account()) as sim, cloud_of(sim) as cloud:
        for _ in range(10):
            await cloud.call("sts", "GetCallerIdentity")
            await cloud.call("ims", "GetUser", UserId=DEPLOYER_ID)
        connections = {call["connection"] for call in sim.app.calls.since(0)}
    assert len(connections) == 1


async def test_concurrent_calls_all_get_their_own_answer(practice_cloud: PracticeCloudFactory) -> None:
    async with practice_cloud(small_account()) as sim, cloud_of(sim) as cloud:
        users = [RESPONDER_ID, DEPLOYER_ID] * 8
        replies = await asyncio.gather(*(cloud.call("ims", "GetUser", UserId=user) for user in users))
    assert [reply.body["User"]["UserId"] for reply in replies] == users
    assert len({reply.exchange for reply in replies}) == len(users)


async def test_a_key_the_sdk_model_does_not_know_is_still_in_the_reply() -> None:
    body = {"RequestId": "R", "AccountId": "1", "BrandNew": {"Deep": [1, None]}}
    async with wire(answer(body)) as server, server.cloud() as cloud:
        reply = await cloud.call("sts", "GetCallerIdentity")
    assert reply.body == body


async def test_a_product_without_a_typed_client_goes_through_the_generic_one() -> None:
    async with wire(answer({"RequestId": "R"})) as server, server.cloud() as cloud:
        await cloud.call("sas", "DescribeAccesskeyLeakList", PageSize=20, CurrentPage=1, Query=None)
        head = server.requests[0]
    assert head.startswith("POST /?CurrentPage=1&PageSize=20 HTTP/1.1")
    assert "host: tds.cn-shanghai.aliyuncs.com" in head
    assert "x-acs-version: 2018-12-03" in head
    assert "x-acs-action: DescribeAccesskeyLeakList" in head


async def test_an_operation_sent_with_get_is_sent_with_get() -> None:
    async with wire(answer({"RequestId": "R", "StorageRegion": "cn-hangzhou"})) as server:
        async with server.cloud() as cloud:
            await cloud.call("actiontrail", "GetGlobalEventsStorageRegion")
        assert server.requests[0].startswith("GET / HTTP/1.1")


async def test_a_session_token_travels_in_its_header() -> None:
    async with (
        wire(CALLER) as server,
        server.cloud(credentials=keys("STS.abc", "s" * 40, "to/ken+==")) as cloud,
    ):
        await cloud.call("sts", "GetCallerIdentity")
        head = server.requests[0]
    assert "x-acs-security-token: to/ken+==" in head
    assert "x-acs-accesskey-id: STS.abc" in head


@pytest.mark.parametrize(
    ("product", "action", "params"),
    [
        ("nosuch", "GetUser", {}),
        ("ims", "GetNothing", {}),
        ("ims", "GetUser", {"UserName": "x"}),
        ("sts", "GetCallerIdentity", {"Extra": "x"}),
        ("actiontrail", "LookupEvents", {"LookupAttribute": [{"Key": "a", "Worth": "b"}]}),
        ("actiontrail", "LookupEvents", {"LookupAttribute": 7}),
    ],
)
async def test_what_the_sdk_does_not_know_is_a_mistake_in_the_program(
    product: str, action: str, params: dict[str, Any]
) -> None:
    async with wire(CALLER) as server, server.cloud() as cloud:
        with pytest.raises(TypeError):
            await cloud.call(product, action, **params)
        assert server.requests == []


async def test_a_region_that_is_none_never_becomes_part_of_a_host() -> None:
    async with wire(CALLER) as server, server.cloud() as cloud:
        with pytest.raises(UsageError):
            await cloud.call("actiontrail", "LookupEvents", region="evil.example/")
        assert server.requests == []


async def test_watchers_see_exchanges_until_they_unsubscribe(practice_cloud: PracticeCloudFactory) -> None:
    seen: list[Exchange] = []
    async with practice_cloud(small_account()) as sim, cloud_of(sim) as cloud:
        unsubscribe = cloud.watch(seen.append)
        await cloud.call("sts", "GetCallerIdentity")
        unsubscribe()
        unsubscribe()
        await cloud.call("sts", "GetCallerIdentity")
    assert [exchange.action for exchange in seen] == ["GetCallerIdentity"]
    assert seen[0].host == "sts.cn-hangzhou.aliyuncs.com"
    assert (seen[0].status, seen[0].attempt, seen[0].error) == (200, 1, "")
    assert b'"AccountId"' in seen[0].body


async def test_a_closed_cloud_says_so(practice_cloud: PracticeCloudFactory) -> None:
    async with practice_cloud(small_account()) as sim:
        async with cloud_of(sim) as cloud:
            pass
        with pytest.raises(RuntimeError, match="closed"):
            await cloud.call("sts", "GetCallerIdentity")


async def test_nothing_is_counted_once_all_is_quiet(practice_cloud: PracticeCloudFactory) -> None:
    async with practice_cloud(small_account()) as sim, cloud_of(sim) as cloud:
        assert (cloud.in_flight, cloud.waiting) == (0, 0)
        await cloud.call("sts", "GetCallerIdentity")
        assert (cloud.in_flight, cloud.waiting) == (0, 0)


async def test_a_cloud_is_what_queries_ask(practice_cloud: PracticeCloudFactory) -> None:
    async with practice_cloud(small_account()) as sim, cloud_of(sim, region="cn-shanghai") as cloud:
        caller: Caller = cloud
        reply = await caller.call("actiontrail", "DescribeRegions")
    assert caller.region == "cn-shanghai"
    assert cloud.exchanges[0].region == "cn-shanghai"
    assert reply.exchange == cloud.exchanges[0].number
