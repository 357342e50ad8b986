"""`python -m aktui.simcloud`: started, spoken to, stopped."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from aktui.simcloud.main import run
from tests.simcloud.signing import acs3_to, send

NOW = "2026-11-22T03:12:44Z"


@contextmanager
def program(*options: str) -> Iterator[tuple["subprocess.Popen[str]", dict[str, Any]]]:
    """The running program and its first line."""
    command = [sys.executable, "-m", "aktui.simcloud", *options]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


def test_the_first_line_is_enough_to_make_a_call() -> None:
    with program("--now", NOW) as (process, line):
        assert set(line) == {
            "endpoint",
            "account_id",
            "region",
            "now",
            "scenario",
            "responder",
            "suspect_key_ids",
        }
        assert line["scenario"] == "leaked-ci-key"
        assert line["now"].startswith("2026-11-22T03:12:4")
        key, secret = line["responder"]["access_key_id"], line["responder"]["access_key_secret"]
        request = acs3_to(line["endpoint"], "Sts", "GetCallerIdentity", key=key, secret=secret)
        assert send(request).json()["AccountId"] == line["account_id"]
        process.send_signal(signal.SIGTERM)
        rest, errors = process.communicate()
    assert (process.returncode, rest, errors) == (0, "", "")


def test_it_ends_well_when_interrupted_even_in_the_middle_of_a_call() -> None:
    with program("--scenario", "idle-root-key") as (process, line):
        fault = {"faults": [{"kind": "hang"}]}
        httpx.post(f"{line['endpoint']}/__sim__/faults", json=fault, trust_env=False)
        with socket.create_connection(("127.0.0.1", int(line["endpoint"].rpartition(":")[2]))) as caller:
            caller.sendall(b"GET / HTTP/1.1\r\nHost: sts.aliyuncs.com\r\n\r\n")
            while not httpx.get(f"{line['endpoint']}/__sim__/calls", trust_env=False).json()["calls"]:
                continue
            process.send_signal(signal.SIGINT)
            rest, errors = process.communicate()
    assert (process.returncode, rest, errors) == (0, "", "")


def test_it_ends_with_whoever_started_it() -> None:
    with program("--scenario", "idle-root-key", "--exit-with-stdin") as (process, _):
        rest, errors = process.communicate()
    assert (process.returncode, rest, errors) == (0, "", "")


def test_the_same_seed_and_moment_tell_the_same_story() -> None:
    def told(seed: str) -> dict[str, Any]:
        with program("--scenario", "idle-root-key", "--seed", seed, "--now", NOW) as (_, line):
            return {name: value for name, value in line.items() if name not in ("endpoint", "now")}

    assert told("7") == told("7") != told("8")


@pytest.mark.parametrize("still", [False, True])
def test_business_and_intruder_go_on_unless_told_to_stand_still(still: bool) -> None:
    options = ["--scenario", "idle-root-key", *(["--still"] if still else [])]
    with program(*options) as (_, line):
        controls = f"{line['endpoint']}/__sim__"
        httpx.post(f"{controls}/clock", json={"advance": 600}, trust_env=False)
        told = httpx.get(f"{controls}/life", trust_env=False).json()
    assert told["running"] is not still
    assert all(bool(one["accepted"]) is not still for one in told["callers"])


def test_a_port_that_is_taken_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert run(["--scenario", "idle-root-key", "--port", str(port)]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(f"aktui simcloud: port {port} can not be used: ")


def test_an_unknown_scenario_names_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--scenario", "nope"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "leaked-ci-key" in told.err


def test_a_file_that_is_not_there_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--scenario", "no/such.json"]) == 2
    assert "no/such.json can not be read: No such file" in capsys.readouterr().err


@pytest.mark.parametrize("options", [["--now", "soon"], ["--port", "70000"], ["--seed", "x"], ["--nope"]])
def test_options_that_make_no_sense_are_refused(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(options) == 2
    assert options[0] in capsys.readouterr().err


def test_the_scenarios_can_be_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--list"]) == 0
    assert [line.split("\t")[0] for line in capsys.readouterr().out.splitlines()] == [
        "benign-surprise",
        "idle-root-key",
        "leaked-ci-key",
        "oss-exfiltration",
        "role-chain-persistence",
        "slow-and-low",
        "sms-pumping",
        "two-keys-one-intruder",
    ]


def test_an_account_can_be_written_down_and_served_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "account.json"
    assert run(["--scenario", "idle-root-key", "--now", NOW, "--dump", str(file)]) == 0
    with program("--scenario", str(file), "--now", NOW) as (_, line):
        assert line["scenario"] == "idle-root-key"
        assert line["account_id"] in file.read_text(encoding="utf-8")
        file.write_text("{", encoding="utf-8")
        reset = httpx.post(f"{line['endpoint']}/__sim__/reset", trust_env=False)
    assert reset.status_code == 409
    assert "not JSON" in reset.json()["error"]


def test_a_place_that_can_not_be_written_is_said_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--scenario", "idle-root-key", "--dump", str(tmp_path / "no" / "such.json")]) == 1
    assert "can not be written" in capsys.readouterr().err
