"""Calls to the log service with the key: rows and groups, against a plain pass over the rows."""

from collections import Counter
from datetime import UTC, datetime

from queries.base import Result, Status
from tests.conftest import PracticeCloudFactory
from tests.queries.logbooks import OTHER_KEY, account, keep_sls, operation
from tests.queries.rig import desk
from tests.simcloud.accounts import DEPLOYER_KEY

ROWS = [
    operation(900, "ListLogStores", LogStore="-", NetOutFlow="50"),
    operation(800, Query="* | SELECT 1", BeginTime="1763000000", EndTime="1763003600", NetOutFlow="4000"),
    operation(700, SourceIP="203.0.113.10", NetOutFlow="-", Status="401", ErrorCode="Unauthorized"),
    operation(600, "PullLogs", LogStore="app json", NetOutFlow="70000"),
    operation(500, "PullLogs", LogStore="app", NetOutFlow="1"),
    operation(400, "PullLogs", AccessKeyId=OTHER_KEY),
]
MINE = ROWS[:5]


async def asked(practice_cloud: PracticeCloudFactory, query_id: str, **params: str) -> Result:
    kept = account()
    keep_sls(kept, ROWS)
    async with practice_cloud(kept) as sim, desk(sim, DEPLOYER_KEY, days=7) as found:
        return await found.ask(query_id, **params)


def bytes_of(row: dict[str, str]) -> int:
    return int(row["NetOutFlow"]) if row["NetOutFlow"] != "-" else 0


async def test_every_call_comes_once_as_it_was_logged(
    practice_cloud: PracticeCloudFactory,
) -> None:
    result = await asked(practice_cloud, "sls-operations")
    assert result.status is Status.COMPLETE
    assert [dict(row.raw) for row in result.rows] == MINE
    read = result.rows[1].values
    assert (read["ip"], read["method"], read["project"]) == ("192.0.2.66", "GetLogStoreLogs", "acme-app")
    assert read["query"] == "* | SELECT 1"
    assert read["read_from"] == datetime.fromtimestamp(1763000000, UTC)
    assert read["bytes_out"] == 4000
    assert result.rows[2].values["error"] == "Unauthorized"


async def test_groups_are_what_a_plain_pass_counts(practice_cloud: PracticeCloudFactory) -> None:
    for query_id, fields in (
        ("sls-by-ip", {"ip": "SourceIP"}),
        ("sls-by-method", {"method": "Method"}),
        ("sls-by-logstore", {"project": "Project", "logstore": "LogStore"}),
    ):
        result = await asked(practice_cloud, query_id)
        calls = Counter(tuple(row[name] for name in fields.values()) for row in MINE)
        sent: Counter[tuple[str, ...]] = Counter()
        for row in MINE:
            sent[tuple(row[name] for name in fields.values())] += bytes_of(row)
        told = {tuple(row.values[name] for name in fields): row.values for row in result.rows}
        assert {key: values["requests"] for key, values in told.items()} == calls
        assert {key: values["bytes_out"] for key, values in told.items()} == {key: sent[key] for key in calls}
        assert sum(values["errors"] for values in told.values()) == 1


async def test_calls_are_narrowed_exactly_where_a_search_finds_words(
    practice_cloud: PracticeCloudFactory,
) -> None:
    rows = await asked(practice_cloud, "sls-operations", logstore="app")
    assert [row.values["logstore"] for row in rows.rows] == ["app"]
    rows = await asked(practice_cloud, "sls-operations", logstore="app json")
    assert [row.values["logstore"] for row in rows.rows] == ["app json"]
    groups = await asked(practice_cloud, "sls-by-method", logstore="app json")
    assert [(row.values["method"], row.values["requests"]) for row in groups.rows] == [("PullLogs", 1)]


async def test_another_key_is_asked_about_by_its_id(practice_cloud: PracticeCloudFactory) -> None:
    result = await asked(practice_cloud, "sls-operations", who=OTHER_KEY)
    assert [row.values["access_id"] for row in result.rows] == [OTHER_KEY]
