"""Console logon of a RAM user: whether it is there, its status, and whether it demands MFA.

Target: `user` (logon name). State: `Status` and `MFABindRequired`; None when the user has no console logon.
"""

from aktui.contain.step import Call, Change, State, Step, Target
from aktui.errors import NotPossible
from queries.asking.reading import Record, absent, flag, ident, member
from queries.base import Caller

ACTIVE, INACTIVE = "Active", "Inactive"
STATUS, MFA = "Status", "MFABindRequired"

_LOST = (
    "Deleting the console logon loses the password for good; who gets a logon again gets a new one, and "
    "binds MFA anew."
)


async def profile(cloud: Caller, user: str) -> Record | None:
    """The login profile as IMS tells it; None when neither it nor the user is there."""
    try:
        reply = await cloud.call("ims", "GetLoginProfile", UserPrincipalName=user)
    except Exception as error:
        if not absent(error):
            raise
        return None
    return member(reply, "ims:GetLoginProfile", "LoginProfile")


async def observe(cloud: Caller, target: Target) -> State:
    found = await profile(cloud, target["user"])
    if found is None:
        return None
    return {STATUS: ident(found.get(STATUS)), MFA: flag(found.get(MFA)) is True}


def calls(step: Step) -> tuple[Call, ...]:
    user = {"UserPrincipalName": step.target["user"]}
    if step.before is None:
        raise NotPossible("A console logon that was deleted can not be brought back: its password is lost.")
    if step.after is None:
        return (Call("ims", "DeleteLoginProfile", user),)
    changed = {name: value for name, value in step.after.items() if step.before.get(name) != value}
    return (Call("ims", "UpdateLoginProfile", user | changed),)


def undo(step: Step, observed: State) -> Step | None:
    return None if step.after is None else Step(step.change, step.target, step.after, step.before)


def loss(step: Step) -> str:
    return _LOST if step.after is None else ""


def title(step: Step) -> str:
    name = step.target["user"].partition("@")[0]
    if step.after is None:
        return f"Delete the console logon of {name}"
    if step.before is None:
        return f"Bring back the console logon of {name}"
    parts = []
    if step.before[STATUS] != step.after[STATUS]:
        parts.append(f"{'Enable' if step.after[STATUS] == ACTIVE else 'Disable'} the console logon of {name}")
    if step.before[MFA] != step.after[MFA]:
        verb = "Demand" if step.after[MFA] else "No longer demand"
        parts.append(f"{verb} MFA when {name} logs on to the console")
    return "; ".join(parts) or f"Leave the console logon of {name} as it is"


def told(state: State) -> str:
    if state is None:
        return "no console logon"
    return f"console logon {state[STATUS]}, MFA {'demanded' if state[MFA] else 'not demanded'}"


CHANGE = Change(
    id="login-profile",
    title=title,
    observe=observe,
    calls=calls,
    reads=("ram:GetLoginProfile",),
    writes=("ram:UpdateLoginProfile", "ram:DeleteLoginProfile"),
    undo=undo,
    no_way_back=loss,
    told=told,
)
