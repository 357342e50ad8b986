"""The way back: a plan like any other, made from what the journal says was really done."""

from aktui.contain.action import action_named, change_named
from aktui.contain.ground import Ground
from aktui.contain.history import Ended, Run, StepTaken
from aktui.contain.plan import Danger, Plan
from aktui.contain.step import Step, same
from aktui.errors import NotPossible, UsageError


async def plan_back(ground: Ground, run_id: str) -> Plan:
    """The steps of a run the other way round, newest first, from how things are now.

    Raises NotPossible when nothing can be taken back, UsageError for no such run, CloudError.
    """
    run = _run(ground, run_id)
    steps: list[Step] = []
    warnings: list[str] = []
    for taken in reversed(run.steps):
        if taken.took.changed:
            back, warning = await _back(ground, taken)
            steps += [back] if back else []
            warnings += [warning] if warning else []
    if not steps:
        raise NotPossible(
            " ".join(dict.fromkeys(warnings)) or "There is nothing to take back: nothing was changed."
        )
    action = action_named(run.plan.action)
    final = any(change_named(step.change).no_way_back for step in steps)
    return Plan(
        action=run.plan.action,
        title=f"Take back: {run.plan.title}",
        key_id=ground.key_id,
        account_id=ground.responder.account_id,
        identity=ground.responder.arn,
        params={"run": run.id},
        steps=tuple(steps),
        danger=Danger.HIGH if final else Danger.BUSINESS,
        warnings=tuple(dict.fromkeys(warnings)),
        typed=ground.key_id[-4:] if final else "",
        needs_reason=await action.guard(ground, run),
        undoes=run.id,
    )


def _run(ground: Ground, run_id: str) -> Run:
    run = ground.history.run(run_id)
    if run is None:
        raise UsageError(f"The journal knows no run '{run_id}'.", hint="`aktui journal KEY_ID` lists them.")
    if run.ended is Ended.OPEN:
        raise NotPossible(f"The run {run.id} has no end yet.", hint="Recover it first.")
    if run.undone_by:
        raise NotPossible(f"The run {run.id} was taken back already, by {run.undone_by}.")
    return run


async def _back(ground: Ground, taken: StepTaken) -> tuple[Step | None, str]:
    """The step back from how the thing is now, or why there is none."""
    step = taken.step
    change = change_named(step.change)
    now = await change.observe(ground.cloud, step.target)
    back = change.undo(step, now)
    if back is None:
        return None, f"{change.title(step)}: {change.no_way_back or 'there is no way back.'}"
    if same(now, back.after):
        return None, f"{change.title(step)}: it is back already."
    if not change.reached(now, step):
        warning = f"{change.title(step)}: it was changed since, to {change.told(now)}; that is overwritten."
        return Step(back.change, back.target, now, back.after), warning
    return Step(back.change, back.target, now, back.after), ""
