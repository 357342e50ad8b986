"""Charges out of the ordinary for this account, why, and which event of the key explains them."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date, datetime

from queries.asking.reading import ident
from queries.base import Asking, Column, Gap, Page, Query, Result, Row, Status
from queries.charges import asked, days
from queries.charges.abnormal import Abnormal, find
from queries.charges.instancebills import BILL_CALLS, BILL_NEEDS
from queries.charges.joining import EXPLAINED, RELATED, UNEXPLAINED, Link, link
from queries.charges.lines import AMOUNT, CURRENCY, PRODUCT, REGION, lines
from queries.charges.money import NOTHING, rounded
from queries.charges.tracing import TRACE_CALLS, TRACE_NEEDS, Trace, trace
from queries.charges.vocabulary import is_region

_LEADS = (
    "explained by the key's events",
    "explained by events of others",
    "related to its use",
    "unexplained",
)
_SHORTEST = 14
"""Days of history below which hardly anything can be called unusual."""


async def run(asking: Asking) -> AsyncIterator[Page]:
    bills = await asked.bills(asking)
    gaps = (*bills.gaps, *asked.unread(bills))
    if bills.covered is None:
        yield Page(gaps=gaps, note="Without bills nothing can be called unusual.")
        return
    history = _history(asking, bills)
    gaps += _too_short(history)
    yield Page(gaps=gaps, covered=bills.covered)
    charges = find(list(lines(bills.rows)), history) if history else []
    if not charges:
        yield Page(note=f"Nothing is unusual for this account, of what is billed. {bills.note}".strip())
        return
    yield Page(note=f"{_many(len(charges))} so far; events are being read for what explains them.")
    traced = await trace(asking, {one.key.region for one in charges if is_region(one.key.region)})
    acts, used = traced.acts(), await _used(asking)
    links = [link(one, acts, _own(one), used) for one in charges]
    rows = tuple(_row(charge, found) for charge, found in zip(charges, links, strict=True))
    yield Page(rows, gaps=_missed(traced, links), note=_note(links))


def _history(asking: Asking, bills: Result) -> list[date]:
    """The days of the baseline that bills were read for."""
    if bills.covered is None:
        return []
    window, _ = days.span(asking.window, asking.cloud.now())
    last = min(days.day_of(bills.covered.end), window)
    missing = {gap.what.removeprefix("charges of ") for gap in bills.gaps}
    all_days = days.each(days.day_of(bills.covered.start), last)
    return [day for day in all_days if day < window and day.isoformat() not in missing]


def _too_short(history: Sequence[date]) -> tuple[Gap, ...]:
    if len(history) >= _SHORTEST:
        return ()
    detail = (
        f"There are {len(history)} days before the window: too few to say what is usual. Raise the parameter "
        "baseline."
    )
    return (Gap(Status.NOT_COVERED, "what is usual", detail),)


async def _used(asking: Asking) -> dict[str, datetime]:
    """When the key last used each service; the audit's own gaps show where events are asked for."""
    services: Result = await asking.ask("services")
    return {
        row.values["service"]: row.values["last_used"] for row in services.rows if row.values["last_used"]
    }


def _own(charge: Abnormal) -> frozenset[str]:
    """Ids that every resource of the account may carry."""
    names = ("BillAccountID", "OwnerID", "BillAccountName")
    return frozenset(ident(line.raw.get(name)) for line in charge.lines for name in names)


def _row(charge: Abnormal, found: Link) -> Row:
    act, line = found.act, charge.lines[-1]
    values = {
        "since": charge.since.isoformat(),
        "until": charge.until.isoformat(),
        "product": charge.key.product,
        "region": charge.key.region,
        "instance": charge.instance,
        "name": next((one.name for one in charge.lines if one.name), "") if charge.instance else "",
        "spec": next((one.spec for one in charge.lines if one.spec), "") if charge.instance else "",
        "kind": charge.kind,
        "amount": rounded(charge.amount),
        "expected": rounded(charge.expected),
        "excess": rounded(max(charge.amount - charge.expected, NOTHING)),
        "currency": charge.key.currency or line.currency,
        "why": charge.why,
        "linked": found.kind,
        "explanation": found.words,
        "by": act.by if act else "",
        "event": act.event if act else "",
        "event_id": act.event_id if act else "",
        "event_at": act.at if act else None,
        "source_ip": act.source_ip if act else "",
    }
    return Row(values, {"lines": [one.raw for one in charge.lines], "event": act.raw if act else None})


def _missed(traced: Trace, links: Iterable[Link]) -> tuple[Gap, ...]:
    """What the trace could not read; where all is explained, that lists were cut off does not matter."""
    open_ends = any(found.kind == UNEXPLAINED for found in links)
    return (*traced.gaps, *(traced.cut_off if open_ends else ()))


def _note(links: Sequence[Link]) -> str:
    told = Counter(_leads_to(found) for found in links)
    parts = ", ".join(f"{told[words]} {words}" for words in _LEADS if told[words])
    return f"{_many(len(links))}: {parts}. Unusual is not wrong: each row says what it was compared with."


def _leads_to(found: Link) -> str:
    if found.kind == EXPLAINED:
        return _LEADS[0] if found.act and found.act.by else _LEADS[1]
    return _LEADS[2] if found.kind == RELATED else _LEADS[3]


def _many(count: int) -> str:
    return f"{count} unusual charge{'' if count == 1 else 's'}"


QUERY = Query(
    id="abnormal-charges",
    title="Abnormal charges",
    question="Which charges are unusual for this account, and does an event of the key explain them?",
    columns=(
        Column("since", "Since"),
        Column("until", "Until"),
        PRODUCT,
        REGION,
        Column("instance", "Instance", "id"),
        AMOUNT,
        CURRENCY,
        Column("kind", "Unusual by"),
        Column("linked", "Linked"),
        Column("by", "By"),
        Column("event", "Event"),
        Column("event_at", "Event at", "time"),
        Column("why", "Why"),
        Column("explanation", "Explanation"),
        Column("expected", "Usual", "count"),
        Column("excess", "Above usual", "count"),
        Column("spec", "Type"),
        Column("name", "Name"),
        Column("source_ip", "Source IP", "ip"),
        Column("event_id", "Event ID", "id"),
    ),
    calls=(*BILL_CALLS, *TRACE_CALLS),
    needs=(*BILL_NEEDS, *TRACE_NEEDS),
    run=run,
    params=asked.BILL_PARAMS,
    source="BSS bills and ActionTrail LookupEvents",
    lag=days.LAG,
    limits=(
        "Compares each product in each region with the days before the window: medians and their spread, the "
        "week, the month's end, growth, fees that come round. A fee paid once a year looks new. Events are "
        "those of the last 90 days; what is not billed yet shows in running-cost."
    ),
)
