"""The log service as `Cloud.logs` asks it: what is sent, what is made of answers, and what is kept."""

import asyncio
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import lz4.block
import orjson
import pytest

from aktui.cloud.limits import ANALYSES, SEARCHES
from aktui.cloud.logs import attempt
from aktui.cloud.logs.vendor import VendorClient
from aktui.cloud.session import Cloud
from aktui.config import StaticCredentials
from aktui.errors import BadReply, CaseError, NoAnswer, ReadOnly, UsageError
from aktui.models import Exchange, LogstoreRef, Secret, Window
from tests.cloud.rig import CUT, answer, until
from tests.cloud.sls_rig import (
    PATIENT,
    WHERE,
    Asked,
    histogram_answer,
    log_server,
    logs_answer,
    refusal,
)

WINDOW = Window(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC))
FROM, TO = 1793491200, 1793577600
ROWS = [
    {"__time__": "1793491201", "__topic__": "oss_access_log", "object": "a%2Fb 备份.zip", "bytes": "7"},
    {"__time__": "1793491202", "__topic__": "oss_access_log", "object": '"; DROP', "bytes": "-"},
]


def always(reply: bytes) -> Callable[[Asked], bytes]:
    return lambda _: reply


def in_turn(*replies: bytes) -> Callable[[Asked], bytes]:
    """The n-th request gets the n-th answer; the last one repeats."""
    left = list(replies)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


async def test_a_page_has_the_rows_as_they_came() -> None:
    reply = logs_answer(ROWS, keys=["object", "bytes"])
    async with log_server(spoil=always(reply)) as server, server.cloud() as cloud:
        page = await cloud.logs.page(WHERE, "access_id: LTAI", WINDOW)
    assert list(page.rows) == ROWS
    assert (page.complete, page.count, page.processed, page.limited) == (True, 2, 2, 0)
    assert page.columns == ("object", "bytes")
    assert page.request_id == "5B0A6B60BB6EE39764D458B5"
    assert page.exchange == cloud.exchanges[-1].number


async def test_a_search_is_sent_to_the_projects_own_host_with_the_documented_fields() -> None:
    async with log_server(spoil=always(logs_answer([]))) as server, server.cloud() as cloud:
        await cloud.logs.page(WHERE, "", WINDOW, offset=300, lines=20, reverse=True)
    (asked,) = server.asked
    assert (asked.method, asked.path) == ("POST", "/logstores/oss-log-store/logs")
    assert asked.headers["host"] == "oss-log-1-cn-hangzhou.cn-hangzhou.log.aliyuncs.com"
    assert asked.headers["accept-encoding"] == "lz4"
    wanted = {"from": FROM, "to": TO, "query": "*", "offset": 300, "line": 20, "reverse": True}
    assert {name: asked.params[name] for name in wanted} == wanted


async def test_the_signature_is_the_fourth_version_in_the_region_of_the_project() -> None:
    there = LogstoreRef("ap-southeast-1", "oss-log-1-ap-southeast-1", "oss-log-store")
    async with log_server(spoil=always(logs_answer([]))) as server, server.cloud() as cloud:
        await cloud.logs.page(there, "*", WINDOW)
    signature = server.asked[0].headers["authorization"]
    assert signature.startswith("SLS4-HMAC-SHA256 Credential=")
    assert "/ap-southeast-1/sls/aliyun_v4_request,Signature=" in signature
    assert server.asked[0].headers["host"] == "oss-log-1-ap-southeast-1.ap-southeast-1.log.aliyuncs.com"


async def test_a_session_token_travels_with_the_request_and_is_not_kept() -> None:
    token = "CAISsecurity/token+of=a/session"
    session = StaticCredentials("STS.NUexample", Secret("s" * 40), Secret(token))
    echoing = logs_answer([{"__time__": "1", "echo": token}])
    async with log_server(spoil=always(echoing)) as server, server.cloud(credentials=session) as cloud:
        page = await cloud.logs.page(WHERE, "*", WINDOW)
    assert server.asked[0].headers["x-acs-security-token"] == token
    assert token.encode() not in cloud.exchanges[0].body
    assert token not in str(page.rows)


