"""Findings as events of the Open Cybersecurity Schema Framework: one Detection Finding (2004) each.

Classes, required attributes and enumerations as in version 1.8.0 of the schema (ocsf/ocsf-schema,
`events/findings/detection_finding.json`, `objects/`), with its profile `cloud`. What the schema has no place
for (whose acts they are, what the provider blocks) is in `unmapped`.
"""

import ipaddress
from collections.abc import Iterable
from typing import Any

from aktui import __version__
from queries.base import Row
from queries.export.told import MOST_CALLS, Told, Values, is_key, millis, named, whole

VERSION = "1.8.0"
"""Of the schema."""
_SEVERITIES = {
    "info": (1, "Informational"),
    "low": (2, "Low"),
    "medium": (3, "Medium"),
    "high": (4, "High"),
    "critical": (5, "Critical"),
}
_CERTAINTIES = {"low": (1, "Low"), "medium": (2, "Medium"), "high": (3, "High")}
_LOGS = {"oss": "OSS access log", "sls": "log service operation log"}
_ADDRESS, _USER, _CREDENTIAL = (2, "IP Address"), (4, "User Name"), (19, "User Credential ID")
_MOST_THINGS = 50


def as_ocsf(told: Told) -> list[dict[str, Any]]:
    """One event a finding. What the business explains is `Suppressed`; only an intruder's is an alert."""
    return [_event(told, uid, row) for uid, row in told.named()]


def _event(told: Told, uid: str, row: Row) -> dict[str, Any]:
    values, side = row.values, row.values["side"]
    severity_id, severity = _SEVERITIES[values["severity"]]
    status_id, status = (3, "Suppressed") if side == "business" else (1, "New")
    return {
        "activity_id": 1,
        "activity_name": "Create",
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": 2004,
        "class_name": "Detection Finding",
        "type_uid": 200401,
        "type_name": "Detection Finding: Create",
        "severity_id": severity_id,
        "severity": severity,
        "status_id": status_id,
        "status": status,
        "is_alert": side == "intruder",
        "time": millis(told.asked_at),
        **_seen(values),
        **_certainty(told, side),
        "message": whole(f"{values['title']}: {values['sentence']}"),
        "metadata": _metadata(told, uid),
        "cloud": _cloud(told, row),
        "finding_info": _info(told, uid, values),
        "evidences": [_evidence(call) for call in _calls(row)],
        "resources": _resources(told, row),
        "observables": list(_observables(values)),
        "unmapped": {
            "side": side,
            "succeeded": values["succeeded"],
            "refused": values["refused"],
            "provider_blocks": values["provider_blocks"],
            "verdict": told.verdict.values["verdict"] if told.verdict else None,
        },
    }


def _seen(values: Values) -> dict[str, Any]:
    if values["first"] is None:
        return {}
    return {
        "count": values["count"],
        "start_time": millis(values["first"]),
        "end_time": millis(values["last"]),
    }


def _certainty(told: Told, side: str) -> dict[str, Any]:
    """How sure it is that these are an intruder's: as the verdict, and low where that is not clear."""
    if told.verdict is None or side == "business":
        return {}
    certainty = told.verdict.values["certainty"] if side == "intruder" else "low"
    number, name = _CERTAINTIES[certainty]
    score = {"confidence_score": told.confidence} if side == "intruder" else {}
    return {"confidence_id": number, "confidence": name, **score}


def _metadata(told: Told, uid: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "version": VERSION,
        "profiles": ["cloud"],
        "product": {"name": "aktui", "vendor_name": "aktui", "version": __version__},
        "uid": named(uid, str(millis(told.asked_at))),
        "correlation_uid": named(told.account, told.key_id),
    }
    return found | ({"tenant_uid": told.account} if told.account else {})


def _cloud(told: Told, row: Row) -> dict[str, Any]:
    """A region only where all calls were in one."""
    regions = {call["region"] for call in _calls(row) if call["region"]}
    found: dict[str, Any] = {"provider": "Alibaba Cloud"}
    if told.account:
        found["account"] = {"uid": told.account, "type": "Alibaba Cloud Account", "type_id": 99}
    return found | ({"region": whole(regions.pop())} if len(regions) == 1 else {})


