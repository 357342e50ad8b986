"""The way back: a plan like any other, made from what the journal says was really done."""

from aktui.contain.action import Draft, action_named, change_named
from aktui.contain.ground import Ground
from aktui.contain.history import Ended, Run, StepTaken
from aktui.contain.plan import Danger, Plan
from aktui.contain.step import Change, State, Step, canonical, same
from aktui.errors import NotPossible, UsageError


async def plan_back(ground: Ground, run_id: str) -> Plan:
    """The steps of a run the other way round, newest first, from how things are now.

    Raises NotPossible when nothing can be taken back, UsageError for no such run, CloudError.
    """
    run = _run(ground, run_id)
    action = action_named(run.plan.action)
    draft = await (action.back or _reversed)(ground, run)
    steps, warnings = draft.steps, draft.warnings
    if not steps:
        raise NotPossible(
            " ".join(dict.fromkeys(warnings)) or "There is nothing to take back: nothing was changed."
        )
    final = any(change_named(step.change).loss(step) for step in steps)
    return Plan(
        action=run.plan.action,
        title=f"Take back: {run.plan.title}",
        key_id=ground.key_id,
        account_id=ground.responder.account_id,
        identity=ground.responder.arn,
        params={"run": run.id},
        steps=steps,
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


async def _reversed(ground: Ground, run: Run) -> Draft:
    """The steps that changed something, the other way round, newest first."""
    steps: list[Step] = []
    warnings: list[str] = []
    for taken in reversed(run.steps):
        if taken.took.changed:
            back, warning = await _back(ground, taken, steps)
            steps += back
            warnings += [warning] if warning else []
    return Draft(tuple(steps), tuple(warnings))


async def _back(ground: Ground, taken: StepTaken, before: list[Step]) -> tuple[list[Step], str]:
    """The steps back from how the thing will be after those before them, or why there are none."""
    step = taken.step
    change = change_named(step.change)
    now = await _after(ground, change, step, before)
    if change.unmake is not None:
        found = list(change.unmake(step, now, taken.made))
        return found, "" if found else f"{change.title(step)}: it is back already."
    back = change.undo(step, now)
    if back is None:
        return [], f"{change.title(step)}: {change.loss(step) or 'there is no way back.'}"
    if same(now, back.after):
        return [], f"{change.title(step)}: it is back already."
    if not change.reached(now, step):
        warning = f"{change.title(step)}: it was changed since, to {change.told(now)}; that is overwritten."
        return [Step(back.change, back.target, now, back.after)], warning
    return [Step(back.change, back.target, now, back.after)], ""


async def _after(ground: Ground, change: Change, step: Step, before: list[Step]) -> State:
    """How a thing will be once the steps before are taken: several steps of a run may be about one thing."""
    for one in reversed(before):
        if one.change == step.change and canonical(dict(one.target)) == canonical(dict(step.target)):
            return one.after
    return await change.observe(ground.cloud, step.target)
