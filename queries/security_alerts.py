"""What Security Center raised about the key, or about its user."""

from collections.abc import AsyncIterator
from typing import Any

from queries.asking.reading import Record, count, ident, listed, records, text
from queries.asking.together import guarded, together
from queries.base import Asking, Column, Gap, Page, Query, Row, Status
from queries.owners.holder import HOLDER_CALLS, HOLDER_NEEDS, ROOT, Holder, find_holder
from queries.provider.naming import local_moment, local_text, mentions

_CALL = "sas:DescribeSuspEvents"
_PAGE = 100
_MOST_PAGES = 20
_HANDLED = {"N": "open", "Y": "dealt with"}


async def run(asking: Asking) -> AsyncIterator[Page]:
    holder = await find_holder(asking)
    seen: set[str] = set()
    yield Page(gaps=holder.gaps)
    sources = (
        guarded(f"alerts that are {words}", _alerts(asking, holder, dealed, seen))
        for dealed, words in _HANDLED.items()
    )
    async for page in together(*sources):
        yield page


async def _alerts(asking: Asking, holder: Holder, dealed: str, seen: set[str]) -> AsyncIterator[Page]:
    read = 0
    for number in range(1, _MOST_PAGES + 1):
        reply = await asking.cloud.call(
            "sas",
            "DescribeSuspEvents",
            From="sas",
            Lang="en",
            Dealed=dealed,
            CurrentPage=str(number),
            PageSize=str(_PAGE),
            TimeStart=local_text(asking.window.start),
            TimeEnd=local_text(asking.window.end),
        )
        found = listed(reply, _CALL, "SuspEvents")
        read += len(found)
        rows = tuple(row for one in found if (row := _row(asking, holder, dealed, one, seen)))
        yield Page(rows, reply.request_id, covered=asking.window)
        if not found or read >= (count(reply.body.get("TotalCount")) or 0):
            yield Page(note=_note(asking, holder))
            return
    detail = f"The newest {read} alerts of the account were read; there are more: narrow the window."
    yield Page(gaps=(Gap(Status.PARTIAL, f"alerts that are {_HANDLED[dealed]}", detail, _CALL),))


def _note(asking: Asking, holder: Holder) -> str:
    user = f" or its user {holder.name}" if holder.name and holder.kind != ROOT else ""
    return f"Of all alerts of the account, those that name the key{user}."


def _row(asking: Asking, holder: Holder, dealed: str, alert: Record, seen: set[str]) -> Row | None:
    """An alert that names the key or its user; None for any other, and for one that came before."""
    user = holder.name if holder.kind != ROOT else ""
    about = "the key" if mentions(alert, asking.key_id) else "its user" if mentions(alert, user) else ""
    number = ident(alert.get("Id"))
    if not about or (number and number in seen):
        return None
    seen.add(number)
    values: dict[str, Any] = {
        "first": local_moment(alert.get("OccurrenceTimeStamp")) or local_moment(alert.get("OccurrenceTime")),
        "last": local_moment(alert.get("LastTimeStamp")) or local_moment(alert.get("LastTime")),
        "level": ident(alert.get("Level")),
        "alert": text(alert.get("AlarmEventNameDisplay")) or text(alert.get("Name")),
        "state": _HANDLED[dealed],
        "about": about,
        "details": "; ".join(
            f"{text(one.get('NameDisplay'))}: {text(one.get('ValueDisplay')) or text(one.get('Value'))}"
            for one in records(alert.get("Details"))
        ),
        "description": text(alert.get("Desc")),
        "kind": text(alert.get("AlarmEventTypeDisplay")) or text(alert.get("AlarmEventType")),
        "instance": ident(alert.get("InstanceId")),
        "alert_id": number,
    }
    return Row(values, alert)


QUERY = Query(
    id="security-alerts",
    title="Security alerts",
    question="What did Security Center raise about the key or its user?",
    columns=(
        Column("last", "Last", "time"),
        Column("level", "Level"),
        Column("alert", "Alert"),
        Column("about", "Names"),
        Column("state", "State"),
        Column("details", "Details"),
        Column("first", "First", "time"),
        Column("description", "Description"),
        Column("kind", "Kind"),
        Column("instance", "Instance", "id"),
        Column("alert_id", "Alert ID", "id"),
    ),
    calls=(*HOLDER_CALLS, _CALL),
    needs=(*HOLDER_NEEDS, "yundun-sas:DescribeSuspEvents"),
    run=run,
    source="Security Center",
    limits=(
        "Alerts depend on the edition that is bought and on what is switched on: none is no proof of calm. "
        "Found by name: an alert that names neither the key nor its user is not here."
    ),
)