def _info(told: Told, uid: str, values: Values) -> dict[str, Any]:
    found: dict[str, Any] = {
        "uid": uid,
        "title": values["title"],
        "desc": whole(f"{values['sentence']} A harmless reason would be: {values['benign']}"),
        "types": [values["id"]],
        "attacks": [attack(values["technique"], values["technique_name"])],
        "analytic": {"name": values["id"], "uid": values["id"], "type_id": 2, "type": "Behavioral"},
        "created_time": millis(told.asked_at),
        "related_events": [{"uid": whole(one), "type": "ActionTrail event"} for one in values["event_ids"]],
        "related_events_count": len(values["event_ids"]),
    }
    if values["first"] is not None:
        found |= {"first_seen_time": millis(values["first"]), "last_seen_time": millis(values["last"])}
    return found


def attack(technique: str, name: str) -> dict[str, Any]:
    """A technique of MITRE ATT&CK; `T1078.004` is its technique and its sub-technique."""
    parent, _, _ = technique.partition(".")
    of, _, sub = name.partition(": ")
    if parent == technique:
        return {"technique": {"uid": technique, "name": name}}
    return {"technique": {"uid": parent, "name": of}, "sub_technique": {"uid": technique, "name": sub or of}}


def _calls(row: Row) -> list[Values]:
    return list(row.raw.get("calls", ()))[:MOST_CALLS]


def _evidence(call: Values) -> dict[str, Any]:
    found: dict[str, Any] = {
        "uid": whole(call["id"]),
        "name": _LOGS.get(call["origin"], "ActionTrail event"),
        "actor": _actor(call),
        "api": {
            "operation": whole(call["operation"]),
            "service": {"name": whole(call["service"])},
            "response": {"error": whole(call["code"])} if call["code"] else {"message": "accepted"},
        },
        "src_endpoint": _endpoint(call["source"]),
    }
    if call["agent"]:
        found["http_request"] = {"user_agent": whole(call["agent"])}
    if call["resources"]:
        found["resources"] = [{"name": whole(name)} for name in call["resources"]]
    return found


def _actor(call: Values) -> dict[str, Any]:
    user: dict[str, Any] = {"name": whole(call["name"]) or "unknown"}
    if call["key_id"]:
        kind = "STS token" if call["kind"] == "session" else "AccessKey"
        user["programmatic_credentials"] = [{"uid": whole(call["key_id"]), "type": kind}]
    if call["kind"] != "session":
        return {"user": user}
    role, _, _ = call["name"].partition(":")
    return {"user": user, "session": {"uid": whole(call["key_id"]), "issuer": whole(role) or "unknown"}}


def _endpoint(source: str) -> dict[str, Any]:
    """A source that is no address is a service of the provider, which calls for somebody."""
    return {"ip": source} if is_address(source) else {"svc_name": whole(source) or "unknown"}


def is_address(source: str) -> bool:
    try:
        ipaddress.ip_address(source)
    except ValueError:
        return False
    return "%" not in source


def _resources(told: Told, row: Row) -> list[dict[str, Any]]:
    """The key, and what the calls were about."""
    key: dict[str, Any] = {"uid": told.key_id, "name": told.key_id, "type": "AccessKey"}
    if told.owner:
        key["owner"] = {"name": whole(told.owner)}
    things = dict.fromkeys(name for call in _calls(row) for name in call["resources"])
    about = [{"name": whole(name), "role_id": 1, "role": "Target"} for name in list(things)[:_MOST_THINGS]]
    return [{**key, "role_id": 3, "role": "Affected"}, *about]


def _observables(values: Values) -> Iterable[dict[str, Any]]:
    for source in values["sources"]:
        if is_address(source):
            yield _observable("evidences.src_endpoint.ip", *_ADDRESS, source)
    for who in values["identities"]:
        if is_key(who):
            name = "evidences.actor.user.programmatic_credentials.uid"
            yield _observable(name, *_CREDENTIAL, who)
        elif who:
            yield _observable("evidences.actor.user.name", *_USER, who)


def _observable(name: str, type_id: int, kind: str, value: str) -> dict[str, Any]:
    return {"name": name, "type_id": type_id, "type": kind, "value": whole(value)}
