"""`aktui contain`: what is listed, what a plan prints, and that neither writes."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from aktui.contain.action import Phase, actions
from tests.contain.quick import quick
from tests.headless.conftest import Responder
from tests.headless.containing import Desk, desk
from tests.queries.rig import event, restrict


@pytest.fixture
def at(responder: Responder, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with desk(responder, monkeypatch) as found:
        yield found


def test_all_actions_are_listed_in_the_order_of_the_vendors_plan(at: Desk) -> None:
    done = at.run("contain", "--json")
    document = done.json
    assert done.code == 0
    assert document["schema"] == "aktui.actions/1"
    assert [one["id"] for one in document["actions"]] == list(actions())
    assert (document["armed"], document["open_runs"], document["complete"]) == (False, [], True)
    phases = [one["phase"] for one in document["actions"]]
    assert phases == sorted(phases, key=list(Phase).index)
    assert at.writes() == []


def test_an_action_that_can_not_be_done_now_says_why(at: Desk) -> None:
    listed = {one["id"]: one for one in at.run("contain", "--json").json["actions"]}
    assert listed["disable-key"]["available"] is True
    assert listed["delete-key"]["available"] is False
    assert "Disable it first" in listed["delete-key"]["blocked"]
    told = at.run("contain").out
    assert "not now delete-key" in told
    assert "Disable it first" in told


def test_what_could_not_be_seen_is_no_reason_against_an_action(at: Desk) -> None:
    restrict(at.account, "ims:GetAccessKeyPolicy", "ram:GetAccessKeyPolicy")
    done = at.run("contain", "--json")
    restricted = next(one for one in done.json["actions"] if one["id"] == "restrict-key")
    assert done.code == 3
    assert done.json["complete"] is False
    assert restricted["available"] is None
    assert restricted["error"]["missing"] == "ram:GetAccessKeyPolicy"


def test_one_action_is_told_with_its_parameters_and_what_there_is_to_choose(at: Desk) -> None:
    document = at.run("contain", "rotate", "--json").json
    assert document["schema"] == "aktui.action/1"
    (rotate,) = document["actions"]
    (other,) = [
        key.id
        for key in at.account.keys.values()
        if key.owner == at.account.keys[at.key_id].owner and key.id != at.key_id
    ]
    assert [choice["value"] for choice in rotate["choices"]["replace"]] == [other]
    assert other in at.run("contain", "rotate").out


def test_a_plan_prints_all_that_approving_it_takes_and_writes_nothing(at: Desk) -> None:
    done = at.run("contain", "disable-key", "--plan")
    assert done.code == 3, "LookupEvents alone can not tell all calls"
    digest = next(line.split()[-1] for line in done.out.splitlines() if line.startswith("digest"))
    for part in (
        f"Disable AccessKey {at.key_id}",
        "Active → Inactive",
        f"ims:UpdateAccessKey UserAccessKeyId={at.key_id}",
        "STS tokens",
        "Enable it again",
        f"--digest {digest} --confirm {at.key_id[-4:]}",
    ):
        assert part in done.out
    assert "Nothing was changed" in done.err
    assert at.writes() == []
    assert at.status() == "Active"


def test_the_json_of_a_plan_has_the_exact_calls(at: Desk) -> None:
    plan = at.plan("disable-key")
    user = at.account.users[at.account.keys[at.key_id].owner]
    assert plan["schema"] == "aktui.plan/1"
    (step,) = plan["steps"]
    (call,) = step["calls"]
    assert call["call"] == "ims:UpdateAccessKey"
    assert call["params"] == {
        "UserAccessKeyId": at.key_id,
        "UserPrincipalName": f"{user.name}@{at.account.alias}.onaliyun.com",
        "Status": "Inactive",
    }


def test_the_impact_tells_the_business_from_others(
    responder: Responder, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = quick()
    key_id = account.suspects[0]
    then = account.clock.now() - timedelta(hours=3)
    calls = [event(key_id, "DescribeInstances", then + timedelta(minutes=n), n) for n in range(4)]
    for call, source in zip(calls, ("203.0.113.10", "203.0.113.10", "192.0.2.66", "192.0.2.66"), strict=True):
        call["sourceIpAddress"] = source
    account.trail.extend(calls)
    with desk(responder, monkeypatch, account) as at:
        at.run("mark", "trusted", "203.0.113.10")
        done = at.run("contain", "disable-key", "--plan", "--json")
        impact = done.json["impact"]
        assert impact["breaks"] is True
        assert [line["source"] for line in impact["trusted"]] == ["203.0.113.10"]
        assert [line["source"] for line in impact["other"]] == ["192.0.2.66"]
        told = at.run("contain", "disable-key", "--plan").out
        assert "breaks" in told
        assert "from 203.0.113.10, trusted" in told


def test_a_plan_is_kept_only_for_its_owner(at: Desk) -> None:
    plan = at.plan("disable-key")
    path = Path(plan["kept_in"])
    assert path.name == f"{plan['digest']}.json"
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert json.loads(path.read_text())["plan"]["digest"] == plan["digest"]


def test_a_password_that_is_not_made_yet_is_stars(at: Desk) -> None:
    user = at.account.users[at.account.keys[at.key_id].owner]
    from aktui.simcloud.account import LoginProfile

    user.login = LoginProfile("oldpassword", "Active", at.account.clock.now())
    plan = at.plan("reset-password")
    (call,) = plan["steps"][0]["calls"]
    assert call["params"]["Password"] == "**********"
    assert plan["needs_secret_file"] is True
    assert plan["apply"][-2:] == ["--secret-file", "FILE"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["disable-kye", "--plan"], "There is no action 'disable-kye'"),
        (["--plan"], "Name the action"),
        (["rotate", "--param", "replace=x"], "--param goes with --plan"),
        (["rotate", "--plan", "--param", "nothing=x"], "takes no parameter 'nothing'"),
        (["disable-key", "--plan", "--digest", "0" * 64], "--digest goes with --apply only"),
        (["disable-key", "--apply", "--confirm", "x"], "--apply needs --digest and --confirm"),
        (["disable-key", "--apply", "--digest", "../../x", "--confirm", "x"], "64 hexadecimal digits"),
        (
            ["rotate", "--apply", "--digest", "0" * 64, "--confirm", "x", "--param", "a=b"],
            "--param goes with --plan",
        ),
    ],
)
def test_wrong_usage_is_said_before_anything_is_asked(at: Desk, words: list[str], reason: str) -> None:
    done = at.run("contain", *words)
    assert done.code == 2
    assert reason in done.err
    assert not at.sim.app.calls.since(0)


def test_a_plan_of_what_can_not_be_done_is_refused_with_the_reason(at: Desk) -> None:
    done = at.run("contain", "delete-key", "--plan")
    assert (done.code, done.out) == (1, "")
    assert "Disable it first" in done.err
    assert not (at.case / "plans").exists()


def test_where_seconds_count_the_impact_is_left_out_and_that_is_said(at: Desk) -> None:
    done = at.run("contain", "disable-key", "--plan", "--no-impact", "--json")
    assert done.code == 0
    assert done.json["impact"] is None
    assert "was not counted" in done.err
