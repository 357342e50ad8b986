"""The document `aktui.triage/1`: what scripts read, and what the report for people is made from."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from aktui.headless.gaps import sentence
from aktui.headless.rows import ordered
from aktui.models import Window
from queries.base import Result, Row
from queries.triage import Triage

Values = Mapping[str, Any]

_ORDER = ("service", "event", "ip", "resource", "type")
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


def document(key_id: str, answers: Triage, window: Window, asked_at: datetime) -> dict[str, Any]:
    """Times are datetimes here; `as_json` writes them. Absent facts are None, and `sources` says why."""
    found = answers.results
    return {
        "schema": "aktui.triage/1",
        "asked_at": asked_at,
        "window": window,
        "caller": _one(found["caller"]) or None,
        "key": _key(key_id, found),
        "last_used": _last_used(found),
        "services": _all(found["services"]),
        "events": _all(found["events"]),
        "ips": _all(found["ips"]),
        "resources": _all(found["resources"]),
        "findings": [],
        "verdict": None,
        "sources": [_source(name, result) for name, result in found.items()],
    }


def _all(result: Result) -> list[dict[str, Any]]:
    return [ordered(result.query, row) for row in newest_first(result.rows)]


def newest_first(rows: Iterable[Row]) -> list[Row]:
    """Answers come in the order in which the cloud gave them; a document has one order."""
    texts = sorted(rows, key=lambda row: [str(row.values.get(name)) for name in _ORDER])
    return sorted(texts, key=lambda row: row.values.get("last_used") or _LONG_AGO, reverse=True)


def _one(result: Result) -> dict[str, Any]:
    return ordered(result.query, result.rows[0]) if result.rows else {}


def _key(key_id: str, found: Mapping[str, Result]) -> dict[str, Any]:
    owner, logon = _one(found["owner"]), _one(found["logon"])
    policies = {row.values["scope"]: dict(row.values) for row in found["network-policy"].rows}
    return {
        "id": key_id,
        "status": owner.get("status") or None,
        "created": owner.get("created"),
        "age_days": owner.get("age_days"),
        "deleted_at": owner.get("deleted_at"),
        "purge_at": owner.get("purge_at"),
        "owner": {
            "type": owner.get("owner_type") or None,
            "name": owner.get("owner_name") or None,
            "account_id": owner.get("account_id") or None,
            "id": owner.get("owner_id") or None,
            "principal": owner.get("principal") or None,
            "display_name": owner.get("display_name") or None,
            "comments": owner.get("comments") or None,
        },
        "siblings": [_renamed(row.values) for row in found["siblings"].rows],
        "policies": [dict(row.values) for row in found["permissions"].rows],
        "network_policy": policies or None,
        "mfa": logon.get("mfa"),
        "logon": logon or None,
    }


def _renamed(values: Values) -> dict[str, Any]:
    """A sibling's id is `id`, as the key's own."""
    return {"id" if name == "key_id" else name: value for name, value in values.items()}


def _last_used(found: Mapping[str, Result]) -> dict[str, Any]:
    """The newest use that any witness tells of."""
    uses = [(row.values.get("last_used"), row.values.get("service")) for row in found["last-used"].rows]
    uses += [(row.values.get("last_used"), row.values.get("last_service")) for row in found["owner"].rows]
    uses += [(row.values.get("last_used"), row.values.get("service")) for row in found["services"].rows]
    known = [(at, service) for at, service in uses if isinstance(at, datetime)]
    at, service = max(known, key=lambda use: (use[0], bool(use[1])), default=(None, None))
    return {"service": service or None, "at": at}


def _source(name: str, result: Result) -> dict[str, Any]:
    lag = result.query.lag
    return {
        "name": name,
        "status": result.status.value,
        "detail": detail(result),
        "lag": lag.total_seconds() if lag is not None else None,
        "covered": result.covered,
        "missing": sorted({gap.missing for gap in result.gaps if gap.missing}),
    }


def detail(result: Result) -> str:
    """What is missing and why, in one order whichever was known first; else what is worth saying."""
    return " ".join(sorted(set(map(sentence, result.gaps)))) or result.note
