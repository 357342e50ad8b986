"""Calls that go on are in the logs of OSS and of the log service too."""

from typing import Any

import duckdb
import pytest

from aktui.simcloud.account import Account
from aktui.simcloud.life.life import Life
from aktui.simcloud.logs.store import LogProject, Logstore
from aktui.simcloud.logs.table import Table
from aktui.simcloud.stories import operationlog, osslog
from tests.simcloud.accounts import DEPLOYER_KEY, NOBODY_KEY, REGION
from tests.simcloud.asking import ask
from tests.simcloud.living import LAIR, NOW, after, events, habit, living
from tests.simcloud.log_rig import ask_table

DEPLOYER = {"UserPrincipalName": "ci-deployer@acme.onaliyun.com"}
KEY = {**DEPLOYER, "UserAccessKeyId": DEPLOYER_KEY}


@pytest.fixture
def logged() -> tuple[Account, Life]:
    account, life = living(
        habit(
            "Oss:GetObject",
            params={"bucketName": "backups", "objectName": "库/日 1.gz"},
            size=5_000_000,
            data=True,
        ),
        habit(
            "Oss:PutObject",
            ip="10.1.2.3",
            vpc="vpc-1",
            params={"bucketName": "b", "objectName": "o"},
            size=9,
            data=True,
        ),
        habit("Oss:GetBucketInfo", 15, resources={"ACS::OSS::Bucket": ("b",)}, role="ops", session="night"),
        habit(
            "Sls:GetLogStoreLogs",
            params={"ProjectName": "app", "LogStoreName": "web", "Query": "*"},
            size=70,
            data=True,
        ),
        habit("Sls:PutLogs", key=NOBODY_KEY, params={"ProjectName": "app", "LogStoreName": "web"}, data=True),
    )
    for project, name, index in (
        (f"oss-log-{account.id}-{REGION}", "oss-log-store", osslog.INDEX),
        (f"log-service-{account.id}-{REGION}", "internal-operation_log", operationlog.INDEX),
        ("app", "web", None),
    ):
        stores = {name: Logstore(name, 30, NOW, index)}
        account.projects[project] = LogProject(project, REGION, NOW, logstores=stores)
    return account, life


def rows(account: Account, project: str, name: str) -> list[dict[str, str]]:
    return [dict(row) for row in account.projects[project].logstores[name].added]


def test_calls_to_data_are_in_the_logs_of_their_services_too(logged: tuple[Account, Life]) -> None:
    account, life = logged
    after(account, life, 30)
    ask(account, "Ims", "UpdateAccessKey", **KEY, Status="Inactive")
    after(account, life, 30)
    accesses = rows(account, f"oss-log-{account.id}-{REGION}", "oss-log-store")
    read = [row for row in accesses if row["operation"] == "GetObject"]
    assert {(row["access_id"], row["client_ip"], row["object"]) for row in read} == {
        (DEPLOYER_KEY, LAIR, "%E5%BA%93%2F%E6%97%A5%201.gz")
    }
    assert (read[0]["http_status"], read[0]["object_size"]) == ("200", "5000000")
    assert (read[-1]["http_status"], read[-1]["error_code"], read[-1]["ec"]) == (
        "403",
        "InvalidAccessKeyId",
        "0002-00000903",
    )
    assert {row["vpc_id"] for row in accesses if row["operation"] == "PutObject"} == {"vpc-1"}
    assert {row["access_id"][:4] for row in accesses if row["operation"] == "GetBucketInfo"} == {"STS."}
    asked = rows(account, f"log-service-{account.id}-{REGION}", "internal-operation_log")
    assert {(row["Method"], row["Status"]) for row in asked} == {
        ("GetLogStoreLogs", "200"),
        ("GetLogStoreLogs", "401"),
        ("PostLogStoreLogs", "401"),
    }
    known = {event["requestId"] for event in account.trail}
    assert {row["request_id"] for row in accesses} <= known
    assert {row["RequestId"] for row in asked} <= known
    assert {event["eventCategory"] for event in events(account, "GetObject")} == {"Data"}


def test_rows_that_come_in_are_found_by_the_next_query(logged: tuple[Account, Life]) -> None:
    account, life = logged
    table = Table(account.projects[f"oss-log-{account.id}-{REGION}"].logstores["oss-log-store"])
    start = int(NOW.timestamp())
    asked: dict[str, Any] = {"index": osslog.INDEX, "start": start, "end": start + 60}
    after(account, life, 30)
    first = ask_table(table, "operation: GetObject", **asked)
    assert len(first.rows) == 3
    after(account, life, 60)
    then = ask_table(table, "operation: GetObject", **asked)
    assert len(then.rows) == 6
    after(account, life, 3600)
    assert ask_table(table, "operation: GetObject", **asked) == then


def test_rows_are_those_that_a_scenario_would_have_told(
    logged: tuple[Account, Life], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same rows, spelt out by SQL as scenarios do it."""
    account, life = logged
    told: tuple[list[object], list[object]] = ([], [])
    for at, module in enumerate(("access", "operation")):
        made = getattr(__import__("aktui.simcloud.life.rows", fromlist=["x"]), f"spelt_{module}")

        def keep(row: object, *rest: object, made: object = made, at: int = at) -> object:
            told[at].append(row)
            return made(row, *rest)  # type: ignore[operator]

        monkeypatch.setattr(f"aktui.simcloud.life.rows.spelt_{module}", keep)
    after(account, life, 60)
    end = int(NOW.timestamp()) + 3600
    bulk = osslog.OssRows(account.id, REGION, "s", told[0], (), 0, end, 1, ())  # type: ignore[arg-type]
    calls = operationlog.OperationRows("s", told[1], "app", (("k", "1.1.1.1"),), "u", 0, end, 1)  # type: ignore[arg-type]
    for source, project, name in (
        (bulk, f"oss-log-{account.id}-{REGION}", "oss-log-store"),
        (calls, f"log-service-{account.id}-{REGION}", "internal-operation_log"),
    ):
        with duckdb.connect() as connection:
            source.load(connection, "spelt")
            found = connection.execute("SELECT * FROM spelt")
            names = [column[0] for column in found.description or ()]
            spelt = [
                {key: str(value) for key, value in zip(names, row, strict=True) if value is not None}
                for row in found.fetchall()
            ]
        wanted = rows(account, project, name)
        key = lambda row: sorted(row.items())  # noqa: E731
        spelt = [{name: value for name, value in row.items() if name != "objectname"} for row in spelt]
        assert sorted(spelt, key=key) == sorted(wanted, key=key) != []
