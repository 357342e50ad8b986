"""Enable the key again: for a disabling that hit the business, when it can not be taken back as a run."""

from collections.abc import Mapping

from aktui.contain.action import Action, Draft, Look, Phase
from aktui.contain.actions.changes.access_key import ACTIVE, CHANGE, INACTIVE, told
from aktui.contain.actions.disable_key import key_now
from aktui.contain.ground import Ground
from aktui.contain.history import History, Run
from aktui.contain.plan import Danger
from aktui.contain.step import Step
from aktui.errors import NotPossible

OPENS = (
    "Whoever else has the secret can use the key again from then on, at once and with all its permissions."
)


async def look(ground: Ground) -> Look:
    _, state = await key_now(ground)
    return Look(told(state), "" if state == INACTIVE else _why_not(state))


async def plan(ground: Ground, params: Mapping[str, str]) -> Draft:
    target, state = await key_now(ground)
    if state != INACTIVE:
        raise NotPossible(_why_not(state))
    run = disabled_by(ground.history, ground.key_id)
    warnings = [OPENS]
    if run is not None:
        warnings.append(
            f"The run {run.id} of this case disabled the key: better take that run back, which does the same "
            "and leaves a journal that tells so."
        )
    return Draft((Step(CHANGE.id, target, INACTIVE, ACTIVE),), tuple(warnings))


def _why_not(state: str | None) -> str:
    if state == ACTIVE:
        return "The key is Active already."
    way = " Restore it first (restore-key)." if state == "recycled" else ""
    return f"The key is {told(state)}; only a disabled one can be enabled.{way}"


def disabled_by(history: History, key_id: str) -> Run | None:
    """The newest run of the case that disabled the key and was not taken back."""
    for run in reversed(history.runs):
        if not run.undone_by and any(
            taken.took.changed
            and taken.step.change == CHANGE.id
            and taken.step.target["key"] == key_id
            and taken.step.after == INACTIVE
            for taken in run.steps
        ):
            return run
    return None


ACTION = Action(
    id="enable-key",
    title="Enable the key again",
    phase=Phase.DISABLE,
    about="Lets the key work again, for the business that still signs with it. It lets an intruder in again "
    "too: restrict the key before, where that can be done.",
    danger=Danger.BUSINESS,
    way_back="Disable it again.",
    look=look,
    plan=plan,
    changes=(CHANGE.id,),
    order=80,
)
