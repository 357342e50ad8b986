"""The texts that go to the log service: seen before they are sent, edited, and their rows planned."""

import pytest

from aktui.errors import UsageError
from aktui.models import Window
from queries import catalogue
from queries.base import Asking, Query, Status
from queries.inquiry import Inquiry
from queries.logs import downloads
from tests.conftest import PracticeCloudFactory
from tests.queries.fakes import FakeCloud
from tests.queries.logbooks import (
    NOW,
    SHANGHAI,
    access,
    account,
    batch_deleted,
    event,
    keep_oss,
    keep_sls,
    keep_trail,
    operation,
)
from tests.queries.rig import desk
from tests.simcloud.accounts import DEPLOYER_KEY, REGION

WITH_TEXTS = [query for query in catalogue().values() if query.texts]
ROWS = [query for query in WITH_TEXTS if query.plan]


def asking(**params: str) -> Asking:
    """For texts: nothing is asked of this cloud."""
    return Inquiry(FakeCloud({}), DEPLOYER_KEY, Window(NOW, NOW)).asking(params)


@pytest.mark.parametrize("query", WITH_TEXTS, ids=lambda query: query.id)
def test_the_text_is_there_before_anything_is_sent_and_can_be_replaced(query: Query) -> None:
    for text in query.texts:
        built = text.statement(asking(ip="192.0.2.66"))
        assert built
        assert "\n" not in built
        edited = text.statement(asking(ip="192.0.2.66", **{text.param: " * | SELECT 1 "}))
        assert edited == "* | SELECT 1"
        assert text.param in {param.name for param in query.params}


def test_the_text_for_objects_is_the_one_the_vendor_documents() -> None:
    (text,) = catalogue()["oss-access"].texts
    assert text.statement(asking()) == f"__topic__: oss_access_log and access_id: {DEPLOYER_KEY}"


def test_the_text_for_the_log_service_is_the_one_the_vendor_documents() -> None:
    (text,) = catalogue()["sls-operations"].texts
    assert text.statement(asking()) == f"AccessKeyId: {DEPLOYER_KEY}"
    assert text.statement(asking(who="everyone")) == "*"


def test_only_what_no_search_can_compare_makes_it_sql() -> None:
    (text,) = catalogue()["oss-access"].texts
    narrowed = text.statement(asking(bucket="acme-web", ip="192.0.2.66"))
    assert narrowed.endswith('and client_ip: "192.0.2.66" and bucket: "acme-web"')
    assert " | SELECT " in text.statement(asking(prefix="db/"))


async def test_an_edited_search_gives_the_rows_it_finds(practice_cloud: PracticeCloudFactory) -> None:
    kept = account()
    keep_oss(kept, [access(60), access(50, "PutObject"), access(40, access_id="-")])
    async with practice_cloud(kept) as sim, desk(sim, DEPLOYER_KEY, days=7) as found:
        result = await found.ask("oss-access", text="__topic__: oss_access_log not operation: PutObject")
    assert result.status is Status.COMPLETE
    assert [row.values["access_id"] for row in result.rows] == [DEPLOYER_KEY, ""]


async def test_edited_sql_is_shown_with_the_columns_it_names(practice_cloud: PracticeCloudFactory) -> None:
    kept = account()
    keep_oss(kept, [access(60), access(50), access(40, "PutObject")])
    sql = "* | SELECT operation, count(1) AS n FROM log GROUP BY operation ORDER BY n DESC"
    async with practice_cloud(kept) as sim, desk(sim, DEPLOYER_KEY, days=7) as found:
        all_of_it = await found.ask("oss-by-ip", text=sql)
        first = await found.ask("oss-by-ip", text=f"{sql} LIMIT 1")
        search = await found.ask("oss-by-ip", text="operation: PutObject")
    assert [(row.values["operation"], row.values["n"]) for row in all_of_it.rows] == [
        ("GetObject", "2"),
        ("PutObject", "1"),
    ]
    assert [row.values["operation"] for row in first.rows] == ["GetObject"]
    assert [row.values["operation"] for row in search.rows] == ["PutObject"]
    assert all("ip" in row.values for row in all_of_it.rows)


