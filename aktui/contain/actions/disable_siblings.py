"""Disable the other active keys of the user: what one key leaked from, another may have leaked from too."""

from collections.abc import Mapping

from aktui.contain.action import Action, Draft, Look, Phase
from aktui.contain.actions.changes import new_access_key
from aktui.contain.actions.changes.access_key import ACTIVE, CHANGE, INACTIVE
from aktui.contain.ground import Ground
from aktui.contain.judge.verdict import Verdict, denied, passes
from aktui.contain.lastuse import last_use, shared, told
from aktui.contain.plan import Danger
from aktui.contain.rotation import begun
from aktui.contain.step import Step
from aktui.errors import NotPossible
from queries.usage.values import Usage


async def _others(ground: Ground) -> tuple[dict[str, str], list[str], tuple[str, ...]]:
    """The user, the other active keys that are to be disabled, and what is said about those that are not."""
    holder = await ground.user()
    target = {"user": holder.principal, "user_id": holder.user_id}
    keys = await new_access_key.observe(shared(ground.inquiry), target)
    start = begun(ground.history)
    kept = {ground.responder.key_id: "aktui signs with it"}
    if start is not None and start.new:
        kept[start.new] = "it is the new key of the rotation under way"
    active = [key for key, status in keys.items() if status == ACTIVE and key != ground.key_id]
    spared = tuple(f"{key} is left as it is: {kept[key]}." for key in active if key in kept)
    return target, [key for key in active if key not in kept], spared


async def look(ground: Ground) -> Look:
    _, keys, spared = await _others(ground)
    state = f"{len(keys)} other active key{'' if len(keys) == 1 else 's'}"
    return Look(state, "" if keys else _none(spared))


async def plan(ground: Ground, params: Mapping[str, str]) -> Draft:
    target, keys, spared = await _others(ground)
    if not keys:
        raise NotPossible(_none(spared))
    steps = tuple(Step(CHANGE.id, {"key": key, **target}, ACTIVE, INACTIVE) for key in keys)
    uses = [(key, await last_use(ground.cloud, key, target["user"])) for key in keys]
    warnings = tuple(f"{key}: {told(at, unknown)}." for key, (at, unknown) in uses)
    return Draft(steps, (*warnings, *spared), denies=lambda usage: without(usage, keys))


def without(usage: Usage, keys: list[str]) -> Verdict:
    """Whether a call fails once these keys are disabled."""
    if usage.key_id in keys:
        return denied(f"The call is signed with {usage.key_id}.")
    return passes("The call is not signed with one of these keys.")


def _none(spared: tuple[str, ...]) -> str:
    return " ".join(("The user has no other active key.", *spared))


ACTION = Action(
    id="disable-siblings",
    title="Disable the user's other keys",
    phase=Phase.PERSISTENCE,
    about="The other active keys of the same user, each a step of its own. For keys that lie where the "
    "leaked one lay, or that nobody knows.",
    danger=Danger.BUSINESS,
    way_back="Enable them again; they work at once.",
    look=look,
    plan=plan,
    changes=(CHANGE.id,),
    needs=("ram:GetAccessKeyLastUsed", "actiontrail:GetAccessKeyLastUsedInfo"),
)
