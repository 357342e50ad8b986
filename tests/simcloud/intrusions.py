"""What tests of stories share: the built accounts, their truth, and a plain pass over their events."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from aktui.simcloud.account import Account, Identity, Session
from aktui.simcloud.clock import parse_iso
from aktui.simcloud.permissions import check
from aktui.simcloud.scenarios import catalogue
from aktui.simcloud.stories.rhythm import CHINA
from aktui.simcloud.trail import Event

NOW = datetime(2026, 11, 22, 3, 12, 44, tzinfo=UTC)

PREFIXES = {"Sls": "log", "BssOpenApi": "bssapi", "Dysmsapi": "dysms", "Ims": "ram"}
ACTIONS = {"log:PullLogs": "log:GetCursorOrData", "log:PutLogs": "log:PostLogStoreLogs"}
"""Operations whose permission has another name."""
ALWAYS = {"sts:GetCallerIdentity"}
"""What needs no permission."""
LACKING = {"NoPermission", "Forbidden.RAM", "AccessDenied", "Unauthorized"}
"""Codes that say that the caller may not."""


@cache
def built(scenario: str, seed: int = 1) -> Account:
    return catalogue()[scenario].build(seed, NOW)


def intruder(account: Account) -> dict[str, Any]:
    return dict(account.truth["intruder"])


def theirs(account: Account) -> list[Event]:
    """The events that the truth calls the intruder's."""
    ids = set(account.truth["intruder"]["event_ids"])
    return [event for event in account.trail if event["eventId"] in ids]


def of_business(account: Account, key: str) -> list[Event]:
    """What else was done with a key."""
    ids = set(account.truth["intruder"]["event_ids"])
    return [event for event in account.trail.find({"Key": key}) if event["eventId"] not in ids]


def names(events: Iterable[Event]) -> set[str]:
    """`Service:Operation` of what was not refused."""
    return {f"{event['serviceName']}:{event['eventName']}" for event in events if not event.get("errorCode")}


def hour(event: Event) -> int:
    """Of the day, company time."""
    return parse_iso(event["eventTime"]).astimezone(CHINA).hour


def may(account: Account, event: Event) -> bool:
    """Whether its caller may do now what an event tells of."""
    prefix = PREFIXES.get(event["serviceName"], event["serviceName"].lower())
    action = f"{prefix}:{event['eventName']}"
    action = ACTIONS.get(action, action)
    return action in ALWAYS or check(account, caller(account, event), action, target(event), now=NOW).allowed


def target(event: Event) -> str:
    asked = event["requestParameters"]
    if event["eventName"] == "AssumeRole":
        return str(asked["RoleArn"]).replace("acs:ram::", "acs:ram:*:")
    return "*"


def caller(account: Account, event: Event) -> Identity:
    told = event["userIdentity"]
    key, kind = told.get("accessKeyId", ""), told["type"]
    if kind == "ram-user":
        return Identity("user", key, account.id, user=account.users[told["principalId"]])
    role, _, name = told["userName"].partition(":")
    session = Session(key, "", "", role, name, NOW, "")
    return Identity("role", key, account.id, session=session, role=account.roles[role])
