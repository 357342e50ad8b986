"""The story of the role chain, told against a plain pass over its events and against the account."""

import json

from aktui.simcloud.account import Account
from aktui.simcloud.permissions import trusts
from aktui.simcloud.trail import Event
from tests.simcloud.intrusions import NOW, built, caller, intruder, names, of_business, theirs

STORY = "role-chain-persistence"


def opened(account: Account) -> dict[str, Event]:
    """By the temporary key it gave: who called AssumeRole."""
    return {
        event["responseElements"]["Credentials"]["AccessKeyId"]: event
        for event in account.trail.find({"EventName": "AssumeRole"})
        if not event.get("errorCode")
    }


def test_each_session_leads_back_to_the_leaked_key_or_to_a_foreign_account() -> None:
    account = built(STORY)
    (key,) = account.suspects
    known, foreign = opened(account), []
    for session in intruder(account)["sessions"]:
        event = known.get(session["access_key_id"])
        if event is None:
            foreign.append(session)
            continue
        assert event["userIdentity"]["accessKeyId"] == session["opened_by"]
        while session["opened_by"] != key:
            (session,) = [
                one for one in intruder(account)["sessions"] if one["access_key_id"] == session["opened_by"]
            ]
    (one,) = foreign
    assert one["role"] == intruder(account)["created"]["roles"][0]["name"]
    assert account.id not in one["opened_by"]


def test_sessions_of_the_same_roles_by_the_business_are_none_of_the_intruders() -> None:
    account = built(STORY)
    mine = {session["access_key_id"] for session in intruder(account)["sessions"]}
    for role, addresses in account.truth["business"]["role_users"].items():
        sessions = account.trail.find({"RoleName": role})
        business = [event for event in sessions if event["userIdentity"]["accessKeyId"] not in mine]
        assert len(business) > 50
        assert {event["sourceIpAddress"] for event in business} <= set(addresses)
    (key,) = account.suspects
    assert "Sts:AssumeRole" in names(of_business(account, key))


def test_every_door_that_was_left_open_is_in_the_account() -> None:
    account = built(STORY)
    made = intruder(account)["created"]
    (door,) = made["roles"]
    role = account.roles[door["name"]]
    assert (role.id, [one.policy_name for one in role.policies]) == (door["id"], ["AdministratorAccess"])
    assert door["trusts"] == json.loads(role.trust)["Statement"][0]["Principal"]["RAM"]
    assert account.id not in door["trusts"][0]
    (changed,) = made["trusts_changed"]
    assert changed["trusts"][0] in account.roles[changed["role"]].trust
    (version,) = made["policy_versions"]
    policy = account.policies["Custom", version["policy"]]
    assert (policy.default, version["version"]) == ("v2", "v2")
    assert json.loads(policy.document)["Statement"][0]["Action"] == "*"
    (key,) = made["access_keys"]
    user = account.user_named(key["user"])
    assert user is not None
    assert account.keys[key["id"]].owner == user.id
    assert made["group_members"] == [{"group": "admins", "user": user.name}]
    assert "admins" in user.groups
    (login,) = made["login_profiles"]
    machine = account.user_named(login)
    assert machine is not None
    assert machine.login is not None
    logons = account.trail.find({"EventName": "ConsoleSignin", "User": login})
    assert {event["eventId"] for event in logons} <= set(intruder(account)["event_ids"])


def test_the_dormant_user_was_dormant() -> None:
    account = built(STORY)
    (key,) = intruder(account)["created"]["access_keys"]
    events = account.trail.find({"User": key["user"]})
    assert {event["eventId"] for event in events} <= set(intruder(account)["event_ids"])
    assert {event["userIdentity"]["accessKeyId"] for event in events} == {key["id"]}


def test_the_chain_was_possible_only_after_the_trust_was_changed() -> None:
    account = built(STORY)
    (changed,) = intruder(account)["created"]["trusts_changed"]
    role = account.roles[changed["role"]]
    chained = [event for event in opened(account).values() if event["userIdentity"]["type"] == "assumed-role"]
    (event,) = chained
    facts = {"acs:CurrentTime": NOW}
    assert trusts(role.trust, account, caller(account, event), facts).allowed
    before = {"Statement": json.loads(role.trust)["Statement"][:-1], "Version": "1"}
    assert not trusts(json.dumps(before), account, caller(account, event), facts).allowed


def test_trail_and_logs_were_tried_and_refused_in_both_roles() -> None:
    account = built(STORY)
    for name in ("StopLogging", "DeleteLogStore"):
        tried = account.trail.find({"EventName": name})
        assert len(tried) == 2
        assert all(event.get("errorCode") for event in tried)
        assert len({event["userIdentity"]["userName"] for event in tried}) == 2


def test_the_same_operations_are_business_elsewhere() -> None:
    account = built(STORY)
    ids = {event["eventId"] for event in theirs(account)}
    business = names(event for event in account.trail if event["eventId"] not in ids)
    assert business >= {
        "Ram:UpdateRole",
        "Ram:CreatePolicyVersion",
        "Ram:CreateLoginProfile",
        "Ram:AddUserToGroup",
        "Ecs:RunCommand",
        "Sts:AssumeRole",
    }
    commanded = {one["instance"] for one in intruder(account)["created"]["commands"]}
    assert commanded <= set(account.instances)


def test_the_log_of_operations_has_the_intruders_reads() -> None:
    account = built(STORY)
    told = intruder(account)["logs"]["sls"]
    reads = [event for event in theirs(account) if event["eventCategory"] == "Data"]
    about = [event for event in theirs(account) if event["eventName"] == "ListLogStores"]
    assert told["rows"] == len(reads) + len(about) == intruder(account)["log_reads"] + 1
