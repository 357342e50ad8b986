"""`--apply`: exactly the plan that was printed, armed and confirmed, and how it ended in the exit code."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from aktui.case.journal import FILE, read_journal
from aktui.case.ledger import Ledger
from aktui.case.verify import verify
from aktui.errors import CaseError
from tests.headless.conftest import Responder
from tests.headless.containing import Desk, desk, impatient


@pytest.fixture
def at(responder: Responder, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with desk(responder, monkeypatch) as found:
        yield found


def test_a_plan_that_was_printed_is_run_and_verified(at: Desk) -> None:
    done = at.apply(at.plan("disable-key"), "--json")
    run = done.json
    assert done.code == 0
    assert (run["schema"], run["ended"], run["verified"]) == ("aktui.run/1", "verified", True)
    (step,) = run["steps"]
    assert (step["took"], step["observed"]) == ("verified", "Inactive")
    assert step["calls"][0]["result"] == "accepted"
    assert step["calls"][0]["request_id"]
    assert at.status() == "Inactive"
    assert at.writes() == ["Ims:UpdateAccessKey"]
    assert "Sending ims:UpdateAccessKey" in done.err


def test_what_a_person_reads_of_it_says_the_same(at: Desk) -> None:
    done = at.apply(at.plan("disable-key"))
    assert done.code == 0
    assert "ended     verified." in done.out
    assert f"aktui undo {at.key_id}" in done.err


def test_read_only_nothing_is_applied_nor_even_asked(at: Desk) -> None:
    plan = at.plan("disable-key")
    before = len(at.sim.app.calls.since(0))
    words = [word for word in plan["apply"][1:] if word != "--allow-containment"]
    done = at.responder.run(*words)
    assert (done.code, done.out) == (1, "")
    assert "--allow-containment" in done.err
    assert len(at.sim.app.calls.since(0)) == before


def test_the_end_of_the_key_has_to_be_given(at: Desk) -> None:
    plan = at.plan("disable-key")
    words = [word if word != at.key_id[-4:] else "zzzz" for word in plan["apply"][1:]]
    done = at.responder.run(*words)
    assert (done.code, done.out) == (1, "")
    assert "last four characters" in done.err
    assert at.writes() == []


def test_a_plan_that_was_never_printed_is_refused_with_the_way(at: Desk) -> None:
    words = ["--apply", "--allow-containment", "--digest", "0" * 64, "--confirm", at.key_id[-4:]]
    done = at.run("contain", "disable-key", *words)
    assert (done.code, done.out) == (1, "")
    assert "keeps no plan" in done.err
    assert "--plan" in done.err
    assert at.writes() == []


def test_a_kept_plan_that_was_changed_is_refused(at: Desk) -> None:
    plan = at.plan("disable-key")
    path = Path(plan["kept_in"])
    kept = json.loads(path.read_text())
    kept["plan"]["steps"][0]["target"]["key"] = at.account.responder
    path.write_text(json.dumps(kept))
    done = at.apply(plan)
    assert (done.code, done.out) == (1, "")
    assert "was changed since" in done.err
    assert at.writes() == []


def test_the_plan_of_another_action_is_not_run_under_this_name(at: Desk) -> None:
    plan = at.plan("disable-key")
    plan["apply"][plan["apply"].index("disable-key")] = "rotate"
    done = at.apply(plan)
    assert (done.code, done.out) == (1, "")
    assert "plan of disable-key" in done.err
    assert at.writes() == []


def test_a_plan_runs_only_while_all_is_as_it_was_printed(at: Desk) -> None:
    plan = at.plan("disable-key")
    at.account.keys[at.key_id].status = "Inactive"
    done = at.apply(plan)
    assert (done.code, done.out) == (1, "")
    assert "was Active in the preview and is Inactive now" in done.err
    assert at.writes() == []


def test_a_run_that_is_in_doubt_or_was_stopped_ends_with_three(
    at: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch)
    plan = at.plan("disable-key")
    at.sim.app.faults.add([{"kind": "cut-before", "action": "UpdateAccessKey", "times": 1}])
    doubtful = at.apply(plan, "--json")
    assert (doubtful.code, doubtful.json["ended"], doubtful.json["verified"]) == (3, "in doubt", False)
    assert f"aktui recover {at.key_id}" in doubtful.err
    assert at.run("recover").code == 0
    at.sim.app.faults.add([{"kind": "deny", "action": "UpdateAccessKey", "times": 1}])
    stopped = at.apply(plan, "--json")
    assert (stopped.code, stopped.json["ended"]) == (3, "stopped")
    assert "ram:UpdateAccessKey" in stopped.json["note"]
    assert at.status() == "Active"


def test_a_reason_is_demanded_and_journalled(at: Desk) -> None:
    rotate = at.plan("rotate", "--param", f"replace={at.second_key()}")
    secret = str(at.case.parent / "secret.txt")
    rotate["apply"] = [word if word != "FILE" else secret for word in rotate["apply"]]
    assert at.apply(rotate).code == 0
    at.do("disable-key")
    plan = at.plan("delete-key")
    assert "business" in plan["needs_reason"]
    without = at.apply({"apply": [word for word in plan["apply"] if word != "--reason"]})
    assert without.code == 1
    assert at.status() == "Inactive"
    words = [word if word != "TEXT" else "the owner says so" for word in plan["apply"][1:]]
    assert at.responder.run(*words).code == 0
    assert at.account.keys[at.key_id].recycled
    assert at.run("journal", "--json").json["runs"][-1]["reason"] == "the owner says so"


def test_a_secret_goes_to_the_file_named_and_nowhere_else(at: Desk) -> None:
    plan = at.plan("rotate", "--param", f"replace={at.second_key()}")
    words = [word for word in plan["apply"][1:] if word not in ("--secret-file", "FILE")]
    refused = at.responder.run(*words)
    assert refused.code == 2
    assert "--secret-file" in refused.err
    assert at.writes() == []
    path = at.case.parent / "secret.txt"
    done = at.responder.run(*words, "--secret-file", str(path), "--json")
    assert done.code == 0
    new = done.json["steps"][-1]["made"]["key"]
    secret = at.account.keys[new].secret
    assert secret in path.read_text()
    assert secret not in done.out + done.err
    kept = [file.read_bytes() for file in at.case.rglob("*") if file.is_file()]
    assert not [content for content in kept if secret.encode() in content]


def test_every_entry_of_the_journal_is_in_the_ledger_too(at: Desk) -> None:
    at.do("disable-key")
    found = verify(at.case)
    assert found.intact
    assert found.journal == len(read_journal(at.case).lines) > 0


def test_a_disk_that_fails_in_the_middle_is_told_with_the_way(
    at: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = at.plan("disable-key")
    record = Ledger.record_action

    async def full(self: Ledger, line: object) -> None:
        if line.kind == "outcome":  # type: ignore[attr-defined]
            raise CaseError("The disk is full.")
        await record(self, line)  # type: ignore[arg-type]

    monkeypatch.setattr(Ledger, "record_action", full)
    done = at.apply(plan, "--json")
    assert (done.code, done.json["ended"]) == (3, "open")
    assert "The disk is full." in done.err
    assert f"aktui recover {at.key_id}" in done.err
    monkeypatch.setattr(Ledger, "record_action", record)
    found = at.run("recover", "--json")
    assert found.code == 0
    assert found.json["copied"] > 0
    assert verify(at.case).intact


def test_interrupted_it_says_that_the_run_was_cut_off(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    impatient(monkeypatch)
    plan = at.plan("disable-key")
    at.sim.app.faults.add([{"kind": "hang", "action": "UpdateAccessKey"}])
    process = subprocess.Popen(
        [sys.executable, "-m", "aktui", *plan["apply"][1:]],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ.copy(),
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    while "UpdateAccessKey" not in [call["action"] for call in at.sim.app.calls.since(0)]:
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, "")
    assert "was cut off" in err
    assert f"aktui recover {at.key_id}" in err
    assert "Traceback" not in err
    at.sim.app.faults.clear()
    refused = at.apply(plan)
    assert refused.code == 1
    assert "Recover it first" in refused.err
    found = at.run("recover", "--json")
    assert found.code == 0
    assert found.json["runs"][0]["steps"][0]["took"] == "not applied"
    assert (at.case / FILE).is_file()
