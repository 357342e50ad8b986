"""Whose key it is, in as few calls as the answer takes; what most other questions start from."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from aktui.errors import AktuiError, BadReply, CallRef
from aktui.models import Reply
from queries.asking.reading import Record, absent, flag, ident, listed, member, record
from queries.asking.together import both, settled
from queries.base import Asking, Gap, Page, Status

RAM_USER, ROOT, UNKNOWN = "ram-user", "root", "unknown"

HOLDER_CALLS = (
    "sts:GetCallerIdentity",
    "ims:GetUser",
    "ims:GetAccessKeyInfoInRecycleBin",
    "ims:ListAccessKeys",
    "actiontrail:GetAccessKeyLastUsedInfo",
)
HOLDER_NEEDS = (
    "sts:GetCallerIdentity",
    "ram:GetUser",
    "ram:GetAccessKeyInfoInRecycleBin",
    "ram:ListAccessKeys",
    "actiontrail:GetAccessKeyLastUsedInfo",
)
_LAST_USE_FIELDS = {"AccountType", "OwnerId", "ServiceName", "UsedTimestamp"}


@dataclass(frozen=True)
class Holder:
    """Who holds the key."""

    kind: str = UNKNOWN
    name: str = ""
    principal: str = ""
    """`name@domain`, as IMS wants it; empty when only the name is known."""
    user_id: str = ""
    account_id: str = ""
    recycled: bool = False
    """The user is in the recycle bin (the key with it)."""
    key_recycled: bool = False
    user: Record = field(default_factory=dict)
    """The user as IMS tells it, if it does."""
    gaps: tuple[Gap, ...] = ()
    """What went unanswered on the way; who asks further passes these on."""

    @property
    def alive(self) -> bool:
        """A user that exists, so that its policies and keys can be asked for."""
        return self.kind == RAM_USER and not self.recycled and bool(self.name)


async def find_holder(asking: Asking) -> Holder:
    """One call for a living key of a user, up to four more for any other."""
    user = await settled(get_user(asking))
    if isinstance(user, Reply):
        return of_user(user)
    binned, info, own = await both(
        settled(get_recycled_key(asking)), settled(get_last_use(asking)), settled(is_own_root_key(asking))
    )
    gaps = gaps_of(
        {
            "user of the key": user,
            "recycle bin of keys": binned,
            "last use of the key": info,
            "keys of the root account": own,
        }
    )
    return replace(await _of_others(asking, binned, info, own, absent(user)), gaps=gaps)


async def _of_others(asking: Asking, binned: object, info: object, own: object, no_user: bool) -> Holder:
    """The holder of a key that is not a living user's, or of one whose user was not told."""
    if isinstance(binned, Reply):
        return of_recycled_key(binned)
    if own is True:
        return Holder(ROOT, "root")
    known = of_last_use(info) if isinstance(info, Reply) else Holder()
    return await _completed(asking, known) if no_user else known


async def _completed(asking: Asking, known: Holder) -> Holder:
    """The user behind a key that is gone for good may live on: then more can be asked."""
    if known.kind != RAM_USER or not known.user_id:
        return known
    user = await settled(asking.once.call("ims", "GetUser", UserId=known.user_id))
    return of_user(user) if isinstance(user, Reply) and record(user.body.get("User")) else known


async def get_user(asking: Asking) -> Reply:
    reply = await asking.once.call("ims", "GetUser", UserAccessKeyId=asking.key_id)
    _named(reply, "ims:GetUser", member(reply, "ims:GetUser", "User"))
    return reply


async def get_recycled_key(asking: Asking) -> Reply:
    reply = await asking.once.call("ims", "GetAccessKeyInfoInRecycleBin", UserAccessKeyId=asking.key_id)
    call = "ims:GetAccessKeyInfoInRecycleBin"
    _named(reply, call, member(reply, call, "AccessKey"))
    return reply


def _named(reply: Reply, call: str, told: Record) -> None:
    """A user without a name is no answer."""
    if not any(ident(told.get(name)) for name in ("UserPrincipalName", "UserName", "UserId")):
        product, _, action = call.partition(":")
        message = "The answer names no user, so nothing can be concluded from it."
        raise BadReply(CallRef(product, action), message, request_id=reply.request_id)


