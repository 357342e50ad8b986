"""Disable the key: the quickest full stop for whoever signs with it, and the quickest way back."""

from collections.abc import Mapping

from aktui.contain.action import Action, Draft, Look, Phase
from aktui.contain.actions.changes.access_key import ACTIVE, CHANGE, INACTIVE, told
from aktui.contain.ground import Ground
from aktui.contain.judge.key import denied_without_key
from aktui.contain.plan import Danger
from aktui.contain.step import State, Step
from aktui.errors import NotPossible

TOKENS = (
    "STS tokens opened with the key live on until they expire (at most 12 hours): disabling the key does not "
    "end them."
)


async def key_now(ground: Ground) -> tuple[dict[str, str], State]:
    """The target of steps on the suspect key, and how it is. Raises NotPossible for a key of no user."""
    holder = await ground.user()
    target = {"key": ground.key_id, "user": holder.principal, "user_id": holder.user_id}
    return target, await CHANGE.observe(ground.cloud, target)


async def look(ground: Ground) -> Look:
    _, state = await key_now(ground)
    return Look(told(state), "" if state == ACTIVE else f"The key is {told(state)}.")


async def plan(ground: Ground, params: Mapping[str, str]) -> Draft:
    target, state = await key_now(ground)
    if state != ACTIVE:
        raise NotPossible(f"The key is {told(state)}; only an active key can be disabled.")
    return Draft((Step(CHANGE.id, target, ACTIVE, INACTIVE),), (TOKENS,), denies=denied_without_key)


ACTION = Action(
    id="disable-key",
    title="Disable the key",
    phase=Phase.DISABLE,
    about="Every call signed with the key is refused within seconds. Right when the key is not in use, or "
    "when the damage outweighs an outage.",
    danger=Danger.BUSINESS,
    way_back="Enable it again; it works at once.",
    look=look,
    plan=plan,
    changes=(CHANGE.id,),
)
