"""The MFA device of a RAM user. Target: `user` (logon name). State: serial number of what is bound, or None.

It can only be unbound here: binding takes two codes from the device.
"""

from aktui.contain.step import Call, Change, State, Step, Target
from aktui.errors import BadReply, CallRef, NotPossible
from queries.asking.reading import absent, flag, ident, record
from queries.base import Caller


async def observe(cloud: Caller, target: Target) -> State:
    try:
        reply = await cloud.call("ims", "GetUserMFAInfo", UserPrincipalName=target["user"])
    except Exception as error:
        if not absent(error):
            raise
        return None
    bound = flag(reply.body.get("IsMFAEnable"))
    if bound is None:
        message = "The answer does not tell whether multi-factor authentication is on."
        raise BadReply(CallRef("ims", "GetUserMFAInfo"), message, request_id=reply.request_id)
    return (ident(record(reply.body.get("MFADevice")).get("SerialNumber")) or "unnamed") if bound else None


def calls(step: Step) -> tuple[Call, ...]:
    if step.after is not None:
        raise NotPossible("Only its user can bind an MFA device: it takes two codes from it.")
    return (Call("ims", "UnbindMFADevice", {"UserPrincipalName": step.target["user"]}),)


def title(step: Step) -> str:
    return f"Unbind the MFA device of {step.target['user'].partition('@')[0]}"


def told(state: State) -> str:
    return f"MFA device {state}" if state else "no MFA device"


CHANGE = Change(
    id="mfa-device",
    title=title,
    observe=observe,
    calls=calls,
    reads=("ram:GetUserMFAInfo",),
    writes=("ram:UnbindMFADevice",),
    undo=lambda step, observed: None,
    no_way_back="An MFA device that was unbound has to be bound again by its user, with two codes from it.",
    told=told,
)
