"""A small log service for tests of the client: rows in memory, and one answer at a time can be spoilt."""

import asyncio
import json
from bisect import bisect_left
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import lz4.block

from aktui.cloud.calllog import Record
from aktui.cloud.patience import Patience
from aktui.cloud.session import Cloud
from aktui.config import StaticCredentials
from aktui.models import LogstoreRef
from tests.cloud.rig import CUT, QUICK, answer, settings_for
from tests.listening import listening

WHERE = LogstoreRef("cn-hangzhou", "oss-log-1-cn-hangzhou", "oss-log-store")
PATIENT = replace(QUICK, unfinished=3, unfinished_first=0.001)

Row = Mapping[str, str]


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    params: Mapping[str, Any]
    """Of the query string, or of the JSON body."""

    @property
    def searches(self) -> bool:
        return self.path.endswith("/logs")

    @property
    def counts(self) -> bool:
        return self.params.get("type") == "histogram"


Spoil = Callable[[Asked], bytes | None]
"""Gives the answer to send instead of the right one, or None."""


def logs_answer(
    rows: Sequence[Row],
    *,
    progress: str = "Complete",
    pack: bool = True,
    headers: Mapping[str, str] | None = None,
    **meta: Any,
) -> bytes:
    """The answer of GetLogsV2."""
    told = {"progress": progress, "count": len(rows), "processedRows": len(rows), "hasSQL": False, **meta}
    body = json.dumps({"meta": told, "data": list(rows)}, ensure_ascii=False).encode()
    names = {"x-log-requestid": "5B0A6B60BB6EE39764D458B5", **(headers or {})}
    if pack:
        names = {"x-log-compresstype": "lz4", "x-log-bodyrawsize": str(len(body)), **names}
        body = lz4.block.compress(body, store_size=False)
    return answer(body, headers=names)


def refusal(status: int, code: str, message: str = "no") -> bytes:
    told = {"errorCode": code, "errorMessage": message}
    return answer(told, status=status, headers={"x-log-requestid": "5B0A6B60BB6EE39764D458B6"})


@dataclass
class LogServer:
    """Rows by their second. Histograms have `buckets` buckets of equal width, at least a second each."""

    rows: list[Row] = field(default_factory=list)
    buckets: int = 10
    spoil: Spoil | None = None
    asked: list[Asked] = field(default_factory=list)
    at_once: int = 0
    """Most searches that were under way at the same moment."""
    wait: float = 0.0
    """Seconds that a search takes."""
    endpoint: str = ""
    _under_way: int = 0
    _sorted: list[Row] = field(default_factory=list)

    def cloud(
        self,
        patience: Patience = PATIENT,
        credentials: StaticCredentials | None = None,
        record: Record | None = None,
    ) -> Cloud:
        return Cloud(settings_for(self.endpoint, credentials), patience=patience, record=record)

    @property
    def searches(self) -> list[Asked]:
        return [one for one in self.asked if one.searches]

    async def reply(self, asked: Asked) -> bytes:
        self.asked.append(asked)
        if self.spoil is not None and (spoilt := self.spoil(asked)) is not None:
            return spoilt
        if asked.searches:
            return await self._search(asked)
        if asked.counts:
            return self._count(asked)
        return refusal(404, "LogStoreNotExist")

    def matching(self, start: int, end: int) -> list[Row]:
        if len(self._sorted) != len(self.rows):
            self._sorted = sorted(self.rows, key=_second)
        ends = (bisect_left(self._sorted, at, key=_second) for at in (start, end))
        return self._sorted[next(ends) : next(ends)]

    async def _search(self, asked: Asked) -> bytes:
        self._under_way += 1
        self.at_once = max(self.at_once, self._under_way)
        await asyncio.sleep(self.wait)
        self._under_way -= 1
        offset, line = asked.params["offset"], asked.params["line"]
        return logs_answer(self.matching(asked.params["from"], asked.params["to"])[offset : offset + line])

    def _count(self, asked: Asked) -> bytes:
        start, end = int(asked.params["from"]), int(asked.params["to"])
        step = max(1, -(-(end - start) // self.buckets))
        told = [
            {"from": at, "to": min(at + step, end), "count": len(self.matching(at, min(at + step, end)))}
            for at in range(start, end, step)
        ]
        return histogram_answer([{**one, "progress": "Complete"} for one in told])

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                asked = await _request(reader)
                reply = await self.reply(asked)
                if reply == CUT:
                    return
                writer.write(reply)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


def histogram_answer(buckets: list[dict[str, Any]], progress: str = "Complete") -> bytes:
    return answer(
        buckets, headers={"x-log-progress": progress, "x-log-requestid": "5B0A6B60BB6EE39764D458B7"}
    )


async def _request(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    first, *lines = head.strip().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    method, target, _ = first.split(" ")
    url = urlsplit(target)
    query = {name: values[0] for name, values in parse_qs(url.query, keep_blank_values=True).items()}
    return Asked(method, url.path, headers, json.loads(body) if body else query)


def _second(row: Row) -> int:
    return int(row["__time__"])


@asynccontextmanager
async def log_server(rows: list[Row] | None = None, **rest: Any) -> AsyncIterator[LogServer]:
    """Serve these rows until the block ends."""
    served = LogServer(rows or [], **rest)
    async with listening(served.serve) as port:
        served.endpoint = f"http://127.0.0.1:{port}"
        yield served
