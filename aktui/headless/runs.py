"""Runs as the journal tells them, for people and for scripts."""

from collections.abc import Iterator
from typing import Any

from aktui.contain.action import change_named
from aktui.contain.history import Ended, Run, StepTaken
from aktui.contain.step import State, describe
from aktui.errors import ContainError
from aktui.headless.containing import described, lines


def document(run: Run) -> dict[str, Any]:
    """Everything of a run but its schema."""
    return {
        "run": run.id,
        "action": run.plan.action,
        "title": run.plan.title,
        "key_id": run.plan.key_id,
        "account_id": run.plan.account_id,
        "identity": run.plan.identity,
        "params": dict(run.plan.params),
        "digest": run.plan.digest,
        "ended": run.ended.value,
        "verified": run.ended is Ended.VERIFIED,
        "note": run.note,
        "reason": run.reason,
        "begun": run.begun,
        "at": run.at,
        "recovered": run.recovered,
        "undoes": run.plan.undoes,
        "undone_by": run.undone_by,
        "steps": [_step(taken) for taken in run.steps],
    }


def _step(taken: StepTaken) -> dict[str, Any]:
    return {
        **described(taken.step),
        "took": taken.took.value,
        "observed": taken.observed,
        "note": taken.note,
        "at": taken.at,
        "made": dict(taken.made),
        "handed_over": taken.handed_over,
        "calls": [
            {name: value for name, value in call.items() if name not in ("run", "step")}
            for call in taken.calls
        ],
    }


def text(run: Run) -> str:
    """The run, its steps and their calls."""
    undone = f"taken back by {run.undone_by}" if run.undone_by else ""
    undoes = f"takes back {run.plan.undoes}" if run.plan.undoes else ""
    facts = ", ".join(part for part in (undoes, undone, "recovered" if run.recovered else "") if part)
    return lines(
        ("run", f"{run.id}  {run.plan.title}"),
        ("ended", _ended(run)),
        ("begun", f"{run.begun[:19]} UTC, last heard of {run.at[:19]}"),
        ("beside", facts),
        ("reason", run.reason),
        *_steps(run),
    )


def _ended(run: Run) -> str:
    if run.ended is Ended.OPEN:
        return f"not at all: it runs, or was cut off (aktui recover {run.plan.key_id} looks it up)"
    return f"{run.ended.value}. {run.note}".rstrip()


def _steps(run: Run) -> Iterator[tuple[str, str]]:
    for number, taken in enumerate(run.steps, 1):
        told = described(taken.step)
        yield f"step {number}", f"{told['title']}: {taken.took.value}"
        yield "", f"{told['from']} → {told['to']}{_seen(taken)}"
        yield "", taken.note
        for call in taken.calls:
            yield "", _call(call)


def _seen(taken: StepTaken) -> str:
    """What was observed, where anything was."""
    if not taken.took.changed or taken.observed is None:
        return ""
    return f", seen: {_told(taken.step.change, taken.observed)}"


def _told(change: str, state: State) -> str:
    try:
        return change_named(change).told(state)
    except ContainError:
        return describe(state)


def _call(call: Any) -> str:
    parts = [f"{call['call']}: {call['result']}"]
    parts += [f"{call[name]}" for name in ("code",) if call.get(name)]
    parts += [f"request {call['request_id']}"] if call.get("request_id") else []
    parts += [f"its secret is in {call['handed_over']}"] if call.get("handed_over") else []
    return ", ".join(parts)