async def test_credentials_are_taken_anew_for_each_call() -> None:
    async with log_server(spoil=always(logs_answer([]))) as server, server.cloud() as cloud:
        await cloud.logs.page(WHERE, "*", WINDOW)
        held = await cloud.credentials.get()
        cloud.credentials._keep(replace(held, key_id="LTAI5tANOTHERANOTHER0001"))
        await cloud.logs.page(WHERE, "*", WINDOW)
    assert "Credential=LTAI5tANOTHERANOTHER0001/" in server.asked[1].headers["authorization"]


async def test_fractions_of_a_second_belong_to_the_window() -> None:
    start = WINDOW.start + timedelta(seconds=5.5)
    async with log_server(spoil=always(logs_answer([]))) as server, server.cloud() as cloud:
        await cloud.logs.page(WHERE, "*", Window(start, start + timedelta(seconds=2)))
        await cloud.logs.page(WHERE, "*", Window(WINDOW.start, WINDOW.start))
    spans = [(asked.params["from"], asked.params["to"]) for asked in server.asked]
    assert spans == [(FROM + 5, FROM + 8), (FROM, FROM + 1)]


async def test_what_was_asked_and_answered_is_kept_decompressed_before_it_is_handed_out() -> None:
    recorded: list[Exchange] = []

    async def record(exchange: Exchange) -> None:
        recorded.append(exchange)

    async with log_server(spoil=always(logs_answer(ROWS))) as server, server.cloud(record=record) as cloud:
        await cloud.logs.page(WHERE, "bucket: acme", WINDOW)
    (exchange,) = recorded
    assert (exchange.product, exchange.action, exchange.region) == ("sls", "GetLogsV2", "cn-hangzhou")
    assert exchange.params == {
        "project": WHERE.project,
        "logstore": WHERE.logstore,
        "query": "bucket: acme",
        "from": FROM,
        "to": TO,
        "offset": 0,
        "line": 100,
        "reverse": False,
    }
    assert orjson.loads(exchange.body)["data"] == ROWS
    assert exchange.request_id == "5B0A6B60BB6EE39764D458B5"


async def test_rows_that_can_not_be_kept_are_not_shown() -> None:
    async def full(_: Exchange) -> None:
        raise OSError("no space left")

    async with log_server(spoil=always(logs_answer(ROWS))) as server, server.cloud(record=full) as cloud:
        with pytest.raises(CaseError, match="could not record"):
            await cloud.logs.page(WHERE, "*", WINDOW)


async def test_an_incomplete_answer_is_asked_for_until_it_is_complete() -> None:
    replies = in_turn(
        logs_answer([], progress="Incomplete"),
        logs_answer(ROWS[:1], progress="Incomplete"),
        logs_answer(ROWS),
    )
    async with log_server(spoil=replies) as server, server.cloud() as cloud:
        page = await cloud.logs.page(WHERE, "*", WINDOW)
    assert page.complete
    assert len(page.rows) == 2
    assert len(server.asked) == len(cloud.exchanges) == 3
    assert page.exchange == 3


async def test_an_answer_that_stays_incomplete_says_so() -> None:
    replies = always(logs_answer(ROWS[:1], progress="Incomplete"))
    async with log_server(spoil=replies) as server, server.cloud() as cloud:
        page = await cloud.logs.page(WHERE, "*", WINDOW)
        assert len(server.asked) == PATIENT.unfinished + 1
        counted = histogram_answer([{"from": 1, "to": 2, "count": 3, "progress": "Incomplete"}], "Incomplete")
        server.spoil = always(counted)
        histogram = await cloud.logs.histogram(WHERE, "*", WINDOW)
    assert not page.complete
    assert len(page.rows) == 1
    assert not histogram.complete
    assert not histogram.buckets[0].complete


async def test_a_query_that_takes_long_and_stays_incomplete_is_not_asked_for_again_and_again() -> None:
    hasty = replace(PATIENT, enough=0.0)
    replies = always(logs_answer([], progress="Incomplete"))
    async with log_server(spoil=replies) as server, server.cloud(hasty) as cloud:
        assert not (await cloud.logs.select(WHERE, "* | SELECT 1", WINDOW)).complete
    assert len(server.asked) == 1


