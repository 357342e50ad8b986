"""Where the logs are that tell what the key did, and which of them are missing."""

from collections.abc import AsyncIterator

from aktui.errors import UsageError
from queries.base import Asking, Column, Page, Param, Query
from queries.logs.logdiscovery import discover
from queries.logs.logreach import ALL_SOURCE_CALLS, LOG_REGIONS_PARAM, needs
from queries.logs.logstores import KINDS

_CALLS = (*ALL_SOURCE_CALLS, "sls:GetLogsV2")


async def run(asking: Asking) -> AsyncIterator[Page]:
    kind = asking.params.get("kind", "")
    if kind and kind not in KINDS:
        raise UsageError(f"kind is '{kind}'; it takes {', '.join(KINDS)}.")
    detail = asking.params.get("detail", "") != "no"
    async for page in discover(asking, (kind,) if kind else KINDS, detail=detail):
        yield page
    yield Page(note="" if asking.params.get("regions") else "Logs of other regions: ask with regions=all.")


QUERY = Query(
    id="log-sources",
    title="Log sources",
    question="Where are the logs that tell what was read and written with the key, and which are missing?",
    columns=(
        Column("kind", "Log"),
        Column("state", "State"),
        Column("region", "Region"),
        Column("project", "Project"),
        Column("logstore", "Logstore"),
        Column("since", "Rows since", "time"),
        Column("days", "Days kept", "count"),
        Column("covers", "Covers"),
        Column("how", "What to do"),
        Column("trail", "Trail"),
        Column("multi_account", "All accounts", "flag"),
        Column("partly", "Leaves out"),
        Column("until", "Rows until", "time"),
    ),
    calls=_CALLS,
    needs=needs(_CALLS),
    run=run,
    params=(
        LOG_REGIONS_PARAM,
        Param("kind", "only this kind of log: oss, sls or trail; all of them without it"),
        Param("detail", "`no`: only where the logs are, not which buckets and projects they cover"),
    ),
    source="SLS and ActionTrail",
    limits=(
        "Which buckets write to the OSS access log is told by the rows of the last week; a bucket without "
        "requests does not show. Operation logs are looked for in the region of their project."
    ),
)
