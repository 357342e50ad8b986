"""Disable another key: one that an intruder made, or a second one of the same user."""

from collections.abc import Mapping

from aktui.contain import otherkeys
from aktui.contain.action import Action, Draft, Look, Phase
from aktui.contain.actions.changes.access_key import ACTIVE, CHANGE
from aktui.contain.ground import Ground
from aktui.contain.people import USER, person, users
from aktui.contain.plan import Danger
from aktui.errors import NotPossible


async def look(ground: Ground) -> Look:
    keys = await otherkeys.keys_of(ground, await person(ground, {}))
    others = [f"{key.id} {key.status}" for key in keys if key.id != ground.key_id]
    return Look(f"the same user has {', '.join(others)}" if others else "the same user has no other")


async def plan(ground: Ground, params: Mapping[str, str]) -> Draft:
    key = await otherkeys.meant(ground, params)
    if key.status != ACTIVE:
        raise NotPossible(f"{key.id} is {key.status} already.")
    return await otherkeys.draft(ground, key, delete=False)


ACTION = Action(
    id="disable-other-key",
    title="Disable another key",
    phase=Phase.PERSISTENCE,
    about="For a key that an intruder made, for itself or for a user that was there, or that leaked together "
    "with this one.",
    danger=Danger.BUSINESS,
    way_back="Enable it again; it works at once.",
    look=look,
    plan=plan,
    changes=(CHANGE.id,),
    params=otherkeys.PARAMS,
    choices={otherkeys.KEY.name: otherkeys.choices, USER.name: users},
    needs=otherkeys.NEEDS,
    order=10,
)
