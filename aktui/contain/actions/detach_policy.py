"""Detach one policy, chosen by hand: from the key's user, its groups, or a user or role an intruder made."""

import asyncio
from collections.abc import Mapping

from aktui.contain import denying
from aktui.contain.action import Action, Choice, Draft, Look, Phase
from aktui.contain.actions.changes.group_membership import groups_of
from aktui.contain.actions.changes.policy_attachment import CHANGE, attached
from aktui.contain.actions.changes.policy_attachment import target as place
from aktui.contain.ground import Ground
from aktui.contain.holdings import NEEDS, holdings_of, judging_left
from aktui.contain.judge.verdict import Judge
from aktui.contain.newcomers import lately, roles, since
from aktui.contain.people import not_oneself, users
from aktui.contain.plan import Danger
from aktui.contain.step import Step
from aktui.errors import NotPossible, UsageError
from queries.base import Param

_FORM = "user/NAME/System/POLICY (or group/…, role/…, …/Custom/…), or the name of a policy of the key's user"


async def look(ground: Ground) -> Look:
    name = (await ground.user()).name
    number = len(await attached(ground.cloud, "user", name) or [])
    return Look(f"{number} attached to {name} itself")


async def plan(ground: Ground, params: Mapping[str, str]) -> Draft:
    kind, holder, policy_type, policy = await _meant(ground, params["attachment"])
    if kind == "user":
        not_oneself(ground, holder)
    target = place(kind, holder, policy_type, policy)
    if await CHANGE.observe(ground.cloud, target) is not True:
        raise NotPossible(f"The policy {policy} ({policy_type}) is not attached to the {kind} {holder}.")
    guarded = policy_type == "Custom" and policy in denying.names(ground.history)
    return Draft(
        (Step(CHANGE.id, target, True, None),),
        (f"All members of the group {holder} lose it.",) if kind == "group" else (),
        needs_reason=await denying.until_deleted(ground) if guarded else "",
        denies=await _denies(ground, target),
        title=f"Detach {policy} from the {kind} {holder}",
    )


async def _meant(ground: Ground, typed: str) -> tuple[str, str, str, str]:
    """Kind and name of the holder, type and name of the policy. Raises UsageError, NotPossible."""
    parts = typed.split("/")
    if len(parts) == 1:
        name = (await ground.user()).name
        found = [one for one in await attached(ground.cloud, "user", name) or [] if one[1] == typed]
        if found:
            return ("user", name, *found[0])
        raise NotPossible(f"No policy {typed[:128]} is attached to {name} itself.", hint=_FORM)
    if len(parts) == 4 and all(parts):
        kind, holder, policy_type, policy = parts
        if kind in ("user", "group", "role") and policy_type in ("System", "Custom"):
            return kind, holder, policy_type, policy
    raise UsageError(f"'{typed[:128]}' names no attachment.", hint=_FORM)


async def _denies(ground: Ground, target: Mapping[str, str]) -> Judge | None:
    """For the impact on the key's user; of others nothing is counted here."""
    name = (await ground.user()).name
    held = await holdings_of(ground, name)
    left = [one for one in held if place(one.kind, one.holder, one.type, one.policy) != target]
    return judging_left(left, ground.cloud.now(), name) if len(left) < len(held) else None


async def attachments(ground: Ground) -> tuple[Choice, ...]:
    """Those of users and roles made lately, of the key's user and of its groups."""
    now, own = ground.cloud.now(), (await ground.user()).name
    places = [("user", one.value, one.label) for one in await users(ground)]
    places += [
        ("role", one.name, since(one.created, now)) for one in await roles(ground) if lately(one.created, now)
    ]
    places += [("group", group, f"{own} is in it") for group in await groups_of(ground.cloud, own)]
    found = await asyncio.gather(*(attached(ground.cloud, kind, name) for kind, name, _ in places))
    return tuple(
        Choice(f"{kind}/{name}/{policy_type}/{policy}", f"{kind} {name}: {why}")
        for (kind, name, why), policies in zip(places, found, strict=True)
        for policy_type, policy in policies or ()
    )


ACTION = Action(
    id="detach-policy",
    title="Detach a policy",
    phase=Phase.PERSISTENCE,
    about="Takes one policy from a user, group or role: what an intruder gave itself, or what the key's user "
    "does not need.",
    danger=Danger.BUSINESS,
    way_back="Attach it again.",
    look=look,
    plan=plan,
    changes=(CHANGE.id,),
    params=(Param("attachment", _FORM, required=True),),
    choices={"attachment": attachments},
    needs=("ram:ListUsers", "ram:ListRoles", *NEEDS),
    order=20,
)
