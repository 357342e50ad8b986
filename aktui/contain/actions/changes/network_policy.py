"""The network policy of an AccessKey: from where it may be used.

Target: `key`, `user` (logon name). State: the policy in the normal form of `aktui.contain.netpolicy`; one
that was never set is like an inactive one without statements, and there is no other way to remove one.

What is set may be read back only minutes later; until then it was submitted, and no more is known.
"""

import json
from collections.abc import Mapping
from typing import Any

from aktui.contain.netpolicy import normal
from aktui.contain.step import Call, Change, State, Step, Target
from aktui.errors import BadReply, CallRef
from queries.asking.reading import absent_kind, nested, text
from queries.base import Caller

NONE: State = normal({})
"""No policy: it restricts nothing."""
SETTLES = 300.0
"""Seconds; the vendor's own tool looks for five minutes."""


async def observe(cloud: Caller, target: Target) -> State:
    params = {"UserAccessKeyId": target["key"], "UserPrincipalName": target["user"]}
    return await read(cloud, "GetAccessKeyPolicy", params)


async def read(cloud: Caller, action: str, params: Mapping[str, str]) -> State:
    """A network policy as it reads back now. Raises CloudError when that can not be told."""
    try:
        reply = await cloud.call("ims", action, **params)
    except Exception as error:
        if absent_kind(error, "AccessKeyPolicy"):
            return NONE
        raise
    given = reply.body.get("AccessKeyPolicy")
    document = nested(given)
    if not document and given != {} and text(given).strip() != "{}":
        message = "The answer holds no network policy that can be read."
        raise BadReply(CallRef("ims", action), message, request_id=reply.request_id)
    return normal(document)


def calls(step: Step) -> tuple[Call, ...]:
    params = {"UserAccessKeyId": step.target["key"], "UserPrincipalName": step.target["user"]}
    return (Call("ims", "SetAccessKeyPolicy", {**params, "AccessKeyPolicy": sent(step.after)}),)


def sent(state: State) -> str:
    """The text that sets a policy."""
    return json.dumps({"Version": 1, **state}, separators=(",", ":"))


def title(step: Step) -> str:
    if step.after == NONE:
        return f"Take the network policy from AccessKey {step.target['key']}"
    return f"Set the network policy of AccessKey {step.target['key']}: {told(step.after)}"


def told(state: State) -> str:
    """`Active: 203.0.113.0/24; vpc-…: 10.0.0.0/8`."""
    if state == NONE:
        return "no network policy"
    lists = "; ".join(map(_listed, state["Statements"])) or "no list"
    return f"{state['Status']}: {lists}"


def _listed(statement: Mapping[str, Any]) -> str:
    of = f"{statement['Value']}: " if statement.get("Value") else ""
    return of + ", ".join(statement["IPList"])


CHANGE = Change(
    id="network-policy",
    title=title,
    observe=observe,
    calls=calls,
    reads=("ram:GetAccessKeyPolicy",),
    writes=("ram:SetAccessKeyPolicy",),
    settles=SETTLES,
    told=told,
)
