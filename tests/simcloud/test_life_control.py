"""Life as clients and the controls see it, and what goes on in the scenarios."""

from collections.abc import Iterator

import httpx
import pytest

from aktui.simcloud.life.life import Life
from aktui.simcloud.logs.store import LogProject, Logstore
from aktui.simcloud.scenarios import catalogue
from tests.conftest import PracticeCloudFactory
from tests.practice import Sim
from tests.simcloud.accounts import DEPLOYER_KEY, REGION
from tests.simcloud.asking import ask
from tests.simcloud.living import LAIR, NOW, OFFICE, after, habit, living
from tests.simcloud.signing import acs3, send


@pytest.fixture
def sim(practice_cloud: PracticeCloudFactory) -> Iterator[Sim]:
    account, _ = living(habit(label="business", ip=OFFICE), habit("Oss:ListBuckets"))
    account.trails = [
        {
            "Name": "all",
            "Status": "Enable",
            "SlsProjectArn": "acs:log:cn-hangzhou:1:project/audit",
            "TrailArn": "a",
            "HomeRegion": REGION,
        }
    ]
    stores = {"actiontrail_all": Logstore("actiontrail_all", 30, NOW)}
    account.projects["audit"] = LogProject("audit", REGION, NOW, logstores=stores)
    with practice_cloud(account, live=True) as running:
        yield running


def control(sim: Sim, method: str, name: str, **rest: object) -> httpx.Response:
    return httpx.request(method, f"{sim.endpoint}/__sim__/{name}", trust_env=False, **rest)  # type: ignore[arg-type]


def test_life_is_told_by_the_control(sim: Sim) -> None:
    assert control(sim, "POST", "clock", json={"advance": 60}).status_code == 200
    told = control(sim, "GET", "life").json()
    assert told["running"] is True
    business, intruder = told["callers"]
    assert set(business) == {
        "label",
        "key",
        "role",
        "user",
        "address",
        "vpc",
        "operation",
        "region",
        "every",
        "accepted",
        "refused",
        "last_accepted",
        "first_refused",
        "last_refused",
        "code",
    }
    assert (business["label"], business["operation"], business["accepted"]) == (
        "business",
        "Ecs:DescribeInstances",
        6,
    )
    assert (intruder["key"], intruder["address"]) == (DEPLOYER_KEY, LAIR)
    assert control(sim, "GET", "calls").json() == {"calls": []}


def test_life_can_be_paused_by_the_control(sim: Sim) -> None:
    told = control(sim, "POST", "life", json={"running": False}).json()
    assert told["running"] is False
    control(sim, "POST", "clock", json={"advance": 600})
    assert control(sim, "GET", "life").json() == told
    control(sim, "POST", "life", json={"running": True})
    control(sim, "POST", "clock", json={"advance": 20})
    assert [one["accepted"] for one in control(sim, "GET", "life").json()["callers"]] == [2, 2]
    for wrong in ({}, {"running": 1}, {"running": True, "more": 1}):
        assert control(sim, "POST", "life", json=wrong).status_code == 400


def test_a_client_sees_what_went_on_and_a_trail_delivers_it(sim: Sim) -> None:
    sim.account.clock.advance(700)
    asked = {"LookupAttribute.1.Key": "EventAccessKeyId", "LookupAttribute.1.Value": DEPLOYER_KEY}
    found = send(acs3(sim, "Actiontrail", "LookupEvents", asked)).json()["Events"]
    assert {event["sourceIpAddress"] for event in found} == {OFFICE, LAIR}
    delivered = sim.account.projects["audit"].logstores["actiontrail_all"].added
    assert sum(OFFICE in row["event"] for row in delivered) == 70


def test_an_account_that_is_not_live_stands_still(practice_cloud: PracticeCloudFactory) -> None:
    account, _ = living(habit())
    with practice_cloud(account) as running:
        control(running, "POST", "clock", json={"advance": 600})
        told = control(running, "GET", "life").json()
    assert told["running"] is False
    assert told["callers"][0]["accepted"] == 0


@pytest.mark.parametrize("scenario", list(catalogue()))
def test_in_a_scenario_everybody_goes_on_unrefused_until_somebody_acts(scenario: str) -> None:
    account = catalogue()[scenario].build(1, NOW)
    life = Life(account)
    told = after(account, life, 3600)
    assert {one["code"] for one in told} == {""}
    assert all(one["accepted"] for one in told)
    labels = {one["label"] for one in told}
    assert labels == ({"business"} if scenario == "benign-surprise" else {"business", "intruder"})
    assert len({(one["address"], one["operation"], one["key"], one["role"]) for one in told}) == len(told)


def test_the_leaked_key_shows_both_within_forty_seconds_until_its_key_is_disabled() -> None:
    account = catalogue()["leaked-ci-key"].build(1, NOW)
    (leaked,) = account.suspects
    life = Life(account)
    seen = [one for one in after(account, life, 40) if one["key"] == leaked and one["accepted"]]
    assert {one["label"] for one in seen} == {"business", "intruder"}
    assert {one["address"] for one in seen} >= set(account.truth["business"]["source_ips"])
    intruder = [one for one in life.told()["callers"] if one["label"] == "intruder"]
    assert {one["address"] for one in intruder} <= set(account.truth["intruder"]["source_ips"])
    user = account.users[account.keys[leaked].owner]
    named = {"UserName": user.name, "UserAccessKeyId": leaked, "Status": "Inactive"}
    ask(account, "Ram", "UpdateAccessKey", by=account.responder, **named)
    account.clock.advance(account.settings.status_lag)
    before = {one["operation"] + one["address"]: one["accepted"] for one in after(account, life, 1)}
    for one in after(account, life, 300):
        by_key = one["key"] == leaked and not one["role"]
        went_on = one["accepted"] > before[one["operation"] + one["address"]]
        assert not (by_key and went_on), one
        if one["every"] <= 60 and not by_key:
            assert went_on, one
