"""`aktui simcloud score`: practice accounts judged through the real client, and compared with the truth."""

import json
from pathlib import Path

import pytest

from aktui import cli
from aktui.headless.scoring import Score, Truth, measure, together


def test_a_scenario_is_judged_right_and_the_exit_code_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.main(["simcloud", "score", "--scenario", "idle-root-key", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "aktui.score/1"
    (score,) = told["scores"]
    assert (score["verdict"], score["right"], code) == ("idle", True, 0)


def test_a_file_without_a_truth_is_no_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    account = {"format": "aktui.account/1", "account_id": "1234567890123456", "users": []}
    file = tmp_path / "account.json"
    file.write_text(json.dumps(account))
    assert cli.main(["simcloud", "score", "--scenario", str(file)]) == 1
    assert "WRONG: the account tells no truth" in capsys.readouterr().out


def test_what_no_source_holds_counts_for_nobody() -> None:
    events = [
        {"eventId": "a", "eventCategory": "Management", "requestId": "A" * 24},
        {"eventId": "b", "eventCategory": "Data", "requestId": "B" * 24},
        {"eventId": "c", "eventCategory": "Data", "requestId": "C" * 24},
        {"eventId": "d", "eventCategory": "Management"},
    ]
    projects = [{"logstores": [{"rows": {"csv": f"1,{'B' * 24},x"}}, {"rows": "events"}]}]
    truth = Truth.of(
        {
            "truth": {"verdict": "intruder", "intruder": {"event_ids": ["a", "b", "c"]}},
            "events": events,
            "projects": projects,
        }
    )
    assert truth.visible == {"a", "b"}
    score = Score("x", 0, "intruder", "intruder")
    row = {"side": "intruder", "event_ids": ["a", "d"], "request_ids": ["B" * 24, "E" * 24]}
    explained = {"side": "business", "event_ids": ["d"], "request_ids": []}
    measure(score, truth, [row, explained])
    assert (score.recall, score.hidden, score.found) == (1.0, 1, 2)
    assert score.precision == pytest.approx(2 / 3)
    assert not score.right


def test_verdicts_on_two_keys_make_one_of_the_account() -> None:
    assert together(["intruder", "business-and-intruder"]) == "business-and-intruder"
    assert together(["intruder", "business"]) == "business-and-intruder"
    assert together(["idle", "idle"]) == "idle"
    assert together(["idle", "not-enough-data"]) == "not-enough-data"
    assert together(["business", "idle"]) == "business"
