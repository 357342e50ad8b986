"""The official Python client reads logs over a socket, signing the older way and the newer."""

import json
import zlib
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import lz4.block
import pytest
from aliyun.log import GetHistogramsRequest, GetLogsRequest

from tests.conftest import PracticeCloudFactory
from tests.practice import Sim
from tests.simcloud.log_rig import BORN, COUNT, END, KEYS, START, client, contents, log_account, row
from tests.simcloud.log_signing import post_query, send

STORE = ("acme-logs", "oss-log-store")
WINDOW = (START, END)
OF_FIRST_KEY = f"access_id: {KEYS[0]}"


@pytest.fixture
def sim(practice_cloud: PracticeCloudFactory) -> Iterator[Sim]:
    with practice_cloud(log_account()) as sim:
        yield sim


@pytest.fixture(params=["v1", "v4"])
def logs(sim: Sim, request: pytest.FixtureRequest) -> Any:
    return client(sim, version=request.param)


def test_projects_are_listed_and_searched_by_name(logs: Any) -> None:
    everything = logs.list_project()
    assert [one["projectName"] for one in everything.get_projects()] == [
        "acme-abroad",
        "acme-logs",
        "acme-more",
    ]
    assert (everything.get_count(), everything.get_total()) == (3, 3)
    page = logs.list_project(offset=1, size=1)
    assert ([one["projectName"] for one in page.get_projects()], page.get_total()) == (["acme-logs"], 3)
    named = logs.list_project(project_name_pattern="more")
    assert [one["projectName"] for one in named.get_projects()] == ["acme-more"]


def test_a_project_tells_its_region_and_description(logs: Any) -> None:
    told = logs.get_project("acme-logs").body
    assert (told["region"], told["description"], told["status"]) == ("cn-hangzhou", "logs of acme", "Normal")
    assert told["createTime"] == "2026-01-01 08:00:00"


def test_logstores_are_listed_and_searched_by_name(logs: Any) -> None:
    assert logs.list_logstore("acme-logs").get_logstores() == ["empty", "no-index", "oss-log-store"]
    assert logs.list_logstore("acme-logs", logstore_name_pattern="oss").get_logstores() == ["oss-log-store"]
    assert logs.list_logstore("acme-more").get_logstores() == []


def test_a_logstore_tells_how_long_rows_are_kept(logs: Any) -> None:
    told = logs.get_logstore(*STORE)
    assert (told.get_ttl(), told.body["createTime"]) == (7, int(BORN.timestamp()))


def test_the_index_lists_what_a_search_may_name(logs: Any) -> None:
    keys = logs.get_index_config(*STORE).get_index_config().key_config_list
    assert keys["http_status"].index_type == "long"
    assert keys["access_id"].token_list[:3] == [",", " ", "'"]
    assert keys["exact"].case_sensitive
    assert keys["event"].json_key_config.json_keys["count"]["type"] == "long"
    assert keys["hidden"].doc_value is False
    assert "object" not in keys
    assert "unindexed" not in keys


def test_a_search_returns_rows_as_they_were_written(logs: Any) -> None:
    found = logs.get_log(*STORE, *WINDOW, query=OF_FIRST_KEY, size=3)
    assert contents(found) == [row(0), row(3), row(6)]
    assert (found.get_count(), found.get_processed_rows(), found.is_completed()) == (3, 334, True)
    assert not found.get_has_sql()
    assert found.get_where_query() == OF_FIRST_KEY


def test_the_newest_rows_come_first_when_asked(logs: Any) -> None:
    found = logs.get_log(*STORE, *WINDOW, query=OF_FIRST_KEY, size=2, reverse=True)
    assert contents(found) == [row(999), row(996)]


def test_the_older_request_form_is_answered_the_older_way(logs: Any) -> None:
    logs._get_logs_v2_enabled = False
    found = logs.get_log(*STORE, *WINDOW, query=OF_FIRST_KEY, size=3, offset=1)
    assert contents(found) == [row(3), row(6), row(9)]
    assert (found.get_count(), found.is_completed(), found.get_processed_rows()) == (3, True, 334)
    assert found.get_where_query() == OF_FIRST_KEY
    counted = logs.get_log(*STORE, *WINDOW, query="* | select count(*) as 数")
    assert [one["数"] for one in contents(counted)] == [str(COUNT)]
    assert counted.get_has_sql()


def test_a_request_object_reads_the_same(logs: Any) -> None:
    asked = GetLogsRequest(*STORE, *WINDOW, topic="oss_batch_delete_log", query="*", line=2, offset=1)
    assert contents(logs.get_logs(asked)) == [row(4), row(8)]