async def get_last_use(asking: Asking) -> Reply:
    """The audit's newest record of the key; an answer with nothing but a request id means there is none."""
    reply = await asking.once.call("actiontrail", "GetAccessKeyLastUsedInfo", AccessKey=asking.key_id)
    if reply.body.keys() != {"RequestId"} and not reply.body.keys() & _LAST_USE_FIELDS:
        raise BadReply(
            CallRef("actiontrail", "GetAccessKeyLastUsedInfo"),
            "The answer tells nothing of the key's last use, nor that there was none.",
            request_id=reply.request_id,
        )
    return reply


async def own_root_keys(asking: Asking) -> list[Record] | None:
    """Root's keys when the responder is the account itself, which alone can list them; else None."""
    caller = await asking.once.call("sts", "GetCallerIdentity")
    if not ident(caller.body.get("IdentityType")):
        message = "The answer does not tell whether aktui asks as root, so root's own keys can not be told."
        raise BadReply(CallRef("sts", "GetCallerIdentity"), message, request_id=caller.request_id)
    if not is_root(caller.body.get("IdentityType")):
        return None
    reply = await asking.once.call("ims", "ListAccessKeys")
    return listed(reply, "ims:ListAccessKeys", "AccessKeys", "AccessKey")


async def is_own_root_key(asking: Asking) -> bool:
    """Whether the key is root's, seen by root itself."""
    keys = await own_root_keys(asking)
    return any(ident(key.get("AccessKeyId")) == asking.key_id for key in keys or ())


def is_root(identity_type: object) -> bool:
    """Whether `GetCallerIdentity` speaks of the account itself."""
    return ident(identity_type).lower() in ("account", "root", "rootuser", "root-account")


def of_user(reply: Reply) -> Holder:
    """The holder as IMS GetUser tells it."""
    user = record(reply.body.get("User"))
    principal = ident(user.get("UserPrincipalName"))
    name = ident(user.get("UserName")) or principal.rpartition("@")[0] or principal
    return Holder(RAM_USER, name, principal, ident(user.get("UserId")), user=user)


def of_recycled_key(reply: Reply) -> Holder:
    """The holder as the recycle bin tells it."""
    key = record(reply.body.get("AccessKey"))
    principal = ident(key.get("UserPrincipalName"))
    name = principal.rpartition("@")[0] or principal
    gone = flag(key.get("UserRecycled")) is True
    return Holder(RAM_USER, name, principal, ident(key.get("UserId")), recycled=gone, key_recycled=True)


def of_last_use(reply: Reply) -> Holder:
    """The holder as the audit trail tells it: for root keys, and for keys that are gone for good."""
    body = reply.body
    kind = ident(body.get("AccountType")).lower()
    account_id = ident(body.get("AccountId"))
    if kind == "root-account":
        return Holder(ROOT, "root", account_id=account_id)
    name = ident(body.get("UserName"))
    if kind == "ram-user" and name:
        return Holder(RAM_USER, name, user_id=ident(body.get("OwnerId")), account_id=account_id)
    return Holder(account_id=account_id)


def gap_unless_absent(outcome: object, what: str) -> Gap | None:
    """The gap a failed call leaves; none when the cloud plainly said that the thing does not exist."""
    return Gap.of(outcome, what) if isinstance(outcome, AktuiError) and not absent(outcome) else None


def gaps_of(outcomes: Mapping[str, object]) -> tuple[Gap, ...]:
    """The gaps that several calls leave, by what each was asked for; each call is named once."""
    found: dict[str, Gap] = {}
    for what, outcome in outcomes.items():
        gap = gap_unless_absent(outcome, what)
        if gap:
            found.setdefault(gap.call, gap)
    return tuple(found.values())


def nobody(holder: Holder, what: str) -> Page:
    """What to answer when a question needs a user and the key has none that can be asked about."""
    if holder.gaps:
        return Page(gaps=holder.gaps)
    if holder.kind == ROOT:
        detail = "The key belongs to the account itself (root): only root can see this, when it asks itself."
    elif holder.recycled:
        detail = f"The user {holder.name} is in the recycle bin; this shows only after it is restored."
    else:
        detail = "Not asked: no user of this account is known to hold the key (see owner)."
    return Page(gaps=(Gap(Status.NOT_COVERED, what, detail),))
