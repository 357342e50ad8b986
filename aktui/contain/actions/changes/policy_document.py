"""A custom RAM policy, by its name. Target: `policy`. State: its document, or None where there is none.

Another document is a new version that becomes the default; with all places taken, the oldest version that is
not the default goes. A policy is deleted together with its versions, and only while attached to nobody.
"""

import json

from aktui.contain.step import Call, Change, State, Step, Target
from aktui.errors import BadReply, CallRef, NotPossible
from queries.asking.reading import absent_kind, nested, records, text
from queries.base import Caller

ROTATE = "DeleteOldestNonDefaultVersionWhenLimitExceeded"
DESCRIPTION = "Made by aktui to contain a leaked AccessKey."


async def observe(cloud: Caller, target: Target) -> State:
    return await document_of(cloud, "Custom", target["policy"])


async def document_of(cloud: Caller, kind: str, name: str) -> State:
    """The document that counts, or None. Raises CloudError, BadReply for a document that can not be read."""
    try:
        reply = await cloud.call("ram", "GetPolicy", PolicyType=kind, PolicyName=name)
    except Exception as error:
        if absent_kind(error, "Policy"):
            return None
        raise
    version = reply.body.get("DefaultPolicyVersion")
    document = nested(version.get("PolicyDocument")) if isinstance(version, dict) else {}
    if "Statement" not in document:
        message = f"The answer holds no document of the policy {name} that can be read."
        raise BadReply(CallRef("ram", "GetPolicy"), message, request_id=reply.request_id)
    return dict(document)


def calls(step: Step) -> tuple[Call, ...]:
    name = {"PolicyName": step.target["policy"]}
    if step.after is None:
        return (Call("ram", "DeletePolicy", {**name, "CascadingDelete": True}),)
    document = {**name, "PolicyDocument": sent(step.after)}
    if step.before is None:
        return (Call("ram", "CreatePolicy", {**document, "Description": DESCRIPTION}),)
    if step.before == step.after:
        raise NotPossible(f"The policy {step.target['policy']} has this document already.")
    return (Call("ram", "CreatePolicyVersion", {**document, "SetAsDefault": True, "RotateStrategy": ROTATE}),)


def sent(state: State) -> str:
    """The text of a document: as short as it can be, because its length is limited."""
    return json.dumps(state, separators=(",", ":"), ensure_ascii=False)


def title(step: Step) -> str:
    name = step.target["policy"]
    if step.after is None:
        return f"Delete the policy {name}"
    return f"Create the policy {name}" if step.before is None else f"Give the policy {name} another document"


def told(state: State) -> str:
    if state is None:
        return "no such policy"
    return "; ".join(
        f"{text(one.get('Effect'))} {_few(one.get('Action', one.get('NotAction')))}"
        for one in records(state.get("Statement"))
    )


def _few(actions: object) -> str:
    """The first actions of a statement."""
    listed = [text(one) for one in actions] if isinstance(actions, list) else [text(actions)]
    more = f" and {len(listed) - 3} more" if len(listed) > 3 else ""
    return ", ".join(listed[:3]) + more


CHANGE = Change(
    id="policy-document",
    title=title,
    observe=observe,
    calls=calls,
    reads=("ram:GetPolicy",),
    writes=("ram:CreatePolicy", "ram:CreatePolicyVersion", "ram:DeletePolicy"),
    told=told,
)
