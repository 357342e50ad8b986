"""What must be true of a journal whatever happened: it and the cloud agree.

`assert_agrees` compares what the journal says of each step with the account itself and with the writes that
the cloud applied. Nothing here asks through aktui.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from aktui.case.journal import Line, read_journal
from aktui.contain.action import change_named
from aktui.contain.history import Ended, Run, StepTaken, Took, replay
from aktui.contain.step import Step, canonical, same
from aktui.redact import STARS
from aktui.simcloud.account import Account
from aktui.simcloud.calls import CallSeen
from tests.contain.crash.direct import look

_SHARED = ("new-access-key",)

Writes = list[Mapping[str, Any]]
Intent = tuple[str, int, int]
"""Run, step and number of a call."""


def writes(calls: list[dict[str, Any]], responder: str) -> Writes:
    """The writes that the cloud saw from the responder."""
    return [call for call in calls if call["write"] and call["key_id"] == responder]


def last_run(directory: Path) -> Run | None:
    runs = replay(read_journal(directory)).runs
    return runs[-1] if runs else None


def assert_agrees(directory: Path, account: Account, seen: Writes) -> None:
    """The journal holds together, tells of every write that was sent, of none twice, and of what is so."""
    contents = read_journal(directory)
    assert contents.problem == ""
    applied = _applied(contents.lines, seen)
    for run in replay(contents).runs:
        _assert_steps(run, account, applied)
        _assert_ending(run)


def _applied(lines: tuple[Line, ...], seen: Writes) -> Counter[Intent]:
    """How often each intended call was applied; never twice, and never without its intent on disk."""
    intents = [line for line in lines if line.kind == "intent"]
    sent = Counter(_wire(call["product"], call["action"], call["params"]) for call in seen)
    meant = Counter(_intended(line) for line in intents)
    assert sent <= meant, f"sent without an intent in the journal: {sent - meant}"
    found: Counter[Intent] = Counter()
    open_intents = list(intents)
    for call in (call for call in seen if call["applied"]):
        wire = _wire(call["product"], call["action"], call["params"])
        match = next(line for line in open_intents if _intended(line) == wire)
        open_intents.remove(match)
        found[str(match["run"]), int(match["step"]), int(match["number"])] += 1
    assert not [intent for intent, times in found.items() if times > 1], f"applied twice: {found}"
    return found


def _intended(line: Line) -> str:
    product, _, action = str(line["call"]).partition(":")
    return _wire(product, action, line["params"])


def _wire(product: str, action: str, params: Mapping[str, Any]) -> str:
    """A call by name and parameters, which the cloud hears as texts and the journal keeps as they are."""
    told = {name: _text(value) for name, value in params.items() if (name, value) != ("Tag", "[]")}
    return f"{product.lower()}:{action} {json.dumps(told, sort_keys=True)}"


def _text(value: Any) -> str:
    text = str(value)
    return STARS if text and set(text) == {"*"} else text


def _assert_steps(run: Run, account: Account, applied: Counter[Intent]) -> None:
    for number, taken in enumerate(run.steps):
        times = sum(count for (of, step, _), count in applied.items() if (of, step) == (run.id, number))
        calls = len(change_named(taken.step.change).calls(taken.step))
        if taken.took in (Took.NOT_BEGUN, Took.REFUSED, Took.NOT_APPLIED):
            assert times == 0, f"{_name(run, taken)} is called {taken.took}, and the cloud applied it"
        if taken.took is Took.VERIFIED:
            assert times == calls, (
                f"{_name(run, taken)} is called verified; applied were {times} of {calls} calls"
            )
    if not run.undone_by:
        for one, is_reached in expected(run):
            _assert_state(run, one, account, is_reached)


def expected(run: Run) -> Iterator[tuple[StepTaken, bool]]:
    """For each thing, the step that tells how it is now, and whether that is its state after (or before)."""
    things: dict[str, list[StepTaken]] = {}
    for taken in run.steps:
        things.setdefault(thing(taken.step), []).append(taken)
    for several in things.values():
        if any(one.took in (Took.IN_DOUBT, Took.UNVERIFIED) for one in several):
            continue
        verified = [one for one in several if one.took is Took.VERIFIED]
        yield (verified[-1], True) if verified else (several[0], False)


def thing(step: Step) -> str:
    return f"{step.change} {canonical(dict(step.target))}"


def _assert_state(run: Run, taken: StepTaken, account: Account, is_reached: bool) -> None:
    step = taken.step
    state = look(account, step.change, step.target)
    reached = change_named(step.change).reached(state, step)
    # What keys a user has is also changed by steps on single keys.
    good = reached if is_reached else step.change in _SHARED or same(state, step.before)
    assert good, f"{_name(run, taken)} is called {taken.took}, and it is {state!r}"


def _assert_ending(run: Run) -> None:
    """A run is called no better than its steps are."""
    took = {taken.took for taken in run.steps}
    if run.ended is Ended.VERIFIED:
        assert took == {Took.VERIFIED}
    if run.ended is Ended.STOPPED and run.recovered:
        assert Took.IN_DOUBT not in took


def _name(run: Run, taken: StepTaken) -> str:
    return f"{run.id}: {change_named(taken.step.change).title(taken.step)}"


def snapshot(account: Account, steps: tuple[Step, ...]) -> dict[str, Any]:
    """How each thing of these steps is now, as texts that can be compared later."""
    return {thing(step): canonical(look(account, step.change, step.target)) for step in steps}


def assert_back(account: Account, steps: tuple[Step, ...], before: dict[str, Any]) -> None:
    """All is as it was, but for what can not be brought back."""
    lost = {thing(step) for step in steps if change_named(step.change).loss(step)}
    now = snapshot(account, steps)
    lost |= {name for name, state in now.items() if state == canonical("holder gone")}
    assert {name: state for name, state in now.items() if name not in lost and state != before[name]} == {}


def settled(calls: list[CallSeen]) -> bool:
    """Whether every call has its answer, or never gets one."""
    return all(call.status is not None or call.fault in ("cut-before", "hang") for call in calls)
