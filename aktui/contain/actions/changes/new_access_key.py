"""A new AccessKey of a RAM user. State: the ids of the user's keys, each with its status.

Target: `user` (logon name), `user_id`. The secret is in the answer and nowhere else, once.
"""

from collections.abc import Mapping
from typing import Any

from aktui.contain.actions.changes.access_key import ACTIVE, INACTIVE, RECYCLED
from aktui.contain.actions.changes.access_key import CHANGE as KEY
from aktui.contain.step import Call, Change, Given, State, Step, Target
from aktui.errors import BadReply, CallRef, NotPossible
from aktui.models import Reply, Secret
from queries.asking.reading import ident, listed, record
from queries.base import Caller

NEW = "a new one"
"""Stands in `after` for the id that nobody knows before."""


async def observe(cloud: Caller, target: Target) -> dict[str, str]:
    """The user's living keys with their status."""
    reply = await cloud.call("ims", "ListAccessKeys", UserPrincipalName=target["user"])
    keys = listed(reply, "ims:ListAccessKeys", "AccessKeys", "AccessKey")
    return {ident(key.get("AccessKeyId")): ident(key.get("Status")) for key in keys}


def calls(step: Step) -> tuple[Call, ...]:
    return (Call("ims", "CreateAccessKey", {"UserPrincipalName": step.target["user"]}),)


def begin(target: Target, keys: Mapping[str, str]) -> Step:
    """The step that makes one more key."""
    return Step(CHANGE.id, target, dict(keys), {**keys, NEW: ACTIVE})


def made_since(step: Step, keys: Mapping[str, str]) -> list[str]:
    """The keys that were not there before the step."""
    return [key for key in keys if key not in step.before]


def reached(observed: State, step: Step) -> bool:
    return isinstance(observed, dict) and bool(made_since(step, observed))


def heard(call: Call, reply: Reply) -> None:
    """An answer without a key is none: whether one was made shows in the user's keys."""
    key = record(reply.body.get("AccessKey"))
    if not ident(key.get("AccessKeyId")) or not isinstance(key.get("AccessKeySecret"), Secret):
        message = "The answer does not tell the new key."
        raise BadReply(CallRef(call.product, call.action), message, request_id=reply.request_id)


def gives(call: Call, reply: Reply) -> tuple[Given, Mapping[str, Any]]:
    key = record(reply.body["AccessKey"])
    key_id = ident(key["AccessKeyId"])
    user = call.params["UserPrincipalName"].partition("@")[0]
    return Given(f"AccessKey of {user}", key_id, key["AccessKeySecret"]), {"key": key_id}


def unmake(step: Step, keys: State, made: Mapping[str, Any]) -> tuple[Step, ...]:
    """Disable and delete the key that was made, as far as that is not done."""
    new = [str(made["key"])] if made.get("key") else made_since(step, keys)
    if len(new) > 1:
        raise NotPossible(
            f"Which key was made can not be told: {' and '.join(new)} both came since.",
            hint="Find out which of them nobody holds, then disable that one.",
        )
    if not new or new[0] not in keys:
        return ()
    target = {"key": new[0], **step.target}
    deleted = Step(KEY.id, target, INACTIVE, RECYCLED)
    return (Step(KEY.id, target, ACTIVE, INACTIVE), deleted) if keys[new[0]] == ACTIVE else (deleted,)


def title(step: Step) -> str:
    return f"Create one more AccessKey for {step.target['user'].partition('@')[0]}"


def told(state: State) -> str:
    return ", ".join(f"{key} {status}" for key, status in sorted(state.items())) if state else "no key"


CHANGE = Change(
    id="new-access-key",
    title=title,
    observe=observe,
    calls=calls,
    reads=("ram:ListAccessKeys",),
    writes=("ram:CreateAccessKey",),
    reached=reached,
    told=told,
    gives=gives,
    heard=heard,
    unmake=unmake,
    lost_answer="Nobody has the secret of the new key, and it can not be asked for again. Take this run "
    "back, which deletes the key, and begin anew.",
)
