"""The objects that batch deletions named.

A batch deletion is one request and one row of the access log, which names no object. The objects are rows of
a topic of their own, which names no key and no address. The id of the request joins the two.
"""

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, replace

from aktui.models import LogPage, Window
from queries.asking.reading import ident, text
from queries.base import Asking, Gap, Row, Status
from queries.logs import osslogs
from queries.logs.downloads import LogRow, Target
from queries.logs.loggroups import answers
from queries.logs.logstores import Source
from queries.logs.quoting import column, found

_IDS_A_SEARCH = 25
"""A search takes 30 terms."""
_ID = re.compile(r"[0-9A-Za-z-]{1,64}")
MOST = 100_000
"""Batch deletions of one Logstore whose objects are looked for."""

_OF_THE_REQUEST = {"ip": "client_ip", "access_id": "access_id", "requester": "requester_id"}
"""What the row of an object takes from the row of its request: columns to fields."""


@dataclass(frozen=True)
class Deletions:
    """The batch deletions of one Logstore: request id to the row of the request."""

    source: Source
    window: Window
    requests: Mapping[str, LogRow]
    gaps: tuple[Gap, ...] = ()

    def targets(self, table: str, prefix: str) -> Iterator[Target]:
        """Searches for their objects; of these only the ones whose name starts so."""

        def row(logged: LogRow) -> Row:
            values = osslogs.values(logged, self.source.where.region)
            request = self.requests.get(ident(logged.get("request_id")), {})
            told = {name: text(request.get(field)) for name, field in _OF_THE_REQUEST.items()}
            taken = {name: value for name, value in told.items() if value != "-"}
            return Row({**values, **taken}, logged)

        def keep(logged: LogRow) -> bool:
            return bool(row(logged).values["object"].startswith(prefix))

        ids = list(self.requests)
        for start in range(0, len(ids), _IDS_A_SEARCH):
            some = " or ".join(found("request_id", one) for one in ids[start : start + _IDS_A_SEARCH])
            statement = f"__topic__: {osslogs.BATCH_DELETE} and ({some})"
            yield Target(what(self.source), self.source.where, statement, self.window, table, row, keep)


def what(source: Source) -> str:
    return f"objects of batch deletions, {source.what}"


async def deletions(asking: Asking, source: Source, window: Window) -> Deletions:
    """The batch deletions among the requests that are asked for. Raises what the log service says."""
    chosen = osslogs.filters(asking)
    chosen = replace(chosen, always=(*chosen.always, "operation: DeleteObjects"))
    newest = [f"max({column(field)}) AS {field}" for field in _OF_THE_REQUEST.values()]
    statement = (
        f"{chosen.search()} | SELECT request_id, {', '.join(newest)}{chosen.where()} "
        "GROUP BY request_id ORDER BY request_id"
    )
    requests: dict[str, LogRow] = {}
    gaps: list[Gap] = []
    pages: AsyncIterator[LogPage] = answers(asking, source, window, statement, MOST + 1)
    async for page in pages:
        requests |= {ident(row.get("request_id")): row for row in page.rows}
        if not page.complete:
            detail = "The log service kept calling its answer incomplete: some deletions may be missing."
            gaps.append(Gap(Status.PARTIAL, what(source), detail, request_id=page.request_id))
    odd = [request_id for request_id in requests if not _ID.fullmatch(request_id)]
    for request_id in odd:
        del requests[request_id]
    if odd:
        detail = f"{len(odd)} batch deletions have no request id to search by."
        gaps.append(Gap(Status.PARTIAL, what(source), detail))
    if len(requests) > MOST:
        detail = f"There are more than {MOST} batch deletions; the others' objects were not looked for."
        gaps.append(Gap(Status.PARTIAL, what(source), f"{detail} Ask for a shorter time."))
    return Deletions(source, window, dict(list(requests.items())[:MOST]), tuple(gaps))