async def test_a_list_of_projects_with_something_else_in_it_is_a_bad_reply() -> None:
    odd = answer({"count": 1, "total": 1, "projects": ["a,b"]})
    async with log_server(spoil=always(odd)) as server, server.cloud() as cloud:
        with pytest.raises(BadReply, match="project that is none"):
            await cloud.logs.projects("cn-hangzhou")


async def test_pauses_between_incomplete_answers_grow() -> None:
    pauses = [PATIENT.pause_unfinished(asked) for asked in range(1, 6)]
    assert pauses == [0.001, 0.002, 0.004, None, None]


async def test_sql_has_its_columns_in_order_and_says_when_it_was_cut() -> None:
    reply = logs_answer(
        [{"n": "3", "who": "null"}], keys=["who", "n"], hasSQL=True, limited=100, processedRows=9000
    )
    async with log_server(spoil=always(reply)) as server, server.cloud() as cloud:
        page = await cloud.logs.select(WHERE, "* | SELECT who, count(1) AS n GROUP BY who", WINDOW)
    assert page.columns == ("who", "n")
    assert (page.limited, page.processed) == (100, 9000)
    assert "offset" not in cloud.exchanges[0].params


async def test_rows_of_sql_need_no_time() -> None:
    odd = [{"__time__": "null", "x": "1"}, {"x": "2"}]
    async with log_server(spoil=always(logs_answer(odd))) as server, server.cloud() as cloud:
        page = await cloud.logs.select(WHERE, "* | SELECT null AS __time__, x", WINDOW)
    assert list(page.rows) == odd


async def test_values_that_are_no_text_become_text() -> None:
    body = {"meta": {"progress": "Complete"}, "data": [{"n": 3, "none": None, "in": {"é": [1]}, "a": "b"}]}
    async with log_server(spoil=always(answer(body))) as server, server.cloud() as cloud:
        page = await cloud.logs.select(WHERE, "* | SELECT *", WINDOW)
    assert list(page.rows) == [{"n": "3", "none": "null", "in": '{"é":[1]}', "a": "b"}]


@pytest.mark.parametrize("query", ["* | SELECT 1", 'a: "x|y" | select 1'])
async def test_a_page_is_of_a_search_and_not_of_sql(query: str) -> None:
    async with log_server() as server, server.cloud() as cloud:
        with pytest.raises(UsageError, match="has SQL"):
            await cloud.logs.page(WHERE, query, WINDOW)
        assert server.asked == []


async def test_sql_is_wanted_where_rows_are_selected() -> None:
    async with log_server() as server, server.cloud() as cloud:
        with pytest.raises(UsageError, match="no SQL"):
            await cloud.logs.select(WHERE, 'bucket: "a | b"', WINDOW)
        assert server.asked == []


async def test_sql_that_writes_is_not_sent() -> None:
    async with log_server() as server, server.cloud() as cloud:
        with pytest.raises(ReadOnly, match="begins with 'insert'"):
            await cloud.logs.select(WHERE, "* | INSERT INTO oss_copy SELECT * FROM log", WINDOW)
        assert server.asked == []


async def test_a_histogram_counts_what_the_search_part_finds() -> None:
    told = [
        {"from": FROM + 60, "to": FROM + 120, "count": 0, "progress": "Complete"},
        {"from": FROM, "to": FROM + 60, "count": 12, "progress": "Complete"},
    ]
    async with log_server(spoil=always(histogram_answer(told))) as server, server.cloud() as cloud:
        histogram = await cloud.logs.histogram(WHERE, 'a: "b c" and d | SELECT count(1)', WINDOW)
    assert server.asked[0].params["query"] == 'a: "b c" and d'
    assert (server.asked[0].path, server.asked[0].params["type"]) == ("/logstores/oss-log-store", "histogram")
    assert [bucket.count for bucket in histogram.buckets] == [12, 0]
    assert histogram.buckets[0].start == WINDOW.start
    assert histogram.complete


@pytest.mark.parametrize("body", [{}, {"list": 1}, [{"from": 1}], [[1, 2]], [{"from": "x", "to": 2}], ["a"]])
async def test_a_histogram_that_is_none_is_a_bad_reply(body: Any) -> None:
    async with log_server(spoil=always(answer(body))) as server, server.cloud() as cloud:
        with pytest.raises(BadReply, match="not a histogram"):
            await cloud.logs.histogram(WHERE, "*", WINDOW)


