"""A RAM user's membership in a group. Target: `user` (user name), `group`. State: True or None."""

from aktui.contain.step import Call, Change, State, Step, Target
from queries.asking.reading import absent, ident, listed
from queries.base import Caller


async def observe(cloud: Caller, target: Target) -> State:
    return True if target["group"] in await groups_of(cloud, target["user"]) else None


async def groups_of(cloud: Caller, user: str) -> list[str]:
    """The groups a user is in; none when there is no such user."""
    try:
        reply = await cloud.call("ram", "ListGroupsForUser", UserName=user)
    except Exception as error:
        if not absent(error):
            raise
        return []
    return [ident(one.get("GroupName")) for one in listed(reply, "ram:ListGroupsForUser", "Groups", "Group")]


def calls(step: Step) -> tuple[Call, ...]:
    action = "AddUserToGroup" if step.after is True else "RemoveUserFromGroup"
    return (Call("ram", action, {"UserName": step.target["user"], "GroupName": step.target["group"]}),)


def title(step: Step) -> str:
    user, group = step.target["user"], step.target["group"]
    if step.after is True:
        return f"Add {user} to the group {group}"
    return f"Take {user} out of the group {group}"


def told(state: State) -> str:
    return "in the group" if state is True else "not in the group"


CHANGE = Change(
    id="group-membership",
    title=title,
    observe=observe,
    calls=calls,
    reads=("ram:ListGroupsForUser",),
    writes=("ram:AddUserToGroup", "ram:RemoveUserFromGroup"),
    told=told,
)
