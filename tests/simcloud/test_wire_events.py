"""Whatever is done with a key is an event of the account."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from aktui.simcloud.account import Role
from tests.conftest import PracticeCloudFactory
from tests.practice import Sim
from tests.simcloud.accounts import (
    ACCOUNT_ID,
    DEPLOYER_OLD_KEY,
    NOBODY_ID,
    NOBODY_KEY,
    RESPONDER_ID,
    RESPONDER_KEY,
    ROOT_KEY,
    small_account,
)
from tests.simcloud.samples import sample
from tests.simcloud.signing import acs3, send


@pytest.fixture
def sim(practice_cloud: PracticeCloudFactory) -> Iterator[Sim]:
    with practice_cloud(small_account()) as running:
        yield running


def only_event(sim: Sim) -> dict[str, Any]:
    (event,) = sim.account.trail
    return event


def test_a_successful_read_is_an_event(sim: Sim) -> None:
    answer = send(
        acs3(
            sim,
            "Actiontrail",
            "DescribeTrails",
            {"IncludeShadowTrails": "false"},
            host="actiontrail.cn-beijing.aliyuncs.com",
            headers={"user-agent": "aktui/1"},
            unsigned={"x-sim-source-ip": "203.0.113.9"},
        )
    )
    event = only_event(sim)
    moment, event_id = event.pop("eventTime"), event.pop("eventId")
    assert moment.endswith("Z")
    assert event_id
    assert event == {
        "eventVersion": 1,
        "eventName": "DescribeTrails",
        "eventSource": "actiontrail.cn-beijing.aliyuncs.com",
        "eventType": "ApiCall",
        "eventCategory": "Management",
        "eventRW": "Read",
        "requestId": answer.json()["RequestId"],
        "requestParameters": {"IncludeShadowTrails": "false"},
        "serviceName": "Actiontrail",
        "sourceIpAddress": "203.0.113.9",
        "userAgent": "aktui/1",
        "acsRegion": "cn-beijing",
        "apiVersion": "2020-07-06",
        "isGlobal": False,
        "userIdentity": {
            "type": "ram-user",
            "principalId": RESPONDER_ID,
            "userName": "responder",
            "accountId": ACCOUNT_ID,
            "accessKeyId": RESPONDER_KEY,
        },
    }


def test_events_of_global_services_are_kept_in_one_region(sim: Sim) -> None:
    send(acs3(sim, "Ram", "ListUsers", host="ram.aliyuncs.com"))
    event = only_event(sim)
    assert (event["acsRegion"], event["isGlobal"]) == ("ap-southeast-1", True)


def test_a_refused_call_is_an_event_with_its_code(sim: Sim) -> None:
    send(acs3(sim, "Ram", "ListUsers", key=NOBODY_KEY))
    event = only_event(sim)
    assert event["errorCode"] == "NoPermission"
    assert event["errorMessage"].startswith("You are not authorized")
    assert event["userIdentity"]["principalId"] == NOBODY_ID


def test_a_call_with_a_disabled_key_is_an_event(sim: Sim) -> None:
    send(acs3(sim, "Sts", "GetCallerIdentity", key=DEPLOYER_OLD_KEY))
    event = only_event(sim)
    assert event["errorCode"] == "InvalidAccessKeyId.Inactive"
    assert event["userIdentity"]["accessKeyId"] == DEPLOYER_OLD_KEY


def test_a_call_with_a_deleted_key_is_an_event_while_the_key_is_remembered(sim: Sim) -> None:
    sim.account.keys[NOBODY_KEY].recycled = sim.account.clock.now()
    send(acs3(sim, "Sts", "GetCallerIdentity", key=NOBODY_KEY))
    assert only_event(sim)["errorCode"] == "InvalidAccessKeyId.NotFound"


def test_a_refused_write_shows_no_answer(sim: Sim) -> None:
    send(acs3(sim, "Ram", "CreateUser", {"UserName": "eve"}, key=NOBODY_KEY))
    event = only_event(sim)
    assert event["eventRW"] == "Write"
    assert "responseElements" not in event


def test_nobody_can_tell_whose_call_with_an_unknown_key_was(sim: Sim) -> None:
    send(acs3(sim, "Sts", "GetCallerIdentity", key="LTAI5tNoSuchKey", secret="x"))
    assert len(sim.account.trail) == 0


def test_the_root_key_acts_as_the_account(sim: Sim) -> None:
    send(acs3(sim, "Sts", "GetCallerIdentity", key=ROOT_KEY))
    identity = only_event(sim)["userIdentity"]
    assert (identity["type"], identity["principalId"], identity["userName"]) == (
        "root-account",
        ACCOUNT_ID,
        "root",
    )


def test_a_write_shows_what_it_made_but_no_secret(sim: Sim) -> None:
    send(acs3(sim, "Ram", "CreateAccessKey", {"UserName": "nobody"}))
    event = only_event(sim)
    made = event["responseElements"]["AccessKey"]
    assert made["AccessKeyId"] in sim.account.keys
    assert "AccessKeySecret" not in made
    assert event["responseElements"]["RequestId"] == event["requestId"]
    assert event["referencedResources"] == {
        "ACS::RAM::User": ["nobody"],
        "ACS::RAM::AccessKey": [made["AccessKeyId"]],
    }
    assert event["resourceType"] == "ACS::RAM::User;ACS::RAM::AccessKey"
    assert event["resourceName"] == f"nobody;{made['AccessKeyId']}"


def test_a_password_is_masked_wherever_it_could_show(sim: Sim) -> None:
    password = "Correct-Horse-7-Battery"
    send(acs3(sim, "Ram", "CreateLoginProfile", {"UserName": "nobody", "Password": password}))
    send(acs3(sim, "Ram", "CreateLoginProfile", {"UserName": "nobody", "Password": password}, secret="wrong"))
    events = list(sim.account.trail)
    assert events[0]["requestParameters"]["Password"] == "******"
    assert password not in repr(events)
    assert password not in repr(sim.app.calls.since(0))
    assert "SignatureDoesNotMatch" in [event.get("errorCode") for event in events]


def test_a_role_session_acts_as_role_and_session_and_can_be_traced_to_its_key(sim: Sim) -> None:
    now = sim.account.clock.now()
    principal = {"RAM": [f"acs:ram::{ACCOUNT_ID}:root"]}
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}
    trust = json.dumps({"Version": "1", "Statement": [statement]})
    sim.account.roles["auditor"] = Role("300000000000000001", "auditor", now, now, trust)
    asked = {"RoleArn": f"acs:ram::{ACCOUNT_ID}:role/auditor", "RoleSessionName": "drill"}
    given = send(acs3(sim, "Sts", "AssumeRole", asked)).json()["Credentials"]
    send(
        acs3(
            sim,
            "Sts",
            "GetCallerIdentity",
            key=given["AccessKeyId"],
            secret=given["AccessKeySecret"],
            headers={"x-acs-security-token": given["SecurityToken"]},
        )
    )
    events = {event["eventName"]: event for event in sim.account.trail}
    opened = events["AssumeRole"]["responseElements"]["Credentials"]
    assert opened["AccessKeyId"] == given["AccessKeyId"]
    assert not {"AccessKeySecret", "SecurityToken"} & set(opened)
    identity = events["GetCallerIdentity"]["userIdentity"]
    assert identity == {
        "type": "assumed-role",
        "principalId": "300000000000000001:drill",
        "userName": "auditor:drill",
        "sessionContext": {"attributes": {"mfaAuthenticated": "false"}},
        "accountId": ACCOUNT_ID,
        "accessKeyId": given["AccessKeyId"],
    }


def test_an_event_has_no_field_that_real_events_lack(sim: Sim) -> None:
    real = sample("ActionTrail.LookupEvents")["body"]["Events"][0]
    send(acs3(sim, "Ram", "ListUsers"))
    event = only_event(sim)
    assert set(event) <= set(real) | {"eventCategory"}
    shared = set(event) & set(real)
    assert {name: type(event[name]) for name in shared} == {name: type(real[name]) for name in shared}


def test_what_was_done_is_found_by_lookup_after_the_lag(sim: Sim) -> None:
    sim.account.settings.lookup_lag = 60
    send(acs3(sim, "Actiontrail", "DescribeTrails"))
    asked = {"LookupAttribute.1.Key": "EventName", "LookupAttribute.1.Value": "DescribeTrails"}
    assert send(acs3(sim, "Actiontrail", "LookupEvents", asked)).json()["Events"] == []
    sim.account.clock.advance(61)
    (found,) = send(acs3(sim, "Actiontrail", "LookupEvents", asked)).json()["Events"]
    assert found["userIdentity"]["accessKeyId"] == RESPONDER_KEY
