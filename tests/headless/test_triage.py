"""The triage of the command line, against scenarios and against clouds that misbehave."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from aktui.case.directory import case_directory
from aktui.case.verify import verify
from aktui.cloud.session import Cloud
from aktui.config import load_settings
from aktui.headless import investigation
from aktui.simcloud.account import Account
from aktui.simcloud.clock import parse_iso
from aktui.simcloud.trail import is_data
from queries.triage import TRIAGE
from tests.cloud.rig import IMPATIENT
from tests.headless.conftest import Done, Responder
from tests.practice import Sim
from tests.queries.rig import event, events_of, idle_root, leaked, new_key, restrict
from tests.simcloud.accounts import DEPLOYER_KEY, NOBODY_KEY, SECRETS, small_account

Facts = dict[str, Any]


@pytest.fixture(scope="module")
def sim() -> Iterator[Sim]:
    with Sim(leaked()) as sim:
        yield sim


@pytest.fixture
def small() -> Iterator[Sim]:
    """A small account whose suspect key listed instances two hours ago."""
    account = small_account()
    then = datetime.fromtimestamp(account.clock.now().timestamp() - 7200, UTC)
    account.trail.extend([event(DEPLOYER_KEY, "DescribeInstances", then, 1)])
    with Sim(account) as sim:
        yield sim


@pytest.fixture(scope="module")
def expected() -> Facts:
    """What the key did up to the last full hour, from the account's events alone."""
    account = leaked()
    until = account.clock.now().replace(minute=0, second=0, microsecond=0)
    seen = [
        event for event in events_of(account, account.suspects[0]) if parse_iso(event["eventTime"]) <= until
    ]
    managed = [event for event in seen if not is_data(event)]
    resources = {
        (event["serviceName"], kind, name)
        for event in managed
        for kind, names in event.get("referencedResources", {}).items()
        for name in names
    }
    return {
        "services": {event["serviceName"] for event in seen},
        "events": {(event["serviceName"], event["eventName"]) for event in managed},
        "ips": {(event["serviceName"], event["sourceIpAddress"]) for event in managed},
        "resources": resources,
        "newest": max(event["eventTime"] for event in seen),
    }


def triage(responder: Responder, sim: Sim, key_id: str = "") -> Done:
    return responder.at(sim).run("triage", key_id or sim.account.suspects[0], "--json")


def source(document: Facts, name: str) -> Facts:
    (found,) = (source for source in document["sources"] if source["name"] == name)
    return dict(found)


def test_a_triage_finds_what_the_key_did_none_missing_none_invented(
    sim: Sim, responder: Responder, expected: Facts
) -> None:
    done = triage(responder, sim)
    found = done.json
    assert done.code == 0
    assert {row["service"] for row in found["services"]} == expected["services"]
    events = {(row["service"], row["event"]) for row in found["events"] if row["source"] != "DataEvent"}
    assert events == expected["events"]
    assert {(row["service"], row["ip"]) for row in found["ips"]} == expected["ips"]
    assert {(row["service"], row["type"], row["resource"]) for row in found["resources"]} == expected[
        "resources"
    ]
    assert found["last_used"]["at"] == expected["newest"]


def test_a_triage_tells_whose_key_it_is(sim: Sim, responder: Responder) -> None:
    account = sim.account
    suspect = account.keys[account.suspects[0]]
    owner = account.users[suspect.owner]
    key = triage(responder, sim).json["key"]
    assert (key["id"], key["status"]) == (suspect.id, suspect.status)
    assert parse_iso(key["created"]) == suspect.created
    assert (key["owner"]["type"], key["owner"]["name"]) == ("ram-user", owner.name)
    assert key["owner"]["account_id"] == account.id
    assert {sibling["id"] for sibling in key["siblings"]} == {
        other.id for other in account.keys_of(owner.id) if other.id != suspect.id
    }
    assert "AdministratorAccess" in {policy["policy"] for policy in key["policies"]}
    assert key["mfa"] is False


