"""The Logstore that a trail delivers to: whose events, in which columns, and the texts that ask for them.

A row has one field, `event`, with the event as JSON; its index reaches every key inside, as `event.…`.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from queries.asking.reading import ident, nested, record, text
from queries.base import Asking, Column, LogText, Page, Param, Query
from queries.logs.logfilters import TEXT_PARAM, WHO_PARAM, Filters, given, whose
from queries.logs.loggroups import LIMIT_PARAM, Groups, grouped
from queries.logs.logreach import SEARCH_CALLS, TRAIL_PARAM, TRAIL_SOURCE_CALLS, needs
from queries.logs.logstores import TRAIL
from queries.logs.quoting import column
from queries.trail.happening import EVENT_COLUMNS, described, identity, key_of

SOURCE = "Logstore of a trail (ActionTrail in SLS)"
LIMITS = (
    "Management events that the trail delivers, from when it was made, for as long as its Logstore keeps "
    "them; a few minutes behind. Calls to the data plane (objects, log rows) are in logs of their own. "
    "Delivery is not complete, so what is missing here is no proof that it did not happen."
)
GROUP_CALLS = (*TRAIL_SOURCE_CALLS, "sls:GetLogsV2")
ROW_CALLS = (*TRAIL_SOURCE_CALLS, *SEARCH_CALLS)
GROUP_NEEDS, ROW_NEEDS = needs(GROUP_CALLS), needs(ROW_CALLS)

KEY = "event.userIdentity.accessKeyId"
IP = "event.sourceIpAddress"
VPC = "event.vpcId"
_FIELDS = {
    "source_ip": IP,
    "ip": IP,
    "service": "event.serviceName",
    "event": "event.eventName",
    "region": "event.acsRegion",
    "user": "event.userIdentity.userName",
    "account": "event.recipientAccountId",
}
WHO = Param("who", WHO_PARAM.help, default="key")
ROW_PARAMS = (
    TRAIL_PARAM,
    WHO,
    Param("source_ip", "only from this address"),
    Param("service", "only calls to this service, spelled as events do (Ecs)"),
    Param("event", "only this event: RunInstances"),
    Param("region", "only in this region"),
    Param("user", "only of this user or role session; with who=everyone also what they did in the console"),
    Param("account", "only of this account, where the trail records several"),
    TEXT_PARAM,
)
GROUP_PARAMS = (TRAIL_PARAM, TEXT_PARAM, LIMIT_PARAM)

MEASURES = (
    "count(1) AS calls",
    f"count_if(coalesce({column('event.errorCode')}, '') <> '') AS errors",
    "min(__time__) AS first_at",
    "max(__time__) AS last_at",
)
SUMS = ("calls", "errors")
MEASURE_COLUMNS = (
    Column("calls", "Calls", "count"),
    Column("errors", "Refused or failed", "count"),
    Column("first_at", "First", "time"),
    Column("last_at", "Last", "time"),
)


def filters(asking: Asking) -> Filters:
    """Raises UsageError for a parameter that makes no sense."""
    who = whose(asking)
    return Filters((), {**({KEY: who} if who else {}), **given(asking, _FIELDS)})


def group_sql(
    chosen: Filters, keys: Mapping[str, str], *conditions: str, newest: Mapping[str, str] | None = None
) -> str:
    """A text that groups. `keys`: columns to fields of the event; `newest`: taken from the newest event."""
    grouped = {key: f"coalesce({column(name)}, '')" for key, name in keys.items()}
    named = [f"{sql} AS {column(key)}" for key, sql in grouped.items()]
    last = [f"max_by({column(name)}, __time__) AS {column(key)}" for key, name in (newest or {}).items()]
    # By expression, not by name: `event` is a field of the log, too.
    by = ", ".join(grouped.values())
    return (
        f"{chosen.search()} | SELECT {', '.join([*named, *last, *MEASURES])}{chosen.where(*conditions)} "
        f"GROUP BY {by} ORDER BY calls DESC, {by}"
    )


def groups(*keys: str, newest: tuple[str, ...] = ()) -> Groups:
    return Groups(keys, SUMS, newest=newest, regions=False)


@dataclass(frozen=True)
class Endpoint:
    """Calls by the kind of endpoint they came through, for the key or for all keys."""

    condition: str
    """In SQL: which endpoint."""
    keys: Mapping[str, Column]
    """Fields of the event to the columns they are grouped under."""

    def query(self, *, id: str, title: str, question: str, limits: str) -> Query:  # noqa: A002
        """The question about these calls; `limits` comes after what holds for all of a trail's Logstore."""
        text_ = LogText(TRAIL, self._text)
        chosen = groups(*self._fields, newest=("event_id",))

        def run(asking: Asking) -> AsyncIterator[Page]:
            return grouped(asking, text_, chosen)

        return Query(
            id=id,
            title=title,
            question=question,
            columns=(*self.keys.values(), *MEASURE_COLUMNS, Column("event_id", "Newest event", "id")),
            calls=GROUP_CALLS,
            needs=GROUP_NEEDS,
            run=run,
            params=(TRAIL_PARAM, WHO, TEXT_PARAM, LIMIT_PARAM),
            source=SOURCE,
            limits=f"{LIMITS} {limits}",
            texts=(text_,),
        )

    @property
    def _fields(self) -> dict[str, str]:
        return {told.id: name for name, told in self.keys.items()}

    def _text(self, asking: Asking) -> str:
        chosen = filters(asking)
        whose_keys = () if KEY in chosen.values else (f"{column(KEY)} LIKE 'LTA%'",)
        newest = {"event_id": "event.eventId"}
        return group_sql(chosen, self._fields, *whose_keys, self.condition, newest=newest)


ROW_COLUMNS = (
    *EVENT_COLUMNS,
    Column("access_id", "Key or token", "id"),
    Column("user", "User"),
    Column("user_type", "User type"),
    Column("account", "Account", "id"),
    Column("vpc", "VPC", "id"),
    Column("request_id", "Request", "id"),
)


def values(row: Mapping[str, str]) -> dict[str, Any]:
    """The values of `ROW_COLUMNS` from a row of the log."""
    event = nested(row.get("event"))
    who = identity(event)
    return {
        **described(event),
        "access_id": key_of(event),
        "user": text(who.get("userName")),
        "user_type": text(who.get("type")),
        "account": ident(event.get("recipientAccountId")) or ident(who.get("accountId")),
        "vpc": text(event.get("vpcId")),
        "request_id": text(event.get("requestId")),
    }


def has(row: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    """Whether the event in a row has these values; names begin with `event.`."""
    event = nested(row.get("event"))
    for name, value in wanted.items():
        found: object = event
        for part in name.split(".")[1:]:
            found = record(found).get(part)
        if text(found) != value:
            return False
    return True
