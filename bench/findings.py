"""A million events of a case on this machine, from rows to findings, and the memory that takes."""

import asyncio
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from aktui.case.marks import Marks
from aktui.case.rows.store import RowStore
from aktui.models import Window
from bench.figures import Figure, middle
from queries.base import Row
from queries.evidence.values import Key
from queries.judgement.looking import rows
from queries.judgement.offline import judged_offline
from queries.logs.keyevents import TABLE, flat

ROWS, SLICE, ROUNDS = 1_000_000, 20_000, 3
SPAN = 7
"""Seconds between two events: eighty-one days."""
START = 1_789_000_000
KEY = "LTAI5tBenchmarkSuspect01"
_OURS = tuple(f"198.51.100.{number}" for number in range(8))
_USUAL = ("DescribeInstances", "DescribeDisks", "DescribeImages", "RunCommand", "DescribeRegions")
_THEIRS = ("GetCallerIdentity", "ListUsers", "CreateUser", "RunInstances", "ListBuckets", "DescribeRegions")
STOLEN_EVERY = 2000
"""In the last fifth one event in so many is an intruder's."""


def events(first: int, count: int) -> list[dict[str, str]]:
    draw = random.Random(first)
    return [flat(Row({}, _event(draw, number))) for number in range(first, first + count)]


def _event(draw: random.Random, number: int) -> dict[str, object]:
    stolen = number > 0.8 * ROWS and number % STOLEN_EVERY == 0
    mine = stolen or draw.random() < 0.5
    user = "ci" if mine else f"user-{draw.randrange(40)}"
    name = draw.choice(_THEIRS if stolen else _USUAL)
    return {
        "eventId": f"{number:012X}",
        "eventName": name,
        "eventTime": f"{datetime.fromtimestamp(START + number * SPAN, UTC):%Y-%m-%dT%H:%M:%SZ}",
        "eventType": "ApiCall",
        "eventRW": "Write" if name.startswith(("Create", "Run")) else "Read",
        "serviceName": "Ecs" if name in _USUAL or name == "RunInstances" else "Ram",
        "sourceIpAddress": "203.0.113.77" if stolen else draw.choice(_OURS),
        "userAgent": "curl/8.1" if stolen else "AlibabaCloud (Linux; x86_64) Python/3.11.9",
        "acsRegion": "cn-hangzhou",
        "requestId": f"{draw.getrandbits(128):032X}",
        "userIdentity": {
            "type": "ram-user",
            "userName": user,
            "accessKeyId": KEY if mine else f"LTAI5t{user}",
        },
    }


async def fill(case: Path) -> None:
    async with RowStore(case) as store:
        table = await store.table(TABLE)
        for first in range(0, ROWS, SLICE):
            await table.append(events(first, SLICE), source="bench", slice_id=str(first))


async def measure(case: Path) -> dict[str, float]:
    started = time.perf_counter()
    window = Window(datetime.fromtimestamp(START, UTC), datetime.fromtimestamp(START + ROWS * SPAN, UTC))
    async with RowStore(case) as store:
        found = await judged_offline(await store.table(TABLE), Key(KEY, "ci"), window, Marks())
        seen = rows(found)
    spent = time.perf_counter() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": spent, "memory": memory, "hostile": len(found.hostile), "findings": len(seen)}


def run() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(fill(Path(folder)))
        command = [sys.executable, "-m", "bench.findings", folder]
        rounds = [json.loads(subprocess.check_output(command, text=True)) for _ in range(ROUNDS)]
    there = sum(number % STOLEN_EVERY == 0 for number in range(int(0.8 * ROWS) + 1, ROWS))
    how = f"{ROWS:,} events, {rounds[0]['hostile']} of {there} stolen ones found, median of {ROUNDS}"
    yield Figure("findings: from rows to findings", middle(one["seconds"] for one in rounds), "s", 2, how=how)
    yield Figure("findings: memory", max(one["memory"] for one in rounds), "MB", 400, how="the most of all")


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(Path(sys.argv[1])))))
