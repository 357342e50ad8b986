"""A run to read: its steps, the calls that were sent, what came of each, and what was observed."""

from textual.content import Content

from aktui.contain.action import change_named
from aktui.contain.history import Ended, Run, StepTaken, Took
from aktui.contain.plan import Plan
from aktui.errors import AktuiError
from screens.contain.planpage import moment
from screens.widgets.display import Part, beside_label

ENDS = {
    Ended.OPEN: ("NO END", "bold $warning", "It runs, or was cut off; R looks up what became of it."),
    Ended.VERIFIED: ("VERIFIED", "bold $success", "All of it was observed to be so."),
    Ended.UNVERIFIED: ("UNVERIFIED", "bold $warning", "Accepted, but not observed in time; R looks again."),
    Ended.STOPPED: ("STOPPED", "bold $error", "A step was refused or not begun; those before it stand."),
    Ended.IN_DOUBT: ("IN DOUBT", "bold $error", "What was sent may or may not be applied; R looks again."),
}
_STYLES = {
    Took.NOT_BEGUN: "$muted",
    Took.IN_DOUBT: "bold $error",
    Took.REFUSED: "bold $error",
    Took.UNVERIFIED: "bold $warning",
    Took.VERIFIED: "bold $success",
    Took.NOT_APPLIED: "bold $warning",
}


def run_lines(run: Run, width: int) -> list[Content]:
    """Step by step; of a run that goes on, as far as it is."""
    rows: list[Content] = []
    for number, taken in enumerate(run.steps, 1):
        rows += _step(number, taken, width, over=run.ended is not Ended.OPEN)
    return rows


def steps_ahead(plan: Plan, width: int) -> list[Content]:
    """The steps of a plan that has not begun."""
    return [
        beside_label(f"{number}", [_title(StepTaken(step))], 4, width)
        for number, step in enumerate(plan.steps, 1)
    ]


def _title(taken: StepTaken) -> str:
    try:
        return change_named(taken.step.change).title(taken.step)
    except AktuiError:
        # A journal of another version of aktui.
        return f"{taken.step.change} {dict(taken.step.target)}"


def _step(number: int, taken: StepTaken, width: int, *, over: bool) -> list[Content]:
    word = taken.took.value
    if not over and taken.took is Took.IN_DOUBT:
        word = "sent, no answer yet"
    if not over and taken.took is Took.UNVERIFIED:
        word = "accepted, looking whether it shows"
    style = _STYLES[taken.took] if over or taken.took is Took.VERIFIED else "bold"
    rows = [beside_label(f"{number}", [(_title(taken), "bold"), "  ", (word, style)], 4, width)]
    for call in taken.calls:
        rows.append(beside_label("    sent", _call(call), 12, width))
    if taken.note:
        rows.append(beside_label("    seen", [taken.note], 12, width))
    return rows


def _call(call: object) -> list[Part]:
    """What came of one call, with the request id that the provider's support asks for."""
    told = call if isinstance(call, dict) else {}
    parts: list[Part] = [f"{told.get('call', '')}  ", (f"{told.get('result', '')}", "bold")]
    parts += [f"  {told[name]}" for name in ("code",) if told.get(name)]
    parts += [(f"  request {told['request_id']}", "$muted")] if told.get("request_id") else []
    parts += [f"  handed over in {told['handed_over']}"] if told.get("handed_over") else []
    return parts


def run_facts(run: Run) -> list[tuple[str, str]]:
    """Who did it, when, why, and what undid it."""
    facts = [
        ("run", run.id),
        ("begun", f"{moment(run.begun)} UTC, this machine's clock"),
        ("last", f"{moment(run.at)} UTC"),
        ("as", f"{run.plan.identity} in {run.plan.account_id}"),
        ("plan", run.plan.digest[:12]),
        ("reason", run.reason),
        ("undoes", run.plan.undoes),
        ("undone", f"by {run.undone_by}" if run.undone_by else ""),
        ("note", run.note),
    ]
    return [(name, value) for name, value in facts if value]
