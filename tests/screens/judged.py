"""A judgement, made up: an intruder beside the business, with findings, sources and an heir."""

from datetime import timedelta
from typing import Any

from queries import catalogue
from queries.base import Gap, Page, Row, Status
from tests.screens.fakes import NOW, Told, pages

BEGAN = NOW - timedelta(days=3, hours=4)
ENDED = NOW - timedelta(hours=2)
LATE = Gap(Status.PARTIAL, "OSS access log", "It has nothing from before 2026-11-08 (kept for 14 days).")
NEW_USER = "makes or changes users, keys or permissions (Ram:CreateUser, Ram:AttachPolicyToUser): deploy-bot."
STARTED = "starts machines as miners want them (Ecs:RunInstances (7)), of type ecs.gn7i in us-west-1."
EXPLAINED = (
    "203.0.113.150 is new, but the business's: 9 others of the account do their usual work from there."
)


def record(event_id: str, name: str, service: str = "Ecs", error: str = "") -> dict[str, Any]:
    """An event as the trail has it."""
    found = {
        "eventId": event_id,
        "eventName": name,
        "serviceName": service,
        "eventTime": BEGAN.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "acsRegion": "us-west-1",
        "sourceIpAddress": "192.0.2.66",
    }
    return {**found, "errorCode": error} if error else found


def call(event: dict[str, Any]) -> dict[str, Any]:
    """What was read from an event, as answers carry it beside the event."""
    return {
        "id": event["eventId"],
        "at": BEGAN,
        "kind": "key",
        "name": "ci-deployer",
        "key_id": "LTAI5tQxExampleExample9f",
        "agent": "aliyun-cli/3.0.278",
        "origin": "trail",
        "source": event["sourceIpAddress"],
        "service": event["serviceName"],
        "operation": event["eventName"],
        "region": event["acsRegion"],
        "code": event.get("errorCode", ""),
        "resources": [],
    }


def blank(query_id: str, values: dict[str, Any], raw: dict[str, Any]) -> Row:
    """A row of a query; columns not given are empty."""
    return Row({**{column.id: "" for column in catalogue()[query_id].columns}, **values}, raw)


def finding(
    name: str, title: str, sentence: str, severity: str, side: str, ids: list[str], known: int
) -> Row:
    records = [
        record(each, "RunInstances", error="NoStock" if at else "") for at, each in enumerate(ids[:known])
    ]
    values = {
        "severity": severity,
        "id": name,
        "side": side,
        "sentence": sentence,
        "title": title,
        "first": BEGAN,
        "last": ENDED,
        "count": len(ids),
        "succeeded": 1 if ids else 130,
        "refused": max(0, len(ids) - 1),
        "technique": "T1578.002",
        "technique_name": "Create Cloud Instance",
        "sources": ["192.0.2.66"],
        "identities": ["LTAI5tQxExampleExample9f"],
        "benign": "The business grows, or a pipeline makes machines for a while.",
        "provider_blocks": "stays open" if ids else "",
        "event_ids": ids,
        "request_ids": ["REQ-1"] if name == "data-read" else [],
    }
    return blank("findings", values, {"events": records, "calls": list(map(call, records))})


FINDINGS = (
    finding(
        "identities-changed",
        "Users, keys or permissions made or changed",
        NEW_USER,
        "critical",
        "intruder",
        ["E-1", "E-2", "E-3"],
        3,
    ),
    finding(
        "resources-started",
        "Machines or other things that cost started",
        STARTED,
        "high",
        "intruder",
        [f"M-{number}" for number in range(7)],
        2,
    ),
    finding(
        "unfamiliar-sources",
        "Called from sources that are new to the key",
        EXPLAINED,
        "info",
        "business",
        [],
        0,
    ),
)


def reason(row: Row) -> dict[str, Any]:
    values = row.values
    return {
        "sentence": f"{values['title']}: {values['sentence']}",
        "side": values["side"],
        "finding": values["id"],
        "query": "",
        "count": values["count"],
        "first": values["first"] if values["count"] else None,
        "last": values["last"],
        "refs": values["event_ids"],
    }


