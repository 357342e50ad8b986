"""A million log rows of a case on this machine: first page, filter, sort, and the memory all of it takes."""

import asyncio
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Iterator
from pathlib import Path

from aktui.case.rows.asking import Condition, Filter, Order
from aktui.case.rows.store import RowStore
from aktui.case.rows.table import LogTable
from bench.figures import Figure, middle

ROWS = 1_000_000
SLICE = 20_000
ROUNDS = 3
START = 1_795_000_000
PAGE = 100


def log_rows(first: int, count: int) -> list[dict[str, str]]:
    """Rows of the real-time access log with all its fields; half of the texts differ from row to row."""
    draw = random.Random(first)
    rows = []
    for number in range(first, first + count):
        bucket, size = f"acme-{draw.randrange(8)}", str(draw.randrange(10**8))
        name = f"backup%2F{draw.randrange(2000)}%2Fdump-{draw.randrange(10**9)}.sql.gz"
        rows.append(
            {
                "__time__": str(START + number * 3),
                "__topic__": "oss_access_log",
                "access_id": draw.choice(("LTAI5tBenchmarkSuspect01", "LTAI5tBenchmarkOther0001", "-")),
                "bucket": bucket,
                "bucket_location": "oss-cn-hangzhou",
                "client_ip": f"203.0.113.{draw.randrange(250)}",
                "content_length_out": size,
                "error_code": "-",
                "host": f"{bucket}.oss-cn-hangzhou.aliyuncs.com",
                "http_method": "GET",
                "http_status": draw.choice(("200", "200", "206", "403", "404")),
                "object": name,
                "object_size": size,
                "operation": draw.choice(("GetObject", "PutObject", "GetBucket", "HeadObject")),
                "owner_id": "1000000000000001",
                "request_id": f"{draw.getrandbits(96):024X}",
                "request_length": str(draw.randrange(300, 900)),
                "request_uri": f"/{name} HTTP/1.1",
                "requester_id": "200000000000000001",
                "response_body_length": size,
                "response_time": str(draw.randrange(500)),
                "server_cost_time": str(draw.randrange(100)),
                "sign_type": "NormalSign",
                "time": time.strftime("%d/%b/%Y:%H:%M:%S", time.gmtime(START + number * 3)),
                "user_agent": f"aliyun-sdk-python/2.18.{draw.randrange(40)}(Linux/5.4/x86_64;3.11)",
                **dict.fromkeys(_ALWAYS_THE_SAME, "-"),
            }
        )
    return rows


_ALWAYS_THE_SAME = (
    *("acc_access_region", "bucket_storage_type", "content_length_in", "delta_data_size", "ec"),
    *("extend_information", "http_type", "logging_flag", "referer", "restore_priority", "sync_request"),
    *("user_defined_log_fields", "vpc_addr", "vpc_id"),
)


async def fill(case: Path) -> float:
    """Seconds to store the million, from rows in memory to files on disk, without making them up."""
    spent = 0.0
    async with RowStore(case) as store:
        table = await store.table("oss_access")
        for first in range(0, ROWS, SLICE):
            rows = log_rows(first, SLICE)
            started = time.perf_counter()
            await table.append(rows, source="bench", slice_id=str(first))
            spent += time.perf_counter() - started
    return spent


async def timed(work: Awaitable[object]) -> float:
    started = time.perf_counter()
    await work
    return time.perf_counter() - started


async def measure(case: Path) -> dict[str, float]:
    """Seconds a question, in a process that has asked nothing before; then the most memory it ever had."""
    found: dict[str, float] = {}
    one_ip = Filter((Condition("client_ip", "=", "203.0.113.7"), Condition("http_status", "=", "403")))
    word = Filter(words=("dump-1234",))
    started = time.perf_counter()
    async with RowStore(case) as store:
        table: LogTable = await store.table("oss_access")
        await table.window(0, PAGE)
        found["first page"] = time.perf_counter() - started
        size, name = Order("content_length_out", descending=True), Order("object")
        for what, work in (
            ("a page at row 900,000", table.window(900_000, PAGE)),
            ("filter by two columns", table.window(0, PAGE, where=one_ip)),
            ("filter by a word in any column", table.window(0, PAGE, where=word)),
            ("sort by a number", table.window(0, PAGE, order=size)),
            ("a page at row 900,000, sorted", table.window(900_000, PAGE, order=size)),
            ("sort by a text", table.window(0, PAGE, order=name)),
            ("facet", table.facets("client_ip")),
            ("histogram", table.histogram()),
        ):
            found[what] = await timed(work)
    found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return found


BUDGETS = {
    "first page": 0.3,
    "a page at row 900,000": 0.3,
    "filter by two columns": 0.5,
    "filter by a word in any column": 0.5,
    "sort by a number": 1.0,
    "a page at row 900,000, sorted": 0.3,
    "sort by a text": 1.0,
    "facet": 0.3,
    "histogram": 0.3,
}


def run() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        stored = asyncio.run(fill(Path(folder)))
        rounds = [
            json.loads(subprocess.check_output([sys.executable, "-m", "bench.rows", folder], text=True))
            for _ in range(ROUNDS)
        ]
        size = sum(path.stat().st_size for path in Path(folder).rglob("*.parquet")) / 1e6
    how = f"{ROWS:,} rows, {size:.0f} MB in {ROWS // SLICE} files, median of {ROUNDS}"
    for what, budget in BUDGETS.items():
        yield Figure(f"local rows: {what}", middle(one[what] for one in rounds), "s", budget, how=how)
    yield Figure("local rows: memory", max(one["memory"] for one in rounds), "MB", 400, how="the most of all")
    rate = ROWS / stored
    yield Figure(
        "local rows: stored in a second", rate, "", 20_000, at_least=True, how=f"{stored:.1f} s in all"
    )


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(Path(sys.argv[1])))))
