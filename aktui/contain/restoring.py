"""What brings a user back that a run of the case deleted: the user first, then what it had."""

from aktui.contain.action import Draft, change_named
from aktui.contain.actions.changes import access_key, group_membership, policy_attachment, user
from aktui.contain.ground import Ground
from aktui.contain.history import History, Run, StepTaken
from aktui.contain.step import State, Step
from aktui.errors import NotPossible

_HELD = (group_membership.CHANGE.id, policy_attachment.CHANGE.id)


def deleted_by(history: History, user_id: str) -> Run | None:
    """The newest run of the case that deleted the user and was not taken back."""
    for run in reversed(history.runs):
        if run.undone_by:
            continue
        for taken in run.steps:
            step = taken.step
            mine = step.change == user.CHANGE.id and step.target["user_id"] == user_id
            if mine and step.after == user.RECYCLED and taken.took.changed:
                return run
    return None


async def restoring(ground: Ground, run: Run, *, keys: bool) -> Draft:
    """The steps back from how things are now, and what does not come back. Raises NotPossible."""
    changed = [taken for taken in run.steps if taken.took.changed]
    there, first = await _user(ground, changed)
    steps, lost = first, []
    for taken in changed:
        step = taken.step
        if step.change in _HELD:
            steps += await _held(ground, step, there)
        elif step.change == access_key.CHANGE.id:
            steps += await _key(ground, step, steps) if keys else []
        elif loss := change_named(step.change).loss(step):
            lost.append(f"{change_named(step.change).title(step)}: {loss}")
    return Draft(tuple(steps), tuple(lost))


async def _user(ground: Ground, changed: list[StepTaken]) -> tuple[bool, list[Step]]:
    """Whether the user is there now, and the step that brings it back."""
    for taken in changed:
        if taken.step.change == user.CHANGE.id:
            state = await user.observe(ground.cloud, taken.step.target)
            if state is None:
                raise NotPossible(
                    "The user is gone for good: it is in the recycle bin no more.",
                    hint="Make a new user; the journal tells what the old one had.",
                )
            back = Step(user.CHANGE.id, taken.step.target, user.RECYCLED, user.PRESENT)
            return state == user.PRESENT, [] if state == user.PRESENT else [back]
    return True, []


async def _held(ground: Ground, step: Step, there: bool) -> list[Step]:
    """A group or a policy that the user had, unless it has it again. Who is not there yet has none."""
    change = change_named(step.change)
    state: State = await change.observe(ground.cloud, step.target) if there else None
    return [] if state == step.before else [Step(step.change, step.target, state, step.before)]


async def _key(ground: Ground, step: Step, planned: list[Step]) -> list[Step]:
    """A key, back to what it was before the first step that changed it."""
    earlier = [one for one in planned if one.change == step.change and one.target == step.target]
    if earlier:
        return []
    state = await access_key.observe(ground.cloud, step.target)
    found = []
    if state == access_key.RECYCLED:
        found.append(Step(step.change, step.target, state, access_key.INACTIVE))
        state = access_key.INACTIVE
    if state == access_key.INACTIVE and step.before == access_key.ACTIVE:
        found.append(Step(step.change, step.target, state, access_key.ACTIVE))
    return found
