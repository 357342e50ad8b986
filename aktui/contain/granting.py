"""Steps that give a user a custom policy: the policy with its document, then its attachment.

What the account's quotas do not allow is refused before anything is sent.
"""

import re
from collections.abc import Mapping
from typing import Any

from aktui.contain.actions.changes import policy_attachment, policy_document
from aktui.contain.ground import Ground
from aktui.contain.limits import Limits
from aktui.contain.step import Step, same
from aktui.errors import AktuiError, NotPossible, UsageError
from queries.asking.reading import flag, ident, listed
from queries.asking.together import settled

NEEDS = ("ram:ListEntitiesForPolicy", "ram:ListPolicyVersions", "ram:GetAccountSummary")
_NAME = re.compile(r"[A-Za-z0-9-]{1,128}")
_CUSTOM = "Custom"


def checked(name: str) -> str:
    """A name that a policy may have. Raises UsageError."""
    if not _NAME.fullmatch(name):
        raise UsageError(f"'{name[:80]}' is no name for a policy: letters, digits and hyphens, at most 128.")
    return name


async def steps_to_give(
    ground: Ground, user: str, name: str, document: Mapping[str, Any], limits: Limits
) -> tuple[tuple[Step, ...], tuple[str, ...]]:
    """The steps, and what must be said about them; no step where the user has just this already.

    Raises NotPossible when a quota stands in the way, CloudError when it can not be told how things are.
    """
    _check_size(name, document, limits)
    target = {"policy": name}
    before = await policy_document.observe(ground.cloud, target)
    steps, warnings = [], list(limits.warnings)
    if not same(before, dict(document)):
        steps.append(Step(policy_document.CHANGE.id, target, before, dict(document)))
        warnings += await _of_policy(ground, user, name, before, limits)
    attached = await policy_attachment.attached(ground.cloud, "user", user) or []
    if (_CUSTOM, name) not in attached:
        _check_room(user, sum(kind == _CUSTOM for kind, _ in attached), limits)
        place = policy_attachment.target("user", user, _CUSTOM, name)
        steps.append(Step(policy_attachment.CHANGE.id, place, None, True))
    return tuple(steps), tuple(warnings)


def _check_size(name: str, document: Mapping[str, Any], limits: Limits) -> None:
    size, most = len(policy_document.sent(document).encode()), limits["PolicySizeQuota"]
    if size > most:
        raise NotPossible(
            f"The policy {name} would have {size:,} characters, and {most:,} is the account's limit.",
            hint="Leave something out of it.",
        )


def _check_room(user: str, held: int, limits: Limits) -> None:
    most = limits["AttachedPoliciesPerUserQuota"]
    if held >= most:
        raise NotPossible(
            f"{held} custom policies are attached to {user}, and {most} is the account's limit.",
            hint="Detach one that it does not need (detach-policy), or disable the key.",
        )


async def _of_policy(ground: Ground, user: str, name: str, before: object, limits: Limits) -> tuple[str, ...]:
    """Of a new policy whether there is a place for it; of one that is there, whom else it touches."""
    if before is None:
        held, most = limits.used("Policies"), limits["PoliciesQuota"]
        if held is not None and held >= most:
            raise NotPossible(
                f"The account has {held} custom policies, and {most} is its limit.",
                hint="Delete one that nobody needs, or disable the key.",
            )
        return ()
    told = f"There is a policy {name} with another document: {policy_document.told(before)}. It is replaced."
    return (told, *await _others(ground, user, name), *await _pushed_out(ground, name, limits))


async def _others(ground: Ground, user: str, name: str) -> tuple[str, ...]:
    """Who else has the policy."""
    reply = await settled(
        ground.cloud.call("ram", "ListEntitiesForPolicy", PolicyType=_CUSTOM, PolicyName=name)
    )
    if isinstance(reply, AktuiError):
        return (f"Who else has the policy could not be told: {reply}",)
    who = []
    for many, one in (("Users", "User"), ("Groups", "Group"), ("Roles", "Role")):
        for entry in listed(reply, "ram:ListEntitiesForPolicy", many, one):
            who.append(f"{one.lower()} {ident(entry.get(f'{one}Name'))}")
    others = [one for one in who if one != f"user {user}"]
    return (f"It changes for others too that have the policy: {', '.join(others)}.",) if others else ()


async def _pushed_out(ground: Ground, name: str, limits: Limits) -> tuple[str, ...]:
    """Which version of the policy is lost for good when one more comes."""
    reply = await settled(ground.cloud.call("ram", "ListPolicyVersions", PolicyType=_CUSTOM, PolicyName=name))
    if isinstance(reply, AktuiError):
        return (f"The versions of the policy could not be listed: {reply}",)
    versions = listed(reply, "ram:ListPolicyVersions", "PolicyVersions", "PolicyVersion")
    if len(versions) < limits["VersionsPerPolicyQuota"]:
        return ()
    kept = [one for one in versions if flag(one.get("IsDefaultVersion")) is not True]
    oldest = min(kept, key=lambda one: ident(one.get("CreateDate")), default={})
    return (f"The policy has {len(versions)} versions: {ident(oldest.get('VersionId'))} is lost for good.",)
