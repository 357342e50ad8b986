"""`Logs`: the log service as one identity sees it, from `Cloud.logs`. All of it reads.

    page = await cloud.logs.page(where, 'access_id: "LTAI…"', window)
    for row in page.rows: …

What is asked passes the read-only gate, the limits, the retries and the case like any other call. An answer
that calls itself incomplete is asked for again; what is still incomplete then says so.

Rows are taken as they come. The vendor's own class for them wants `__time__` to be a number, which SQL need
not give, and makes one up where there is none.
"""

import asyncio
import math
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from aktui.cloud.logs import texts
from aktui.cloud.logs.readings import histogram_of, page_of
from aktui.cloud.products import LOG_SERVICE
from aktui.config import check_region
from aktui.errors import BadReply, CallRef, NotFound, UsageError
from aktui.models import Histogram, LogPage, LogstoreRef, Reply, Window

if TYPE_CHECKING:
    from aktui.cloud.logs.vendor import Build, VendorClient
    from aktui.cloud.session import Cloud

PAGE = 100
"""Most rows that one search answers with."""
_LISTED = 500
"""Most projects or Logstores that one call lists."""

Got = TypeVar("Got")

_PROJECT = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_LOGSTORE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")


class Logs:
    """Searches, histograms, SQL and lists of the log service."""

    def __init__(self, cloud: "Cloud") -> None:
        self._cloud = cloud
        self._vendors: dict[str, VendorClient] = {}
        self._line = asyncio.Lock()

    async def projects(self, region: str, *, prefix: str = "") -> list[Mapping[str, Any]]:
        """The projects of a region, as the log service describes them (`projectName`, `region`, …)."""
        pattern = prefix or None

        def build(client: Any, offset: int) -> None:
            client.list_project(offset=offset, size=_LISTED, project_name_pattern=pattern)

        call = self._call("ListProject", region)
        found = await self._listed(call, {"projectName": pattern}, build, "projects")
        if not all(isinstance(one, Mapping) for one in found):
            raise BadReply(call, "The answer has a project that is none.")
        # The log service looks for the text anywhere in the name.
        return [one for one in found if str(one.get("projectName", "")).startswith(prefix)]

    async def logstores(self, project: str, region: str) -> list[str]:
        """The names of a project's Logstores."""

        def build(client: Any, offset: int) -> None:
            client.list_logstore(project, None, offset, _LISTED)

        call = self._call("ListLogStores", region, project)
        return [str(name) for name in await self._listed(call, {"project": project}, build, "logstores")]

    async def logstore(self, project: str, logstore: str, region: str) -> Mapping[str, Any]:
        """The settings of a Logstore: `ttl` has the days rows are kept, `createTime` seconds since 1970."""
        call = self._call("GetLogStore", region, project, logstore)
        params = {"project": project, "logstore": logstore}

        def build(client: Any) -> None:
            client.get_logstore(project, logstore)

        return (await self._ask(call, params, build, "log:GetLogStore")).body

    async def index(self, project: str, logstore: str, region: str) -> Mapping[str, Any] | None:
        """The index of a Logstore: `keys` has the fields, `line` the full text. None when there is none."""
        call = self._call("GetIndex", region, project, logstore)
        params = {"project": project, "logstore": logstore}

        def build(client: Any) -> None:
            client.get_index_config(project, logstore)

        try:
            reply = await self._ask(call, params, build, "log:GetIndex")
        except NotFound as error:
            if error.code == "IndexConfigNotExist":
                return None
            raise
        return reply.body

    async def histogram(self, where: LogstoreRef, query: str, window: Window) -> Histogram:
        """How many rows match over time. Only the search part of the query counts."""
        call = self._call("GetHistograms", where.region, where.project, where.logstore)
        search, _ = texts.split(query)
        start, end = _seconds(window)
        params = {
            "project": where.project,
            "logstore": where.logstore,
            "query": search,
            "from": start,
            "to": end,
        }

        def build(client: Any) -> None:
            from aliyun.log.gethistogramsrequest import GetHistogramsRequest

            client.get_histograms(
                GetHistogramsRequest(where.project, where.logstore, start, end, None, search or "*")
            )

        async def ask() -> Reply:
            return await self._ask(call, params, build, "log:GetLogStoreHistogram", lane="search")

        return await self._until_complete(
            ask, lambda reply: histogram_of(call, reply), lambda got: got.complete
        )

    async def page(
        self,
        where: LogstoreRef,
        query: str,
        window: Window,
        *,
        offset: int = 0,
        lines: int = PAGE,
        reverse: bool = False,
    ) -> LogPage:
        """At most 100 rows of a search, in order of time, the newest first when `reverse`.

        Raises UsageError for a query with an SQL part, which knows neither offset nor order.
        """
        if texts.split(query)[1]:
            raise UsageError("This query has SQL after its |; a search is wanted here.")
        if not 0 < lines <= PAGE or offset < 0:
            raise ValueError(f"a page is 1 to {PAGE} lines from offset 0 on, not {lines} from {offset}")
        return await self._rows(where, query or "*", window, "search", offset, lines, reverse)

    async def select(self, where: LogstoreRef, query: str, window: Window) -> LogPage:
        """The rows of `search | SELECT …`: 100 unless the SQL has a LIMIT (`LogPage.limited` says so).

        Raises ReadOnly for SQL that is not known to only read, and UsageError for a query without SQL.
        """
        if not texts.split(query)[1]:
            raise UsageError("This query has no SQL; after the search comes | and then SELECT.")
        return await self._rows(where, query, window, "sql", 0, PAGE, False)

    async def _rows(
        self,
        where: LogstoreRef,
        query: str,
        window: Window,
        lane: str,
        offset: int,
        lines: int,
        reverse: bool,
    ) -> LogPage:
        call = self._call("GetLogsV2", where.region, where.project, where.logstore)
        texts.check(call, query)
        start, end = _seconds(window)
        params = {
            "project": where.project,
            "logstore": where.logstore,
            "query": query,
            "from": start,
            "to": end,
        }
        if lane == "search":
            params |= {"offset": offset, "line": lines, "reverse": reverse}

        def build(client: Any) -> None:
            client.get_log(
                where.project,
                where.logstore,
                start,
                end,
                query=query,
                reverse=reverse,
                offset=offset,
                size=lines,
            )

        async def ask() -> Reply:
            return await self._ask(call, params, build, "log:GetLogStoreLogs", lane=lane)

        return await self._until_complete(ask, page_of, lambda got: got.complete)

    async def _until_complete(
        self,
        ask: Callable[[], Awaitable[Reply]],
        read: Callable[[Reply], Got],
        complete: Callable[[Got], bool],
    ) -> Got:
        """Ask again until the answer is complete, or as long as patience lasts."""
        patience, asked, begun = self._cloud.patience, 1, time.monotonic()
        while True:
            got = read(await ask())
            pause = patience.pause_unfinished(asked)
            if complete(got) or pause is None or time.monotonic() - begun > patience.enough:
                return got
            asked += 1
            await asyncio.sleep(pause)

    async def _listed(
        self, call: CallRef, params: dict[str, Any], build: Callable[[Any, int], None], what: str
    ) -> list[Any]:
        """All pages of a list. The list may change in between: an empty page ends it too."""
        found: list[Any] = []
        while True:
            offset = len(found)
            asked = {**params, "offset": offset, "size": _LISTED}
            reply = await self._ask(call, asked, lambda client: build(client, offset), f"log:{call.action}")  # noqa: B023
            page, total = reply.body.get(what), reply.body.get("total")
            if not isinstance(page, list) or not isinstance(total, int):
                raise BadReply(call, f"The answer has no list of {what}.", request_id=reply.request_id)
            found += page
            if not page or len(found) >= total:
                return found

    def _call(
        self, action: str, region: str, project: str | None = None, logstore: str | None = None
    ) -> CallRef:
        """Raises UsageError for names that are none: they go into host name and path."""
        check_region(region)
        if project is not None and not _PROJECT.fullmatch(project):
            raise UsageError(f"{project!r} can not be the name of a log project.")
        if logstore is not None and not _LOGSTORE.fullmatch(logstore):
            raise UsageError(f"{logstore!r} can not be the name of a Logstore.")
        host = LOG_SERVICE.endpoint(region, self._cloud.settings.site)
        return CallRef(LOG_SERVICE.name, action, region, f"{project}.{host}" if project else host)

    async def _ask(
        self, call: CallRef, params: dict[str, Any], build: "Build", presumed: str, lane: str = ""
    ) -> Reply:
        given = {name: value for name, value in params.items() if value is not None}
        vendor = await self._vendor(call.region)
        from aktui.cloud.logs.attempt import attempt

        invoke = attempt(vendor, build, self._longest(lane))
        return await self._cloud.perform(call, given, invoke, presumed=presumed, lane=lane)

    def _longest(self, lane: str) -> float:
        patience = self._cloud.patience
        return {"search": patience.search, "sql": patience.analysis}.get(lane, 0.0)

    async def _vendor(self, region: str) -> "VendorClient":
        async with self._line:
            if region not in self._vendors:
                host = LOG_SERVICE.endpoint(region, self._cloud.settings.site)
                self._vendors[region] = await asyncio.to_thread(_load, region, host)
            return self._vendors[region]


def _load(region: str, host: str) -> "VendorClient":
    """In a thread: imports the vendor's SDK and the HTTP library."""
    import aktui.cloud.logs.attempt  # noqa: F401 - so that importing it later costs nothing
    from aktui.cloud.logs.vendor import VendorClient

    return VendorClient(region, host)


def _seconds(window: Window) -> tuple[int, int]:
    """First second and the one after the last; a window shorter than a second is one."""
    start = math.floor(window.start.timestamp())
    return start, max(start + 1, math.ceil(window.end.timestamp()))