def test_all_rows_come_page_by_page_each_once(logs: Any) -> None:
    pages = [contents(page) for page in logs.get_log_all(*STORE, *WINDOW, query=OF_FIRST_KEY)]
    assert [len(page) for page in pages] == [100, 100, 100, 34, 0]
    assert [one for page in pages for one in page] == [row(number) for number in range(0, COUNT, 3)]


def test_more_than_a_page_is_read_by_the_client_itself(logs: Any) -> None:
    assert logs.get_log(*STORE, *WINDOW, query="*", size=-1).get_count() == COUNT


def test_sql_returns_text_in_the_order_it_says(logs: Any) -> None:
    statement = "select access_id, count(*) as c, max(took) as t group by access_id order by c"
    found = logs.get_log(*STORE, *WINDOW, query=f"http_status: 403 | {statement} desc, access_id")
    assert [log.get_contents() for log in found.get_logs()] == [
        {"access_id": KEYS[0], "c": "67", "t": "123.75"},
        {"access_id": KEYS[2], "c": "67", "t": "124.375"},
        {"access_id": KEYS[1], "c": "66", "t": "123.125"},
    ]
    assert (found.get_has_sql(), found.get_processed_rows()) == (True, 200)
    assert found.get_agg_query().startswith("select access_id")
    assert list(found.get_meta().get_keys()) == ["access_id", "c", "t"]


def test_a_histogram_counts_every_row_once_and_covers_the_window(logs: Any) -> None:
    asked = GetHistogramsRequest(*STORE, START + 7, END - 5, "", OF_FIRST_KEY)
    told = logs.get_histograms(asked)
    buckets = told.get_histograms()
    assert told.get_total_count() == sum(bucket.get_count() for bucket in buckets) == 333
    assert (buckets[0].get_from(), buckets[-1].get_to()) == (START + 7, END - 5)
    for bucket, following in pairwise(buckets):
        assert bucket.get_to() == following.get_from()
    assert told.is_completed()
    # 16.7 hours make parts of half an hour, which begin at full half hours.
    assert {bucket.get_from() % 1800 for bucket in buckets[1:]} == {0}


def test_a_window_of_two_seconds_is_told_second_by_second(logs: Any) -> None:
    told = logs.get_histograms(GetHistogramsRequest(*STORE, START, START + 2, "", "*"))
    assert [(one.get_from(), one.get_count()) for one in told.get_histograms()] == [
        (START, 1),
        (START + 1, 0),
    ]


def test_an_empty_logstore_answers_nothing_and_says_complete(logs: Any) -> None:
    found = logs.get_log("acme-logs", "empty", *WINDOW)
    assert (found.get_count(), found.is_completed()) == (0, True)
    assert (
        logs.get_histograms(GetHistogramsRequest("acme-logs", "empty", *WINDOW, "", "*")).get_total_count()
        == 0
    )


def test_lines_around_a_line(logs: Any) -> None:
    (found,) = contents(logs.get_log(*STORE, *WINDOW, query=f"access_id: {KEYS[1]} | with_pack_meta", size=1))
    around = logs.get_context_logs(*STORE, found["__tag__:__pack_id__"], found["__pack_meta__"], 2, 3)
    assert (around.get_total_lines(), around.get_back_lines(), around.get_forward_lines()) == (5, 1, 3)
    told = contents(around)
    assert [one["__index_number__"] for one in told] == ["-1", "0", "1", "2", "3"]
    assert [one["object"] for one in told] == [row(number)["object"] for number in range(5)]


def test_a_plain_client_without_compression_is_served_too(sim: Sim) -> None:
    """As the answer says, and as curl would ask."""
    plain = send(post_query(sim, *STORE, {"from": START, "to": END, "query": OF_FIRST_KEY, "line": 1}))
    assert plain.json()["data"] == [row(0)]
    assert "x-log-compresstype" not in plain.headers
    assert plain.headers["x-log-requestid"]


@pytest.mark.parametrize("kind", ["lz4", "gzip", "deflate"])
def test_answers_are_compressed_as_asked(sim: Sim, kind: str) -> None:
    asked = {"from": START, "to": END, "line": 2}
    answer = send(post_query(sim, *STORE, asked, headers={"accept-encoding": kind}))
    size = int(answer.headers["x-log-bodyrawsize"])
    small = answer.content
    body = lz4.block.decompress(small, uncompressed_size=size) if kind == "lz4" else zlib.decompress(small)
    assert answer.headers["x-log-compresstype"] == kind
    assert (len(body), json.loads(body)["data"]) == (size, [row(0), row(1)])