@pytest.mark.parametrize(
    "reply",
    [
        answer({"data": []}),
        answer({"meta": {}, "data": {}}),
        answer({"meta": {}, "data": ["{'a': 1}"]}),
        answer([]),
        answer(b""),
        answer(b"<html>"),
        answer({}, status=302, headers={"location": "https://elsewhere.example/"}),
        answer(b"x", headers={"x-log-compresstype": "zstd", "x-log-bodyrawsize": "9"}),
        answer(b"x", headers={"x-log-compresstype": "lz4", "x-log-bodyrawsize": "9"}),
        answer(b"x", headers={"x-log-compresstype": "lz4"}),
        answer(b"x", headers={"x-log-compresstype": "lz4", "x-log-bodyrawsize": "-9"}),
        answer(b"x", headers={"x-log-compresstype": "lz4", "x-log-bodyrawsize": "99999999999"}),
    ],
)
async def test_an_answer_that_is_none_is_never_an_empty_page(reply: bytes) -> None:
    async with log_server(spoil=always(reply)) as server, server.cloud() as cloud:
        with pytest.raises(BadReply):
            await cloud.logs.page(WHERE, "*", WINDOW)
    assert cloud.exchanges[-1].error


async def test_an_answer_that_would_swell_beyond_measure_is_refused_unread() -> None:
    bomb = lz4.block.compress(b"\0" * (80 * 1024 * 1024), store_size=False)
    honest = {"x-log-compresstype": "lz4", "x-log-bodyrawsize": str(80 * 1024 * 1024)}
    lying = {"x-log-compresstype": "lz4", "x-log-bodyrawsize": "1000"}
    for headers in (honest, lying):
        async with log_server(spoil=always(answer(bomb, headers=headers))) as server, server.cloud() as cloud:
            with pytest.raises(BadReply, match=r"at most|can not be decompressed"):
                await cloud.logs.page(WHERE, "*", WINDOW)


async def test_a_large_answer_is_read_off_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempt, "LARGE", 100)
    threads: list[Any] = []
    to_thread = asyncio.to_thread

    async def watched(work: Any, *args: Any) -> Any:
        threads.append(work)
        return await to_thread(work, *args)

    async with log_server(spoil=always(logs_answer(ROWS))) as server, server.cloud() as cloud:
        await cloud.logs.page(WHERE, "*", WINDOW)
        monkeypatch.setattr(asyncio, "to_thread", watched)
        page = await cloud.logs.page(WHERE, "*", WINDOW)
    assert [work.__name__ for work in threads] == ["_read"]
    assert list(page.rows) == ROWS


async def test_an_uncompressed_answer_is_read_too() -> None:
    async with log_server(spoil=always(logs_answer(ROWS, pack=False))) as server, server.cloud() as cloud:
        assert list((await cloud.logs.page(WHERE, "*", WINDOW)).rows) == ROWS


async def test_projects_are_listed_to_the_last_page_and_by_how_their_names_begin() -> None:
    names = [f"oss-log-{number}" for number in range(600)] + ["my-oss-log-copy"]

    def listed(asked: Asked) -> bytes:
        offset, size = int(asked.params["offset"]), int(asked.params["size"])
        page = [{"projectName": name, "region": "cn-hangzhou"} for name in names[offset : offset + size]]
        return answer({"count": len(page), "total": len(names), "projects": page})

    async with log_server(spoil=listed) as server, server.cloud() as cloud:
        found = await cloud.logs.projects("cn-hangzhou", prefix="oss-log-")
    assert [one["projectName"] for one in found] == names[:-1]
    assert [asked.headers["host"] for asked in server.asked] == ["cn-hangzhou.log.aliyuncs.com"] * 2
    assert server.asked[0].params["projectName"] == "oss-log-"


