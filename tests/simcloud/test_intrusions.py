"""The stories with an intruder in them, drawn from a seed: their truth against a plain pass over events."""

from datetime import timedelta
from ipaddress import ip_network

import pytest

from aktui.simcloud.clock import iso, parse_iso
from aktui.simcloud.scenarios import catalogue
from aktui.simcloud.stories.rhythm import full_hour
from tests.simcloud.intrusions import LACKING, NOW, built, intruder, may, of_business, theirs

DRAWN = ["role-chain-persistence", "slow-and-low", "sms-pumping", "two-keys-one-intruder"]
SEEDS = [1, 2, 5]


def networks(addresses: list[str]) -> set[str]:
    return {str(ip_network(f"{address}/24", strict=False)) for address in addresses if address[:3] != "10."}


@pytest.mark.parametrize("scenario", DRAWN)
def test_the_intruders_events_are_all_those_from_its_addresses(scenario: str) -> None:
    for seed in SEEDS:
        account = built(scenario, seed)
        told = intruder(account)
        lairs = set(told["source_ips"])
        there = [event for event in account.trail if event["sourceIpAddress"] in lairs]
        assert {event["eventId"] for event in there} == set(told["event_ids"])
        assert {event["eventId"] for event in there if event.get("errorCode")} == set(
            told["refused_event_ids"]
        )
        assert (told["first"], told["last"]) == (there[0]["eventTime"], there[-1]["eventTime"])
        assert told["regions"] == sorted({event["acsRegion"] for event in there})
        assert parse_iso(told["last"]) < full_hour(NOW)


@pytest.mark.parametrize("scenario", DRAWN)
def test_nobody_else_is_where_the_intruder_is(scenario: str) -> None:
    for seed in SEEDS:
        account = built(scenario, seed)
        lairs, business = intruder(account)["source_ips"], account.truth["business"]["source_ips"]
        assert not set(lairs) & set(business)
        assert not networks(lairs) & networks(business)
        ids = set(intruder(account)["event_ids"])
        for key in account.suspects:
            rest = of_business(account, key)
            assert {event["sourceIpAddress"] for event in rest} <= set(business)
            assert not ids & {event["eventId"] for event in rest}


@pytest.mark.parametrize("scenario", DRAWN)
def test_the_business_goes_on_with_a_suspect_key(scenario: str) -> None:
    account = built(scenario)
    assert account.truth["verdict"] == "business-and-intruder"
    newest = [of_business(account, key)[-1]["eventTime"] for key in account.suspects]
    assert parse_iso(max(newest)) > NOW - timedelta(days=3)


@pytest.mark.parametrize("scenario", DRAWN)
def test_what_was_refused_is_not_allowed_and_what_was_done_is(scenario: str) -> None:
    account = built(scenario)
    for event in theirs(account):
        if event["userIdentity"].get("accessKeyId") and event.get("errorCode", "") in {*LACKING, ""}:
            assert may(account, event) is not bool(event.get("errorCode")), event


@pytest.mark.parametrize("scenario", DRAWN)
def test_what_the_business_did_with_the_keys_was_allowed(scenario: str) -> None:
    account = built(scenario)
    for key in account.suspects:
        for event in of_business(account, key):
            if not event.get("errorCode"):
                assert may(account, event), event


@pytest.mark.parametrize("scenario", DRAWN)
def test_another_seed_happens_elsewhere(scenario: str) -> None:
    accounts = [built(scenario, seed) for seed in SEEDS]
    lairs = [set(intruder(account)["source_ips"]) for account in accounts]
    assert not set.intersection(*lairs)
    assert len({account.alias for account in accounts}) > 1
    assert len({account.region for account in accounts}) > 1
    assert len({frozenset(networks(sorted(one))) for one in lairs}) > 1


@pytest.mark.parametrize("scenario", DRAWN)
def test_every_moment_of_the_day_will_do(scenario: str) -> None:
    """Stories of nights and office hours are told from the day before, whatever the hour."""
    for now in (NOW + timedelta(hours=step) for step in (5, 13, 19)):
        account = catalogue()[scenario].build(7, now)
        assert max(event["eventTime"] for event in account.trail) < iso(now)
        assert parse_iso(intruder(account)["last"]) < full_hour(now)


def test_stories_of_the_same_seed_have_nothing_in_common() -> None:
    accounts = [built(scenario) for scenario in DRAWN]
    assert len({account.id for account in accounts}) == len(DRAWN)
    assert len({account.responder for account in accounts}) == len(DRAWN)
    suspects = [key for account in accounts for key in account.suspects]
    assert len(set(suspects)) == len(suspects)
