"""`aktui sweep` at a shell."""

import json
import signal
import threading
from pathlib import Path

import pytest

from aktui.headless import sweep as command
from queries.sweep.declared import NEEDS
from tests.conftest import PracticeCloudFactory
from tests.headless.conftest import Responder, responder
from tests.queries.rig import restrict
from tests.sweep.rig import arm, told

__all__ = ["responder"]


def test_one_document_has_every_key_with_its_reasons_and_every_source(
    practice_cloud: PracticeCloudFactory, responder: Responder
) -> None:
    account = told("leaked-ci-key")
    with practice_cloud(account) as sim:
        done = responder.at(sim).run("sweep", "--json")
    assert done.code == 0
    document = done.json
    assert document["schema"] == "aktui.sweep/1"
    assert document["status"] == "complete"
    first = document["keys"][0]
    assert first["key_id"] == account.suspects[0]
    assert {reason["code"] for reason in first["reasons"]} >= {"leaked", "abnormal", "admin"}
    assert set(first["facts_from"]) >= {"leaks", "trail", "keys", "powers"}
    scores = [key["score"] for key in document["keys"]]
    assert scores == sorted(scores, reverse=True)
    assert {source["status"] for source in document["sources"].values()} == {"complete"}
    assert "Evidence: " in done.err


def test_people_read_a_table_and_the_reasons_in_words(
    practice_cloud: PracticeCloudFactory, responder: Responder
) -> None:
    with practice_cloud(told("idle-root-key")) as sim:
        done = responder.at(sim).run("sweep", "--only", "root,leaked")
    assert done.code == 3
    assert "(id not told)" in done.out
    assert "perhaps LTAI" in done.out
    assert "key of the account itself" in done.out
    assert "no key ids" in done.err
    assert "Trail (for: abnormal): failed." in done.err


def test_only_keys_with_the_reasons_asked_for_and_of_the_users_asked_for(
    practice_cloud: PracticeCloudFactory, responder: Responder
) -> None:
    with practice_cloud(told("leaked-ci-key")) as sim:
        at = responder.at(sim)
        only = at.run("sweep", "--json", "--only", "idle,leaked").json
        user = at.run("sweep", "--json", "--resume", "--user", "ci-*").json
    assert all({r["code"] for r in key["reasons"]} & {"idle", "leaked"} for key in only["keys"])
    assert {key["owner"] for key in user["keys"]} == {"ci-deployer", "ci-depIoyer"}


def test_keys_come_as_lines_while_others_are_still_asked_for(
    practice_cloud: PracticeCloudFactory, responder: Responder
) -> None:
    with practice_cloud(told("leaked-ci-key")) as sim:
        done = responder.at(sim).run("sweep", "--jsonl")
    *keys, last = map(json.loads, done.out.splitlines())
    assert last["keys"] == len(keys) > 50
    assert all("key" in line for line in keys)


def test_a_reason_there_is_not_is_wrong_usage(responder: Responder) -> None:
    done = responder.run("sweep", "--only", "lost")
    assert done.code == 2
    assert "leaked, root, admin" in done.err


def test_a_denied_source_is_incomplete_and_says_what_it_takes(
    practice_cloud: PracticeCloudFactory, responder: Responder
) -> None:
    account = told("leaked-ci-key")
    restrict(account, "yundun-aegis:DescribeAccesskeyLeakList")
    with practice_cloud(account) as sim:
        done = responder.at(sim).run("sweep", "--json", "--only", "leaked")
    assert done.code == 3
    assert done.json["keys"] == []
    assert done.json["sources"]["leaks"]["missing"] == "yundun-aegis:DescribeAccesskeyLeakList"
    assert "Leak reports (for: leaked): denied." in done.err


def test_an_account_of_which_nothing_is_told_is_a_failure(
    practice_cloud: PracticeCloudFactory, responder: Responder
) -> None:
    account = told("leaked-ci-key")
    restrict(account, "ram:*")
    with practice_cloud(account) as sim:
        done = responder.at(sim).run("sweep", "--json")
    assert done.code == 1
    assert done.json["status"] == "failed"


def test_interrupted_it_prints_what_it_knows_and_resumed_it_goes_on(
    practice_cloud: PracticeCloudFactory, responder: Responder, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = told("leaked-ci-key")
    shown = command._Stream._progress
    sent: list[int] = []

    def interrupting(self: command._Stream) -> None:
        shown(self)
        if self._opened.done[0] >= 10 and not sent:
            sent.append(1)
            signal.raise_signal(signal.SIGINT)

    assert threading.current_thread() is threading.main_thread()
    monkeypatch.setattr(command._Stream, "_progress", interrupting)
    with practice_cloud(account) as sim:
        at = responder.at(sim)
        cut = at.run("sweep", "--json")
        whole = at.run("sweep", "--json", "--resume")
    assert cut.code == 130
    assert cut.json["status"] == "interrupted"
    assert cut.json["users"]["asked"] < cut.json["users"]["all"]
    assert "--resume` goes on" in cut.err
    assert whole.code == 0
    assert whole.json["begun"] == cut.json["begun"]
    assert whole.json["keys"][0]["key_id"] == account.suspects[0]
    assert "Going on with the sweep of" in whole.err


def test_the_policy_for_reading_has_what_a_sweep_needs(responder: Responder) -> None:
    allowed = responder.run("policy", "read").json["Statement"][0]["Action"]
    assert set(NEEDS) <= set(allowed)


def test_hostile_names_reach_no_terminal_as_they_are(
    practice_cloud: PracticeCloudFactory, responder: Responder, tmp_path: Path
) -> None:
    account = told("leaked-ci-key")
    account.leaks[0].key = "LTAI\x1b]0;owned\x07"
    with practice_cloud(account) as sim:
        arm(sim, {"kind": "throttle", "action": "ListUsers", "times": 1})
        done = responder.at(sim).run("sweep")
    assert "\x1b" not in done.out + done.err
