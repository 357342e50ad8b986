"""Whose use it is: the business's, an intruder's, both, nobody's; or that it can not be told."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from queries.base import Asking, Column, Page, Param, Query, Result, Row, Status
from queries.judgement.asking import CALLS, LIMITS, NEEDS, SOURCE, yes_or_no
from queries.judgement.judging import judged
from queries.judgement.looking import seen
from queries.judgement.provider import CALLS as PROVIDER_CALLS
from queries.judgement.provider import NEEDS as PROVIDER_NEEDS
from queries.judgement.provider import told_by_provider
from queries.judgement.reason import Reason
from queries.judgement.verdict import Verdict, conclude
from queries.siblings import QUERY as SIBLINGS


async def run(asking: Asking) -> AsyncIterator[Page]:
    rotatable = yes_or_no(asking, "rotatable")
    told = asyncio.create_task(told_by_provider(asking), name="what the provider says")
    try:
        found = await judged(asking)
        siblings: Result = await asking.ask("siblings")
        keys = len(siblings.rows) + 1 if siblings.status is Status.COMPLETE else None
        said = await told
    finally:
        told.cancel()
    concluded = conclude(found, seen(found), keys_of_owner=keys, rotatable=rotatable, told=said)
    yield Page((row_of(concluded),), gaps=(*found.gaps, *said.gaps))


def row_of(told: Verdict) -> Row:
    """The one row of the answer."""
    whole = {"reasons": list(map(_reason, told.reasons)), "steps": [vars(step) for step in told.steps]}
    return Row(values(told), whole)


def values(told: Verdict) -> dict[str, Any]:
    first = told.steps[0] if told.steps else None
    return {
        "verdict": told.verdict,
        "confidence": told.confidence,
        "certainty": told.certainty,
        "summary": told.summary,
        "next_action": first.action if first else "",
        "next_step": first.sentence if first else "",
        "reasons": [reason.sentence for reason in told.reasons],
        "evidence": list(dict.fromkeys(ref for reason in told.reasons for ref in reason.refs[:10])),
        "not_covered": list(told.not_covered),
        "steps": [f"{step.action}: {step.sentence}" for step in told.steps],
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "sentence": reason.sentence,
        "side": reason.side.value,
        "finding": reason.finding,
        "query": reason.query,
        "count": reason.count,
        "first": reason.first,
        "last": reason.last,
        "refs": list(reason.refs),
    }


QUERY = Query(
    id="verdict",
    title="Verdict",
    question="Is it the business, an intruder, both or nobody who uses the key, and what is to be done next?",
    columns=(
        Column("verdict", "Verdict"),
        Column("confidence", "Confidence"),
        Column("certainty", "Certainty"),
        Column("summary", "In short"),
        Column("next_action", "Next", "id"),
        Column("next_step", "Because"),
        Column("reasons", "Reasons"),
        Column("not_covered", "Not covered"),
        Column("steps", "Steps"),
        Column("evidence", "Evidence", "id"),
    ),
    calls=tuple(dict.fromkeys((*CALLS, *SIBLINGS.calls, *PROVIDER_CALLS))),
    needs=tuple(dict.fromkeys((*NEEDS, *SIBLINGS.needs, *PROVIDER_NEEDS))),
    run=run,
    params=(
        Param("rotatable", "whether the key can be rotated at once, as whoever owns it says: yes or no"),
    ),
    source=SOURCE,
    limits=LIMITS,
)
