"""The scenario's own account of what was done with the key, against what the questions find."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import pytest

from aktui.simcloud.account import Account
from queries.base import Result, Status
from tests.conftest import PracticeCloudFactory
from tests.queries.rig import desk, leaked, story


@pytest.fixture(params=["leaked-ci-key", "oss-exfiltration"])
def account(request: pytest.FixtureRequest) -> Account:
    return story(request.param)


@pytest.fixture
def truth(account: Account) -> Mapping[str, Any]:
    told: Mapping[str, Any] = account.truth["suspects"][account.suspects[0]]["logs"]
    return told


def digest(lines: list[str]) -> str:
    return sha256("".join(f"{line}\n" for line in sorted(lines)).encode()).hexdigest()


def weighed(result: Result, column: str) -> dict[str, Mapping[str, int]]:
    return {
        row.values[column]: {"rows": row.values["requests"], "bytes_out": row.values["bytes_out"]}
        for row in result.rows
    }


async def test_oss_requests_are_the_scenarios_row_for_row_and_sum_for_sum(
    practice_cloud: PracticeCloudFactory, account: Account, truth: Mapping[str, Any]
) -> None:
    expected = truth["oss"]
    async with practice_cloud(account) as sim, desk(sim, account.suspects[0], days=40) as found:
        everything = (await found.ask("oss-access")).rows
        by_bucket = await found.ask("oss-by-bucket")
        by_ip = await found.ask("oss-by-ip")
        by_operation = await found.ask("oss-by-operation")
    rows = [row.raw for row in everything if row.values["topic"] == "oss_access_log"]
    assert len(rows) == expected["rows"]
    assert len(everything) - len(rows) == expected["deleted_objects"]
    fields = ("__time__", "request_id", "bucket", "client_ip", "operation", "object", "http_status")
    lines = ["\t".join([*(row[field] for field in fields), sent(row)]) for row in rows]
    assert digest(lines) == expected["rows_sha256"]
    assert weighed(by_bucket, "bucket") == expected["by_bucket"]
    assert weighed(by_ip, "ip") == expected["by_ip"]
    assert weighed(by_operation, "operation") == expected["by_operation"]
    presigned = sum(row.values["presigned"] for row in by_bucket.rows)
    assert presigned == expected["by_sign_type"]["UriSign"]["rows"]
    missing = [gap for gap in by_bucket.gaps if gap.status is not Status.NOT_COVERED]
    assert not missing
    unlogged = {place["region"] for place in account.truth["intruder"].get("unlogged", [])}
    assert all(any(region in gap.what for gap in by_bucket.gaps) for region in unlogged)


def sent(row: Mapping[str, str]) -> str:
    return row["content_length_out"].replace("-", "0")


async def test_calls_to_the_log_service_are_the_scenarios_row_for_row_and_sum_for_sum(
    practice_cloud: PracticeCloudFactory, account: Account, truth: Mapping[str, Any]
) -> None:
    expected = truth["sls"]
    async with practice_cloud(account) as sim, desk(sim, account.suspects[0], days=40) as found:
        rows = [row.raw for row in (await found.ask("sls-operations")).rows]
        by_ip = await found.ask("sls-by-ip")
        by_method = await found.ask("sls-by-method")
    fields = ("__time__", "RequestId", "Project", "LogStore", "SourceIP", "Method", "Status", "NetOutFlow")
    assert (
        digest(["\t".join(row.get(field, "") for field in fields) for row in rows]) == expected["rows_sha256"]
    )
    assert weighed(by_ip, "ip") == expected["by_ip"]
    assert weighed(by_method, "method") == expected["by_method"]


async def test_the_trail_holds_what_lookupevents_tells(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = leaked()
    async with practice_cloud(account) as sim, desk(sim, account.suspects[0], days=3) as found:
        trail = await found.ask("trail-events")
        lookup = await found.ask("recent-events", regions="all", limit="5000")
    ids = {row.values["event_id"] for row in trail.rows}
    assert {row.values["event_id"] for row in lookup.rows} <= ids
    assert len(ids) == len(trail.rows)
