"""The client of the log service against the practice cloud's, over a socket."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from aktui.cloud.download import download
from aktui.cloud.logs.answers import NO_INDEX
from aktui.cloud.logs.fetch import Row
from aktui.cloud.logs.slices import Slice
from aktui.cloud.session import Cloud
from aktui.errors import BadKey, BadSignature, CloudError, Forbidden, Invalid, NotFound, Throttled
from aktui.models import LogstoreRef, Window
from aktui.simcloud.account import Account
from aktui.simcloud.logs.store import FieldIndex, Index, ListedRows, LogProject, Logstore
from tests.cloud.rig import cloud_of, keys
from tests.cloud.sls_rig import PATIENT
from tests.conftest import PracticeCloudFactory
from tests.practice import Sim
from tests.simcloud.accounts import DEPLOYER_OLD_KEY, NOBODY_KEY, REGION, RESPONDER_KEY, small_account

PROJECT = "oss-log-1234567890123456-cn-hangzhou"
WHERE = LogstoreRef(REGION, PROJECT, "oss-log-store")
START = datetime(2026, 11, 20, tzinfo=UTC)
WINDOW = Window(START, START + timedelta(hours=2))
ODD = "x \"y\" 'z' \\ | ; 备份 %20"
LINES = 6500


def lines(count: int = LINES) -> list[Row]:
    """Rows over an hour, the first 300 in one second."""
    first = int(START.timestamp())
    return [
        {
            "__time__": str(first + (0 if number < 300 else number * 3600 // count)),
            "__topic__": "oss_access_log",
            "__source__": "",
            "access_id": "LTAI5tDEPLOYERDEPLOYER01" if number % 2 else "LTAI5tRESPONDERRESPOND01",
            "bucket": f"acme-{number % 3}",
            "object": ODD,
            "request_id": f"R{number:06}",
        }
        for number in range(count)
    ]


def account(incomplete: int = 0) -> Account:
    made = small_account(START + timedelta(hours=3))
    indexed = {name: FieldIndex() for name in ("__topic__", "access_id", "bucket", "request_id")}
    born = START - timedelta(days=30)
    stores = {
        "oss-log-store": Logstore("oss-log-store", 7, born, Index(indexed), ListedRows(lines()), incomplete),
        "bare": Logstore("bare", 7, born),
    }
    made.projects[PROJECT] = LogProject(PROJECT, REGION, born, "", stores)
    return made


def sls(sim: Sim, key_id: str = RESPONDER_KEY, secret: str = "") -> Cloud:
    return cloud_of(sim, keys(key_id, secret), patience=PATIENT)


async def test_the_practice_cloud_accepts_what_the_vendors_code_signs(
    practice_cloud: PracticeCloudFactory,
) -> None:
    async with practice_cloud(account()) as sim, sls(sim) as cloud:
        projects = await cloud.logs.projects(REGION, prefix="oss-log-")
        assert [project["projectName"] for project in projects] == [PROJECT]
        assert sorted(await cloud.logs.logstores(PROJECT, REGION)) == ["bare", "oss-log-store"]
        index = await cloud.logs.index(PROJECT, "oss-log-store", REGION)
        assert index is not None
        assert "access_id" in index["keys"]
        assert await cloud.logs.index(PROJECT, "bare", REGION) is None
        assert (await cloud.logs.logstore(PROJECT, "oss-log-store", REGION))["ttl"] == 7
        page = await cloud.logs.page(WHERE, "bucket: acme-1", WINDOW, offset=100, lines=7)
        histogram = await cloud.logs.histogram(WHERE, "bucket: acme-1", WINDOW)
        counts = await cloud.logs.select(
            WHERE, "* | SELECT bucket, count(1) AS n GROUP BY bucket ORDER BY bucket LIMIT 10", WINDOW
        )
    assert len(page.rows) == page.count == 7
    assert {row["object"] for row in page.rows} == {ODD}
    assert sum(bucket.count for bucket in histogram.buckets) == 2167
    assert [row["n"] for row in counts.rows] == ["2167", "2167", "2166"]
    assert counts.columns == ("bucket", "n")


async def test_the_newest_rows_come_first_when_asked_so(practice_cloud: PracticeCloudFactory) -> None:
    async with practice_cloud(account()) as sim, sls(sim) as cloud:
        page = await cloud.logs.page(WHERE, "*", WINDOW, lines=1, reverse=True)
    assert page.rows[0]["request_id"] == f"R{LINES - 1:06}"


async def test_sql_without_a_limit_says_that_it_was_cut(practice_cloud: PracticeCloudFactory) -> None:
    async with practice_cloud(account()) as sim, sls(sim) as cloud:
        page = await cloud.logs.select(WHERE, "* | SELECT request_id", WINDOW)
    assert len(page.rows) == page.limited == 100


async def test_every_row_is_downloaded_once_and_in_order(practice_cloud: PracticeCloudFactory) -> None:
    got: list[Row] = []

    async def sink(rows: Sequence[Row], _part: Slice) -> None:
        got.extend(rows)

    async with practice_cloud(account()) as sim, sls(sim) as cloud:
        done = await download(cloud.logs, WHERE, "*", WINDOW, sink=sink)
    assert done.complete
    assert [row["request_id"] for row in got] == [row["request_id"] for row in lines()]
    assert got == lines()


async def test_incomplete_answers_are_asked_for_again(practice_cloud: PracticeCloudFactory) -> None:
    async with practice_cloud(account(incomplete=2)) as sim, sls(sim) as cloud:
        page = await cloud.logs.page(WHERE, "*", WINDOW)
        assert (page.complete, len(page.rows), len(cloud.exchanges)) == (True, 100, 3)
        sim.account.projects[PROJECT].logstores["oss-log-store"].incomplete = -1
        page = await cloud.logs.page(WHERE, "*", WINDOW)
    assert not page.complete
    assert len(page.rows) == 50


@pytest.mark.parametrize(
    ("key_id", "secret", "kind", "code"),
    [
        (NOBODY_KEY, "", Forbidden, "Unauthorized"),
        (DEPLOYER_OLD_KEY, "", BadKey, "Unauthorized"),
        ("LTAI5tUNKNOWNUNKNOWN0001", "s" * 30, BadKey, "Unauthorized"),
        (RESPONDER_KEY, "w" * 30, BadSignature, "SignatureNotMatch"),
    ],
)
async def test_who_may_not_read_is_told_why(
    practice_cloud: PracticeCloudFactory, key_id: str, secret: str, kind: type[CloudError], code: str
) -> None:
    async with practice_cloud(account()) as sim, sls(sim, key_id, secret) as cloud:
        with pytest.raises(kind) as caught:
            await cloud.logs.page(WHERE, "*", WINDOW)
    assert caught.value.code == code
    if isinstance(caught.value, Forbidden):
        assert caught.value.missing == "log:GetLogStoreLogs"


async def test_what_is_not_there_is_told_apart(practice_cloud: PracticeCloudFactory) -> None:
    elsewhere = {
        LogstoreRef(REGION, PROJECT, "bare"): "IndexConfigNotExist",
        LogstoreRef(REGION, PROJECT, "gone"): "LogStoreNotExist",
        LogstoreRef(REGION, "gone-project", "oss-log-store"): "ProjectNotExist",
    }
    async with practice_cloud(account()) as sim, sls(sim) as cloud:
        for where, code in elsewhere.items():
            for asking in (cloud.logs.page, cloud.logs.histogram):
                with pytest.raises(NotFound) as caught:
                    await asking(where, "*", WINDOW)
                assert caught.value.code == code
                assert (caught.value.hint == NO_INDEX) is (code == "IndexConfigNotExist")


async def test_a_query_that_is_wrong_says_where(practice_cloud: PracticeCloudFactory) -> None:
    async with practice_cloud(account()) as sim, sls(sim) as cloud:
        with pytest.raises(Invalid) as caught:
            await cloud.logs.select(WHERE, "* | SELECT bucket, FORM log", WINDOW)
        assert caught.value.in_sql
        assert caught.value.line == 1
        with pytest.raises(Invalid) as caught:
            await cloud.logs.page(WHERE, "bucket: (a and", WINDOW)
    assert caught.value.message


async def test_faults_in_the_middle_of_a_download_are_got_over(practice_cloud: PracticeCloudFactory) -> None:
    got: list[Row] = []

    async def sink(rows: Sequence[Row], _part: Slice) -> None:
        got.extend(rows)

    async with practice_cloud(account()) as sim, sls(sim) as cloud:
        for kind in ("throttle", "cut-before", "cut-after", "incomplete", "status", "truncate"):
            sim.app.faults.add([{"kind": kind, "action": "GetLogs*", "times": 1}])
            got.clear()
            done = await download(cloud.logs, WHERE, "*", WINDOW, sink=sink)
            assert done.complete, kind
            assert got == lines(), kind


async def test_throttling_without_end_is_said_with_the_rows_so_far(
    practice_cloud: PracticeCloudFactory,
) -> None:
    got: list[Row] = []

    async def sink(rows: Sequence[Row], _part: Slice) -> None:
        got.extend(rows)
        sim.app.faults.add([{"kind": "throttle", "action": "GetLogs*"}])

    async with practice_cloud(account()) as sim, sls(sim) as cloud:
        done = await download(cloud.logs, WHERE, "*", WINDOW, sink=sink, at_once=1)
        assert isinstance(done.troubles[0].error, Throttled)
        assert 0 < len(got) == done.mark.rows < LINES
        sim.app.faults.clear()
        await download(cloud.logs, WHERE, "*", WINDOW, sink=sink, resume=done.mark)
    assert got == lines()
