"""The story of the slow intruder, told against a plain pass over its events."""

from collections import Counter

from aktui.simcloud.account import Account
from aktui.simcloud.clock import parse_iso
from aktui.simcloud.stories.rhythm import CHINA
from aktui.simcloud.trail import Event, resources
from tests.simcloud.intrusions import built, hour, intruder, names, of_business, theirs

STORY = "slow-and-low"
TELLS = {"Kms:GetSecretValue", "Ecs:ModifyImageSharePermission"}


def business(account: Account) -> list[Event]:
    (key,) = account.suspects
    return of_business(account, key)


def day(event: Event) -> str:
    return parse_iso(event["eventTime"]).astimezone(CHINA).date().isoformat()


def test_the_intruder_comes_a_few_times_a_day_for_weeks_in_office_hours() -> None:
    for seed in range(1, 6):
        account = built(STORY, seed)
        days = Counter(day(event) for event in theirs(account))
        assert len(days) == 25
        assert 2 <= min(days.values()) <= max(days.values()) <= 6
        assert {hour(event) for event in theirs(account)} <= set(range(9, 18))
        span = parse_iso(intruder(account)["last"]) - parse_iso(intruder(account)["first"])
        assert 30 <= span.days <= 36
        assert max(parse_iso(event["eventTime"]).weekday() for event in theirs(account)) < 5


def test_its_operations_and_tools_are_those_of_the_business_but_for_one() -> None:
    seen = set()
    for seed in range(1, 6):
        account = built(STORY, seed)
        extra = names(theirs(account)) - names(business(account))
        seen |= extra
        assert extra <= {"Ecs:ModifyImageSharePermission"}
        agents = {event["userAgent"] for event in business(account)}
        assert {event["userAgent"] for event in theirs(account)} <= agents
        assert len(intruder(account)["secrets_read"]) + len(intruder(account)["shared_images"]) == 1
        (tell,) = [
            event for event in theirs(account) if f"{event['serviceName']}:{event['eventName']}" in TELLS
        ]
        assert not tell.get("errorCode")
    assert seen == {"Ecs:ModifyImageSharePermission"}


def test_the_business_reads_neither_the_dumps_nor_that_secret_with_the_key() -> None:
    for seed in (1, 2, 3, 4):
        account = built(STORY, seed)
        told = intruder(account)
        known = {event["requestParameters"].get("objectName") for event in business(account)}
        assert told["objects_read"] == len(told["objects"]) >= 5
        assert not known & set(told["objects"])
        things = {name for event in business(account) for _, name in resources(event)}
        assert not things & set(told["secrets_read"])


def test_the_dumps_are_those_of_the_nightly_backup() -> None:
    account = built(STORY)
    written = {
        event["requestParameters"].get("objectName")
        for event in account.trail.find({"EventName": "PutObject", "User": "oss-backup"})
    }
    assert set(intruder(account)["objects"]) <= written


def test_a_server_that_moved_and_a_trip_are_no_intrusion() -> None:
    account = built(STORY)
    told = account.truth["business"]
    moved, trip = told["moved"], told["trip"]
    by_address: dict[str, list[str]] = {}
    for event in business(account):
        by_address.setdefault(event["sourceIpAddress"], []).append(event["eventTime"])
    assert max(by_address[moved["from"]]) < min(by_address[moved["to"]])
    assert set(by_address) == set(told["source_ips"])
    at_hotel = account.trail.find({"SourceIpAddress": trip["source_ip"]})
    logons = [event for event in at_hotel if event["eventName"] == "ConsoleSignin"]
    assert {event["userIdentity"]["userName"] for event in logons} == {trip["user"]}
    first_use = min(by_address[trip["source_ip"]])
    assert min(event["eventTime"] for event in logons) < first_use
    assert len(by_address[trip["source_ip"]]) >= 6
