"""Log files for tests, and what an import makes of them."""

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aktui.case.imports.importing import FileReport, import_file
from aktui.case.rows.asking import Value
from aktui.case.rows.store import RowStore

KEY = "LTAI5tPracticeSuspect001"


def oss_line(number: int = 0, **changes: str) -> str:
    """A line of an access-log file, in the 28 fields of today."""
    fields = {
        "ip": "203.0.113.7",
        "time": f"18/Nov/2026:02:{number // 60 % 60:02}:{number % 60:02} +0800",
        "request": f"GET /dump-{number}.sql.gz HTTP/1.1",
        "status": "200",
        "sent": str(1000 + number),
        "agent": "aliyun-sdk-python/2.18.4(Linux/5.4;3.11)",
        "object": f"dump-{number}.sql.gz",
        "key": f' "{KEY}"',
        "more": "",
    } | changes
    return (
        '{ip} - - [{time}] "{request}" {status} {sent} 12 "-" "{agent}" '
        '"acme-backups.oss-cn-hangzhou.aliyuncs.com" "5FF16B65F05BC932307A3C3C" "true" "1000000000000001" '
        '"GetObject" "acme-backups" "{object}" {sent} 8 "-" 302 "1000000000000001" - "-" "standard" "-" "-"'
        "{key}{more}"
    ).format(**fields)


def event(number: int = 0, **changes: Any) -> dict[str, Any]:
    return {
        "eventId": f"E-{number}",
        "eventName": "DescribeInstances",
        "eventTime": f"2026-11-18T02:{number // 60 % 60:02}:{number % 60:02}Z",
        "serviceName": "Ecs",
        "userIdentity": {"accessKeyId": KEY, "type": "ram-user", "userName": "部署机器人"},
        "sourceIpAddress": "203.0.113.7",
    } | changes


def packed(path: Path, text: str) -> Path:
    path.write_bytes(gzip.compress(text.encode()))
    return path


def json_lines(rows: list[Any]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


async def imported(path: Path, **more: Any) -> tuple[FileReport, Mapping[str, list[dict[str, Value]]]]:
    """Import into a case beside the file; the report, and all rows of all tables."""
    async with RowStore(path.parent / "case") as store:
        report = await import_file(path, store, **more)
        tables = {}
        for name in await store.tables():
            found = await (await store.table(name)).window(0, 100_000)
            rows = [dict(zip(found.columns, row, strict=True)) for row in found.rows]
            tables[name] = sorted(rows, key=lambda row: int(str(row["_line"])))
        return report, tables
