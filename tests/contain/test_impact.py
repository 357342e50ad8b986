"""What a responder reads before a change: whom it stops, whom it lets go on, what can not be told."""

import json
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from aktui.case.marks import Marks, mark
from aktui.contain.impact import Impact, impact
from aktui.contain.judge.key import denied_without_key
from aktui.contain.judge.network import judging
from aktui.contain.judge.ram import judging as by_policies
from aktui.contain.judge.verdict import Answer, Verdict
from queries.base import Gap, Status
from queries.usage import By, Usage
from tests.contain.drawn import UNHURRIED
from tests.contain.usages import NOW, report, usage

OFFICE, LAIR = "203.0.113.10", "192.0.2.66"
POLICY = {"Status": "Active", "Statements": [{"Type": "ClassicWhiteList", "IPList": [OFFICE]}]}
CALLS = (
    usage(source=OFFICE, count=100),
    usage("Ecs:RunInstances", LAIR, count=9, refused=2, newest=NOW - timedelta(minutes=3), newest_id="E1"),
    usage("Oss:GetObject", LAIR, count=40, resources=("a",)),
    usage("Oss:GetObject", LAIR, count=2, resources=("b",), newest=NOW),
    usage("Kms:GetSecretValue", LAIR, kind=By.SESSION, identity="ops:x", count=3),
    usage("Oss:GetObject", "203.0.113.170", count=7, link=True),
    usage(source="Internal", count=1),
)


def marks(*trusted: str) -> Marks:
    found = Marks()
    for value in trusted:
        found = found.with_mark(mark("source", value, "trusted", NOW))
    return found


def shown(made: Impact) -> str:
    return json.dumps(asdict(made), default=str)


def test_what_breaks_and_what_is_stopped_are_told_apart() -> None:
    made = impact(report(*CALLS), judging(POLICY, {}), marks(OFFICE))
    assert made.trusted == ()
    assert not made.breaks
    assert [(line.operation, line.source, line.calls) for line in made.other] == [
        ("Oss:GetObject", LAIR, 42),
        ("Ecs:RunInstances", LAIR, 9),
        ("Oss:GetObject", "203.0.113.170", 7),
    ]
    assert made.other[0].newest == NOW
    assert (made.other[1].newest_id, made.other[1].refused) == ("E1", 2)
    assert (made.of_trusted.kept, made.of_other.denied, made.of_other.kept) == (100, 58, 3)
    assert [line.source for line in made.unsure] == ["Internal"]


def test_the_sentence_says_what_an_intruder_keeps() -> None:
    made = impact(report(*CALLS), judging(POLICY, {}), marks(OFFICE))
    assert made.sentence == (
        "In the last 7 days this would have denied 0 calls of trusted sources and 58 of others. 7 calls of "
        "these came through links signed with the key. Others keep what they did in 3 calls, 3 of them in "
        "role sessions. 1 call can not be judged (0 of trusted sources)."
    )


def test_disabling_a_key_that_the_business_uses_says_what_breaks() -> None:
    made = impact(report(*CALLS), denied_without_key, marks(OFFICE))
    assert made.breaks
    assert [(line.source, line.calls, line.stance) for line in made.trusted] == [(OFFICE, 100, "trusted")]


def test_without_marks_nobody_is_called_an_intruder_or_the_business() -> None:
    made = impact(report(*CALLS), denied_without_key, Marks())
    assert not made.marked
    assert made.trusted == ()
    assert "Nothing is marked as trusted" in made.sentence


def test_seeing_nothing_is_not_breaking_nothing() -> None:
    gap = Gap(Status.DENIED, "events", "No permission.")
    made = impact(report(gaps=(gap,), covered=None), denied_without_key, marks(OFFICE))
    assert "not known" in made.sentence
    assert "not everything could be seen" in made.sentence
    assert made.gaps == (gap,)


def test_a_hostile_mark_on_an_operation_outweighs_a_trusted_office() -> None:
    said = marks(OFFICE).with_mark(mark("operation", "ecs:Describe*", "hostile", NOW))
    made = impact(report(*CALLS), denied_without_key, said)
    assert made.trusted == ()
    assert made.other[0].stance == "hostile"


def test_an_impact_is_plain_values() -> None:
    name = "[@click=app.quit]\x1b[2J"
    made = impact(report(usage(source=name, identity=name, agent=name)), by_policies([], NOW), Marks())
    assert json.loads(shown(made))["kept"][0]["source"] == name


answers = some.sampled_from(list(Answer))
calls = some.builds(
    lambda source, name, count, kind: usage(name, source, count=count, kind=kind),
    some.sampled_from([OFFICE, LAIR, "Internal"]),
    some.sampled_from(["Ecs:RunInstances", "Oss:GetObject", "Sts:AssumeRole"]),
    some.integers(0, 10**6),
    some.sampled_from(list(By)),
)


@UNHURRIED
@given(some.lists(calls, max_size=12), some.lists(answers, min_size=12, max_size=12), some.booleans())
def test_no_call_is_lost_and_none_is_counted_twice(
    usages: list[Usage], drawn: list[Answer], trusting: bool
) -> None:
    said: dict[Any, Answer] = {}
    for one, answer in zip(usages, drawn, strict=False):
        said.setdefault(one, answer)
    made = impact(
        report(*usages), lambda one: Verdict(said[one], "so"), marks(OFFICE) if trusting else Marks()
    )
    assert made.of_trusted.all + made.of_other.all == sum(one.count for one in usages)
    lines = (*made.trusted, *made.other, *made.unsure, *made.kept)
    assert sum(line.calls for line in lines) + made.of_trusted.kept == sum(one.count for one in usages)
    assert made.of_trusted.denied == sum(line.calls for line in made.trusted)
