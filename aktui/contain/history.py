"""What the journal says was done: runs, their steps, and how each ended.

The journal is the truth; nothing else is remembered. Kinds of entries: `plan` begins a run, `intent` is
written before a call and `outcome` after it, `observed` says what was found to be so, `end` closes the run.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from aktui.case.journal import Contents, Line
from aktui.contain.plan import Plan
from aktui.contain.step import State, Step


class Took(StrEnum):
    """How far a step got."""

    NOT_BEGUN = "not begun"
    IN_DOUBT = "in doubt"
    """It was sent and its effect is not known, or only some of its calls were applied."""
    REFUSED = "refused"
    """Certainly not applied: the cloud said no, or nothing was sent."""
    UNVERIFIED = "unverified"
    """Accepted; not observed until the time given."""
    VERIFIED = "verified"
    """Observed to be so."""
    NOT_APPLIED = "not applied"
    """Observed, after doubt, to be as it was before."""

    @property
    def changed(self) -> bool:
        """Whether the cloud has, or may have, been changed by it."""
        return self in (Took.IN_DOUBT, Took.UNVERIFIED, Took.VERIFIED)


class Ended(StrEnum):
    """How a run ended."""

    OPEN = "open"
    """It has no end: it runs, or was cut off and has to be recovered."""
    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    """All was accepted; not all of it was observed in time."""
    STOPPED = "stopped"
    """A step was refused or not begun; the ones before it stand."""
    IN_DOUBT = "in doubt"


@dataclass
class StepTaken:
    """One step of a run, as far as the journal tells."""

    step: Step
    took: Took = Took.NOT_BEGUN
    observed: State = None
    """The last state seen; only of use when it was observed."""
    note: str = ""
    made: Mapping[str, Any] = field(default_factory=dict)
    """What the answer named that undoing needs; no secrets."""
    at: str = ""
    calls: list[Mapping[str, Any]] = field(default_factory=list)
    """Outcomes in order: call, result, code, request id."""

    @property
    def accepted(self) -> int:
        """How many of its calls were accepted."""
        return sum(call["result"] == "accepted" for call in self.calls)

    @property
    def handed_over(self) -> str:
        """Where its secret was handed over, or empty."""
        return next((str(call["handed_over"]) for call in self.calls if call.get("handed_over")), "")


@dataclass
class Run:
    """One plan that was confirmed and begun."""

    id: str
    plan: Plan
    begun: str
    reason: str = ""
    steps: list[StepTaken] = field(default_factory=list)
    ended: Ended = Ended.OPEN
    note: str = ""
    at: str = ""
    """When it ended, or when the journal last heard of it."""
    recovered: bool = False
    undone_by: str = ""
    """The run that took it back, if one did."""

    @property
    def changed(self) -> bool:
        """Whether anything in the cloud is, or may be, different because of it."""
        return any(taken.took.changed for taken in self.steps)

    @property
    def handed_over(self) -> bool:
        """Whether a secret of it was handed over."""
        return any(taken.handed_over for taken in self.steps)


@dataclass(frozen=True)
class History:
    """All runs of a case, oldest first."""

    runs: tuple[Run, ...] = ()
    torn: int = 0
    problem: str = ""

    @property
    def open(self) -> tuple[Run, ...]:
        return tuple(run for run in self.runs if run.ended is Ended.OPEN)

    def run(self, run_id: str) -> Run | None:
        """The run of that id, or of the only one that begins so."""
        exact = [run for run in self.runs if run.id == run_id]
        found = exact or [run for run in self.runs if run_id and run.id.startswith(run_id)]
        return found[0] if len(found) == 1 else None


def replay(contents: Contents) -> History:
    """The runs that the entries tell. An entry of no known kind is passed over."""
    runs: dict[str, Run] = {}
    for line in contents.lines:
        _tell(runs, line)
    for run in runs.values():
        undone = runs.get(run.plan.undoes)
        if undone is not None and run.ended is not Ended.OPEN and run.changed:
            undone.undone_by = run.id
    return History(tuple(runs.values()), contents.torn, contents.problem)


def _tell(runs: dict[str, Run], line: Line) -> None:
    run_id = str(line.get("run"))
    if line.kind == "plan":
        plan = Plan.from_json(line["plan"])
        steps = [StepTaken(step) for step in plan.steps]
        runs[run_id] = Run(run_id, plan, line.at, str(line.get("reason")), steps, at=line.at)
        return
    run = runs.get(run_id)
    if run is None:
        return
    run.at = line.at
    if line.kind == "end":
        run.ended, run.note = Ended(line["status"]), str(line.get("note"))
        run.recovered = bool(line.get("recovered", False))
    elif line.kind in ("intent", "outcome", "observed"):
        _tell_step(run.steps[int(line["step"])], line)


def _tell_step(taken: StepTaken, line: Line) -> None:
    taken.at = line.at
    if line.kind == "intent":
        taken.took = Took.IN_DOUBT
    elif line.kind == "outcome":
        taken.calls.append(line.body)
        taken.made = {**taken.made, **line.get("made", {})}
        taken.took = _after_call(taken, str(line["result"]))
        taken.note = str(line.get("message"))
    else:
        taken.took, taken.observed = Took(line["took"]), line.get("state", None)
        taken.note = str(line.get("note"))


def _after_call(taken: StepTaken, result: str) -> Took:
    """What is known once a call is over. A refusal after an accepted call leaves the step half done."""
    if result == "accepted":
        return Took.UNVERIFIED
    if result in ("refused", "not sent") and not taken.accepted:
        return Took.REFUSED
    return Took.IN_DOUBT


def unfinished(steps: Iterable[StepTaken]) -> list[StepTaken]:
    """The steps whose effect is not known."""
    return [taken for taken in steps if taken.took in (Took.IN_DOUBT, Took.UNVERIFIED)]
