"""Calls counted by the hour, with source, user agent, region and identity: what a past is made of."""

from collections.abc import AsyncIterator

from aktui.errors import UsageError
from queries.base import Asking, Column, LogText, Page, Param, Query, Row
from queries.logs import traillogs
from queries.logs.logfilters import TEXT_PARAM, Filters, whole, whose
from queries.logs.loggroups import LIMIT_PARAM, Groups, grouped
from queries.logs.logreach import TRAIL_PARAM
from queries.logs.logstores import TRAIL
from queries.logs.quoting import column, found, literal

MOST_VALUES = 50
_KEYS = {
    "service": "event.serviceName",
    "event": "event.eventName",
    "region": "event.acsRegion",
    "source_ip": traillogs.IP,
    "user_agent": "event.userAgent",
    "access_id": traillogs.KEY,
    "user": "event.userIdentity.userName",
    "user_type": "event.userIdentity.type",
    "rw": "event.eventRW",
    "error": "event.errorCode",
}
_BY = {"key": traillogs.KEY, "ip": traillogs.IP, "user": "event.userIdentity.userName"}
_DAY = 86_400


def _chosen(asking: Asking) -> tuple[Filters, tuple[str, ...]]:
    """Whose calls: of the key, or those whose key, address or user is one of some values."""
    by = asking.params.get("by", "").strip()
    if not by:
        who = whose(asking)
        return Filters((), {traillogs.KEY: who} if who else {}), ()
    if by not in _BY:
        raise UsageError(f"by is '{by}'; it takes {', '.join(_BY)}.")
    parts = asking.params.get("values", "").split(",")
    values = tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))
    if not 1 <= len(values) <= MOST_VALUES:
        raise UsageError(f"values takes 1 to {MOST_VALUES} values, separated by commas.")
    search = " or ".join(found(_BY[by], value) for value in values)
    condition = f"{column(_BY[by])} IN ({', '.join(map(literal, values))})"
    return Filters((f"({search})",), {}), (condition,)


def _build(asking: Asking) -> str:
    chosen, conditions = _chosen(asking)
    step = whole(asking, "step", 3600, _DAY)
    grouped_by = {name: f"coalesce({column(path)}, '')" for name, path in _KEYS.items()}
    grouped_by["span"] = f"__time__ - __time__ % {step}"
    named = ", ".join(f"{sql} AS {column(name)}" for name, sql in grouped_by.items())
    by = ", ".join(grouped_by.values())
    return (
        f"{chosen.search()} | SELECT {named}, count(1) AS calls, min(__time__) AS first_at, "
        f"max(__time__) AS last_at{chosen.where(*conditions)} GROUP BY {by} ORDER BY calls DESC, {by}"
    )


_TEXT = LogText(TRAIL, _build)
_GROUPS = Groups((*_KEYS, "span"), ("calls",), regions=False)


async def run(asking: Asking) -> AsyncIterator[Page]:
    async for page in grouped(asking, _TEXT, _GROUPS):
        rows = (Row({k: v for k, v in row.values.items() if k != "span"}, row.raw) for row in page.rows)
        yield Page(tuple(rows), page.request_id, page.gaps, page.covered, page.note, page.expected)


QUERY = Query(
    id="calls-by-hour",
    title="Calls by the hour",
    question="What was called in each hour, from where, with what, as whom?",
    columns=(
        Column("service", "Service"),
        Column("event", "Event"),
        Column("region", "Region"),
        Column("source_ip", "Source IP", "ip"),
        Column("user_agent", "User agent"),
        Column("access_id", "Key or token", "id"),
        Column("user", "User"),
        Column("user_type", "User type"),
        Column("rw", "R/W"),
        Column("error", "Error"),
        Column("calls", "Calls", "count"),
        Column("first_at", "First", "time"),
        Column("last_at", "Last", "time"),
    ),
    calls=traillogs.GROUP_CALLS,
    needs=traillogs.GROUP_NEEDS,
    run=run,
    params=(
        TRAIL_PARAM,
        traillogs.WHO,
        Param("by", "in place of who: `key`, `ip` or `user`, whose values are named in values"),
        Param("values", f"keys or tokens, addresses, or users: at most {MOST_VALUES}, separated by commas"),
        Param("step", "seconds of one span, at most a day", default="3600"),
        TEXT_PARAM,
        LIMIT_PARAM,
    ),
    source=traillogs.SOURCE,
    limits=traillogs.LIMITS,
    texts=(_TEXT,),
)
