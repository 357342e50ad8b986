"""The story of two keys and one intruder, told against a plain pass over its events."""

from aktui.simcloud.clock import iso, parse_iso
from aktui.simcloud.trail import Event, resources
from tests.simcloud.intrusions import NOW, built, intruder, names, of_business, theirs

STORY = "two-keys-one-intruder"


def with_key(key: str) -> list[Event]:
    return [event for event in theirs(built(STORY)) if event["userIdentity"].get("accessKeyId") == key]


def test_one_intruder_uses_both_keys_from_one_place_with_one_tool() -> None:
    account = built(STORY)
    idle, used = account.suspects
    assert account.keys[idle].owner != account.keys[used].owner
    places = [
        {(event["sourceIpAddress"], event["userAgent"]) for event in with_key(key)} for key in (idle, used)
    ]
    assert places[0] == places[1]
    assert len(places[0]) == 1
    for key in (idle, used):
        told, events = intruder(account)["by_key"][key], with_key(key)
        assert set(told["event_ids"]) == {event["eventId"] for event in events}
        assert (told["first"], told["last"]) == (events[0]["eventTime"], events[-1]["eventTime"])


def test_the_forgotten_key_was_idle_for_months_and_the_other_never() -> None:
    account = built(STORY)
    idle, used = account.suspects
    told = account.truth["business"]["keys"]
    before = of_business(account, idle)
    assert before[-1]["eventTime"] <= told[idle]["idle_since"] < iso(NOW)
    assert (NOW - parse_iso(before[-1]["eventTime"])).days >= 165
    assert (NOW - parse_iso(of_business(account, used)[-1]["eventTime"])).total_seconds() < 7200
    assert "Sts:AssumeRole" in names(of_business(account, used))


def test_what_one_made_the_other_used() -> None:
    account = built(STORY)
    idle, used = account.suspects
    role, bucket, objects = intruder(account)["made_with_one_used_with_other"]
    (made,) = account.trail.find({"EventName": "CreateRole", "ResourceName": role["name"]})
    assert made["userIdentity"]["accessKeyId"] == role["made_with"] == idle
    (taken,) = account.trail.find({"EventName": "AssumeRole", "ResourceName": role["name"]})
    assert taken["userIdentity"]["accessKeyId"] == role["used_with"] == used
    (put,) = account.trail.find({"EventName": "PutBucket"})
    assert (bucket["name"], bucket["made_with"]) == (resources(put)[0][1], idle)
    written = {
        event["requestParameters"]["objectName"]
        for event in with_key(used)
        if event["requestParameters"].get("bucketName") == bucket["name"]
    }
    fetched = {
        event["requestParameters"]["objectName"]
        for event in with_key(idle)
        if event["requestParameters"].get("bucketName") == bucket["name"]
    }
    assert written == fetched
    assert len(written) == 60
    assert (objects["made_with"], objects["used_with"]) == (used, idle)


def test_what_was_made_is_there_and_was_made_by_the_intruder() -> None:
    account = built(STORY)
    made = intruder(account)["created"]
    (role,) = made["roles"]
    attached = {one.policy_name for one in account.roles[role["name"]].policies}
    assert attached == {"AliyunKMSSecretUserAccess", "AliyunECSFullAccess"}
    (user,) = made["users"]
    assert account.users[user["id"]].name == user["name"]
    (key,) = made["access_keys"]
    assert account.keys[key["id"]].owner == user["id"]
    assert with_key(key["id"])
    assert {event["sourceIpAddress"] for event in with_key(key["id"])} != {
        event["sourceIpAddress"] for event in with_key(account.suspects[0])
    }
    (session,) = intruder(account)["sessions"]
    assert session["opened_by"] == account.suspects[1]
    assert names(with_key(session["access_key_id"])) >= {"Kms:GetSecretValue", "Ecs:CreateSnapshot"}


def test_reads_are_counted() -> None:
    account = built(STORY)
    read = [event for event in theirs(account) if event["eventName"] == "GetObject"]
    assert intruder(account)["objects_read"] == len(read)
