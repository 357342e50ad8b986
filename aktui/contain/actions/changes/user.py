"""A RAM user: there, in the recycle bin, or gone. Target: `user` (logon name), `user_id`."""

from aktui.contain.step import Call, Change, State, Step, Target
from aktui.errors import NotPossible
from queries.asking.reading import absent
from queries.asking.together import settled
from queries.base import Caller

PRESENT, RECYCLED = "present", "recycled"


async def observe(cloud: Caller, target: Target) -> State:
    """Present, `recycled`, or None when it is nowhere."""
    for operation, state in (("GetUser", PRESENT), ("GetUserInRecycleBin", RECYCLED)):
        reply = await settled(cloud.call("ims", operation, UserId=target["user_id"]))
        if not isinstance(reply, Exception):
            return state
        if not absent(reply):
            raise reply
    return None


def calls(step: Step) -> tuple[Call, ...]:
    user_id = {"UserId": step.target["user_id"]}
    match step.before, step.after:
        case ("present", "recycled"):
            return (Call("ims", "DeleteUser", user_id),)
        case ("recycled", "present"):
            return (Call("ims", "RestoreUserFromRecycleBin", user_id),)
    raise NotPossible(f"No call takes {step.target['user']} from {told(step.before)} to {told(step.after)}.")


def title(step: Step) -> str:
    verb = "Restore" if step.before == RECYCLED else "Delete"
    return f"{verb} the RAM user {step.target['user'].partition('@')[0]}"


def told(state: State) -> str:
    return {RECYCLED: "in the recycle bin", None: "gone"}.get(state, f"{state}")


CHANGE = Change(
    id="user",
    title=title,
    observe=observe,
    calls=calls,
    reads=("ram:GetUser", "ram:GetUserInRecycleBin"),
    writes=("ram:DeleteUser", "ram:RestoreUserFromRecycleBin"),
    told=told,
)
