"""Take a user out of a group: the key's user, or one that an intruder put in."""

from collections.abc import Mapping

from aktui.contain.action import Action, Choice, Draft, Look, Phase
from aktui.contain.actions.changes.group_membership import CHANGE, groups_of
from aktui.contain.actions.changes.policy_attachment import attached
from aktui.contain.ground import Ground
from aktui.contain.holdings import NEEDS, holdings_of, judging_left
from aktui.contain.people import NEEDS as PEOPLE
from aktui.contain.people import USER, person, users
from aktui.contain.plan import Danger
from aktui.contain.step import Step
from aktui.errors import NotPossible
from queries.base import Param


async def look(ground: Ground) -> Look:
    found = await groups_of(ground.cloud, (await ground.user()).name)
    return Look(f"in {', '.join(found)}" if found else "in no group", "" if found else "It is in no group.")


async def plan(ground: Ground, params: Mapping[str, str]) -> Draft:
    who, group = await person(ground, params), params["group"]
    if group not in await groups_of(ground.cloud, who.name):
        raise NotPossible(f"{who.name} is not in the group {group}.")
    policies = [policy for _, policy in await attached(ground.cloud, "group", group) or ()]
    gone = f"{who.name} loses what the group has: {', '.join(policies) or 'no policy'}; denials too."
    own = (await ground.holder()).name == who.name
    left = [one for one in await holdings_of(ground, who.name) if (one.kind, one.holder) != ("group", group)]
    return Draft(
        (Step(CHANGE.id, {"user": who.name, "group": group}, True, None),),
        (gone,),
        denies=judging_left(left, ground.cloud.now(), who.name) if own else None,
        title=f"Take {who.name} out of the group {group}",
    )


async def groups(ground: Ground) -> tuple[Choice, ...]:
    """The groups of the key's user, with what they give."""
    name = (await ground.user()).name
    found = []
    for group in await groups_of(ground.cloud, name):
        policies = [policy for _, policy in await attached(ground.cloud, "group", group) or ()]
        found.append(Choice(group, ", ".join(policies) or "no policy"))
    return tuple(found)


ACTION = Action(
    id="leave-group",
    title="Take a user out of a group",
    phase=Phase.PERSISTENCE,
    about="The user loses what it may do through the group: for a user that an intruder put in, or a group "
    "that gives the key's user more than it needs.",
    danger=Danger.BUSINESS,
    way_back="Put it into the group again.",
    look=look,
    plan=plan,
    changes=(CHANGE.id,),
    params=(Param("group", "name of the group", required=True), USER),
    choices={"group": groups, USER.name: users},
    needs=(*NEEDS, *PEOPLE),
    order=30,
)
