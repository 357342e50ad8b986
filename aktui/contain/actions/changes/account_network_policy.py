"""The network policy of the account: from where its AccessKeys may be used that have none of their own.

No target: there is one. State and delays are those of a key's (see `network_policy`).
"""

from aktui.contain.actions.changes.network_policy import NONE, SETTLES, read, sent, told
from aktui.contain.step import Call, Change, State, Step, Target
from queries.base import Caller


async def observe(cloud: Caller, target: Target) -> State:
    return await read(cloud, "GetAccessKeyPolicyForAccount", {})


def calls(step: Step) -> tuple[Call, ...]:
    return (Call("ims", "SetAccessKeyPolicyForAccount", {"AccessKeyPolicy": sent(step.after)}),)


def title(step: Step) -> str:
    if step.after == NONE:
        return "Take the account's network policy for AccessKeys away"
    return f"Set the account's network policy for AccessKeys: {told(step.after)}"


CHANGE = Change(
    id="account-network-policy",
    title=title,
    observe=observe,
    calls=calls,
    reads=("ram:GetAccessKeyPolicyForAccount",),
    writes=("ram:SetAccessKeyPolicyForAccount",),
    settles=SETTLES,
    told=told,
)