async def test_a_list_that_shrinks_while_it_is_read_ends() -> None:
    replies = in_turn(
        answer({"count": 1, "total": 3, "logstores": ["a"]}),
        answer({"count": 0, "total": 3, "logstores": []}),
    )
    async with log_server(spoil=replies) as server, server.cloud() as cloud:
        assert await cloud.logs.logstores("a-project", "cn-hangzhou") == ["a"]


async def test_a_list_without_its_list_is_not_none() -> None:
    async with log_server(spoil=always(answer({"count": 0, "total": 0}))) as server, server.cloud() as cloud:
        with pytest.raises(BadReply, match="no list of logstores"):
            await cloud.logs.logstores("a-project", "cn-hangzhou")


async def test_a_logstore_without_an_index_is_told_from_one_that_is_gone() -> None:
    index = {"keys": {"bucket": {"type": "text", "doc_value": True}}, "line": {}}
    replies = in_turn(
        answer(index),
        refusal(404, "IndexConfigNotExist", "index config doesn't exist"),
        refusal(404, "LogStoreNotExist", "logstore oss-log-store does not exist"),
    )
    async with log_server(spoil=replies) as server, server.cloud() as cloud:
        assert await cloud.logs.index(WHERE.project, WHERE.logstore, WHERE.region) == index
        assert await cloud.logs.index(WHERE.project, WHERE.logstore, WHERE.region) is None
        with pytest.raises(Exception, match="does not exist"):
            await cloud.logs.index(WHERE.project, WHERE.logstore, WHERE.region)
    assert server.asked[0].path == "/logstores/oss-log-store/index"


async def test_the_settings_of_a_logstore_are_read() -> None:
    settings = {"logstoreName": "oss-log-store", "ttl": 7, "createTime": 1793000000}
    async with log_server(spoil=always(answer(settings))) as server, server.cloud() as cloud:
        assert await cloud.logs.logstore(WHERE.project, WHERE.logstore, WHERE.region) == settings
    assert (server.asked[0].method, server.asked[0].path) == ("GET", "/logstores/oss-log-store")
    assert cloud.exchanges[0].action == "GetLogStore"


@pytest.mark.parametrize(
    "where",
    [
        LogstoreRef("cn-hangzhou", "evil.example/", "a"),
        LogstoreRef("cn-hangzhou", "UPPER", "a"),
        LogstoreRef("cn-hangzhou", "a-project", "../index"),
        LogstoreRef("cn-hangzhou", "a-project", "a/logs?x="),
        LogstoreRef("cn-hangzhou\n", "a-project", "a"),
        LogstoreRef("evil.example/", "a-project", "a"),
        LogstoreRef("", "a-project", "a"),
        LogstoreRef("cn-hangzhou", "", "a"),
        LogstoreRef("cn-hangzhou", "a-project", ""),
    ],
)
async def test_names_that_are_none_never_reach_an_address(where: LogstoreRef) -> None:
    async with log_server() as server, server.cloud() as cloud:
        with pytest.raises(UsageError):
            await cloud.logs.page(where, "*", WINDOW)
        assert server.asked == []


async def test_a_query_with_half_a_character_is_refused() -> None:
    async with log_server() as server, server.cloud() as cloud:
        with pytest.raises(UsageError, match="no text"):
            await cloud.logs.histogram(WHERE, "bucket: \udc80", WINDOW)
        assert server.asked == []


async def test_busy_and_cut_answers_are_asked_for_again() -> None:
    replies = in_turn(
        refusal(503, "ServerBusy"),
        CUT,
        refusal(500, "InternalServerError"),
        refusal(403, "ReadQuotaExceed"),
        logs_answer(ROWS),
    )
    async with log_server(spoil=replies) as server, server.cloud() as cloud:
        page = await cloud.logs.page(WHERE, "*", WINDOW)
    assert len(page.rows) == 2
    assert [exchange.attempt for exchange in cloud.exchanges] == [1, 2, 3, 4, 5]


async def most_at_once(cloud: Cloud, server: Any, work: Callable[[], Any], count: int) -> int:
    """How many of so many calls are under way while none is answered."""
    open_ = asyncio.Event()
    reply = server.reply
    under_way = 0

    async def held(asked: Asked) -> bytes:
        nonlocal under_way
        under_way += 1
        await open_.wait()
        answered: bytes = await reply(asked)
        return answered

    server.reply = held
    running = [asyncio.create_task(work()) for _ in range(count)]
    await until(lambda: cloud.in_flight == under_way > 0)
    before = -1
    while before != under_way:
        before = under_way
        await asyncio.sleep(0.05)
    open_.set()
    await asyncio.gather(*running)
    server.reply = reply
    return before


