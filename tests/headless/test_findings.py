"""`aktui findings`: what was found, handed on to other tools from the command line."""

import json
from pathlib import Path

import stix2

from tests.headless.conftest import Responder
from tests.judgement.files import STORIES
from tests.judgement.incidents import Incident
from tests.practice import Sim
from tests.queries.rig import idle_root, leaked, restrict


def test_findings_of_an_intrusion_go_to_a_private_file(responder: Responder, tmp_path: Path) -> None:
    file = tmp_path / "events"
    with Sim(leaked()) as sim:
        (key_id,) = sim.account.suspects
        done = responder.at(sim).run("findings", key_id, "--as", "ocsf", "--output", str(file))
        theirs = set(sim.account.truth["intruder"]["event_ids"])
    assert (done.code, done.out) == (0, "")
    assert file.stat().st_mode & 0o777 == 0o600
    events = [json.loads(line) for line in file.read_text().splitlines()]
    assert {event["unmapped"]["verdict"] for event in events} == {"business-and-intruder"}
    told = {one["uid"] for e in events if e["is_alert"] for one in e["finding_info"]["related_events"]}
    assert told
    assert told <= theirs


def test_a_key_that_nobody_uses_makes_a_bundle_that_says_so(responder: Responder) -> None:
    with Sim(idle_root()) as sim:
        done = responder.at(sim).run("findings", sim.account.suspects[0], "--as", "stix")
    assert done.code == 0
    (report,) = [one for one in stix2.parse(done.out, version="2.1").objects if one.type == "report"]
    assert report.name.endswith("idle")


def test_a_file_that_is_there_is_left_alone_and_nothing_is_asked(
    responder: Responder, tmp_path: Path
) -> None:
    there = tmp_path / "findings.json"
    there.write_text("mine")
    with Sim(idle_root()) as sim:
        done = responder.at(sim).run("findings", sim.account.suspects[0], "--output", str(there))
        assert not sim.app.calls.since(0)
    assert done.code == 1
    assert "exists" in done.err
    assert there.read_text() == "mine"


def test_what_could_not_be_read_is_told_in_the_document_and_by_the_exit_code(responder: Responder) -> None:
    account = idle_root()
    restrict(account, "actiontrail:LookupEvents")
    with Sim(account) as sim:
        done = responder.at(sim).run("findings", account.suspects[0])
    assert done.code == 3
    assert "actiontrail:LookupEvents" in done.err
    assert "LookupEvents" in " ".join(done.json["verdict"]["not_covered"])
    assert any(gap["status"] == "denied" for gap in done.json["gaps"])


def events_on_disk(folder: Path, name: str) -> tuple[str, set[str], Path]:
    """The key, the ids of the intruder's events, and a file with all events of an incident."""
    story, verdict = STORIES[name]
    one = Incident(5)
    who = story(one)
    document = one.document(who, verdict)
    file = folder / "events.json"
    file.write_text(json.dumps(document["events"]))
    return who.key_id, set(one.hostile), file


def test_imported_events_are_judged_with_no_cloud_and_no_credentials(
    responder: Responder, tmp_path: Path
) -> None:
    key_id, theirs, file = events_on_disk(tmp_path, "runners-and-intruder")
    assert responder.run("import", str(file), "--key", key_id).code == 0
    done = responder.run("findings", key_id, "--offline")
    told = done.json
    assert done.code == 0
    assert told["verdict"]["verdict"] == "business-and-intruder"
    assert told["owner"]
    found = {one for row in told["findings"] if row["side"] == "intruder" for one in row["event_ids"]}
    assert found == theirs
    assert any(one.startswith("cloud (not-asked)") for one in told["verdict"]["not_covered"])


def test_events_alone_call_nothing_clean_with_high_confidence(responder: Responder, tmp_path: Path) -> None:
    key_id, _, file = events_on_disk(tmp_path, "deleter")
    responder.run("import", str(file), "--key", key_id)
    verdict = responder.run("findings", key_id, "--offline").json["verdict"]
    assert (verdict["verdict"], verdict["certainty"]) == ("business", "medium")
    assert "not all could be seen" in verdict["summary"]


def test_a_case_without_events_says_how_to_bring_some(responder: Responder) -> None:
    done = responder.run("findings", "LTAI5tNobodyKnowsThisKey", "--offline")
    assert done.code == 2
    assert "aktui import" in done.err