STEPS = (
    {
        "action": "restrict-key",
        "sentence": "An intruder uses it, too: restrict it to the networks of the business first.",
    },
    {"action": "rotate", "sentence": "Then rotate it, and disable this one."},
    {"action": "delete-user", "sentence": "Delete the user that the intruder made: deploy-bot."},
)
PAST = {
    "sentence": "13933 calls from sources that belong to the key's past: 198.51.100.23, 203.0.113.10.",
    "side": "business",
    "finding": "",
    "query": "",
    "count": 13933,
    "first": None,
    "last": None,
    "refs": [],
}

PUBLISHED = {
    "sentence": "Found in public in somebody/playground, not dealt with: others can have it.",
    "side": "unclear",
    "finding": "",
    "query": "leak-reports",
    "count": 1,
    "first": BEGAN,
    "last": BEGAN,
    "refs": ["7"],
}


def verdict() -> Page:
    values = {
        "verdict": "business-and-intruder",
        "confidence": 0.86,
        "certainty": "high",
        "summary": "An intruder calls since 2026-11-18 23:12 UTC from 192.0.2.66: 981 calls known.",
        "next_action": "restrict-key",
        "next_step": STEPS[0]["sentence"],
        "reasons": ["…"],
        "evidence": ["E-1"],
        "not_covered": [f"{LATE.what} (partial): {LATE.detail}"],
        "steps": ["…"],
    }
    first, second, last = map(reason, FINDINGS)
    raw = {"reasons": [first, second, PUBLISHED, PAST, last], "steps": list(STEPS)}
    return Page((blank("verdict", values, raw),), gaps=(LATE,))


def source(address: str, side: str, points: float, why: str, operations: dict[str, int]) -> Row:
    values = {
        "source_ip": address,
        "side": side,
        "points": points,
        "why": why,
        "by": "key",
        "calls": sum(operations.values()),
        "refused": 3,
        "first": BEGAN,
        "last": ENDED,
        "agents": ["aliyun-cli/3.0.278"],
        "regions": ["us-west-1"],
    }
    signals = [{"id": "danger", "points": points, "sentence": why}] if points else []
    return blank("attribution", values, {"signals": signals, "operations": operations})


SOURCES = (
    source(
        "198.51.100.23",
        "business",
        0.0,
        "used from there since before what is known begins",
        {"Ecs:DescribeInstances": 90},
    ),
    source(
        "192.0.2.66",
        "intruder",
        11.5,
        "dangerous and new to the key: Ram:CreateUser",
        {"Ecs:RunInstances": 7, "Ram:CreateUser": 1},
    ),
)

GOT = record("E-9", "GetObject", "Oss")
PLACES = (
    blank(
        "which-instance",
        {"ip": "198.51.100.23", "whose": "ours", "instance": "i-bp1build", "name": "build-1"},
        {"used": [], "resource": {"InstanceId": "i-bp1build"}},
    ),
    blank("which-instance", {"ip": "192.0.2.66", "whose": "not ours", "why": "no machine has it now"}, {}),
)
HEIR = blank(
    "identities",
    {
        "kind": "user",
        "name": "deploy-bot",
        "why": "user deploy-bot, made: by ci-deployer (LTAI5tQxExampleExample9f)",
        "calls": 73,
        "succeeded": 70,
        "first": BEGAN,
        "last": ENDED,
        "services": ["Ecs", "Oss"],
        "things": ["rm-bp1384jhyom4o5i38byj"],
        "sources": ["192.0.2.177"],
        "action": "delete-user",
        "event_ids": ["E-9"],
    },
    {"events": [GOT], "calls": [call(GOT)]},
)


def judgement() -> dict[str, Told]:
    """The answers to all that is judged."""
    return {
        "verdict": pages(verdict()),
        "findings": pages(Page(FINDINGS)),
        "attribution": pages(Page(SOURCES)),
        "identities": pages(Page((HEIR,))),
        "which-instance": pages(Page(PLACES)),
        "event-record": pages(Page((Row({"event_id": "M-5"}, record("M-5", "RunInstances")),))),
    }
