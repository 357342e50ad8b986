"""The practice cloud's own controls."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from aktui.simcloud.server import create_app
from tests.conftest import PracticeCloudFactory
from tests.practice import Sim
from tests.simcloud.accounts import DEPLOYER_KEY, NOBODY_KEY, RESPONDER_KEY, small_account
from tests.simcloud.signing import acs3, rpc1, send

NOW = datetime(2026, 11, 22, 3, 12, 44, tzinfo=UTC)


@pytest.fixture
def sim(practice_cloud: PracticeCloudFactory) -> Iterator[Sim]:
    with practice_cloud(small_account(NOW), rebuild=lambda: small_account(NOW)) as running:
        yield running


def control(sim: Sim, method: str, name: str, **rest: Any) -> httpx.Response:
    return httpx.request(method, f"{sim.endpoint}/__sim__/{name}", trust_env=False, **rest)


def test_calls_are_listed_in_order_with_what_came_of_them(sim: Sim) -> None:
    send(acs3(sim, "Sts", "GetCallerIdentity"), acs3(sim, "Ram", "ListUsers", key=NOBODY_KEY))
    send(rpc1(sim, "Ims", "GetUser", {"UserAccessKeyId": DEPLOYER_KEY}))
    calls = control(sim, "GET", "calls").json()["calls"]
    told = [(call["number"], call["product"], call["action"], call["status"], call["code"]) for call in calls]
    assert told == [
        (1, "Sts", "GetCallerIdentity", 200, ""),
        (2, "Ram", "ListUsers", 403, "NoPermission"),
        (3, "Ims", "GetUser", 200, ""),
    ]
    assert [call["key_id"] for call in calls] == [RESPONDER_KEY, NOBODY_KEY, RESPONDER_KEY]
    assert [call["signature"] for call in calls] == ["ACS3", "ACS3", "RPC1"]
    assert calls[0]["connection"] == calls[1]["connection"] != calls[2]["connection"]
    assert calls[2]["params"] == {"UserAccessKeyId": DEPLOYER_KEY}
    assert calls[0]["at"].startswith("2026-11-22T03:12:4")


def test_calls_can_be_asked_for_since_the_last_look(sim: Sim) -> None:
    for _ in range(3):
        send(acs3(sim, "Sts", "GetCallerIdentity"))
    assert [call["number"] for call in control(sim, "GET", "calls?since=1").json()["calls"]] == [2, 3]
    assert control(sim, "GET", "calls?since=x").status_code == 400


def test_controls_are_not_calls(sim: Sim) -> None:
    control(sim, "GET", "truth")
    assert control(sim, "GET", "calls").json() == {"calls": []}


def test_the_truth_is_told(sim: Sim) -> None:
    assert control(sim, "GET", "truth").json()["suspect"] == DEPLOYER_KEY


def test_the_clock_can_be_moved_on(sim: Sim) -> None:
    assert (
        control(sim, "POST", "clock", json={"advance": 3600}).json()["now"].startswith("2026-11-22T04:12:4")
    )
    assert control(sim, "GET", "clock").json()["now"].startswith("2026-11-22T04:12:4")
    assert send(acs3(sim, "Sts", "GetCallerIdentity")).headers["date"].startswith("Sun, 22 Nov 2026 04:12:4")


def test_the_clock_can_be_set(sim: Sim) -> None:
    moment = "2027-01-01T00:00:00Z"
    assert control(sim, "POST", "clock", json={"now": moment}).json()["now"].startswith("2027-01-01T00:00:0")


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        [],
        {"advance": "1"},
        {"advance": True},
        {"advance": 1e300},
        {"now": "soon"},
        {"now": 1},
        {"then": 1},
    ],
)
def test_a_clock_setting_that_makes_no_sense_is_refused(sim: Sim, wanted: Any) -> None:
    response = control(sim, "POST", "clock", json=wanted)
    assert response.status_code == 400
    assert response.json()["error"]


def test_a_body_that_is_no_json_is_refused(sim: Sim) -> None:
    assert control(sim, "POST", "faults", content=b"{").json() == {"error": "the body must be JSON"}


def test_reset_goes_back_to_the_beginning(sim: Sim) -> None:
    send(acs3(sim, "Ram", "CreateUser", {"UserName": "alice"}))
    control(sim, "POST", "faults", json={"faults": [{"kind": "hang"}]})
    control(sim, "POST", "clock", json={"advance": 86400})
    assert control(sim, "POST", "reset").json()["now"].startswith("2026-11-22T03:12:4")
    assert sim.account.user_named("alice") is None
    assert len(sim.account.trail) == 0
    assert control(sim, "GET", "faults").json() == {"faults": []}
    assert control(sim, "GET", "calls").json() == {"calls": []}


def test_an_account_that_was_handed_over_can_not_be_reset(practice_cloud: PracticeCloudFactory) -> None:
    with practice_cloud(small_account()) as sim:
        response = control(sim, "POST", "reset")
    assert response.status_code == 409
    assert "rebuild" in response.json()["error"]


def test_an_unknown_control_names_the_known_ones(sim: Sim) -> None:
    response = control(sim, "GET", "explode")
    assert response.status_code == 404
    assert "/__sim__/faults" in response.json()["error"]


def test_a_control_used_the_wrong_way_names_the_right_one(sim: Sim) -> None:
    response = control(sim, "GET", "reset")
    assert (response.status_code, response.json()["error"]) == (405, "/__sim__/reset takes POST")


@pytest.mark.parametrize("headers", [{"host": "evil.example:80"}, {"origin": "https://evil.example"}])
def test_a_web_page_has_no_business_with_the_controls(sim: Sim, headers: dict[str, str]) -> None:
    assert control(sim, "POST", "reset", headers=headers).status_code == 403


async def test_another_machine_has_no_business_with_the_controls() -> None:
    transport = httpx.ASGITransport(app=create_app(small_account()), client=("198.51.100.7", 50000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        assert (await client.get("/__sim__/truth")).status_code == 403


async def test_another_machine_can_not_choose_its_address() -> None:
    app = create_app(small_account())
    transport = httpx.ASGITransport(app=app, client=("198.51.100.7", 50000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        await client.get("/", headers={"x-sim-source-ip": "203.0.113.1"})
    assert app.calls.since(0)[0]["source_ip"] == "198.51.100.7"