def test_the_document_has_the_fields_of_its_schema(sim: Sim, responder: Responder) -> None:
    found = triage(responder, sim).json
    assert list(found) == [
        *("schema", "asked_at", "window", "caller", "key", "last_used", "services", "events", "ips"),
        *("resources", "findings", "verdict", "sources"),
    ]
    assert found["schema"] == "aktui.triage/1"
    assert {one["side"] for one in found["findings"]} >= {"intruder"}
    assert found["verdict"]["verdict"] == "business-and-intruder"
    assert found["verdict"]["steps"][0]["action"] == "restrict-key"
    assert [source["name"] for source in found["sources"]] == list(TRIAGE)
    assert {source["status"] for source in found["sources"]} <= {"complete", "not-covered"}
    events = source(found, "events")
    assert events["lag"] == 3600
    assert events["covered"]["start"] < events["covered"]["end"] <= found["asked_at"]


def test_two_triages_of_one_moment_read_the_same(
    sim: Sim, responder: Responder, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = sim.account.clock.wall().replace(second=20, microsecond=0)
    monkeypatch.setattr(sim.account.clock, "wall", lambda: moment)
    one, other = triage(responder, sim).json, triage(responder, sim).json
    for found in (one, other):
        del found["asked_at"], found["window"]
        for told in found["sources"]:
            del told["covered"]
    assert one == other


def test_every_answer_is_in_the_case_before_it_is_told(sim: Sim, responder: Responder) -> None:
    done = triage(responder, sim)
    directory = case_directory(load_settings().home, sim.account.suspects[0], practice=True)
    found = verify(directory)
    assert found.intact
    assert found.entries > len(TRIAGE)
    assert found.head in done.err
    assert responder.run("case", "verify", sim.account.suspects[0], "--head", found.head).code == 0
    assert sim.account.suspects[0] in responder.run("case", "list").out


def test_the_report_for_people_fits_80_columns(sim: Sim, responder: Responder) -> None:
    done = responder.at(sim).run("triage", sim.account.suspects[0])
    assert done.code == 0
    assert [line for line in done.out.splitlines() if len(line) > 80] == []
    for word in ("ci-deployer", "AdministratorAccess", "RunInstances", "192.0.2.66", "not covered"):
        assert word in done.out


def test_a_root_key_is_told_as_one(responder: Responder) -> None:
    with Sim(idle_root()) as sim:
        done = triage(responder, sim)
    key = done.json["key"]
    assert done.code == 0
    assert key["owner"]["type"] == "root"
    assert key["owner"]["account_id"] == sim.account.id


def test_a_key_of_nobody_here_is_said_plainly(small: Sim, responder: Responder) -> None:
    done = triage(responder, small, "LTAI5tSomebodyElse000001")
    assert done.json["key"]["owner"]["name"] is None
    assert "not" in source(done.json, "owner")["detail"]


def test_a_key_that_was_never_used_is_told_from_one_that_is_not_known(
    small: Sim, responder: Responder
) -> None:
    new_key(small.account, "LTAI5tNeverUsedKey000001", small.account.keys[DEPLOYER_KEY].owner)
    done = triage(responder, small, "LTAI5tNeverUsedKey000001")
    assert done.code == 0
    assert done.json["key"]["owner"]["name"] == "ci-deployer"
    assert done.json["services"] == []
    assert done.json["last_used"] == {"service": None, "at": None}


@pytest.mark.parametrize(
    ("permission", "name"),
    [
        ("ram:ListPoliciesForUser", "permissions"),
        ("actiontrail:GetAccessKeyLastUsedIps", "ips"),
        ("ram:GetUserMFAInfo", "logon"),
        ("ram:GetAccessKeyPolicy", "network-policy"),
    ],
)
def test_a_missing_permission_is_named_and_the_rest_is_there(
    small: Sim, responder: Responder, permission: str, name: str
) -> None:
    restrict(small.account, permission)
    done = triage(responder, small)
    told = source(done.json, name)
    assert done.code == 3
    assert told["status"] in ("denied", "partial")
    assert told["missing"] == [permission]
    assert permission in told["detail"]
    whole = [source["name"] for source in done.json["sources"] if source["status"] == "complete"]
    assert {"caller", "owner", "services", "events", "resources"} - {name} <= set(whole)
    text = responder.run("triage", small.account.suspects[0])
    assert text.code == 3
    assert permission in text.out.replace("\n", " ")
    assert "INCOMPLETE" in text.out


FAULTS: dict[str, dict[str, Any]] = {
    "server error": {"kind": "status", "status": 503},
    "hang": {"kind": "hang"},
    "cut": {"kind": "cut-before"},
    "cut half way": {"kind": "truncate"},
    "garbage": {"kind": "malformed", "body": "<html>Bad gateway</html>"},
    "wrong shape": {"kind": "malformed", "body": '{"RequestId":"R","Nothing":[]}'},
    "nothing at all": {"kind": "malformed", "body": ""},
    "a list": {"kind": "malformed", "body": "[]"},
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(
    ("action", "name"),
    [
        ("GetAccessKeyLastUsedProducts", "services"),
        ("GetAccessKeyLastUsedEvents", "events"),
        ("ListPoliciesForUser", "permissions"),
        ("GetUser", "owner"),
        ("GetCallerIdentity", "caller"),
    ],
)
def test_an_api_that_fails_is_named_and_is_never_a_none(
    small: Sim, responder: Responder, monkeypatch: pytest.MonkeyPatch, fault: str, action: str, name: str
) -> None:
    if fault == "hang":
        monkeypatch.setattr(investigation, "Cloud", partial(Cloud, patience=replace(IMPATIENT, attempts=1)))
    small.app.faults.add([{**FAULTS[fault], "action": action}])
    done = triage(responder, small)
    told = source(done.json, name)
    assert done.code == 3
    assert told["status"] in ("failed", "partial")
    assert told["detail"]
    text = responder.run("triage", small.account.suspects[0])
    assert text.code == 3
    assert name in text.out[text.out.index("INCOMPLETE: ") :]


def test_a_cloud_that_answers_nothing_at_all_is_a_failure(small: Sim, responder: Responder) -> None:
    small.app.faults.add([{"kind": "status", "status": 500}])
    done = triage(responder, small)
    assert done.code == 1
    assert {source["status"] for source in done.json["sources"]} == {"failed"}


def test_a_storm_of_throttling_is_waited_out(small: Sim, responder: Responder) -> None:
    small.app.faults.add([{"kind": "throttle", "times": 20}])
    done = triage(responder, small)
    assert done.code == 0


def disabled(account: Account) -> dict[str, str]:
    account.keys[account.responder].status = "Inactive"
    return {}


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda account: {"secret": "wrongwrongwrongwrongwrongwrong"}, "SignatureDoesNotMatch"),
        (disabled, "Inactive"),
    ],
)
def test_credentials_that_the_cloud_refuses_end_it_at_once(
    small: Sim, responder: Responder, spoil: Callable[[Account], dict[str, str]], reason: str
) -> None:
    given = spoil(small.account)
    done = responder.at(small, **given).run("triage", DEPLOYER_KEY, "--json")
    assert done.code == 1
    assert done.out == ""
    assert reason in done.err
    assert SECRETS[small.account.responder] not in done.err


