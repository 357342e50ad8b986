"""What is said when the log service answers in part, says no, or does not keep what is asked for."""

from datetime import timedelta

from aktui.models import Window
from aktui.simcloud.account import Account
from queries.base import Asking, Page, Result, Status
from queries.inquiry import Inquiry
from queries.oss_access import QUERY
from tests.conftest import PracticeCloudFactory
from tests.queries.logbooks import (
    NOW,
    SHANGHAI,
    access,
    account,
    event,
    keep_oss,
    keep_sls,
    keep_trail,
    operation,
    oss_project,
    sls_project,
)
from tests.queries.rig import desk, give
from tests.simcloud.accounts import DEPLOYER_KEY, REGION, RESPONDER_ID

BOTH = f"{REGION},{SHANGHAI}"


def two_regions(**shanghai: int) -> Account:
    kept = account()
    keep_oss(kept, [access(60 + number, client_ip="192.0.2.1") for number in range(5)])
    keep_oss(kept, [access(60 + number) for number in range(3)], SHANGHAI, **shanghai)
    return kept


async def asked(
    practice_cloud: PracticeCloudFactory, kept: Account, query_id: str, days: float = 7, **params: str
) -> Result:
    async with practice_cloud(kept) as sim, desk(sim, DEPLOYER_KEY, days=days) as found:
        return await found.ask(query_id, **params)


def deny(kept: Account, action: str, project: str) -> None:
    """Take an action on one project away from the responder."""
    resource = f"acs:log:*:*:project/{project}/*"
    statement = f'{{"Effect":"Deny","Action":"{action}","Resource":"{resource}"}}'
    give(kept, RESPONDER_ID, "not-that", f'{{"Version":"1","Statement":[{statement}]}}')


async def test_counts_that_stay_incomplete_are_given_and_said_to_be_too_low(
    practice_cloud: PracticeCloudFactory,
) -> None:
    result = await asked(practice_cloud, two_regions(incomplete=-1), "oss-by-ip", regions=BOTH)
    assert result.status is Status.PARTIAL
    (gap,) = result.gaps
    assert gap.what == f"OSS access log in {SHANGHAI}"
    assert "too low" in gap.detail
    assert gap.request_id
    assert ("192.0.2.1", 5) in [(row.values["ip"], row.values["requests"]) for row in result.rows]


async def test_rows_that_stay_incomplete_are_named_with_their_region(
    practice_cloud: PracticeCloudFactory,
) -> None:
    result = await asked(practice_cloud, two_regions(incomplete=-1), "oss-access", regions=BOTH)
    assert result.status is Status.PARTIAL
    assert {row.values["region"] for row in result.rows} == {REGION}
    assert all(SHANGHAI in gap.what for gap in result.gaps)


async def test_an_answer_that_becomes_complete_leaves_no_word(practice_cloud: PracticeCloudFactory) -> None:
    result = await asked(practice_cloud, two_regions(incomplete=1), "oss-by-ip", regions=BOTH)
    assert (result.status, result.gaps) == (Status.COMPLETE, ())


async def test_a_denied_project_is_named_and_others_are_read(
    practice_cloud: PracticeCloudFactory,
) -> None:
    for query_id in ("oss-by-ip", "oss-access"):
        kept = two_regions()
        deny(kept, "log:GetLogStore*", oss_project(SHANGHAI))
        result = await asked(practice_cloud, kept, query_id, regions=BOTH)
        assert result.status is Status.PARTIAL
        assert sum(row.values.get("requests", 1) for row in result.rows) == 5
        denied = [gap for gap in result.gaps if gap.status is Status.DENIED]
        assert f"OSS access log in {SHANGHAI}" in [gap.what for gap in denied]
        assert all(gap.missing.startswith("log:GetLogStore") for gap in denied)


async def test_a_region_without_the_log_is_not_covered_however_many_there_are(
    practice_cloud: PracticeCloudFactory,
) -> None:
    regions = f"{BOTH},cn-beijing,us-west-1"
    result = await asked(practice_cloud, two_regions(), "oss-by-ip", regions=regions)
    assert result.status is Status.COMPLETE
    (gap,) = result.gaps
    assert gap.status is Status.NOT_COVERED
    assert gap.what == "OSS access log in cn-beijing, us-west-1"
    assert "turn on real-time log query" in gap.detail


async def test_nothing_found_where_no_log_is_kept_is_not_none(practice_cloud: PracticeCloudFactory) -> None:
    for query_id in ("oss-access", "oss-by-ip", "sls-operations", "sls-by-ip", "trail-events", "vpc-calls"):
        result = await asked(practice_cloud, account(), query_id)
        assert result.status is Status.NOT_COVERED, query_id
        assert result.detail


async def test_nothing_found_in_a_log_that_is_kept_is_none(practice_cloud: PracticeCloudFactory) -> None:
    kept = account()
    keep_oss(kept)
    keep_sls(kept)
    for query_id in ("oss-access", "oss-by-ip", "sls-by-ip"):
        result = await asked(practice_cloud, kept, query_id)
        assert (result.status, result.rows) == (Status.COMPLETE, ()), query_id


