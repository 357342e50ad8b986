"""The operations that read rows: how many may run at once, which are answered in part, in what shape."""

import asyncio
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from aktui.simcloud.account import Account
from aktui.simcloud.logs import context
from aktui.simcloud.logs.asked import Query, read_query
from aktui.simcloud.logs.operations import Answer, logstore_of, project_of, queried
from aktui.simcloud.logs.refusals import read_quota
from aktui.simcloud.logs.request import LogRequest
from aktui.simcloud.logs.store import Index, Logstore
from aktui.simcloud.logs.table import Table

if TYPE_CHECKING:
    # What it imports takes a while to load; that is left to the thread of the first query.
    from aktui.simcloud.logs.answering import Found

MOST_QUERIES = 100
MOST_SQL = 15
"""So many at once in one project."""

_MANY = 5000
"""Rows that take a moment to load."""

_PATIENCE = 2.0
"""Seconds that ending waits for a Logstore that is being loaded."""

T = TypeVar("T")
_Wanted = tuple[Logstore, Index, Table]


class Queries:
    """The queries of one account; it holds the tables of the Logstores that were queried."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._tables: dict[tuple[str, str], Table] = {}
        self._running: Counter[tuple[str, str]] = Counter()
        self._loading: list[threading.Thread] = []
        self._in_part: Counter[tuple[str, str, str]] = Counter()

    async def answer(self, call: LogRequest, *, incomplete: bool) -> Answer:
        """Raises ApiError. With `incomplete` the answer is one in part."""
        logstore, index, table = self._wanted(call)
        if call.operation == "GetContextLogs":
            return Answer(await self._run(call, "query", lambda: context.around(table, call.asked)))
        query = read_query(call.asked)
        complete = not incomplete and not self._owes_a_part(call, logstore, query)
        if call.operation == "GetHistograms":
            buckets = await self._run(
                call, "query", lambda: _histogram(table, index, query, complete=complete)
            )
            return _of_histogram(buckets)
        began = time.monotonic()
        found = await self._run(
            call,
            "sql" if query.sql else "query",
            lambda: self._find(table, index, query, logstore.name, complete=complete),
        )
        spent = int((time.monotonic() - began) * 1000)
        return _as_v2(query, found, spent) if call.operation == "GetLogsV2" else _as_v1(query, found, spent)

    def stop(self) -> None:
        """End what is under way."""
        for table in self._tables.values():
            table.stop()
        for thread in self._loading:
            thread.join(_PATIENCE)

    def expect(self, call: LogRequest) -> None:
        """Whoever lists the Logstores of a project or reads an index is about to query: begin to load."""
        project = project_of(self._account, call)
        for name in [call.logstore] if call.logstore else list(project.logstores):
            logstore = project.logstores[name]
            if logstore.index is not None and logstore.rows.count_hint >= _MANY:
                self._load(f"{call.project}/{name}", self._table(call.project, logstore))

    def _load(self, name: str, table: Table) -> None:
        if table.loaded or any(thread.name == name and thread.is_alive() for thread in self._loading):
            return
        thread = threading.Thread(target=table.warm, name=name, daemon=True)
        self._loading.append(thread)
        thread.start()

    def _find(self, table: Table, index: Index, query: Query, name: str, *, complete: bool) -> "Found":
        from aktui.simcloud.logs import answering

        if query.sql:
            now = self._account.clock.now()
            return answering.select(table, index, query, now, name, complete=complete)
        return answering.find(table, index, query, complete=complete)

    def _wanted(self, call: LogRequest) -> _Wanted:
        logstore = logstore_of(project_of(self._account, call), call)
        index = queried(logstore)
        return logstore, index, self._table(call.project, logstore)

    def _table(self, project: str, logstore: Logstore) -> Table:
        key = (project, logstore.name)
        if key not in self._tables:
            self._tables[key] = Table(logstore)
        return self._tables[key]

    def _owes_a_part(self, call: LogRequest, logstore: Logstore, query: Query) -> bool:
        """Whether this query is still to be answered in part, as the Logstore is set to."""
        key = (call.project, call.logstore, f"{call.operation == 'GetHistograms'} {query.text}")
        if logstore.incomplete < 0 or self._in_part[key] < logstore.incomplete:
            self._in_part[key] += 1
            return True
        return False

    async def _run(self, call: LogRequest, kind: str, ask: Callable[[], T]) -> T:
        with self._turn(call.project, kind):
            return await asyncio.to_thread(ask)

    @contextmanager
    def _turn(self, project: str, kind: str) -> Iterator[None]:
        """One of the places of the project. Raises 403 ReadQuotaExceed when there is none left."""
        key = (project, kind)
        if self._running[key] >= (MOST_SQL if kind == "sql" else MOST_QUERIES):
            most = f"user can only run {MOST_SQL} query concurrently"
            raise read_quota(most) if kind == "sql" else read_quota()
        self._running[key] += 1
        try:
            yield
        finally:
            self._running[key] -= 1


def _histogram(table: Table, index: Index, query: Query, *, complete: bool) -> list[dict[str, Any]]:
    from aktui.simcloud.logs import answering

    return answering.histogram(table, index, query, complete=complete)


def _progress(found: "Found") -> str:
    return "Complete" if found.complete else "Incomplete"


def _as_v2(query: Query, found: "Found", spent: int) -> Answer:
    meta: dict[str, Any] = {
        "progress": _progress(found),
        "aggQuery": query.sql,
        "whereQuery": query.search.strip(),
        "hasSQL": bool(query.sql),
        "processedRows": found.processed,
        "processedBytes": 0,
        "elapsedMillisecond": spent,
        "cpuSec": spent / 1000 if query.sql else 0,
        "cpuCores": 1 if query.sql else 0,
        "keys": found.keys,
        "terms": [],
        "limited": found.limited,
        "mode": 0,
        "count": len(found.rows),
        "isAccurate": True,
        "telementryType": "None",
    }
    if query.sql:
        meta["columnTypes"] = found.types
    return Answer({"meta": meta, "data": found.rows}, rows=len(found.rows))


def _as_v1(query: Query, found: "Found", spent: int) -> Answer:
    """The older answer: rows that always have source and time, and headers that tell the rest."""
    headers = {
        "x-log-progress": _progress(found),
        "x-log-count": str(len(found.rows)),
        "x-log-processed-rows": str(found.processed),
        "x-log-elapsed-millisecond": str(spent),
        "x-log-has-sql": "true" if query.sql else "false",
        "x-log-query-info": json.dumps({"keys": found.keys, "limited": found.limited, "mode": 0}),
    }
    for name, text in (("x-log-where-query", query.search.strip()), ("x-log-agg-query", query.sql)):
        if text.isascii() and text.isprintable():
            headers[name] = text
    always = {"__source__": "", "__time__": str(query.start)} if query.sql else {}
    return Answer([{**always, **row} for row in found.rows], headers, rows=len(found.rows))


def _of_histogram(buckets: list[dict[str, Any]]) -> Answer:
    total = sum(bucket["count"] for bucket in buckets)
    whole = all(bucket["progress"] == "Complete" for bucket in buckets)
    headers = {"x-log-progress": "Complete" if whole else "Incomplete", "x-log-count": str(total)}
    return Answer(buckets, headers, rows=total)
