"""Projects with a few rows of every kind, and the official log client on a practice cloud."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from aliyun.log import LogClient
from aliyun.log.logexception import LogException

from aktui.simcloud.account import Account
from aktui.simcloud.fault import ApiError
from aktui.simcloud.logs import answering
from aktui.simcloud.logs.asked import read_query
from aktui.simcloud.logs.store import FieldIndex, Index, ListedRows, LogProject, Logstore, Row
from aktui.simcloud.logs.table import Table
from tests.practice import Sim
from tests.simcloud.accounts import REGION, RESPONDER_KEY, SECRETS, small_account

NOW = datetime(2026, 11, 22, 3, 12, 44, tzinfo=UTC)
BORN = datetime(2026, 1, 1, tzinfo=UTC)
START = 1_795_000_000
"""Of the first row; there is one a minute."""
COUNT = 1000
END = START + COUNT * 60
KEYS = ("LTAI5tAAAA", "LTAI5tBBBB", "LTAI5tCCCC")

INDEX = Index(
    fields={
        "access_id": FieldIndex(),
        "client_ip": FieldIndex(),
        "user_agent": FieldIndex(),
        "exact": FieldIndex(tokens="", case_sensitive=True),
        "http_status": FieldIndex("long"),
        "took": FieldIndex("double"),
        "bytes": FieldIndex("long"),
        "object": FieldIndex(searchable=False),
        "hidden": FieldIndex(doc_value=False),
        "event": FieldIndex("json", keys={"count": FieldIndex("long")}),
    }
)


def row(number: int) -> dict[str, str]:
    """The row of a number; every third is of the same key, every fifth failed, every tenth has a vpc."""
    found = {
        "__time__": str(START + number * 60),
        "__topic__": "oss_access_log" if number % 4 else "oss_batch_delete_log",
        "__source__": "",
        "access_id": KEYS[number % 3],
        "client_ip": f"198.51.100.{number % 200}",
        "user_agent": "aliyun-sdk-python/2.18.4 (Linux/5.4; 中文)",
        "exact": "Some Value" if number % 2 else "some value",
        "http_status": "403" if number % 5 == 0 else "200",
        "took": f"{number / 8}",
        "bytes": str(number * 10),
        "object": f"backup%2F2026%2Fdump+{number}.gz",
        "hidden": "secret words",
        "unindexed": f"nothing {number}",
        "event": json.dumps(
            {
                "eventId": f"e{number}",
                "count": number,
                "userIdentity": {"accessKeyId": KEYS[number % 3]},
                "requestParameters": {"Disk.Size": number},
                **({"vpcId": "vpc-1"} if number % 10 == 0 else {}),
            }
        ),
    }
    if number % 7 == 0:
        del found["client_ip"]
    return found


def logstore(
    rows: Iterable[Row] | None = None, *, index: Index | None = INDEX, incomplete: int = 0
) -> Logstore:
    listed = ListedRows(map(row, range(COUNT)) if rows is None else rows)
    return Logstore("oss-log-store", 7, BORN, index, listed, incomplete)


def log_account(store: Logstore | None = None) -> Account:
    """The small account with two projects at home and one abroad."""
    account = small_account(NOW)
    stores = {"oss-log-store": store or logstore(), "no-index": logstore(index=None), "empty": logstore(())}
    for name, each in stores.items():
        each.name = name
    account.projects["acme-logs"] = LogProject("acme-logs", REGION, BORN, "logs of acme", stores)
    account.projects["acme-more"] = LogProject("acme-more", REGION, BORN)
    account.projects["acme-abroad"] = LogProject("acme-abroad", "eu-central-1", BORN)
    return account


def client(
    sim: Sim, key: str = RESPONDER_KEY, secret: str = "", *, version: str = "v4", token: str | None = None
) -> Any:
    """The official client; it would put the project before the address if it were not told about it."""
    made: Any = LogClient(
        sim.endpoint,
        key,
        secret or SECRETS[key],
        securityToken=token,
        source="127.0.0.1",
        auth_version=version,
        region=REGION,
    )
    made._isRowIp = True
    return made


def refused(ask: Callable[[], object]) -> tuple[int, str, str]:
    """Status, code and message of the refusal that asking ends in."""
    with pytest.raises(LogException) as refusal:
        ask()
    error = refusal.value
    return error.get_resp_status(), error.get_error_code(), error.get_error_message()


def ask(query: str, store: Logstore | None = None, **rest: Any) -> answering.Found:
    """What a query finds, without a wire. Raises ApiError."""
    return ask_table(Table(store or logstore()), query, **rest)


def ask_table(
    table: Table, query: str, *, index: Index = INDEX, start: int = START, end: int = END, **rest: Any
) -> answering.Found:
    asked = read_query({"from": start, "to": end, "query": query, **rest})
    if asked.sql:
        return answering.select(table, index, asked, NOW, "oss-log-store", complete=True)
    return answering.find(table, index, asked, complete=True)


def numbers(found: answering.Found) -> list[int]:
    """Which rows were found, by the number they were made of."""
    return [(int(one["__time__"]) - START) // 60 for one in found.rows]


def why(query: str, **rest: Any) -> str:
    """The message with which a query is refused as one that can't be understood."""
    with pytest.raises(ApiError) as refusal:
        ask(query, **rest)
    assert (refusal.value.status, refusal.value.code) == (400, "ParameterInvalid"), refusal.value
    return refusal.value.message


def values(found: answering.Found) -> list[list[str]]:
    """The values of rows, without their names."""
    return [list(one.values()) for one in found.rows]


def contents(response: Any) -> list[Mapping[str, str]]:
    """The rows of the official client, with their time and source."""
    return [
        {**log.get_contents(), "__time__": str(log.get_time()), "__source__": log.get_source()}
        for log in response.get_logs()
    ]