async def test_a_project_deleted_since_it_was_found_is_said(practice_cloud: PracticeCloudFactory) -> None:
    kept = two_regions()
    async with practice_cloud(kept) as sim, desk(sim, DEPLOYER_KEY, days=7) as found:
        await found.ask("oss-by-ip", regions=BOTH)
        del kept.projects[oss_project(SHANGHAI)]
        result = await found.ask("oss-access", regions=BOTH)
    assert result.status is Status.PARTIAL
    assert len(result.rows) == 5
    assert {gap.code for gap in result.gaps} == {"ProjectNotExist"}


async def test_rows_older_than_are_kept_are_not_covered(practice_cloud: PracticeCloudFactory) -> None:
    kept = account()
    keep_oss(kept, [access(60)], days=7)
    result = await asked(practice_cloud, kept, "oss-access", days=90)
    assert result.status is Status.COMPLETE
    (gap,) = result.gaps
    assert gap.status is Status.NOT_COVERED
    assert "kept for 7 days" in gap.detail
    assert result.covered is not None
    assert abs(result.covered.start - (NOW - timedelta(days=7))) < timedelta(hours=1)


async def test_a_log_made_after_the_time_asked_about_can_not_tell_of_it(
    practice_cloud: PracticeCloudFactory,
) -> None:
    kept = account()
    keep_oss(kept, [access(60)], age=2, days=30)
    async with practice_cloud(kept) as sim, desk(sim, DEPLOYER_KEY, days=7) as found:
        found.inquiry.window = Window(NOW - timedelta(days=5), NOW - timedelta(days=4))
        result = await found.ask("oss-by-ip")
    assert result.status is Status.NOT_COVERED
    assert "nothing from before" in result.detail


async def test_rows_that_are_kept_from_before_the_window_are_mentioned(
    practice_cloud: PracticeCloudFactory,
) -> None:
    kept = account()
    keep_oss(kept, [access(60)], days=30)
    result = await asked(practice_cloud, kept, "oss-by-ip", days=7)
    assert "ask for an earlier start" in result.note


async def test_a_stopped_trail_says_until_when_it_tells(
    practice_cloud: PracticeCloudFactory,
) -> None:
    kept = account()
    stopped = NOW - timedelta(days=2)
    keep_trail(
        kept,
        [event(3 * 86400)],
        trail={"Status": "Disable", "StopLoggingTime": stopped.strftime("%Y-%m-%dT%H:%M:%SZ")},
    )
    result = await asked(practice_cloud, kept, "trail-events")
    assert len(result.rows) == 1
    assert "Delivery was stopped" in result.detail
    assert result.covered is not None
    assert result.covered.end == stopped


async def test_a_throttled_log_service_is_waited_for(practice_cloud: PracticeCloudFactory) -> None:
    kept = two_regions()
    async with practice_cloud(kept) as sim, desk(sim, DEPLOYER_KEY, days=7) as found:
        busy = {"product": "sls", "action": "GetLogsV2", "status": 503, "code": "ServerBusy"}
        sim.app.faults.add([{"kind": "status", "times": 2, **busy}])
        result = await found.ask("oss-by-ip", regions=BOTH)
    assert (result.status, sum(row.values["requests"] for row in result.rows)) == (Status.COMPLETE, 8)


async def test_an_edited_text_that_makes_no_sense_is_told_with_its_place(
    practice_cloud: PracticeCloudFactory,
) -> None:
    result = await asked(practice_cloud, two_regions(), "oss-by-ip", text="* | SELECT nothing FROM log")
    assert result.status is Status.FAILED
    assert "line:1,column:8" in result.detail


async def test_an_edited_text_may_not_write(practice_cloud: PracticeCloudFactory) -> None:
    for query_id in ("oss-by-ip", "oss-access"):
        result = await asked(practice_cloud, two_regions(), query_id, text="* | INSERT INTO t SELECT 1")
        assert result.status is Status.FAILED
        assert "was not sent" in result.detail


async def test_a_reader_that_leaves_stops_the_download(practice_cloud: PracticeCloudFactory) -> None:
    kept = account()
    keep_oss(kept, [access(60 + number) for number in range(12_000)])
    async with practice_cloud(kept) as sim, desk(sim, DEPLOYER_KEY, days=7) as found:
        inquiry: Inquiry = found.inquiry
        asking: Asking = inquiry.asking({})
        pages = QUERY.run(asking)
        first: list[Page] = []
        async for page in pages:
            first.append(page)
            if page.rows:
                break
        await pages.aclose()  # type: ignore[attr-defined]
        asked_by_then = len(found.asked.calls)
    assert 0 < len(first[-1].rows) < 12_000
    assert len(found.asked.calls) == asked_by_then


async def test_operations_elsewhere_are_told_with_the_project_they_are_in(
    practice_cloud: PracticeCloudFactory,
) -> None:
    kept = account()
    keep_sls(kept, [operation(60)])
    deny(kept, "log:GetLogStoreLogs", sls_project())
    result = await asked(practice_cloud, kept, "sls-by-ip")
    assert result.status is Status.DENIED
    (gap,) = result.gaps
    assert gap.missing == "log:GetLogStoreLogs"
    assert gap.call.startswith("sls:GetLogsV2")
