"""Faults that can be injected, seen from a client."""

import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.conftest import PracticeCloudFactory
from tests.practice import Sim
from tests.simcloud.accounts import NOBODY_ID, small_account
from tests.simcloud.signing import acs3, code_of, send


@pytest.fixture
def sim(practice_cloud: PracticeCloudFactory) -> Iterator[Sim]:
    with practice_cloud(small_account()) as running:
        yield running


def arm(sim: Sim, *faults: dict[str, Any]) -> httpx.Response:
    response = httpx.post(f"{sim.endpoint}/__sim__/faults", json={"faults": list(faults)}, trust_env=False)
    return response


def rename(sim: Sim) -> httpx.Request:
    return acs3(sim, "Ram", "UpdateUser", {"UserName": "nobody", "NewComments": "changed"})


def changed(sim: Sim) -> bool:
    return sim.account.users[NOBODY_ID].comments == "changed"


def last(sim: Sim) -> dict[str, Any]:
    return sim.app.calls.since(0)[-1]


def test_a_throttled_call_says_when_to_come_back_only_if_told_to(sim: Sim) -> None:
    arm(
        sim,
        {"kind": "throttle", "times": 1},
        {"kind": "throttle", "times": 1, "status": 429, "retry_after_ms": 1500},
    )
    first, second = send(acs3(sim, "Ram", "ListUsers")), send(acs3(sim, "Ram", "ListUsers"))
    assert code_of(first) == (400, "Throttling.User")
    assert "x-acs-retry-after" not in first.headers
    assert code_of(second) == (429, "Throttling.User")
    assert second.headers["x-acs-retry-after"] == "1500"
    assert send(acs3(sim, "Ram", "ListUsers")).status_code == 200


def test_an_injected_status_comes_instead_of_the_answer(sim: Sim) -> None:
    arm(
        sim, {"kind": "status", "action": "Update*", "product": "ram", "status": 500, "code": "InternalError"}
    )
    assert code_of(send(rename(sim))) == (500, "InternalError")
    assert not changed(sim)
    assert send(acs3(sim, "Ram", "ListUsers")).status_code == 200


@pytest.mark.parametrize(
    "fault",
    [{"kind": "deny"}, {"kind": "status", "status": 403, "code": "NoPermission"}],
    ids=["deny", "status"],
)
def test_a_denial_names_the_missing_ram_action_and_becomes_an_event(sim: Sim, fault: dict[str, Any]) -> None:
    arm(sim, {"action": "UpdateUser", **fault})
    answer = send(rename(sim))
    assert code_of(answer) == (403, "NoPermission")
    assert answer.json()["AccessDeniedDetail"]["AuthAction"] == "ram:UpdateUser"
    assert not changed(sim)
    assert list(sim.account.trail)[-1]["errorCode"] == "NoPermission"


def test_a_fault_of_one_product_spares_the_others(sim: Sim) -> None:
    arm(sim, {"kind": "status", "action": "ListUsers", "product": "ims"})
    assert send(acs3(sim, "Ram", "ListUsers")).status_code == 200
    assert code_of(send(acs3(sim, "Ims", "ListUsers"))) == (503, "ServiceUnavailable")


def test_a_connection_cut_before_leaves_everything_as_it_was(sim: Sim) -> None:
    arm(sim, {"kind": "cut-before", "times": 1})
    with pytest.raises(httpx.TransportError):
        send(rename(sim))
    assert not changed(sim)
    assert len(sim.account.trail) == 0
    assert (last(sim)["applied"], last(sim)["status"], last(sim)["fault"]) == (False, None, "cut-before")


def test_a_connection_cut_after_has_applied_the_call(sim: Sim) -> None:
    arm(sim, {"kind": "cut-after", "times": 1})
    with pytest.raises(httpx.TransportError):
        send(rename(sim))
    assert changed(sim)
    assert last(sim)["applied"]
    assert [event["eventName"] for event in sim.account.trail] == ["UpdateUser"]


def test_a_cut_closes_that_connection_only(sim: Sim) -> None:
    arm(sim, {"kind": "cut-before", "action": "UpdateUser"})
    with httpx.Client(trust_env=False) as steady:
        steady.send(acs3(sim, "Ram", "ListUsers"))
        with pytest.raises(httpx.TransportError):
            send(rename(sim))
        assert steady.send(acs3(sim, "Ram", "ListUsers")).status_code == 200
    connections = [call["connection"] for call in sim.app.calls.since(0)]
    assert connections[0] == connections[2] != connections[1]


