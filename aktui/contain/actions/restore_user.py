"""Restore a RAM user from the recycle bin, and what our own journal knows that it had."""

from collections.abc import Mapping

from aktui.contain.action import Action, Choice, Draft, Look, Phase
from aktui.contain.actions.changes import group_membership, policy_attachment, user
from aktui.contain.ground import Ground
from aktui.contain.people import USER, binned, name_of, person_binned
from aktui.contain.plan import Danger
from aktui.contain.restoring import deleted_by, restoring
from aktui.contain.step import Step
from aktui.errors import NotPossible
from aktui.models import Reply
from queries.asking.reading import absent, ident, moment
from queries.asking.together import settled
from queries.base import Param

KEYS = (
    "Its AccessKeys stay in the recycle bin until each is restored (restore-key), and come back disabled, as "
    "far as is known. Console logon, MFA device and service credentials do not come back."
)
BARE = (
    "This case did not delete the user, so which groups and policies it had is not known here: it comes back "
    "without any, as far as is known."
)


async def look(ground: Ground) -> Look:
    holder = await ground.holder()
    if holder.recycled:
        return Look(f"{holder.name} is in the recycle bin")
    number = len(await binned(ground))
    several = f"{number} users in the recycle bin"
    return Look(several, "" if number else "No RAM user is in the recycle bin.")


async def plan(ground: Ground, params: Mapping[str, str]) -> Draft:
    who, told = await person_binned(ground, params)
    await _require_free_name(ground, who.name)
    until = moment(told.get("DeleteDate"))
    kept = (f"The recycle bin would have kept it until {until:%Y-%m-%d}.",) if until else ()
    run = deleted_by(ground.history, who.user_id)
    if run is None:
        step = Step(user.CHANGE.id, who.target, user.RECYCLED, user.PRESENT)
        return Draft((step,), (KEYS, BARE, *kept), title=f"Restore the RAM user {who.name}")
    draft = await restoring(ground, run, keys=False)
    ours = f"The run {run.id} of this case deleted it: taking that run back brings its keys back too."
    return Draft(draft.steps, (KEYS, ours, *kept), title=f"Restore the RAM user {who.name}")


async def _require_free_name(ground: Ground, name: str) -> None:
    known = await settled(ground.cloud.call("ram", "GetUser", UserName=name))
    if isinstance(known, Reply):
        raise NotPossible(
            f"There is a living RAM user {name} by now; two can not have one name.",
            hint="Rename or delete that one first.",
        )
    if not absent(known):
        raise known


async def choices(ground: Ground) -> tuple[Choice, ...]:
    found = await binned(ground)
    return tuple(
        Choice(ident(one.get("UserId")), f"{name_of(one)}, deleted {ident(one.get('RecycleDate'))}")
        for one in found
    )


ACTION = Action(
    id="restore-user",
    title="Restore a RAM user from the recycle bin",
    phase=Phase.PERSISTENCE,
    about="Brings a deleted user back; where this case deleted it, with the groups and policies it had.",
    danger=Danger.LOW,
    way_back="Delete it again.",
    look=look,
    plan=plan,
    changes=(user.CHANGE.id, group_membership.CHANGE.id, policy_attachment.CHANGE.id),
    params=(Param(USER.name, "name or id of a deleted RAM user; without it the one who held the key"),),
    choices={USER.name: choices},
    needs=("ram:ListUsersInRecycleBin", "ram:GetUser"),
    order=75,
)
