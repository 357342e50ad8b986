"""The first look at a key, over the wire."""

import asyncio
from typing import Any

import pytest

from aktui.simcloud.account import Account
from queries import catalogue
from queries.base import Status
from queries.triage import TRIAGE, triage
from tests.conftest import PracticeCloudFactory
from tests.queries.fakes import FakeCloud, inquiry
from tests.queries.rig import desk, give, idle_root, leaked, needed, new_key, restrict
from tests.simcloud.accounts import DEPLOYER_KEY, NOBODY_ID, NOBODY_KEY, ROOT_KEY, small_account


@pytest.mark.parametrize("build", [leaked, idle_root], ids=lambda build: build.__name__)
async def test_a_triage_of_a_story_is_complete_and_asks_nothing_twice(
    practice_cloud: PracticeCloudFactory, build: Any
) -> None:
    account: Account = build()
    heard: list[str] = []
    async with practice_cloud(account) as sim, desk(sim, account.suspects[0]) as found:
        result = await triage(found.inquiry, lambda query_id, _: heard.append(query_id))
        calls = [(call.name, call.region, str(sorted(call.params.items()))) for call in found.asked.calls]
    assert result.complete
    assert set(result.results) == set(heard) == set(TRIAGE)
    polled = ("ims:GenerateCredentialReport", "", "[]")
    once = [call for call in calls if call != polled]
    assert len(once) == len(set(once))


async def test_one_permission_missing_makes_it_incomplete_and_is_named(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = small_account()
    restrict(account, "ram:ListGroupsForUser")
    async with practice_cloud(account) as sim, desk(sim, DEPLOYER_KEY) as found:
        result = await triage(found.inquiry)
    assert not result.complete
    broken = {query_id for query_id, one in result.results.items() if one.status is not Status.COMPLETE}
    assert broken == {"permissions"}
    assert [gap.missing for gap in result.results["permissions"].gaps] == ["ram:ListGroupsForUser"]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 503},
        {"kind": "hang", "seconds": 1.0},
        {"kind": "cut-before"},
        {"kind": "cut-after"},
        {"kind": "malformed", "body": "<html>"},
        {"kind": "malformed", "body": "{}"},
        {"kind": "malformed", "body": "[]"},
        {"kind": "truncate"},
        {"kind": "throttle"},
    ],
    ids=str,
)
@pytest.mark.parametrize("action", ["GetUser", "GetAccessKeyLastUsedEvents", "ListAccessKeys"])
async def test_a_call_that_never_works_is_named_by_its_source_and_the_rest_is_there(
    practice_cloud: PracticeCloudFactory, fault: dict[str, Any], action: str
) -> None:
    account = leaked()
    async with practice_cloud(account) as sim, desk(sim, account.suspects[0]) as found:
        whole = await triage(found.inquiry)
        await found.inquiry.aclose()
        sim.app.faults.add([{**fault, "action": action}])
        result = await triage(found.inquiry)
    assert not result.complete
    gaps = [gap for one in result.results.values() for gap in one.gaps if action in gap.call]
    assert gaps
    for query_id, one in result.results.items():
        if not any(action in gap.call for gap in one.gaps):
            assert len(one.rows) == len(whole.results[query_id].rows), query_id


async def test_a_storm_of_throttling_passes_and_the_triage_is_complete(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = leaked()
    async with practice_cloud(account) as sim, desk(sim, account.suspects[0]) as found:
        sim.app.faults.add(
            [{"kind": "throttle", "action": name, "times": 1} for name in ("GetUser", "ListAccessKeys")]
        )
        assert (await triage(found.inquiry)).complete


async def test_the_lists_of_a_service_wait_for_nothing_but_the_services() -> None:
    class SlowIms(FakeCloud):
        async def call(self, product: str, action: str, *, region: str = "", **params: object) -> Any:
            if product != "actiontrail":
                await released.wait()
            return await super().call(product, action, region=region, **params)

    released = asyncio.Event()
    cloud = SlowIms(
        {
            "actiontrail:GetAccessKeyLastUsedProducts": {"Products": [{"ServiceName": "Ecs"}]},
            "actiontrail:GetAccessKeyLastUsedEvents": {"Events": [{"EventName": "X"}]},
            "actiontrail:GetAccessKeyLastUsedIps": {"Ips": [{"Ip": "203.0.113.1"}]},
            "actiontrail:GetAccessKeyLastUsedResources": {"Resources": []},
        }
    )
    heard: set[str] = set()
    asked = inquiry(cloud)
    running = asyncio.create_task(triage(asked, lambda query_id, _: heard.add(query_id)))
    await asyncio.sleep(0.05)
    assert heard == {"services", "events", "ips", "resources"}
    released.set()
    await running
    await asked.aclose()


@pytest.mark.parametrize("query_id", list(catalogue()))
async def test_the_permissions_a_query_names_are_enough_for_it(
    practice_cloud: PracticeCloudFactory, query_id: str
) -> None:
    account = small_account()
    actions = ", ".join(f'"{action}"' for action in catalogue()[query_id].needs)
    allow = f'{{"Version":"1","Statement":[{{"Effect":"Allow","Action":[{actions}],"Resource":"*"}}]}}'
    give(account, NOBODY_ID, "just-enough", allow)
    new_key(account, "LTAI5tDELETEDDELETEDDE01", NOBODY_ID).recycled = account.clock.now()
    for key_id in (DEPLOYER_KEY, ROOT_KEY, "LTAI5tDELETEDDELETEDDE01", "LTAI5tSTRANGERSTRANGER01"):
        async with practice_cloud(account) as sim, desk(sim, key_id, by=NOBODY_KEY) as found:
            result = await found.ask(query_id, **needed(catalogue()[query_id]))
        assert not [gap for gap in result.gaps if gap.status is Status.DENIED], key_id
