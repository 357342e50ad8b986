"""Delete a RAM role that an intruder made: its policies first, then the role. There is no way back."""

from collections.abc import Mapping

from aktui.contain.action import Action, Choice, Draft, Look, Phase
from aktui.contain.actions.changes import policy_attachment, role
from aktui.contain.ground import Ground
from aktui.contain.judge.resources import roles_of
from aktui.contain.judge.verdict import Verdict, denied, passes
from aktui.contain.newcomers import LINKED, lately, roles, since
from aktui.contain.plan import Danger
from aktui.contain.step import State, Step
from aktui.errors import NotPossible
from queries.asking.reading import records, text
from queries.base import Param
from queries.usage.values import By, Usage

SESSIONS = (
    "Nobody can assume it any more. Whether its open sessions end with it is not documented: look whether "
    "they still call."
)


async def look(ground: Ground) -> Look:
    now = ground.cloud.now()
    made = [one.name for one in await roles(ground) if lately(one.created, now)]
    return Look(f"made lately: {', '.join(made)}" if made else "none made lately")


async def plan(ground: Ground, params: Mapping[str, str]) -> Draft:
    name = params["role"]
    if name.startswith(LINKED):
        raise NotPossible(f"{name} belongs to a service of the vendor, which deletes it itself.")
    state = await role.CHANGE.observe(ground.cloud, {"role": name})
    if state is None:
        raise NotPossible(f"There is no RAM role {name}.")
    if f":assumed-role/{name.lower()}/" in ground.responder.arn.lower():
        raise NotPossible(f"{name} is the role that aktui works in.", hint="Use another identity.")
    policies = await policy_attachment.attached(ground.cloud, "role", name) or []
    detached = [
        Step(policy_attachment.CHANGE.id, policy_attachment.target("role", name, kind, policy), True, None)
        for kind, policy in policies
    ]
    return Draft(
        (*detached, Step(role.CHANGE.id, {"role": name}, state, None)),
        (f"It trusts {_trusted(state)}. Whoever works in it loses it.", SESSIONS),
        denies=lambda usage: without_role(usage, name, state["Arn"]),
        title=f"Delete the RAM role {name}",
    )


def _trusted(state: State) -> str:
    """Who may assume a role, in its own words."""
    found = []
    for statement in records(state["AssumeRolePolicyDocument"].get("Statement")):
        for principal in records(statement.get("Principal")):
            for value in principal.values():
                found += [text(one) for one in (value if isinstance(value, list) else [value])]
    return ", ".join(dict.fromkeys(one for one in found if one)) or "nobody"


def without_role(usage: Usage, name: str, arn: str) -> Verdict:
    """Whether calls fail once the role is deleted."""
    if usage.kind is By.SESSION and usage.identity.lower().partition(":")[0] == name.lower():
        return denied("The call was made in this role.")
    if arn.lower() in (one.lower() for one in roles_of(usage)):
        return denied("The call was to assume this role, perhaps among others.")
    return passes("The call does not need this role.")


async def choices(ground: Ground) -> tuple[Choice, ...]:
    now = ground.cloud.now()
    return tuple(
        Choice(one.name, f"{since(one.created, now)}{f': {one.description}' if one.description else ''}")
        for one in await roles(ground)
    )


ACTION = Action(
    id="delete-role",
    title="Delete a RAM role",
    phase=Phase.PERSISTENCE,
    about="For a role that an intruder made to come back with. Its policies are detached first, each a step.",
    danger=Danger.HIGH,
    way_back="None: a deleted role can not be restored, only made anew from what the journal keeps of it.",
    look=look,
    plan=plan,
    changes=(policy_attachment.CHANGE.id, role.CHANGE.id),
    params=(Param("role", "name of the role", required=True),),
    choices={"role": choices},
    needs=("ram:ListRoles",),
    order=60,
)
