"""A RAM role. Target: `role`. State: what is lost with it (id, trust policy, description), or None.

A role is deleted only while no policy is attached to it, and can not be brought back.
"""

from aktui.contain.step import Call, Change, State, Step, Target
from aktui.errors import NotPossible
from queries.asking.reading import absent_kind, count, ident, member, nested, text
from queries.base import Caller

_LOST = (
    "A deleted role can not be brought back: one of the same name has another id, and must be given its "
    "trust policy (which the journal keeps) and its policies anew."
)


async def observe(cloud: Caller, target: Target) -> State:
    try:
        reply = await cloud.call("ram", "GetRole", RoleName=target["role"])
    except Exception as error:
        if absent_kind(error, "Role"):
            return None
        raise
    role = member(reply, "ram:GetRole", "Role")
    return {
        "RoleId": ident(role.get("RoleId")),
        "Arn": ident(role.get("Arn")),
        "Description": text(role.get("Description")),
        "MaxSessionDuration": count(role.get("MaxSessionDuration")),
        "AssumeRolePolicyDocument": dict(nested(role.get("AssumeRolePolicyDocument"))),
    }


def calls(step: Step) -> tuple[Call, ...]:
    if step.after is not None:
        raise NotPossible("A deleted role can not be brought back by aktui; create it anew.")
    return (Call("ram", "DeleteRole", {"RoleName": step.target["role"]}),)


def title(step: Step) -> str:
    return f"Delete the RAM role {step.target['role']}"


def told(state: State) -> str:
    return "no such role" if state is None else f"role {state['RoleId']}"


CHANGE = Change(
    id="role",
    title=title,
    observe=observe,
    calls=calls,
    reads=("ram:GetRole",),
    writes=("ram:DeleteRole",),
    undo=lambda step, observed: None,
    no_way_back=_LOST,
    told=told,
)
