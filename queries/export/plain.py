"""Findings as a document of our own, `aktui.findings/1`: all that is known, in the words of the program."""

from datetime import datetime
from typing import Any

from queries.base import Row
from queries.export.told import Told, iso, whole

SCHEMA = "aktui.findings/1"


def as_plain(told: Told) -> dict[str, Any]:
    """One document; times are ISO 8601, UTC."""
    verdict = told.verdict
    document = {
        "schema": SCHEMA,
        "key_id": told.key_id,
        "owner": told.owner or None,
        "account_id": told.account or None,
        "asked_at": told.asked_at,
        "window": {"start": told.window.start, "end": told.window.end},
        "verdict": None if verdict is None else _verdict(verdict),
        "findings": [{"uid": uid, **row.values} for uid, row in told.named()],
        "gaps": [{"what": gap.what, "status": gap.status.value, "detail": gap.detail} for gap in told.gaps],
    }
    plain: dict[str, Any] = _plain(document)
    return plain


def _verdict(row: Row) -> dict[str, Any]:
    """With its reasons and steps whole."""
    return {**row.values, "reasons": row.raw["reasons"], "steps": row.raw["steps"]}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, datetime):
        return iso(value)
    return whole(value) if isinstance(value, str) else value
