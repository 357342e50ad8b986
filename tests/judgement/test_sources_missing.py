"""Each source off, denied, late, partial or throttled, one by one: the verdict says so and is less sure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from aktui.simcloud.account import Account
from aktui.simcloud.accountfile import load_document
from tests.judgement.files import STORIES
from tests.judgement.incidents import Incident, recorded
from tests.practice import Sim
from tests.queries.conftest import unhurried  # noqa: F401 - a fixture for all tests here
from tests.queries.rig import desk

Values = Mapping[str, Any]
CLEAN = ("business", "idle")
INCIDENTS = ("deleter", "idle", "intruder-only", "short-history")
"""A business, nobody, an intruder alone, and both."""
FLOOR = 0.05
_WHOLE: dict[tuple[str, bool], Values] = {}

LOSSES = {
    "Logstore of the trail": ("events of the trail", (("sls", "GetLogs*"), ("sls", "GetHistograms"))),
    "LookupEvents": ("LookupEvents", (("actiontrail", "LookupEvents"),)),
    "list of trails": ("trail", (("actiontrail", "DescribeTrails"),)),
    "audit": ("AccessKey audit", (("actiontrail", "GetAccessKeyLastUsed*"), ("ims", "GetAccessKeyLastUsed"))),
    "identities": ("user of the key", (("ims", "*"), ("ram", "*"))),
    "list of log projects": ("OSS access log", (("sls", "ListProject"),)),
}
"""The name by which the verdict must tell of a loss, and the calls that fail."""
FAULTS: Mapping[str, Values] = {
    "denied": {"kind": "deny"},
    "throttled": {"kind": "throttle", "status": 400},
    "cut": {"kind": "truncate"},
    "down": {"kind": "status", "status": 503},
}
SECOND = {loss: list(FAULTS)[1 + at % 3] for at, loss in enumerate(LOSSES)}
"""Each loss by a refusal, and by one other fault."""


@dataclass(frozen=True)
class Made:
    account: Account
    key_id: str


def incident(name: str, *, logged: bool, behind: float = 0) -> Made:
    """An account with a trail and all logs, or with none."""
    story, verdict = STORIES[name]
    one = Incident(3)
    who = story(one)
    document = one.document(who, verdict)
    if logged:
        document = recorded(document, who.key_id, behind=behind)
    return Made(load_document(document), who.key_id)


async def whole_verdict(name: str, *, logged: bool) -> Values:
    """With nothing lost; asked once."""
    if (name, logged) not in _WHOLE:
        made = incident(name, logged=logged)
        async with Sim(made.account) as sim:
            _WHOLE[name, logged] = await verdict_in(sim, made.key_id)
    return _WHOLE[name, logged]


async def verdict_in(sim: Sim, key_id: str) -> Values:
    async with desk(sim, key_id) as found:
        (row,) = (await found.ask("verdict")).rows
        return row.values


def assert_honest(whole: Values, lost: Values, named: str) -> None:
    """It says what is missing and is less sure; an intrusion is not called clean, nor a key unused."""
    said = [one for one in lost["not_covered"] if one not in whole["not_covered"]]
    assert any(named in one for one in said), said
    assert lost["confidence"] < whole["confidence"] or lost["confidence"] == FLOOR
    if lost["verdict"] in CLEAN:
        assert lost["certainty"] == "low" if whole["verdict"] not in CLEAN else lost["certainty"] != "high"
        assert "not all could be seen" in lost["summary"]
    if "business" in whole["verdict"]:
        assert lost["next_action"] != "disable-key"


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("name", INCIDENTS)
@pytest.mark.parametrize("logged", [True, False], ids=["all logs", "no logs"])
async def test_a_source_that_is_lost_is_named_and_makes_less_sure(name: str, logged: bool, loss: str) -> None:
    made = incident(name, logged=logged)
    named, calls = LOSSES[loss]
    whole = await whole_verdict(name, logged=logged)
    async with Sim(made.account) as sim:
        for fault in ("denied", SECOND[loss]):
            sim.app.faults.clear()
            sim.app.faults.add(
                [{**FAULTS[fault], "product": product, "action": name} for product, name in calls]
            )
            lost = await verdict_in(sim, made.key_id)
            if any(told.get("hits") for told in sim.app.faults.describe()):
                assert_honest(whole, lost, named)
            else:
                assert lost["verdict"] == whole["verdict"]


@pytest.mark.parametrize("name", INCIDENTS)
async def test_without_any_log_the_verdict_stands_and_is_less_sure(name: str) -> None:
    """LookupEvents and the audit tell the same, for as long as they reach back."""
    whole, bare = await whole_verdict(name, logged=True), await whole_verdict(name, logged=False)
    assert bare["verdict"] == whole["verdict"] == STORIES[name][1]
    assert bare["confidence"] < whole["confidence"]
    for source in ("trail", "OSS access log", "log service operations"):
        assert any(one.startswith(source) for one in bare["not_covered"])
        assert not any(one.startswith(f"{source} (not-covered)") for one in whole["not_covered"])


@pytest.mark.parametrize("name", ["deleter", "short-history"])
async def test_a_logstore_that_answers_in_part_is_called_partial(name: str) -> None:
    made = incident(name, logged=True)
    whole = await whole_verdict(name, logged=True)
    async with Sim(made.account) as sim:
        sim.app.faults.add([{"kind": "incomplete", "product": "sls", "action": "GetLogs*"}])
        lost = await verdict_in(sim, made.key_id)
    assert_honest(whole, lost, "events of the trail (partial)")


@pytest.mark.parametrize("name", ["deleter", "short-history"])
async def test_a_region_that_answers_nothing_is_named(name: str) -> None:
    made = incident(name, logged=False)
    whole = await whole_verdict(name, logged=False)
    async with Sim(made.account) as sim:
        sim.app.faults.add([{"kind": "deny", "product": "actiontrail", "action": "LookupEvents", "times": 1}])
        lost = await verdict_in(sim, made.key_id)
    assert_honest(whole, lost, "events in ")


@pytest.mark.parametrize("name", ["deleter", "short-history"])
async def test_events_that_are_late_are_missed_and_not_taken_for_silence(name: str) -> None:
    """The Logstore has nothing of the last day, of which the audit knows."""
    made = incident(name, logged=True, behind=20)
    async with Sim(made.account) as sim:
        lost = await verdict_in(sim, made.key_id)
    assert_honest(await whole_verdict(name, logged=True), lost, "newest events (late)")
    if name == "short-history":
        assert any("Ram at" in one and "no event tells of them" in one for one in lost["not_covered"])


async def test_with_every_witness_lost_nobody_is_called_idle() -> None:
    made = incident("idle", logged=False)
    async with Sim(made.account) as sim:
        sim.app.faults.add([{"kind": "deny", "product": "actiontrail"}, {"kind": "deny", "product": "ims"}])
        told = await verdict_in(sim, made.key_id)
    assert (told["verdict"], told["certainty"]) == ("not-enough-data", "low")
