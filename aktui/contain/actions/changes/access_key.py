"""An AccessKey of a RAM user: Active, Inactive, in the recycle bin, or gone.

Target: `key`, `user` (logon name), `user_id` (the recycle bin knows users by id only).
"""

from aktui.contain.step import Call, Change, State, Step, Target
from aktui.errors import NotPossible
from queries.asking.reading import absent, ident, listed
from queries.asking.together import settled
from queries.base import Caller

ACTIVE, INACTIVE, RECYCLED = "Active", "Inactive", "recycled"


async def observe(cloud: Caller, target: Target) -> State:
    """Active or Inactive, `recycled`, or None when neither the user nor the recycle bin has the key."""
    try:
        reply = await cloud.call("ims", "ListAccessKeys", UserPrincipalName=target["user"])
    except Exception as error:
        if not absent(error):
            raise
    else:
        for key in listed(reply, "ims:ListAccessKeys", "AccessKeys", "AccessKey"):
            if ident(key.get("AccessKeyId")) == target["key"]:
                return ident(key.get("Status"))
    binned = await settled(cloud.call("ims", "GetAccessKeyInfoInRecycleBin", UserAccessKeyId=target["key"]))
    if isinstance(binned, Exception):
        if not absent(binned):
            raise binned
        return None
    return RECYCLED


def calls(step: Step) -> tuple[Call, ...]:
    key, user = step.target["key"], step.target["user"]
    params = {"UserAccessKeyId": key, "UserPrincipalName": user}
    match step.before, step.after:
        case ("Active", "Inactive") | ("Inactive", "Active"):
            return (Call("ims", "UpdateAccessKey", {**params, "Status": step.after}),)
        case ("Active" | "Inactive", "recycled"):
            return (Call("ims", "DeleteAccessKey", params),)
        case ("recycled", "Inactive"):
            restored = {"UserAccessKeyId": key, "UserId": step.target["user_id"]}
            return (Call("ims", "RestoreAccessKeyFromRecycleBin", restored),)
    raise NotPossible(f"No call takes {key} from {told(step.before)} to {told(step.after)}.")


def title(step: Step) -> str:
    key, user = step.target["key"], step.target["user"].partition("@")[0]
    verb = {ACTIVE: "Enable", INACTIVE: "Disable", RECYCLED: "Delete"}.get(step.after, "Change")
    return f"{'Restore' if step.before == RECYCLED else verb} AccessKey {key} of {user}"


def told(state: State) -> str:
    return {RECYCLED: "in the recycle bin", None: "gone"}.get(state, f"{state}")


def undo(step: Step, observed: State) -> Step | None:
    """A restored key comes back disabled; one that was deleted while active needs enabling after that."""
    if step.after == RECYCLED:
        return Step(step.change, step.target, RECYCLED, INACTIVE)
    return Step(step.change, step.target, step.after, step.before)


CHANGE = Change(
    id="access-key",
    title=title,
    observe=observe,
    calls=calls,
    reads=("ram:ListAccessKeys", "ram:GetAccessKeyInfoInRecycleBin"),
    writes=("ram:UpdateAccessKey", "ram:DeleteAccessKey", "ram:RestoreAccessKeyFromRecycleBin"),
    undo=undo,
    told=told,
)