async def test_sql_and_searches_of_a_project_stay_below_what_it_answers_at_once() -> None:
    async with log_server(spoil=always(logs_answer([]))) as server, server.cloud() as cloud:
        await cloud.logs.page(WHERE, "*", WINDOW)
        sql = await most_at_once(cloud, server, lambda: cloud.logs.select(WHERE, "* | SELECT 1", WINDOW), 40)
        searches = await most_at_once(cloud, server, lambda: cloud.logs.page(WHERE, "*", WINDOW), 40)
    assert (sql, searches) == (ANALYSES, SEARCHES)


async def test_a_cancelled_search_frees_its_place_and_is_noted() -> None:
    async with log_server(wait=30) as server, server.cloud() as cloud:
        running = asyncio.create_task(cloud.logs.page(WHERE, "*", WINDOW))
        await until(lambda: cloud.in_flight == 1)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert cloud.in_flight == 0
    assert cloud.exchanges[0].error.startswith("cancelled")


async def test_sql_may_take_longer_than_other_calls() -> None:
    patience = replace(PATIENT, read=0.05, total=0.05, analysis=20.0, search=0.1, attempts=1)
    async with log_server() as server, server.cloud(patience) as cloud:
        slow = server.reply

        async def late(asked: Asked) -> bytes:
            await asyncio.sleep(0.3)
            return logs_answer(ROWS) if asked.searches else await slow(asked)

        server.reply = late  # type: ignore[method-assign]
        assert len((await cloud.logs.select(WHERE, "* | SELECT 1", WINDOW)).rows) == 2
        with pytest.raises(NoAnswer, match=r"within 0\.1 s"):
            await cloud.logs.page(WHERE, "*", WINDOW)
        with pytest.raises(NoAnswer, match=r"within 0\.05 s"):
            await cloud.logs.logstores("a-project", "cn-hangzhou")


async def test_asking_for_the_logs_of_a_closed_cloud_is_a_mistake() -> None:
    async with log_server() as server:
        cloud = server.cloud()
        await cloud.aclose()
        with pytest.raises(RuntimeError, match="closed"):
            await cloud.logs.page(WHERE, "*", WINDOW)


async def test_a_clock_that_is_wrong_is_corrected_by_the_answers_date() -> None:
    theirs = (datetime.now(UTC) + timedelta(hours=3)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    skewed = answer(
        {"errorCode": "RequestTimeTooSkewed", "errorMessage": "too far"}, status=400, headers={"date": theirs}
    )
    replies = in_turn(skewed, logs_answer(ROWS))
    async with log_server(spoil=replies) as server, server.cloud() as cloud:
        await cloud.logs.page(WHERE, "*", WINDOW)
    first, second = (
        datetime.strptime(asked.headers["x-log-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        for asked in server.asked
    )
    assert second - first > timedelta(hours=2)


def test_the_vendors_own_class_reads_the_same_from_the_answer() -> None:
    from aliyun.log.getlogsresponse import GetLogsResponse

    body = logs_answer(ROWS, pack=False).partition(b"\r\n\r\n")[2]
    response = GetLogsResponse(orjson.loads(body), {})
    assert response.is_completed()
    assert response.get_count() == 2
    assert [log.get_contents() | {"__time__": str(log.get_time())} for log in response.get_logs()] == ROWS


def test_making_the_vendors_client_asks_the_network_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from aliyun.log.util import Util

    asked: list[str] = []
    monkeypatch.setattr(Util, "get_host_ip", staticmethod(asked.append))
    VendorClient("cn-hangzhou", "cn-hangzhou.log.aliyuncs.com")
    assert asked == []


def test_the_sdk_is_not_imported_before_it_is_used() -> None:
    import subprocess

    code = (
        "import sys, aktui.cloud.sls, aktui.cloud.download\n"
        "print([name for name in ('aliyun', 'httpx', 'lz4') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