def test_a_truncated_answer_ends_in_the_middle(sim: Sim) -> None:
    arm(sim, {"kind": "truncate", "times": 1})
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        send(acs3(sim, "Ram", "ListUsers"))


def test_a_malformed_answer_is_no_json_and_the_call_was_applied(sim: Sim) -> None:
    arm(
        sim,
        {"kind": "malformed", "times": 1},
        {"kind": "malformed", "times": 1, "body": '{"Users": [', "status": 502},
    )
    first, second = send(rename(sim)), send(rename(sim))
    assert (first.status_code, first.text) == (200, "<html><body>")
    assert (second.status_code, second.text) == (502, '{"Users": [')
    assert changed(sim)


def test_a_hanging_call_is_never_answered_and_others_are(sim: Sim) -> None:
    arm(sim, {"kind": "hang", "action": "UpdateUser"})
    with pytest.raises(httpx.ReadTimeout), httpx.Client(trust_env=False, timeout=0.05) as client:
        client.send(rename(sim))
    assert send(acs3(sim, "Ram", "ListUsers")).status_code == 200
    assert not changed(sim)


@pytest.mark.parametrize("fault", [{"kind": "hang"}, {"kind": "latency", "seconds": 3600}])
def test_a_call_that_waits_does_not_keep_the_practice_cloud_from_stopping(
    sim: Sim, fault: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("WARNING")
    arm(sim, fault)
    failures: list[Exception] = []

    def call() -> None:
        try:
            send(rename(sim))
        except httpx.TransportError as error:
            failures.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    while not httpx.get(f"{sim.endpoint}/__sim__/calls", trust_env=False).json()["calls"]:
        continue
    sim.stop()
    thread.join()
    assert len(failures) == 1
    assert caplog.records == []


def test_a_hang_may_end_in_a_cut(sim: Sim) -> None:
    arm(sim, {"kind": "hang", "seconds": 0.01})
    with pytest.raises(httpx.TransportError):
        send(rename(sim))


def test_latency_comes_on_top_of_another_fault(sim: Sim) -> None:
    arm(sim, {"kind": "latency", "seconds": 0.01}, {"kind": "status", "status": 502, "code": "BadGateway"})
    assert code_of(send(rename(sim))) == (502, "BadGateway")
    hits = httpx.get(f"{sim.endpoint}/__sim__/faults", trust_env=False).json()["faults"]
    assert [fault["hits"] for fault in hits] == [1, 1]


def test_latency_alone_delays_and_nothing_else(sim: Sim) -> None:
    arm(sim, {"kind": "latency", "seconds": 0.01, "times": 1})
    assert send(rename(sim)).status_code == 200
    assert last(sim)["fault"] == "latency"


def test_what_is_left_of_a_fault_is_told(sim: Sim) -> None:
    arm(sim, {"kind": "throttle", "action": "ListUsers", "times": 3})
    send(acs3(sim, "Ram", "ListUsers"))
    (fault,) = httpx.get(f"{sim.endpoint}/__sim__/faults", trust_env=False).json()["faults"]
    assert fault == {"kind": "throttle", "action": "ListUsers", "times": 2, "hits": 1}


def test_faults_can_be_taken_away(sim: Sim) -> None:
    arm(sim, {"kind": "hang"})
    httpx.delete(f"{sim.endpoint}/__sim__/faults", trust_env=False)
    assert send(acs3(sim, "Ram", "ListUsers")).status_code == 200


@pytest.mark.parametrize(
    ("fault", "complaint"),
    [
        ({}, "faults[1].kind: must be one of"),
        ({"kind": "explode"}, "faults[1].kind: must be one of"),
        ({"kind": "hang", "times": 0}, "faults[1].times: must be at least 1"),
        ({"kind": "hang", "times": True}, "faults[1].times: True is of the wrong type"),
        ({"kind": "hang", "colour": "red"}, "faults[1].colour: no such field"),
        ({"kind": "latency"}, "faults[1].seconds: latency needs it"),
        ({"kind": "latency", "seconds": -1}, "faults[1].seconds: must be from 0 to 3600"),
        ({"kind": "status", "status": 99}, "faults[1].status: must be an HTTP status"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused_by_name_and_none_is_armed(
    sim: Sim, fault: dict[str, Any], complaint: str
) -> None:
    response = arm(sim, {"kind": "hang"}, fault)
    assert response.status_code == 400
    assert response.json()["error"].startswith(complaint)
    assert sim.app.faults.describe() == []
