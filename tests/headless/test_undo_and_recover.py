"""`aktui undo`, `aktui recover` and `aktui journal`: what was done, what became of it, and the way back."""

from collections.abc import Iterator

import pytest

from aktui.case.directory import LEDGER
from aktui.case.journal import FILE, append
from tests.headless.conftest import Responder
from tests.headless.containing import Desk, desk, impatient


@pytest.fixture
def at(responder: Responder, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with desk(responder, monkeypatch) as found:
        yield found


def test_a_run_is_taken_back_by_a_plan_like_any_other(at: Desk) -> None:
    run = at.do("disable-key")
    planned = at.run("undo", run["run"], "--plan", "--json")
    assert planned.code == 0
    assert (planned.json["schema"], planned.json["undoes"]) == ("aktui.plan/1", run["run"])
    assert at.status() == "Inactive"
    back = at.apply(planned.json, "--json")
    assert (back.code, back.json["ended"], back.json["undoes"]) == (0, "verified", run["run"])
    assert at.status() == "Active"
    again = at.run("undo", run["run"], "--plan")
    assert again.code == 1
    assert "taken back already" in again.err


def test_the_plan_of_an_undoing_runs_only_as_that(at: Desk) -> None:
    run = at.do("disable-key")
    plan = at.run("undo", run["run"], "--plan", "--json").json
    armed = ["--apply", "--allow-containment", "--digest", plan["digest"], "--confirm", at.key_id[-4:]]
    wrong = at.run("contain", "disable-key", *armed)
    assert (wrong.code, at.status()) == (1, "Inactive")
    assert f"takes back the run {run['run']}" in wrong.err
    other = at.run("undo", "20200101T000000-ffff", *armed)
    assert (other.code, at.status()) == (1, "Inactive")
    assert at.run("undo", "nothing", "--plan").code == 2


def test_the_plan_of_an_action_takes_nothing_back(at: Desk) -> None:
    plan = at.plan("disable-key")
    armed = ["--apply", "--allow-containment", "--digest", plan["digest"], "--confirm", at.key_id[-4:]]
    done = at.run("undo", "20200101T000000-ffff", *armed)
    assert done.code == 1
    assert "of no undoing" in done.err
    assert at.writes() == []


def test_the_journal_tells_every_run_without_asking_the_cloud(at: Desk) -> None:
    run = at.do("disable-key")
    at.apply(at.run("undo", run["run"], "--plan", "--json").json)
    before = len(at.sim.app.calls.since(0))
    done = at.run("journal", "--json")
    document = done.json
    assert done.code == 0
    assert (document["schema"], document["key_id"]) == ("aktui.journal/1", at.key_id)
    first, second = document["runs"]
    assert (first["run"], first["undone_by"]) == (run["run"], second["run"])
    assert (document["problem"], document["torn"], document["open"]) == ("", 0, [])
    told = at.run("journal").out
    assert f"taken back by {second['run']}" in told
    assert "ims:UpdateAccessKey: accepted" in told
    newest = at.responder.run("journal", "--json")
    assert newest.json["key_id"] == at.key_id
    assert len(at.sim.app.calls.since(0)) == before


def test_a_key_about_which_nothing_was_done_has_an_empty_journal(at: Desk) -> None:
    done = at.run("journal", "--json")
    assert (done.code, done.json["runs"], done.json["entries"]) == (0, [], 0)
    assert "Nothing was done" in done.err


def test_a_journal_that_was_changed_is_told_up_to_the_break(at: Desk) -> None:
    at.do("disable-key")
    path = at.case / FILE
    path.write_bytes(path.read_bytes().replace(b'"accepted"', b'"refused"'))
    done = at.run("journal", "--json")
    assert done.code == 3
    assert done.json["problem"]
    assert "was changed" in done.err


def test_recovering_looks_and_sends_no_write(at: Desk) -> None:
    plan = at.plan("disable-key")
    step = plan["steps"][0]
    body = {
        "run": "20261122T080000-abcd",
        "plan": plan,
        "reason": "",
        "cloud_time": "2026-11-22T08:00:00+00:00",
    }
    append(at.case, "plan", body)
    call = {**step["calls"][0], "run": body["run"], "step": 0, "number": 0, "attempt": 1}
    append(at.case, "intent", call)
    assert at.run("journal", "--json").json["open"] == [body["run"]]
    assert at.run("contain", "--json").json["open_runs"] == [body["run"]]
    at.account.keys[at.key_id].status = "Inactive"
    found = at.run("recover", "--json")
    assert found.code == 0
    assert (found.json["schema"], found.json["certain"], found.json["copied"]) == (
        "aktui.recovery/1",
        True,
        2,
    )
    (run,) = found.json["runs"]
    assert (run["ended"], run["recovered"]) == ("verified", True)
    assert at.writes() == []
    assert at.run("recover", "--json").json["runs"] == []


def test_what_can_not_be_looked_up_stays_in_doubt(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = at.plan("disable-key")
    body = {
        "run": "20261122T080000-abcd",
        "plan": plan,
        "reason": "",
        "cloud_time": "2026-11-22T08:00:00+00:00",
    }
    append(at.case, "plan", body)
    call = plan["steps"][0]["calls"][0]
    append(at.case, "intent", {**call, "run": body["run"], "step": 0, "number": 0, "attempt": 1})
    at.sim.app.faults.add([{"kind": "deny", "action": "ListAccessKeys"}])
    impatient(monkeypatch)
    done = at.run("recover", "--json")
    assert done.code == 3
    assert (done.json["certain"], done.json["runs"][0]["ended"]) == (False, "in doubt")


def test_the_case_is_verified_with_its_journal(at: Desk) -> None:
    at.do("disable-key")
    found = at.run_case("verify", "--json")
    assert (found.code, found.json["intact"], found.json["journal"]["torn"]) == (0, True, 0)
    assert found.json["journal"]["entries"] > 0
    assert "entries good" in at.run_case("verify").out
    path = at.case / FILE
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    cut = at.run_case("verify", "--json")
    assert cut.code == 1
    assert "The journal lacks entry" in cut.json["problems"][0]
    assert (at.case / LEDGER).is_file()
