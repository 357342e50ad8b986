"""Another AccessKey than the suspect one: of the same user, or of a user that an intruder made."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from aktui.contain.action import Choice, Draft
from aktui.contain.actions.changes.access_key import ACTIVE, CHANGE, INACTIVE, RECYCLED
from aktui.contain.actions.delete_key import pushed_out
from aktui.contain.ground import Ground
from aktui.contain.judge.verdict import Judge, Verdict, denied, passes
from aktui.contain.lastuse import last_use, shared, told
from aktui.contain.newcomers import since
from aktui.contain.people import NEEDS as PEOPLE
from aktui.contain.people import USER, Person, not_oneself, person, users
from aktui.contain.rotation import begun
from aktui.contain.step import Step
from aktui.errors import NotPossible, UsageError
from queries.asking.reading import absent, ident, listed, member, moment
from queries.base import Param
from queries.usage.values import Usage

KEY = Param("key", "id of the AccessKey; without it the only one of the user")
PARAMS = (KEY, USER)
NEEDS = (*PEOPLE, "ram:ListAccessKeys", "ram:GetAccessKeyLastUsed", "actiontrail:GetAccessKeyLastUsedInfo")


@dataclass(frozen=True)
class Other:
    """Another key."""

    id: str
    status: str
    created: datetime | None
    owner: Person

    @property
    def target(self) -> dict[str, str]:
        return {"key": self.id, **self.owner.target}


async def meant(ground: Ground, params: Mapping[str, str]) -> Other:
    """The key that is meant. Raises NotPossible, UsageError, CloudError."""
    key_id, user = params[KEY.name], params[USER.name]
    if key_id == ground.key_id:
        raise NotPossible("That is the suspect key itself.", hint="Use disable-key or delete-key.")
    if key_id == ground.responder.key_id:
        raise NotPossible("aktui signs with that key.", hint="Use another identity's credentials.")
    if not key_id and not user:
        raise UsageError("Which key? Give its id (key=…), or whose it is (user=…).")
    owner = await person(ground, {USER.name: user}) if user else await _owner(ground, key_id)
    found = [one for one in await keys_of(ground, owner) if one.id != ground.key_id]
    if key_id:
        found = [one for one in found if one.id == key_id]
    if not found:
        whose = f"{owner.name} has no key {key_id}" if key_id else f"{owner.name} has no other key"
        raise NotPossible(f"{whose} that is not deleted.")
    if len(found) > 1:
        raise UsageError(
            f"{owner.name} has {len(found)} keys.",
            hint=f"Give one: {', '.join(f'{one.id} ({one.status})' for one in found)}.",
        )
    return found[0]


async def _owner(ground: Ground, key_id: str) -> Person:
    """Whose key it is. Raises NotPossible."""
    try:
        reply = await shared(ground.inquiry).call("ims", "GetUser", UserAccessKeyId=key_id)
    except Exception as error:
        if not absent(error):
            raise
        raise NotPossible(
            f"No RAM user of this account holds the key {key_id[:40]}.",
            hint="Root's keys only root can change.",
        ) from None
    user = member(reply, "ims:GetUser", "User")
    principal = ident(user.get("UserPrincipalName"))
    owner = Person(principal.rpartition("@")[0] or principal, principal, ident(user.get("UserId")))
    not_oneself(ground, owner.name)
    return owner


async def keys_of(ground: Ground, owner: Person) -> list[Other]:
    """The living keys of a user."""
    reply = await shared(ground.inquiry).call("ims", "ListAccessKeys", UserPrincipalName=owner.principal)
    return [
        Other(ident(one.get("AccessKeyId")), ident(one.get("Status")), moment(one.get("CreateDate")), owner)
        for one in listed(reply, "ims:ListAccessKeys", "AccessKeys", "AccessKey")
    ]


async def choices(ground: Ground) -> tuple[Choice, ...]:
    """The other keys of the key's user, and those of users made lately."""
    now, found = ground.cloud.now(), []
    for user in await users(ground):
        try:
            owner = await person(ground, {USER.name: user.value})
        except NotPossible:
            continue
        for key in await keys_of(ground, owner):
            if key.id not in (ground.key_id, ground.responder.key_id):
                label = (
                    f"{key.status}, of {owner.name}, {since(key.created, now)}; {owner.name}: {user.label}"
                )
                found.append(Choice(key.id, label))
    return tuple(found)


async def draft(ground: Ground, key: Other, *, delete: bool) -> Draft:
    """Disable it where it is active; then delete it, if that is wanted."""
    used = await last_use(ground.cloud, key.id, key.owner.principal)
    said = [f"{key.id} of {key.owner.name}: {told(*used)}."]
    steps = [Step(CHANGE.id, key.target, ACTIVE, INACTIVE)] if key.status == ACTIVE else []
    if delete:
        steps.append(Step(CHANGE.id, key.target, INACTIVE, RECYCLED))
        said += await pushed_out(ground, key.owner.user_id)
    own = (await ground.holder()).name == key.owner.name
    rotation = begun(ground.history)
    new = rotation is not None and rotation.new == key.id
    if not own:
        said.append(
            "What is done with it is not counted here: only the suspect key and its user are looked at. "
            f"See `aktui triage {key.id}` before."
        )
    verb = "Delete" if delete else "Disable"
    return Draft(
        tuple(steps),
        tuple(said),
        needs_reason="It is the new key of the rotation under way, which the business moves to."
        if new
        else "",
        denies=without(key.id) if own else None,
        title=f"{verb} AccessKey {key.id} of {key.owner.name}",
    )


def without(key_id: str) -> Judge:
    """Whether calls fail once another key is off."""

    def judge(usage: Usage) -> Verdict:
        if usage.key_id == key_id:
            return denied("The call is signed with that key.")
        return passes("The call is not signed with that key.")

    return judge
