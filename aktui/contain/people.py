"""Which RAM user an action is about: the key's own, or a named one, such as one that an intruder made."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from aktui.contain.action import Choice, Look
from aktui.contain.ground import Ground
from aktui.contain.lastuse import shared
from aktui.errors import BadReply, CallRef, NotPossible, UsageError
from aktui.models import Reply
from queries.asking.reading import Record, absent, flag, ident, listed, member, moment, text
from queries.asking.together import settled
from queries.base import Param
from queries.owners.holder import Holder

USER = Param("user", "name of the RAM user; without it the one who holds the key")
NEEDS = ("ram:GetUser", "ram:ListUsers")

_LATELY = timedelta(days=30)
_MOST = 50
_MOST_PAGES = 20


@dataclass(frozen=True)
class Person:
    """A RAM user."""

    name: str
    principal: str
    """`name@domain`, as IMS wants it."""
    user_id: str

    @property
    def target(self) -> dict[str, str]:
        """For steps that are about the user by logon name and id."""
        return {"user": self.principal, "user_id": self.user_id}


async def person(ground: Ground, params: Mapping[str, str]) -> Person:
    """The living user that is meant. Raises NotPossible, also for the user that aktui works as."""
    named = params.get(USER.name, "").partition("@")[0]
    found = await _named(ground, named) if named else await _holder(ground)
    not_oneself(ground, found.name)
    return found


async def look_at_own(ground: Ground, tell: Callable[[Person], Awaitable[str]]) -> Look:
    """How the key's own user stands. It blocks nothing: another user can be named."""
    try:
        who = await person(ground, {})
    except NotPossible as error:
        return Look(f"a user has to be named ({error})")
    return Look(await tell(who))


async def _holder(ground: Ground) -> Person:
    holder = await ground.user()
    return Person(holder.name, holder.principal, holder.user_id)


async def _named(ground: Ground, name: str) -> Person:
    cloud = shared(ground.inquiry)
    known = await settled(cloud.call("ram", "GetUser", UserName=name))
    if absent(known):
        raise NotPossible(f"There is no RAM user {name}.")
    if not isinstance(known, Reply):
        raise known
    user_id = ident(member(known, "ram:GetUser", "User").get("UserId"))
    reply = await cloud.call("ims", "GetUser", UserId=user_id)
    principal = ident(member(reply, "ims:GetUser", "User").get("UserPrincipalName"))
    if not principal:
        # Without it the cloud would take the responder for who is meant.
        raise BadReply(CallRef("ims", "GetUser"), "The answer tells a user without a logon name.")
    return Person(name, principal, user_id)


def not_oneself(ground: Ground, name: str) -> None:
    """Nobody saws off the branch they sit on."""
    if ground.responder.arn.rpartition(":")[2] == f"user/{name}":
        raise NotPossible(
            f"{name} is the user that aktui works as.", hint="Use another identity's credentials."
        )


async def users(ground: Ground) -> tuple[Choice, ...]:
    """The key's own user, and those made lately, the newest first."""
    holder = await settled(ground.user())
    own = holder.name if isinstance(holder, Holder) else ""
    found = [Choice(own, "holds the key")] if own else []
    since = ground.cloud.now() - _LATELY
    made = [(moment(one.get("CreateDate")), one) for one in await _pages(ground, "ListUsers", 1000)]
    lately = sorted(((at, name_of(one)) for at, one in made if at and at >= since), reverse=True)
    found += [Choice(name, f"made {at:%Y-%m-%d %H:%M} UTC") for at, name in lately if name != own]
    return tuple(found[:_MOST])


async def _pages(ground: Ground, action: str, size: int) -> list[Record]:
    """The users on all pages."""
    cloud, found, marker = shared(ground.inquiry), [], ""
    for _ in range(_MOST_PAGES):
        more = {"Marker": marker} if marker else {}
        reply = await cloud.call("ims", action, MaxItems=size, **more)
        found += listed(reply, f"ims:{action}", "Users", "User")
        marker = text(reply.body.get("Marker"))
        if flag(reply.body.get("IsTruncated")) is not True or not marker:
            break
    return found


def name_of(user: Record) -> str:
    """The user name from the logon name."""
    return ident(user.get("UserPrincipalName")).rpartition("@")[0]


async def binned(ground: Ground) -> list[Record]:
    """The users in the recycle bin, the newest deleted first."""
    found = await _pages(ground, "ListUsersInRecycleBin", 100)
    return sorted(found, key=lambda one: ident(one.get("RecycleDate")), reverse=True)


async def person_binned(ground: Ground, params: Mapping[str, str]) -> tuple[Person, Record]:
    """The user in the recycle bin that is meant, and what the bin says. Raises NotPossible, UsageError."""
    named = params.get(USER.name, "").partition("@")[0]
    if not named:
        holder = await ground.holder()
        if not holder.recycled:
            whose = f"{holder.name} is not in the recycle bin" if holder.name else "the key has no such user"
            raise NotPossible(f"There is no user to restore: {whose}.", hint="Name one that was deleted.")
        named = holder.user_id
    found = [one for one in await binned(ground) if named in (name_of(one), ident(one.get("UserId")))]
    if not found:
        raise NotPossible(f"No RAM user {named} is in the recycle bin.")
    if len(found) > 1:
        ids = ", ".join(ident(one.get("UserId")) for one in found)
        raise UsageError(f"{len(found)} deleted users had that name.", hint=f"Give the id: {ids}.")
    user = found[0]
    return Person(name_of(user), ident(user.get("UserPrincipalName")), ident(user.get("UserId"))), user
