"""Policies that deny something to the user of a leaked key: how they are given, how long they must stay."""

from collections.abc import Mapping
from typing import Any

from aktui.contain.action import Draft, Look
from aktui.contain.actions.changes import policy_attachment, policy_document
from aktui.contain.actions.changes.access_key import CHANGE as KEY
from aktui.contain.actions.changes.access_key import RECYCLED, told
from aktui.contain.granting import NEEDS as GRANTING
from aktui.contain.granting import checked, steps_to_give
from aktui.contain.ground import Ground
from aktui.contain.history import History, Run
from aktui.contain.judge.ram import judging
from aktui.contain.limits import limits_of
from aktui.errors import NotPossible

CHANGES = (policy_document.CHANGE.id, policy_attachment.CHANGE.id)
NEEDS = GRANTING
HIGH_RISK, ALL = "aktui-deny-high-risk", "aktui-deny-all"
"""Names of the policies unless told."""
IDS = ("deny-high-risk", "deny-all")
"""The actions that give such policies."""

UNBOUND = (
    "Role sessions that it opened already are not bound by it, as far as is known; nor are users, keys and "
    "roles that the intruder made."
)
STAYS = "Leave it in place until the leaked key is disabled and deleted."


async def stands(ground: Ground, name: str) -> Look:
    """Whether the user of the key has the policy."""
    holder = await ground.living_key()
    attached = await policy_attachment.attached(ground.cloud, "user", holder.name) or []
    return Look(f"{name} is attached" if ("Custom", name) in attached else "not attached")


async def denied(ground: Ground, name: str, document: Mapping[str, Any], *said: str) -> Draft:
    """The draft that gives the user the policy. Raises NotPossible, UsageError, CloudError."""
    holder = await ground.living_key()
    limits = await limits_of(ground)
    steps, warnings = await steps_to_give(ground, holder.name, checked(name), document, limits)
    if not steps:
        raise NotPossible(f"{holder.name} has the policy {name} already, with just this document.")
    binds = (
        f"It binds all that {holder.name} does: with each of its keys, one that takes the place of this one "
        "included, and in the console."
    )
    return Draft(
        steps,
        (binds, *said, UNBOUND, STAYS, *warnings),
        denies=judging([document], ground.cloud.now(), user=holder.name),
    )


def names(history: History) -> set[str]:
    """The policies that were given by such an action, and those that would be."""
    found = {HIGH_RISK, ALL}
    for run in history.runs:
        if run.plan.action in IDS and not run.undone_by:
            found |= {step.target["policy"] for step in run.plan.steps}
    return found


async def until_deleted(ground: Ground, run: Run | None = None) -> str:
    """Why such a policy may not be taken away yet; empty once nobody can use the key any more."""
    holder = await ground.holder()
    if holder.alive and holder.principal and not holder.key_recycled:
        target = {"key": ground.key_id, "user": holder.principal, "user_id": holder.user_id}
        state = await KEY.observe(ground.cloud, target)
        if state not in (RECYCLED, None):
            return (
                f"The leaked key is {told(state)}. The policy is to stay until the key is disabled and "
                "deleted: whoever has it gets these permissions back."
            )
    elif holder.gaps:
        return f"Whether the leaked key is deleted could not be told: {holder.gaps[0].detail}"
    return ""
