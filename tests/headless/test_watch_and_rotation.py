"""`aktui watch` and `aktui rotation`: what goes on after a change, and how far the way to a new key is."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from aktui.headless import watch
from tests.headless.conftest import Responder
from tests.headless.containing import Desk, desk, documents


@pytest.fixture
def at(responder: Responder, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(watch, "_every", timedelta(seconds=0.05))
    with desk(responder, monkeypatch) as found:
        yield found


def test_each_look_is_a_line_of_json(at: Desk) -> None:
    at.do("disable-key")
    done = at.run("watch", "--for", "1s", "--json")
    looks = documents(done.out)
    assert done.code in (0, 3)
    assert len(looks) > 1
    assert {look["schema"] for look in looks} == {"aktui.watch/1"}
    assert {look["key_id"] for look in looks} == {at.key_id}
    assert looks[0]["state"] == "too early to tell"
    assert "since 2026-11-22" in done.err


def test_a_look_is_a_line_for_people_too(at: Desk) -> None:
    done = at.run("watch", "--for", "1s", "--since", "10m")
    assert done.out.splitlines()
    assert "Looking for 1s" in done.err


def test_nothing_was_changed_so_there_is_nothing_to_watch(at: Desk) -> None:
    done = at.run("watch", "--for", "1s")
    assert (done.code, done.out) == (2, "")
    assert "--since" in done.err


def test_a_length_that_is_none_is_usage(at: Desk) -> None:
    done = at.run("watch", "--for", "soon")
    assert done.code == 2
    assert "--for" in done.err
    assert not at.sim.app.calls.since(0)


def test_a_rotation_is_told_with_its_next_step(at: Desk) -> None:
    before = at.run("rotation", "--json").json
    assert (before["schema"], before["stage"], before["next"]) == ("aktui.rotation/1", "not begun", "rotate")
    plan = at.plan("rotate", "--param", f"replace={at.second_key()}")
    secret = str(at.case.parent / "secret.txt")
    plan["apply"] = [word if word != "FILE" else secret for word in plan["apply"]]
    made = at.apply(plan, "--json").json
    after = at.run("rotation", "--json").json
    assert after["stage"] == "second key created"
    assert after["new"] == made["steps"][-1]["made"]["key"]
    assert after["back"] == made["run"]
    told = at.run("rotation").out
    assert f"aktui undo {at.key_id} {made['run']} --plan" in told
