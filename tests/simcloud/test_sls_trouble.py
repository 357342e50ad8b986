"""A log service that is slow, busy, cut off, or answers in part, and what reading it leaves behind."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import duckdb
import httpx
import pytest
from aliyun.log import GetHistogramsRequest

from aktui.simcloud.logs.store import FieldIndex, Index, ListedRows, LogProject, Logstore
from tests.conftest import PracticeCloudFactory
from tests.practice import Sim
from tests.simcloud.accounts import ACCOUNT_ID, NOBODY_KEY, REGION, RESPONDER_ID, RESPONDER_KEY
from tests.simcloud.log_rig import BORN, COUNT, END, START, client, log_account, logstore, refused, row
from tests.simcloud.log_signing import post_query, refusal, send

STORE = ("acme-logs", "oss-log-store")
WINDOW = (START, END)
EVERYTHING = GetHistogramsRequest(*STORE, *WINDOW, "", "*")


@pytest.fixture
def sim(practice_cloud: PracticeCloudFactory) -> Iterator[Sim]:
    with practice_cloud(log_account()) as sim:
        yield sim


def ask(sim: Sim, query: str = "*", **rest: Any) -> httpx.Response:
    return send(post_query(sim, *STORE, {"from": START, "to": END, "query": query, **rest}))


def test_a_logstore_can_answer_every_query_in_part_a_few_times(practice_cloud: PracticeCloudFactory) -> None:
    with practice_cloud(log_account(logstore(incomplete=2))) as sim:
        answers = [ask(sim, line=10).json() for _ in range(3)]
        assert [answer["meta"]["progress"] for answer in answers] == ["Incomplete", "Incomplete", "Complete"]
        assert [len(answer["data"]) for answer in answers] == [5, 5, 10]
        assert answers[0]["data"] == answers[2]["data"][:5]
        # Another query has its own two answers in part.
        assert ask(sim, line=10, offset=10).json()["meta"]["progress"] == "Incomplete"
        assert client(sim).get_log(*STORE, *WINDOW, query="access_id: x").is_completed()


def test_a_client_gives_up_on_a_logstore_that_never_finishes(practice_cloud: PracticeCloudFactory) -> None:
    with practice_cloud(log_account(logstore(incomplete=-1))) as sim:
        assert [ask(sim, line=10).json()["meta"]["progress"] for _ in range(4)] == ["Incomplete"] * 4


def test_a_fault_makes_answers_incomplete(sim: Sim) -> None:
    sim.app.faults.add([{"kind": "incomplete", "product": "sls", "action": "GetLogsV2", "times": 1}])
    assert ask(sim).json()["meta"]["progress"] == "Incomplete"
    assert ask(sim).json()["meta"]["progress"] == "Complete"


def test_sql_in_part_counts_fewer_rows(sim: Sim) -> None:
    sim.app.faults.add([{"kind": "incomplete", "times": 1}])
    part, whole = (ask(sim, "* | select count(*) as c").json() for _ in range(2))
    assert (part["meta"]["progress"], whole["meta"]["progress"]) == ("Incomplete", "Complete")
    assert (part["data"], whole["data"]) == ([{"c": "500"}], [{"c": "1000"}])


def test_a_histogram_in_part_says_which_parts_it_knows(sim: Sim) -> None:
    sim.app.faults.add([{"kind": "incomplete", "action": "GetHistograms", "times": 1}])
    told = client(sim).get_histograms(EVERYTHING)
    assert not told.is_completed()
    known = [bucket.is_completed() for bucket in told.get_histograms()]
    assert known == sorted(known, reverse=True)
    assert any(known)
    assert 0 < told.get_total_count() < COUNT
    assert client(sim).get_histograms(EVERYTHING).get_total_count() == COUNT


def test_faults_speak_the_words_of_the_service(sim: Sim) -> None:
    sim.app.faults.add(
        [
            {"kind": "throttle", "product": "sls", "times": 1},
            {"kind": "status", "product": "sls", "times": 1},
            {"kind": "status", "code": "InternalServerError", "status": 500, "times": 1},
            {"kind": "deny", "action": "GetLogsV2", "times": 1},
        ]
    )
    assert [refusal(ask(sim)) for _ in range(4)] == [
        (403, "ReadQuotaExceed"),
        (503, "ServerBusy"),
        (500, "InternalServerError"),
        (401, "Unauthorized"),
    ]
    assert ask(sim).status_code == 200


@pytest.mark.parametrize("kind", ["cut-before", "cut-after", "truncate"])
def test_a_connection_can_be_cut(sim: Sim, kind: str) -> None:
    sim.app.faults.add([{"kind": kind, "product": "sls", "times": 1}])
    with pytest.raises(httpx.TransportError):
        ask(sim)
    assert ask(sim).status_code == 200


def test_a_body_can_be_malformed(sim: Sim) -> None:
    sim.app.faults.add([{"kind": "malformed", "product": "sls", "times": 1}])
    assert ask(sim).text == "<html><body>"


class Held(ListedRows):
    """Rows that load only once they are let go."""

    def __init__(self) -> None:
        super().__init__([row(0)])
        self.asked = threading.Event()
        self.go = threading.Event()

    def load(self, connection: duckdb.DuckDBPyConnection, table: str) -> None:
        self.asked.set()
        assert self.go.wait(30)
        super().load(connection, table)


@pytest.mark.parametrize(
    ("query", "most", "message"),
    [
        ("* | select count(*) as c", 15, "user can only run 15 query concurrently"),
        ("*", 100, "Read quota is exceeded."),
    ],
)
def test_only_so_many_queries_run_at_once(
    practice_cloud: PracticeCloudFactory, query: str, most: int, message: str
) -> None:
    store = logstore()
    store.rows = held = Held()
    with practice_cloud(log_account(store)) as sim, ThreadPoolExecutor(most + 5) as pool:
        asked = [pool.submit(ask, sim, query) for _ in range(most + 5)]
        assert held.asked.wait(30)
        while sum(call["status"] == 403 for call in sim.app.calls.since(0)) < 5:
            threading.Event().wait(0.01)
        held.go.set()
        answers = [one.result() for one in asked]
    refused_ones = [answer for answer in answers if answer.status_code != 200]
    assert [refusal(answer) for answer in refused_ones] == [(403, "ReadQuotaExceed")] * 5
    assert {answer.json()["errorMessage"] for answer in refused_ones} == {message}


def test_rows_are_loaded_off_the_event_loop_and_once(practice_cloud: PracticeCloudFactory) -> None:
    store = logstore()
    store.rows = held = Held()
    with practice_cloud(log_account(store)) as sim, ThreadPoolExecutor(2) as pool:
        waiting = pool.submit(ask, sim)
        assert held.asked.wait(30)
        assert client(sim).list_logstore("acme-logs").get_total() == 3
        held.go.set()
        assert waiting.result().json()["meta"]["count"] == 1
        held.asked.clear()
        assert ask(sim).json()["meta"]["count"] == 1
        assert not held.asked.is_set()


def test_a_reset_brings_back_the_rows_of_the_beginning(practice_cloud: PracticeCloudFactory) -> None:
    with practice_cloud(log_account(), rebuild=log_account) as sim:
        sim.account.projects["acme-logs"].logstores["oss-log-store"].add({"__time__": str(START)})
        assert client(sim).get_histograms(EVERYTHING).get_total_count() == COUNT + 1
        httpx.post(f"{sim.endpoint}/__sim__/reset", trust_env=False)
        assert client(sim).get_histograms(EVERYTHING).get_total_count() == COUNT


def test_calls_are_listed_with_what_they_asked(sim: Sim) -> None:
    client(sim, version="v1").get_log(*STORE, *WINDOW, query="access_id: x", size=3)
    client(sim).get_index_config(*STORE)
    first, second = httpx.get(f"{sim.endpoint}/__sim__/calls", trust_env=False).json()["calls"]
    assert (first["product"], first["action"], first["signature"]) == ("Sls", "GetLogsV2", "SLS1")
    assert first["params"]["query"] == "access_id: x"
    assert (first["params"]["project"], first["params"]["logstore"], first["params"]["line"]) == (*STORE, "3")
    assert (first["key_id"], first["write"], first["applied"], first["status"]) == (
        RESPONDER_KEY,
        False,
        True,
        200,
    )
    assert (second["action"], second["signature"]) == ("GetIndex", "SLS4")


def operation_log() -> Logstore:
    names = ("AccessKeyId", "Method", "Project", "LogStore", "SourceIP")
    index = Index(fields={**{name: FieldIndex() for name in names}, "Status": FieldIndex("long")})
    return Logstore("internal-operation_log", 30, BORN, index)


def test_reading_logs_is_an_event_and_a_row_of_the_operation_log(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = log_account()
    kept = f"log-service-{ACCOUNT_ID}-{REGION}"
    account.projects[kept] = LogProject(kept, REGION, BORN, "", {"internal-operation_log": operation_log()})
    with practice_cloud(account) as sim:
        found = client(sim).get_log(*STORE, *WINDOW, query="access_id: x")
        assert refused(lambda: client(sim, NOBODY_KEY).list_logstore("acme-logs"))[0] == 401
        now = int(account.clock.now().timestamp())
        read = client(sim).get_log(
            kept, "internal-operation_log", now - 60, now + 60, query="Project: acme-logs"
        )
        first, second = (log.get_contents() for log in read.get_logs())
    assert (first["Method"], first["LogStore"], first["Status"]) == (
        "GetLogStoreLogs",
        "oss-log-store",
        "200",
    )
    assert (first["AccessKeyId"], first["InvokerUid"], first["CallerType"]) == (
        RESPONDER_KEY, RESPONDER_ID, "Subuser"
    )  # fmt: skip
    assert (first["Query"], first["BeginTime"], first["RequestId"]) == (
        "access_id: x", str(START), found.get_request_id()
    )  # fmt: skip
    assert int(first["NetOutFlow"]) > 0
    assert (second["Method"], second["Status"], second["ErrorCode"]) == (
        "ListLogStores",
        "401",
        "Unauthorized",
    )
    events = {event["eventId"]: event for event in account.trail}
    event = events[found.get_request_id()]
    assert (event["eventName"], event["serviceName"]) == ("GetLogStoreLogs", "Sls")
    assert (event["eventCategory"], event["eventRW"]) == ("Data", "Read")
    assert event["userIdentity"]["accessKeyId"] == RESPONDER_KEY
    assert event["referencedResources"]["ACS::SLS::LogStore"] == ["oss-log-store"]
    denied = events[second["RequestId"]]
    assert (denied["errorCode"], denied["eventCategory"]) == ("Unauthorized", "Management")


def test_events_reach_the_logstore_of_a_trail_as_they_happen(practice_cloud: PracticeCloudFactory) -> None:
    account = log_account()
    arn = f"acs:log:{REGION}:{ACCOUNT_ID}:project/acme-more"
    account.trails.append({"Name": "all", "Status": "Enable", "SlsProjectArn": arn})
    store = Logstore("actiontrail_all", 180, BORN, Index(fields={"event": FieldIndex("json")}))
    account.projects["acme-more"].logstores[store.name] = store
    with practice_cloud(account) as sim:
        logs = client(sim)
        logs.list_project()
        now = int(account.clock.now().timestamp())
        statement = '* | select "event.eventName" as n, "event.userIdentity.accessKeyId" as k'
        seen = logs.get_log("acme-more", "actiontrail_all", now - 60, now + 60, query=statement)
        assert [log.get_contents() for log in seen.get_logs()] == [{"n": "ListProject", "k": RESPONDER_KEY}]
        account.trails[0]["Status"] = "Disable"
        logs.list_project()
        seen = logs.get_log("acme-more", "actiontrail_all", now - 60, now + 60)
        assert seen.get_count() == 1


async def test_it_answers_without_a_socket_too() -> None:
    """The application is bare ASGI: what the socket adds is not needed."""
    from aktui.simcloud.server import create_app
    from tests.simcloud.log_signing import v4

    app = create_app(log_account())

    class Here:
        endpoint = "http://127.0.0.1"

    request = v4(Here(), "GET", "/logstores", project="acme-logs")  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app)) as http:
        answer = await http.send(request)
    await asyncio.sleep(0)
    assert answer.json()["total"] == 3
