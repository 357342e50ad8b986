"""Where the logs are, and what is said where one is missing."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from aktui.simcloud.account import Account
from queries.base import Result, Status
from tests.conftest import PracticeCloudFactory
from tests.queries.logbooks import (
    NOW,
    SHANGHAI,
    access,
    account,
    keep,
    keep_oss,
    keep_sls,
    keep_trail,
    operation,
    oss_project,
    sls_project,
)
from tests.queries.rig import desk, restrict
from tests.simcloud.accounts import DEPLOYER_KEY, REGION


async def asked(
    practice_cloud: PracticeCloudFactory, kept: Account, query_id: str = "log-sources", **params: str
) -> Result:
    async with practice_cloud(kept) as sim, desk(sim, DEPLOYER_KEY, days=7) as found:
        return await found.ask(query_id, **params)


def states(result: Result) -> dict[tuple[str, str], str]:
    return {(row.values["kind"], row.values["region"]): row.values["state"] for row in result.rows}


def the(result: Result, kind: str) -> Mapping[str, Any]:
    (row,) = [row for row in result.rows if row.values["kind"] == kind]
    return row.values


async def test_every_log_that_is_there_is_found_with_its_retention_and_what_it_covers(
    practice_cloud: PracticeCloudFactory,
) -> None:
    kept = account()
    keep_oss(kept, [access(60), access(70, bucket="acme-web"), access(80)], days=7)
    keep_sls(kept, [operation(60)], days=30, age=10)
    keep_trail(kept)
    result = await asked(practice_cloud, kept)
    assert result.status is Status.COMPLETE
    assert set(states(result).values()) == {"present"}
    oss, sls, trail = the(result, "oss"), the(result, "sls"), the(result, "trail")
    assert oss["project"] == oss_project()
    assert (oss["days"], oss["covers"]) == (7, "buckets seen: acme-backups, acme-web")
    assert abs(oss["since"] - (NOW - timedelta(days=7))) < timedelta(hours=1)
    assert sls["days"] == 30
    assert "acme-app" in sls["covers"]
    assert abs(sls["since"] - (NOW - timedelta(days=10))) < timedelta(hours=1)
    assert (trail["logstore"], trail["trail"], trail["multi_account"]) == ("actiontrail_all", "all", False)
    assert trail["covers"] == "this account, regions: All, events: All"


async def test_a_log_that_is_not_enabled_says_so_and_how_to_enable_it(
    practice_cloud: PracticeCloudFactory,
) -> None:
    result = await asked(practice_cloud, account())
    assert states(result) == {
        ("oss", REGION): "not enabled",
        ("sls", REGION): "not enabled",
        ("trail", ""): "not enabled",
    }
    assert "real-time log query" in the(result, "oss")["how"]
    assert "CloudLens" in the(result, "sls")["how"]
    assert "LookupEvents" in the(result, "trail")["how"]


async def test_an_operation_log_is_found_in_whatever_project_it_was_sent_to(
    practice_cloud: PracticeCloudFactory,
) -> None:
    kept = account()
    for number in range(30):
        keep(kept, f"acme-app-{number:02}", "nginx")
    keep_sls(kept)
    store = kept.projects.pop(sls_project()).logstores["internal-operation_log"]
    kept.projects["acme-app-17"].logstores[store.name] = store
    result = await asked(practice_cloud, kept, kind="sls")
    assert [row.values["project"] for row in result.rows] == ["acme-app-17"]


async def test_a_logstore_without_index_can_not_be_searched_and_says_so(
    practice_cloud: PracticeCloudFactory,
) -> None:
    kept = account()
    keep_trail(kept, index=None)
    result = await asked(practice_cloud, kept, kind="trail")
    assert the(result, "trail")["state"] == "no index"
    events = await asked(practice_cloud, kept, "trail-events")
    assert events.status is Status.FAILED
    assert "no index" in events.detail
    assert "Turn on the index" in events.detail


async def test_a_project_that_is_gone_is_told_from_one_that_never_was(
    practice_cloud: PracticeCloudFactory,
) -> None:
    kept = account()
    keep_trail(kept)
    kept.projects.clear()
    result = await asked(practice_cloud, kept, kind="trail")
    assert the(result, "trail")["state"] == "project gone"
    events = await asked(practice_cloud, kept, "trail-events")
    assert events.status is Status.FAILED
    assert "does not exist any more" in events.detail


async def test_a_trail_that_delivers_to_a_bucket_only_is_no_log_to_search(
    practice_cloud: PracticeCloudFactory,
) -> None:
    kept = account()
    keep_trail(kept, trail={"SlsProjectArn": "", "OssBucketName": "acme-audit"})
    told = the(await asked(practice_cloud, kept, kind="trail"), "trail")
    assert told["state"] == "not enabled"
    assert "deliver elsewhere: all" in told["how"]


async def test_what_a_trail_leaves_out_is_said(practice_cloud: PracticeCloudFactory) -> None:
    kept = account()
    keep_trail(kept, trail={"EventRW": "Write", "TrailRegion": "cn-hangzhou,cn-beijing"})
    events = await asked(practice_cloud, kept, "trail-events")
    assert "write events only" in events.detail
    assert "cn-hangzhou,cn-beijing" in events.detail


async def test_without_the_permission_to_list_projects_the_expected_ones_are_tried(
    practice_cloud: PracticeCloudFactory,
) -> None:
    kept = account()
    keep_oss(kept, [access(60)])
    restrict(kept, "log:ListProject")
    result = await asked(practice_cloud, kept)
    assert states(result)["oss", REGION] == "present"
    assert states(result)["sls", REGION] == "not enabled"
    assert result.status is Status.PARTIAL
    (gap,) = result.gaps
    assert (gap.status, gap.missing) == (Status.DENIED, "log:ListProject")


async def test_a_denied_log_is_named_with_the_missing_permission(
    practice_cloud: PracticeCloudFactory,
) -> None:
    kept = account()
    keep_oss(kept, [access(60)])
    restrict(kept, "log:ListLogStores")
    result = await asked(practice_cloud, kept, kind="oss")
    assert states(result) == {("oss", REGION): "denied"}
    assert [gap.missing for gap in result.gaps] == ["log:ListLogStores"]


async def test_a_log_that_may_not_be_listed_is_read_all_the_same(
    practice_cloud: PracticeCloudFactory,
) -> None:
    kept = account()
    keep_oss(kept, [access(60)])
    restrict(kept, "log:ListLogStores", "log:GetLogStore", "log:GetIndex")
    result = await asked(practice_cloud, kept, "oss-by-bucket")
    assert result.status is Status.COMPLETE
    assert [row.values["requests"] for row in result.rows] == [1]


async def test_the_regions_asked_for_are_the_regions_looked_in(practice_cloud: PracticeCloudFactory) -> None:
    kept = account()
    keep_oss(kept, region=SHANGHAI)
    result = await asked(practice_cloud, kept, kind="oss", regions=f"{SHANGHAI}, cn-beijing")
    assert states(result) == {("oss", SHANGHAI): "present", ("oss", "cn-beijing"): "not enabled"}
    assert result.note == ""


async def test_where_the_log_service_does_not_answer_nothing_is_called_missing(
    practice_cloud: PracticeCloudFactory,
) -> None:
    kept = account()
    keep_oss(kept, [access(60)])
    async with practice_cloud(kept) as sim, desk(sim, DEPLOYER_KEY, days=7) as found:
        sim.app.faults.add([{"kind": "status", "product": "sls", "action": "ListProject", "status": 500}])
        result = await found.ask("log-sources")
        groups = await found.ask("oss-by-ip")
    assert states(result)["oss", REGION] == "unknown"
    assert Status.FAILED in {gap.status for gap in result.gaps}
    assert groups.status is Status.FAILED
    assert "log projects in cn-hangzhou" in groups.detail


@pytest.mark.parametrize("kind", ["oops", "OSS"])
async def test_an_unknown_kind_of_log_is_refused(practice_cloud: PracticeCloudFactory, kind: str) -> None:
    result = await asked(practice_cloud, account(), kind=kind)
    assert "it takes oss, sls, trail" in result.detail
