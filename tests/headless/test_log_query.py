"""Logs from the command line: rows as they come, texts seen and edited."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.headless.conftest import Responder
from tests.practice import Sim
from tests.queries.logbooks import access, account, keep_oss
from tests.simcloud.accounts import DEPLOYER_KEY

DAY = 86400.0
ROWS = [access(number * DAY + 60, name=f"day {number}.txt") for number in range(20)]


@pytest.fixture
def sim() -> Iterator[Sim]:
    kept = account()
    keep_oss(kept, ROWS)
    with Sim(kept) as sim:
        yield sim


def test_rows_come_as_lines_of_json_and_the_rest_is_told_beside_them(sim: Sim, responder: Responder) -> None:
    done = responder.at(sim).run("query", "oss-access", DEPLOYER_KEY, "--format", "jsonl", "--since", "60d")
    lines = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == 0
    assert [line["object"] for line in lines] == [f"day {number}.txt" for number in reversed(range(20))]
    assert "nothing from before" in done.err


def test_without_a_time_the_last_seven_days_are_looked_at_and_older_rows_mentioned(
    sim: Sim, responder: Responder
) -> None:
    done = responder.at(sim).run("query", "oss-by-bucket", DEPLOYER_KEY, "--format", "json")
    window = done.json["window"]
    assert [row["requests"] for row in done.json["rows"]] == [7]
    assert window["start"][:10] != window["end"][:10]
    assert "Rows are kept since" in done.json["note"]


def test_enough_rows_end_the_download(sim: Sim, responder: Responder) -> None:
    words = ("query", "oss-access", DEPLOYER_KEY, "--format", "jsonl", "--limit", "3", "--since", "30d")
    done = responder.at(sim).run(*words)
    assert len(done.out.splitlines()) == 3
    assert "more rows" in done.err


def test_a_text_is_seen_before_it_is_sent(sim: Sim, responder: Responder) -> None:
    responder.at(sim)
    before = len(sim.app.calls.since(0))
    done = responder.run("query", "oss-by-ip", DEPLOYER_KEY, "--statement", "--param", "bucket=acme-web")
    assert done.code == 0
    assert done.out.startswith(f"__topic__: oss_access_log and access_id: {DEPLOYER_KEY} and bucket:")
    assert " | SELECT client_ip AS ip, count(1) AS requests" in done.out
    assert len(sim.app.calls.since(0)) == before


def test_an_edited_text_is_sent_and_remembered(sim: Sim, responder: Responder) -> None:
    responder.at(sim)
    text = "* | SELECT count(1) AS all_of_it FROM log"
    done = responder.run("query", "oss-by-ip", DEPLOYER_KEY, "--param", f"text={text}", "--format", "jsonl")
    assert [json.loads(line)["all_of_it"] for line in done.out.splitlines()] == ["7"]
    assert text not in responder.run("query", "oss-by-bucket", DEPLOYER_KEY, "--statement").err
    again = responder.run("query", "oss-by-ip", DEPLOYER_KEY, "--statement")
    assert again.out.startswith("__topic__: oss_access_log")
    assert f"used before, with --param text=…: {text}" in again.err


def test_a_question_that_sends_no_text_has_none_to_show(sim: Sim, responder: Responder) -> None:
    done = responder.at(sim).run("query", "caller", DEPLOYER_KEY, "--statement")
    assert done.code == 2
    assert "sends no text" in done.err


def test_the_list_of_questions_tells_which_of_them_send_texts(sim: Sim, responder: Responder) -> None:
    queries = {query["id"]: query for query in responder.at(sim).run("queries", "--json").json["queries"]}
    assert queries["oss-access"]["texts"] == [{"log": "oss", "param": "text"}]
    assert queries["oss-access"]["rows_in_bulk"] is True
    assert queries["oss-access"]["span_seconds"] == timedelta(days=7).total_seconds()
    assert queries["caller"]["texts"] == []
