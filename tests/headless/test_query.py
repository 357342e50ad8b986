"""One question from the command line."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from aktui.simcloud.account import AccessKey, Account, User
from aktui.simcloud.clock import iso
from aktui.simcloud.trail import is_data
from queries import catalogue
from tests.headless.conftest import Responder
from tests.practice import Sim
from tests.queries.rig import event, events_of, leaked, restrict
from tests.simcloud.accounts import DEPLOYER_ID, DEPLOYER_KEY, RESPONDER_ID, SECRETS, small_account


@pytest.fixture(scope="module")
def sim() -> Iterator[Sim]:
    with Sim(leaked()) as sim:
        yield sim


@pytest.fixture
def small() -> Iterator[Sim]:
    with Sim(small_account()) as sim:
        yield sim


@pytest.mark.parametrize("query_id", list(catalogue()))
def test_every_query_can_be_asked(sim: Sim, responder: Responder, query_id: str) -> None:
    required = [f"--param={param.name}=x" for param in catalogue()[query_id].params if param.required]
    done = responder.at(sim).run("query", query_id, sim.account.suspects[0], "--format", "json", *required)
    document = done.json
    assert (document["schema"], document["query"]) == ("aktui.query/1", query_id)
    assert (done.code == 0) is (document["status"] in ("complete", "not-covered"))
    assert done.code in (0, 3)


def test_events_of_one_service_are_those_of_the_account(sim: Sim, responder: Responder) -> None:
    account = sim.account
    words = ("query", "events", account.suspects[0], "--param", "service=Ram", "--format", "jsonl")
    done = responder.at(sim).run(*words)
    names = {
        event["eventName"]
        for event in events_of(account, account.suspects[0])
        if event["serviceName"] == "Ram" and not is_data(event)
    }
    assert {json.loads(line)["event"] for line in done.out.splitlines()} == names


def test_the_formats_tell_the_same_rows(sim: Sim, responder: Responder) -> None:
    words = ("query", "services", sim.account.suspects[0], "--format")
    responder.at(sim)
    document = responder.run(*words, "json").json
    lines = [json.loads(line) for line in responder.run(*words, "jsonl").out.splitlines()]
    table = responder.run(*words, "table").out.splitlines()
    fields = list(csv.DictReader(io.StringIO(responder.run(*words, "csv").out)))
    assert lines == document["rows"]
    assert [row["service"] for row in fields] == [row["service"] for row in lines]
    assert [row["last_used"] for row in fields] == [row["last_used"] for row in lines]
    assert [line.split()[0] for line in table[1:]] == [row["service"] for row in lines]


def test_the_window_narrows_events(small: Sim, responder: Responder) -> None:
    now = small.account.clock.now()
    for days, name in ((1, "DescribeInstances"), (5, "StopInstance"), (20, "DeleteInstance")):
        small.account.trail.add(event(DEPLOYER_KEY, name, now - timedelta(days=days), days))
    words = ("query", "recent-events", DEPLOYER_KEY, "--format", "json", "--param", "regions=cn-hangzhou")
    responder.at(small)
    since = iso(now - timedelta(days=6))
    document = responder.run(*words, "--since", since, "--until", "2d").json
    assert [row["event"] for row in document["rows"]] == ["StopInstance"]
    assert document["window"]["start"] == since
    assert len(responder.run(*words).json["rows"]) == 3


def test_a_limit_ends_the_answer_early_and_says_that_there_is_more(sim: Sim, responder: Responder) -> None:
    words = ("query", "services", sim.account.suspects[0], "--format", "json")
    responder.at(sim)
    every = responder.run(*words).json
    some = responder.run(*words, "--limit", "2")
    assert some.json["rows"] == every["rows"][:2]
    assert some.json["limited"]
    assert "more rows" in some.err
    exact = responder.run(*words, "--limit", str(len(every["rows"])))
    assert not exact.json["limited"]
    assert exact.json["rows"] == every["rows"]


@pytest.mark.parametrize("format_", ["table", "json", "jsonl", "csv"])
def test_a_denied_query_says_which_permission_is_missing(
    small: Sim, responder: Responder, format_: str
) -> None:
    restrict(small.account, "actiontrail:GetAccessKeyLastUsedProducts")
    done = responder.at(small).run("query", "services", DEPLOYER_KEY, "--format", format_)
    assert done.code == 3
    assert "actiontrail:GetAccessKeyLastUsedProducts" in done.err
    if format_ == "json":
        assert done.json["status"] == "denied"
        assert done.json["gaps"][0]["missing"] == "actiontrail:GetAccessKeyLastUsedProducts"
        assert done.json["gaps"][0]["request_id"]


def test_an_answer_that_was_cut_off_keeps_the_rows_it_has(small: Sim, responder: Responder) -> None:
    now = small.account.clock.now()
    for number in range(3):
        small.account.trail.add(
            event(DEPLOYER_KEY, f"Describe{number}", now - timedelta(days=number + 1), number)
        )
    words = ("query", "recent-events", DEPLOYER_KEY, "--param", "regions=cn-hangzhou", "--param", "limit=1")
    done = responder.at(small).run(*words, "--format", "json")
    assert done.code == 3
    assert done.json["status"] == "partial"
    assert [row["event"] for row in done.json["rows"]] == ["Describe0"]
    assert done.json["gaps"][0]["call"].startswith("actiontrail:LookupEvents")


def test_no_rows_is_said_to_be_none_only_when_it_is(small: Sim, responder: Responder) -> None:
    none = responder.at(small).run("query", "services", DEPLOYER_KEY)
    assert (none.code, none.out) == (0, "")
    assert "None." in none.err
    small.app.faults.add([{"kind": "status", "status": 503}])
    failed = responder.run("query", "services", DEPLOYER_KEY)
    assert failed.code == 3
    assert "None." not in failed.err
    assert "failed" in failed.err


def test_all_keys_of_a_large_account_are_listed(responder: Responder) -> None:
    account = large_account(300)
    with Sim(account) as sim:
        done = responder.at(sim).run("query", "keys", DEPLOYER_KEY, "--format", "jsonl")
    assert done.code == 0
    listed = {json.loads(line)["key_id"] for line in done.out.splitlines()} - {""}
    assert listed == {key.id for key in account.keys.values() if key.owner}


def large_account(users: int) -> Account:
    account = small_account()
    born = account.created
    for number in range(users):
        user_id = f"3{number:017}"
        account.users[user_id] = User(user_id, f"user-{number}", born, born)
        key_id = f"LTAI5tLarge{number:013}"
        account.keys[key_id] = AccessKey(key_id, "s" * 30, user_id, "Active", born, born)
    return account


def test_secrets_of_the_responder_are_nowhere_in_what_is_told_or_kept(
    small: Sim, responder: Responder
) -> None:
    from aktui.config import load_settings

    done = responder.at(small).run("query", "owner", DEPLOYER_KEY, "--format", "json")
    kept = b"".join(path.read_bytes() for path in load_settings().home.rglob("*") if path.is_file())
    assert kept
    for secret in SECRETS.values():
        assert secret not in done.out + done.err
        assert secret.encode() not in kept


def test_a_case_that_can_not_be_written_stops_the_question(
    small: Sim, responder: Responder, monkeypatch: pytest.MonkeyPatch, a_home_of_its_own: object
) -> None:
    monkeypatch.setenv("AKTUI_HOME", "/dev/null/aktui")
    done = responder.at(small).run("query", "owner", DEPLOYER_KEY)
    assert done.code == 1
    assert "--home" in done.err
    assert not small.app.calls.since(0)


def test_live_and_practice_cases_are_kept_apart(small: Sim, responder: Responder) -> None:
    responder.at(small).run("query", "caller", DEPLOYER_KEY)
    cases = responder.run("case", "list", "--json").json["cases"]
    assert [(case["key_id"], case["kind"]) for case in cases] == [(DEPLOYER_KEY, "practice")]


def test_owner_is_found_by_ids_alone(small: Sim, responder: Responder) -> None:
    small.account.users[DEPLOYER_ID].name = "审计=cmd"
    small.account.users[RESPONDER_ID].display_name = "x"
    done = responder.at(small).run("query", "owner", DEPLOYER_KEY, "--format", "csv")
    assert next(iter(csv.DictReader(io.StringIO(done.out))))["owner_name"] == "审计=cmd"
