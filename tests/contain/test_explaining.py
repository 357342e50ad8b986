"""A policy that seems not to work: a responder is told what may be the matter."""

from datetime import timedelta
from typing import Any

from aktui.case.marks import Marks, mark
from aktui.contain.explaining import after, explain
from queries.usage import By, Usage
from tests.contain.usages import NOW, report, usage

OFFICE, VPC = "203.0.113.10", "vpc-bp1mine"
TRUSTING = (
    Marks()
    .with_mark(mark("source", OFFICE, "trusted", NOW))
    .with_mark(mark("source", "10.20.0.0/16", "trusted", NOW))
)
LONG_AGO = NOW - timedelta(hours=1)


def policy(*statements: dict[str, Any], status: str = "Active") -> dict[str, Any]:
    return {"Status": status, "Statements": list(statements)}


def public(*items: str) -> dict[str, Any]:
    return {"Type": "ClassicWhiteList", "IPList": list(items)}


def inside(*items: str) -> dict[str, Any]:
    return {"Type": "VPCWhiteList", "Value": VPC, "IPList": list(items)}


def told(*usages: Usage, key: Any = None, account: Any = None, since: Any = LONG_AGO) -> str:
    key = policy(public(OFFICE)) if key is None else key
    return "\n".join(explain(key, account or {}, report(*usages), TRUSTING, since=since, now=NOW))


def test_a_policy_that_works_needs_no_explanation() -> None:
    assert told(usage(source=OFFICE), usage(refused=10)) == ""


def test_it_was_set_a_moment_ago() -> None:
    assert "2 minutes ago" in told(usage(), since=NOW - timedelta(minutes=2))
    assert "minutes ago" not in told(usage())


def test_the_accounts_policy_counts_for_nothing_beside_the_keys_own() -> None:
    both = told(usage(), account=policy(public("198.51.100.1")))
    assert "goes before the account's" in both
    assert "works from any address" in told(usage(), key={})


def test_a_policy_that_was_not_read_back_is_not_explained_away() -> None:
    said = explain(None, {}, report(usage()), TRUSTING, since=LONG_AGO, now=NOW)
    assert "could not be read" in said[0]


def test_role_sessions_the_console_other_keys_and_deaf_services_go_on() -> None:
    said = told(
        usage(kind=By.SESSION, identity="ops:x\x1b[2J"),
        usage(kind=By.CONSOLE),
        usage(own=False, key_id="LTAIOTHER"),
        usage("Eventbridge:PutEvents"),
        usage(kind=By.OTHER, source="Internal"),
    )
    assert "role sessions (ops:x\\x1b[2J)" in said
    assert "console" in said
    assert "LTAIOTHER" in said
    assert "Eventbridge may not evaluate" in said
    assert "on somebody's behalf" in said


def test_the_policy_lets_in_more_than_is_trusted() -> None:
    assert "0.0.0.0/0" in told(usage(), key=policy(public("0.0.0.0/0")))
    assert "allows 192.0.2.66" in told(usage(), key=policy(public(OFFICE, "192.0.2.66")))


def test_a_vpc_list_does_not_speak_of_calls_through_a_public_endpoint() -> None:
    said = told(usage(source="10.20.3.23"), key=policy(public(OFFICE), inside("10.20.0.0/16")))
    assert "10.20.3.23 is in a list for a VPC, but calls come through a public endpoint" in said


def test_a_public_list_does_not_speak_of_calls_through_a_vpc() -> None:
    said = told(usage(source="10.20.3.23", vpc=VPC), key=policy(public(OFFICE, "10.20.0.0/16")))
    assert f"10.20.3.23 in {VPC} calls through a VPC endpoint" in said


def test_a_trusted_source_that_was_forgotten_is_named() -> None:
    said = told(usage(source=OFFICE, refused=10), key=policy(public("198.51.100.7")))
    assert f"{OFFICE} is trusted and not in the policy." in said


def test_only_calls_after_the_change_are_looked_at() -> None:
    seen = report(usage(newest=NOW), usage(newest=LONG_AGO), usage(newest=None))
    assert [one.newest for one in after(seen, NOW - timedelta(minutes=5)).usages] == [NOW]
