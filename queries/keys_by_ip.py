"""Every key that was used from an address: in the trail, in the OSS access logs, in the operation logs."""

from collections.abc import AsyncIterator
from dataclasses import replace

from queries.asking.together import together
from queries.base import Asking, Column, LogText, Page, Param, Query, Row
from queries.logs import osslogs, traillogs
from queries.logs.logfilters import Filters, given
from queries.logs.loggroups import LIMIT_PARAM, Groups, grouped
from queries.logs.logreach import ALL_SOURCE_CALLS, LOG_REGIONS_PARAM, TRAIL_PARAM, needs
from queries.logs.logstores import OSS, SLS, TRAIL
from queries.logs.quoting import column

_CALLS = (*ALL_SOURCE_CALLS, "sls:GetLogsV2")


def _named(value: str) -> str:
    """A `-` stands for none in the logs of OSS."""
    return "" if value == "-" else value


_GROUPS = Groups(("access_id", "user"), traillogs.SUMS, shown={"access_id": _named, "user": _named})


def _in_trail(asking: Asking) -> str:
    keys = {"access_id": traillogs.KEY, "user": "event.userIdentity.userName"}
    return traillogs.group_sql(Filters((), given(asking, {"ip": traillogs.IP})), keys)


def _in_oss(asking: Asking) -> str:
    chosen = Filters((f"__topic__: {osslogs.ACCESS}",), given(asking, {"ip": "client_ip"}))
    return _grouped(chosen, "access_id", "requester_id", "http_status")


def _in_sls(asking: Asking) -> str:
    chosen = Filters((), given(asking, {"ip": "SourceIP"}))
    return _grouped(chosen, "AccessKeyId", "InvokerUid", "Status")


def _grouped(chosen: Filters, key: str, user: str, status: str) -> str:
    by = f"coalesce({column(key)}, ''), coalesce({column(user)}, '')"
    return (
        f"{chosen.search()} | SELECT coalesce({column(key)}, '') AS access_id, "
        f"coalesce({column(user)}, '') AS \"user\", count(1) AS calls, "
        f"count_if(try_cast({column(status)} AS bigint) >= 400) AS errors, "
        f"min(__time__) AS first_at, max(__time__) AS last_at{chosen.where()} "
        f"GROUP BY {by} ORDER BY calls DESC, {by}"
    )


_TEXTS = (
    LogText(TRAIL, _in_trail, "text_trail"),
    LogText(OSS, _in_oss, "text_oss"),
    LogText(SLS, _in_sls, "text_sls"),
)


async def run(asking: Asking) -> AsyncIterator[Page]:
    async for page in together(*(_of_kind(asking, text) for text in _TEXTS)):
        yield page


async def _of_kind(asking: Asking, text: LogText) -> AsyncIterator[Page]:
    """The keys of one kind of log, each row saying which."""
    async for page in grouped(asking, text, _GROUPS):
        rows = tuple(Row({**row.values, "log": text.log}, row.raw) for row in page.rows)
        yield replace(page, rows=rows)


QUERY = Query(
    id="keys-by-ip",
    title="Keys from an IP",
    question="Which keys were used from this address?",
    columns=(
        Column("access_id", "Key or token", "id"),
        Column("user", "User"),
        Column("log", "Log"),
        *traillogs.MEASURE_COLUMNS,
        Column("regions", "Log regions"),
    ),
    calls=_CALLS,
    needs=needs(_CALLS),
    run=run,
    params=(
        Param("ip", "the address", required=True),
        LOG_REGIONS_PARAM,
        TRAIL_PARAM,
        *(
            Param(
                text.param,
                f"the whole text to send to logs of the kind {text.log}, in place of the one built",
            )
            for text in _TEXTS
        ),
        LIMIT_PARAM,
    ),
    source="Trail, OSS access logs and operation logs (SLS)",
    limits=(
        "Calls without a key are in the group without an id: the console, and anonymous requests. The "
        f"user is a name in the trail and a number in the other logs. {osslogs.LIMITS}"
    ),
    texts=_TEXTS,
)
