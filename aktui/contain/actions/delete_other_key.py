"""Delete another key, disabled before: one that an intruder made."""

from collections.abc import Mapping

from aktui.contain import otherkeys
from aktui.contain.action import Action, Draft, Phase
from aktui.contain.actions.changes.access_key import CHANGE
from aktui.contain.actions.disable_other_key import look
from aktui.contain.ground import Ground
from aktui.contain.people import USER, users
from aktui.contain.plan import Danger


async def plan(ground: Ground, params: Mapping[str, str]) -> Draft:
    return await otherkeys.draft(ground, await otherkeys.meant(ground, params), delete=True)


ACTION = Action(
    id="delete-other-key",
    title="Delete another key",
    phase=Phase.PERSISTENCE,
    about="For a key that an intruder made. It is disabled first where it is active, then moved to the "
    "recycle bin.",
    danger=Danger.HIGH,
    way_back="Restore it from the recycle bin within 30 days; it comes back as it was.",
    look=look,
    plan=plan,
    changes=(CHANGE.id,),
    params=otherkeys.PARAMS,
    choices={otherkeys.KEY.name: otherkeys.choices, USER.name: users},
    needs=(*otherkeys.NEEDS, "ram:ListAccessKeysInRecycleBin"),
    order=50,
)
