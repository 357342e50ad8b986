"""`aktui mark`: what the responder trusts, kept in the case."""

from pathlib import Path

import pytest

from aktui.case.directory import case_directory
from aktui.case.marks import Kind, read_marks
from aktui.config import load_settings
from aktui.headless.mark import kind_of
from tests.headless.conftest import Responder

KEY = "LTAI5tQxAbCdEfGhIjKl9fG2"


def case() -> Path:
    return case_directory(load_settings().home, KEY, practice=False)


def test_marks_are_made_listed_and_taken_away(responder: Responder) -> None:
    assert responder.run("mark", KEY, "trusted", "203.0.113.0/24", "vpc-bp1", "--note", "office").code == 0
    done = responder.run("mark", KEY, "hostile", "192.0.2.66", "ecs:RunInstances", "evil-user", "--json")
    document = done.json
    assert (document["schema"], document["key_id"]) == ("aktui.marks/1", KEY)
    told = {(one["kind"], one["value"], one["stance"], one["note"]) for one in document["marks"]}
    assert told == {
        ("source", "203.0.113.0/24", "trusted", "office"),
        ("source", "vpc-bp1", "trusted", "office"),
        ("source", "192.0.2.66", "hostile", ""),
        ("operation", "ecs:RunInstances", "hostile", ""),
        ("identity", "evil-user", "hostile", ""),
    }
    assert len(read_marks(case()).all) == 5
    assert responder.run("mark", KEY, "none", "203.0.113.0/24", "evil-user").code == 0
    listed = responder.run("mark", KEY)
    assert "203.0.113.0/24" not in listed.out
    assert "192.0.2.66" in listed.out


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("203.0.113.7", Kind.SOURCE),
        ("2001:db8::1", Kind.SOURCE),
        ("10.0.0.0/8", Kind.SOURCE),
        ("vpc-bp1abc", Kind.SOURCE),
        ("ecs:RunInstances", Kind.OPERATION),
        ("ram:*", Kind.OPERATION),
        ("deploy-role:session1", Kind.IDENTITY),
        ("ci-deployer", Kind.IDENTITY),
        ("LTAI5tQxAbCdEfGhIjKl9fG2", Kind.IDENTITY),
    ],
)
def test_what_a_value_is_can_mostly_be_seen_from_it(value: str, kind: Kind) -> None:
    assert kind_of(value) is kind


def test_the_kind_can_be_said(responder: Responder) -> None:
    done = responder.run("mark", KEY, "trusted", "deploy:Session", "--kind", "identity", "--json")
    assert done.json["marks"][0]["kind"] == "identity"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["trusted"], "Name what is trusted"),
        (["trusted", "0.0.0.0/0"], "trust everybody"),
        (["none", "203.0.113.7"], "no mark on"),
        (["trusted", "203.0.113.7", "not a name"], "not the name"),
    ],
)
def test_what_can_not_be_marked_changes_nothing(responder: Responder, words: list[str], reason: str) -> None:
    done = responder.run("mark", KEY, *words)
    assert (done.code, done.out) == (2, "")
    assert reason in done.err
    assert read_marks(case()).all == ()


def test_no_marks_are_said_to_be_none(responder: Responder) -> None:
    done = responder.run("mark", KEY)
    assert (done.code, done.out) == (0, "")
    assert "Nothing is marked." in done.err