def test_a_responder_without_any_permission_gets_denials_not_emptiness(
    small: Sim, responder: Responder
) -> None:
    done = responder.at(small, key_id=NOBODY_KEY).run("triage", DEPLOYER_KEY, "--json")
    assert done.code == 3
    assert source(done.json, "services")["status"] == "denied"
    assert source(done.json, "services")["missing"] == ["actiontrail:GetAccessKeyLastUsedProducts"]


HOSTILE = "\x1b]0;owned\x07[@click=app.quit]x[/]\u202egpj.exe" + "审" * 50


def test_hostile_names_are_shown_harmlessly_and_kept_whole(responder: Responder) -> None:
    account = small_account()
    then = datetime.fromtimestamp(account.clock.now().timestamp() - 7200, UTC)
    resources = {"ACS::ECS::Instance": [HOSTILE]}
    hostile = event(DEPLOYER_KEY, HOSTILE, then, 1, serviceName="Ecs", userAgent=HOSTILE, errorCode=HOSTILE)
    account.trail.extend([{**hostile, "referencedResources": resources}])
    account.users[account.keys[DEPLOYER_KEY].owner].comments = HOSTILE
    with Sim(account) as sim:
        document = triage(responder, sim)
        text = responder.run("triage", DEPLOYER_KEY)
    assert document.json["events"][0]["event"] == HOSTILE
    assert document.json["resources"][0]["resource"] == HOSTILE
    assert document.json["key"]["owner"]["comments"] == HOSTILE
    for shown in (document.out, text.out, document.err, text.err):
        assert not set(shown) & set("\x1b\x07\u202e")