async def test_edited_sql_with_the_same_columns_is_added_up(
    practice_cloud: PracticeCloudFactory,
) -> None:
    kept = account()
    keep_oss(kept, [access(60), access(50, access_id="-")])
    keep_oss(kept, [access(60)], SHANGHAI)
    (text,) = catalogue()["oss-by-ip"].texts
    edited = text.statement(asking()).replace(f" and access_id: {DEPLOYER_KEY}", "")
    async with practice_cloud(kept) as sim, desk(sim, DEPLOYER_KEY, days=7) as found:
        result = await found.ask("oss-by-ip", text=edited, regions=f"{REGION},{SHANGHAI}")
    assert [(row.values["ip"], row.values["requests"]) for row in result.rows] == [("192.0.2.66", 3)]


async def test_rows_by_sql_are_read_beyond_the_first_page(practice_cloud: PracticeCloudFactory) -> None:
    kept = account()
    keep_oss(kept, [access(60 + number % 900, request_id=f"R{number}") for number in range(10_500)])
    text = "__topic__: oss_access_log | SELECT request_id, __time__ FROM log ORDER BY request_id"
    async with practice_cloud(kept) as sim, desk(sim, DEPLOYER_KEY, days=7) as found:
        result = await found.ask("oss-access", text=text)
    assert result.status is Status.COMPLETE
    assert len({row.values["request_id"] for row in result.rows}) == len(result.rows) == 10_500


async def test_what_is_to_be_downloaded_is_known_before_it_is(practice_cloud: PracticeCloudFactory) -> None:
    deletion = access(60, "DeleteObjects", request_id="D1")
    kept = account()
    keep_oss(kept, [access(60), deletion, *batch_deleted(deletion, "a", "b")])
    keep_oss(kept, [access(60)], SHANGHAI)
    keep_sls(kept, [operation(60)])
    keep_trail(kept, [event(60)])
    async with practice_cloud(kept) as sim, desk(sim, DEPLOYER_KEY, days=7) as found:
        both = f"{REGION},{SHANGHAI}"
        oss = await downloads.plan(found.inquiry.asking({"regions": both}), "oss-access")
        others = [
            await downloads.plan(found.inquiry.asking({}), query.id)
            for query in ROWS
            if query.id != "oss-access"
        ]
    assert {query.id for query in ROWS} == {"oss-access", "sls-operations", "trail-events"}
    assert {target.table for target in oss.targets} == {"oss_access"}
    assert sorted(target.where.region for target in oss.targets) == [REGION, REGION, SHANGHAI]
    assert [target.statement for target in oss.targets if "batch" in target.what] == [
        "__topic__: oss_batch_delete_log and (request_id: D1)"
    ]
    assert len({target.source for target in oss.targets}) == 3
    assert [target.table for plan in others for target in plan.targets] == ["sls_operations", "trail_events"]


async def test_a_planned_download_brings_the_rows_of_the_answer(practice_cloud: PracticeCloudFactory) -> None:
    kept = account()
    keep_oss(kept, [access(60 + number, name=f"文件 {number}.txt") for number in range(250)])
    taken: list[dict[str, str]] = []
    async with practice_cloud(kept) as sim, desk(sim, DEPLOYER_KEY, days=7) as found:
        asked = found.inquiry.asking({})
        answer = await found.ask("oss-access")
        (target,) = (await downloads.plan(asked, "oss-access")).targets

        async def sink(rows: object, slice_id: str) -> None:
            assert slice_id
            assert isinstance(rows, list)
            taken.extend(target.flat(row) for row in rows)

        done = await downloads.fetch(asked.cloud.logs, target, sink=sink)
    assert (done.rows, done.expected, done.gaps) == (250, 250, ())
    assert [row["object"] for row in taken] == [row.values["object"] for row in answer.rows]
    assert taken[0]["object_raw"].startswith("%E6%96%87")
    assert taken[0]["at"].endswith("Z")
    assert taken[0]["http_status"] == taken[0]["status"] == "200"


async def test_a_question_without_rows_has_nothing_to_download() -> None:
    for query_id in ("oss-by-ip", "caller", "nothing"):
        with pytest.raises(UsageError, match=query_id):
            await downloads.plan(asking(), query_id)
