"""Delete the RAM user: everything that hangs on it first, then the user, into the recycle bin."""

from collections.abc import Mapping

from aktui.contain.action import Action, Draft, Look, Phase
from aktui.contain.actions.changes import (
    access_key,
    group_membership,
    login_profile,
    mfa_device,
    new_access_key,
    policy_attachment,
    service_credential,
    user,
)
from aktui.contain.actions.disable_service_credentials import target as credential_target
from aktui.contain.ground import Ground
from aktui.contain.history import Run
from aktui.contain.judge.verdict import Verdict, denied, passes
from aktui.contain.people import NEEDS, USER, Person, look_at_own, person, users
from aktui.contain.plan import Danger
from aktui.contain.restoring import restoring
from aktui.contain.step import Step
from aktui.errors import NotPossible
from queries.base import Caller
from queries.usage.values import By, Usage

KEPT = (
    "The user goes to the recycle bin for 30 days, its AccessKeys with it; `restore-user` brings it back. "
    "After that both are gone for good."
)
ROLES = "Role sessions that the user opened go on until they expire (at most 12 hours)."
BINNED_KEYS = 3
"""Keys that the recycle bin keeps for one user."""


async def look(ground: Ground) -> Look:
    async def tell(who: Person) -> str:
        return f"{who.name} is there"

    return await look_at_own(ground, tell)


async def plan(ground: Ground, params: Mapping[str, str]) -> Draft:
    who = await person(ground, params)
    keys = await new_access_key.observe(ground.cloud, who.target)
    if ground.responder.key_id in keys:
        raise NotPossible(f"aktui signs with a key of {who.name}.", hint="Use another identity.")
    holder = await ground.holder()
    steps = (
        *_keys_off(who, keys),
        *await _logon(ground.cloud, who),
        *await _credentials(ground.cloud, who),
        *await _permissions(ground.cloud, who),
        *_keys_away(who, keys),
        Step(user.CHANGE.id, who.target, user.PRESENT, user.RECYCLED),
    )
    warnings = [KEPT, ROLES]
    if len(keys) > BINNED_KEYS:
        warnings.append(f"The recycle bin keeps {BINNED_KEYS} keys of a user; {len(keys)} are deleted.")
    own = holder.name == who.name
    denies = (lambda usage: without_user(usage, who.name)) if own else None
    return Draft(steps, tuple(warnings), title=f"Delete the RAM user {who.name}", denies=denies)


def _keys_off(who: Person, keys: Mapping[str, str]) -> list[Step]:
    """The keys first: what they are used for stops now."""
    on, off = access_key.ACTIVE, access_key.INACTIVE
    return [
        Step(access_key.CHANGE.id, {"key": key, **who.target}, on, off)
        for key, status in keys.items()
        if status == on
    ]


def _keys_away(who: Person, keys: Mapping[str, str]) -> list[Step]:
    off, away = access_key.INACTIVE, access_key.RECYCLED
    return [Step(access_key.CHANGE.id, {"key": key, **who.target}, off, away) for key in keys]


async def _logon(cloud: Caller, who: Person) -> list[Step]:
    """The logon before its MFA device, so that it is never open with a password alone."""
    target = {"user": who.principal}
    logon = await login_profile.observe(cloud, target)
    device = await mfa_device.observe(cloud, target)
    steps = [Step(login_profile.CHANGE.id, target, logon, None)] if logon is not None else []
    return [*steps, Step(mfa_device.CHANGE.id, target, device, None)] if device is not None else steps


async def _credentials(cloud: Caller, who: Person) -> list[Step]:
    known = await service_credential.held(cloud, who.principal)
    return [
        Step(service_credential.CHANGE.id, credential_target(who, key, one), one["status"], None)
        for key, one in known.items()
    ]


async def _permissions(cloud: Caller, who: Person) -> list[Step]:
    policies = await policy_attachment.attached(cloud, "user", who.name) or []
    groups = await group_membership.groups_of(cloud, who.name)
    detached = [
        Step(policy_attachment.CHANGE.id, policy_attachment.target("user", who.name, kind, name), True, None)
        for kind, name in policies
    ]
    left = [
        Step(group_membership.CHANGE.id, {"user": who.name, "group": group}, True, None) for group in groups
    ]
    return [*detached, *left]


def without_user(usage: Usage, name: str) -> Verdict:
    """Whether a call fails once its user is deleted."""
    if usage.own or (usage.identity == name and usage.kind in (By.KEY, By.CONSOLE)):
        return denied("The user who makes the call is deleted.")
    if usage.kind is By.SESSION:
        return passes("A role session goes on until it expires.")
    return passes("Another identity makes the call.")


async def back(ground: Ground, run: Run) -> Draft:
    """All that can come back, its keys too."""
    return await restoring(ground, run, keys=True)


ACTION = Action(
    id="delete-user",
    title="Delete the RAM user",
    phase=Phase.PERSISTENCE,
    about="For a user that an intruder made, or that nobody needs. Its keys, console logon, permissions and "
    "groups go first, each a step of its own.",
    danger=Danger.HIGH,
    way_back="The user, its groups, policies and keys come back; console logon, MFA and service credentials "
    "do not.",
    look=look,
    plan=plan,
    changes=(
        access_key.CHANGE.id,
        login_profile.CHANGE.id,
        mfa_device.CHANGE.id,
        service_credential.CHANGE.id,
        policy_attachment.CHANGE.id,
        group_membership.CHANGE.id,
        user.CHANGE.id,
    ),
    params=(USER,),
    choices={USER.name: users},
    needs=("ram:ListServiceCredentials", *NEEDS),
    order=70,
    back=back,
)
