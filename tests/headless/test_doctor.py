"""The doctor says what works, what does not, and what can not be told."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from aktui.headless import local_checks
from aktui.headless.checks import Health
from aktui.headless.policy import needed_actions
from aktui.headless.probes import UNTRIED, probe_of
from aktui.models import utc_now
from tests.headless.conftest import Done, Responder
from tests.practice import Sim
from tests.queries.rig import restrict
from tests.simcloud.accounts import ACCOUNT_ID, NOBODY_KEY, small_account

TRIED = sorted(set(needed_actions()) - set(UNTRIED) - {"sts:GetCallerIdentity"})
"""Asking who one is needs no permission, so it can not be missing."""


@pytest.fixture
def small() -> Iterator[Sim]:
    with Sim(small_account()) as sim:
        yield sim


def statuses(done: Done) -> dict[str, str]:
    return {check["name"]: check["status"] for check in done.json["checks"]}


def test_with_everything_in_order_the_doctor_has_nothing_to_say(small: Sim, responder: Responder) -> None:
    done = responder.at(small).run("doctor", "--json")
    found = statuses(done)
    assert done.code == 0
    assert done.json["schema"] == "aktui.doctor/1"
    assert not {name for name, status in found.items() if status == "fail"}
    for name in ("versions", "cases", "credentials", "caller", "clock", "endpoint ims.aliyuncs.com"):
        assert found[name] == "ok"
    assert {found[f"permission {name}"] for name in TRIED} == {"ok"}


@pytest.mark.parametrize("permission", needed_actions())
def test_every_needed_permission_can_be_tried_or_says_why_not(permission: str) -> None:
    assert permission in UNTRIED or probe_of(permission, ACCOUNT_ID, utc_now())


def test_trying_permissions_changes_nothing(small: Sim, responder: Responder) -> None:
    responder.at(small).run("doctor")
    actions = {call["action"] for call in small.app.calls.since(0)}
    assert actions
    assert not {action for action in actions if not action.startswith(("Get", "List", "Describe", "Lookup"))}


@pytest.mark.parametrize("permission", TRIED)
def test_a_missing_permission_is_told(small: Sim, responder: Responder, permission: str) -> None:
    restrict(small.account, permission)
    done = responder.at(small).run("doctor", "--json")
    missing = [check["missing"] for check in done.json["checks"] if "missing" in check]
    assert done.code == 3
    assert missing == [permission]


def test_an_identity_without_permissions_is_told_all_it_lacks(small: Sim, responder: Responder) -> None:
    done = responder.at(small, key_id=NOBODY_KEY).run("doctor", "--json")
    missing = {check["missing"] for check in done.json["checks"] if "missing" in check}
    assert done.code == 3
    assert missing == set(TRIED)


def test_an_answer_that_tells_nothing_is_unknown_not_ok(small: Sim, responder: Responder) -> None:
    small.app.faults.add([{"kind": "status", "status": 503, "action": "GetUserMFAInfo"}])
    done = responder.at(small).run("doctor", "--json")
    assert done.code == 3
    assert statuses(done)["permission ram:GetUserMFAInfo"] == "unknown"


def test_a_wrong_secret_is_a_failure(small: Sim, responder: Responder) -> None:
    done = responder.at(small, secret="wrongwrongwrongwrongwrongwrong").run("doctor", "--json")
    assert done.code == 1
    assert statuses(done)["caller"] == "fail"


def test_without_credentials_the_rest_is_still_looked_at(responder: Responder) -> None:
    done = responder.run("doctor", "--json")
    assert done.code == 1
    assert statuses(done)["credentials"] == "fail"
    assert statuses(done)["versions"] == "ok"


def test_a_cloud_that_is_not_there_is_a_failure(
    small: Sim, responder: Responder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    responder.at(small)
    monkeypatch.setenv("AKTUI_ENDPOINT", f"http://127.0.0.1:{port}")
    done = responder.run("doctor", "--json")
    assert done.code == 1
    assert statuses(done)["caller"] == "fail"


def test_a_home_that_can_not_be_written_is_a_failure(
    small: Sim, responder: Responder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AKTUI_HOME", "/dev/null/aktui")
    done = responder.at(small).run("doctor", "--json")
    assert done.code == 1
    assert statuses(done)["cases"] == "fail"


def test_the_text_names_every_check_in_80_columns(small: Sim, responder: Responder) -> None:
    responder.at(small)
    text = responder.run("doctor").out
    names = statuses(responder.run("doctor", "--json"))
    flat = " ".join(text.split())
    assert [name for name in names if name not in flat] == []
    assert [line for line in text.splitlines() if len(line) > 80] == []


@pytest.mark.parametrize(
    ("env", "size", "encoding", "healths"),
    [
        ({"TERM": "xterm-256color"}, (160, 50), "utf-8", ["ok", "ok", "ok"]),
        ({"TERM": "xterm", "NO_COLOR": "1"}, (80, 24), "UTF-8", ["ok", "ok", "ok"]),
        ({"TERM": "dumb"}, (79, 24), "iso8859-1", ["warn", "warn", "warn"]),
        ({}, None, "utf-8", ["unknown", "warn", "ok"]),
    ],
)
def test_the_terminal_is_judged(
    env: dict[str, str], size: tuple[int, int] | None, encoding: str, healths: list[str]
) -> None:
    assert [check.health for check in local_checks._terminal(env, size, encoding)] == [
        Health(h) for h in healths
    ]


def test_the_doctor_leaves_no_case_behind(small: Sim, responder: Responder) -> None:
    responder.at(small).run("doctor")
    assert [path for path in Path(os.environ["AKTUI_HOME"]).rglob("*") if path.is_file()] == []
