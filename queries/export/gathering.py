"""Gathers what an export is made from, out of an inquiry: what was asked already is not asked again."""

import asyncio

from queries.base import Result, Row
from queries.export.told import Told
from queries.inquiry import Inquiry


async def gathered(inquiry: Inquiry) -> tuple[Told, Result]:
    """What is exported, and the answer with the findings, which says how complete it is."""
    findings, verdict, owner, caller = await asyncio.gather(
        *(inquiry.ask(query) for query in ("findings", "verdict", "owner", "caller"))
    )
    told = Told(
        inquiry.key_id,
        _first(owner, "owner_name"),
        _first(owner, "account_id") or _first(caller, "account_id"),
        inquiry.cloud.now(),
        inquiry.window,
        findings.rows,
        _row(verdict),
        findings.gaps,
    )
    return told, findings


def _row(result: Result) -> Row | None:
    return result.rows[0] if result.rows else None


def _first(result: Result, name: str) -> str:
    row = _row(result)
    return str(row.values.get(name) or "") if row else ""
