"""The owner's row while it is put together, and how it is put together for a RAM user's key."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aktui.errors import AktuiError
from aktui.models import Reply
from queries.asking.reading import Record, ident, listed, member, moment, record, text
from queries.asking.together import both, settled
from queries.base import Asking, Gap, Page, Row
from queries.owners.holder import Holder, gap_unless_absent


@dataclass
class Draft:
    """One row about the key, growing with each answer."""

    asking: Asking
    values: dict[str, Any]
    raw: dict[str, Any] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    request_id: str = ""
    note: str = ""

    def hear(self, action: str, outcome: object, what: str) -> Record:
        """Keep the body of an answer, or the gap an error leaves (none when the thing does not exist)."""
        if isinstance(outcome, Reply):
            self.raw[action] = outcome.body
            self.request_id = self.request_id or outcome.request_id
            return outcome.body
        gap = gap_unless_absent(outcome, what)
        if gap:
            self.gaps.append(gap)
        return {}

    def hear_state(self, keys: object, what: str) -> None:
        """State and age of the key from the list it is in."""
        self.hear("ListAccessKeys", keys, what)
        if not isinstance(keys, Reply):
            return
        try:
            entries = listed(keys, "ims:ListAccessKeys", "AccessKeys", "AccessKey")
        except AktuiError as error:
            self.gaps.append(Gap.of(error, what))
            return
        key_id = self.asking.key_id
        entry = next((entry for entry in entries if ident(entry.get("AccessKeyId")) == key_id), None)
        if entry is None:
            self.values["status"] = "unknown"
            self.note = "The keys listed for its owner do not include it: something is changing just now."
            return
        self.values["status"] = ident(entry.get("Status")) or "unknown"
        self.born(moment(entry.get("CreateDate")))

    def born(self, created: datetime | None) -> None:
        """When the key was made, and so its age."""
        self.values["created"] = created
        self.values["age_days"] = max((self.asking.cloud.now() - created).days, 0) if created else None

    def page(self) -> Page:
        return Page((Row(self.values, self.raw),), self.request_id, tuple(self.gaps), note=self.note)


async def of_user(draft: Draft, holder: Holder) -> None:
    """A living key of a living user: its state from the user's list, its use from the second witness."""
    draft.values["found_by"] = "its id (IMS GetUser)"
    keys, use = await both(
        settled(draft.asking.once.call("ims", "ListAccessKeys", UserPrincipalName=holder.principal)),
        settled(last_use_by_ims(draft.asking, holder.principal)),
    )
    draft.hear_state(keys, f"keys of {holder.name}")
    told = record(draft.hear("GetAccessKeyLastUsed", use, "last use as IMS has it").get("AccessKeyLastUsed"))
    used = moment(told.get("LastUsedDate"))
    known = draft.values["last_used"]
    if used and (known is None or used > known):
        draft.values |= {"last_used": used, "last_service": ident(told.get("ServiceName"))}


async def of_recycled(draft: Draft, holder: Holder, key: Record) -> None:
    """The key lies in the recycle bin; its user may live, or lie there too."""
    action = "GetUserInRecycleBin" if holder.recycled else "GetUser"
    user = await settled(draft.asking.once.call("ims", action, UserId=holder.user_id))
    told = record(draft.hear(action, user, f"user {holder.name}").get("User"))
    draft.born(moment(key.get("CreateDate")))
    draft.values |= {
        "status": "Deleted",
        **personal(told),
        "deleted_at": moment(key.get("RecycleDate")),
        "purge_at": moment(key.get("DeleteDate")),
        "found_by": "the recycle bin of keys",
    }
    whose = "Its user was deleted too" if holder.recycled else "Its user lives"
    draft.note = f"The key was deleted. {whose}. Until it is purged from the recycle bin it can be restored."


def by_trail_alone(draft: Draft, first: Mapping[str, object]) -> None:
    """Only the audit trail still knows the key: it is gone for good, or IMS did not answer."""
    unanswered = any(
        gap_unless_absent(first[action], action) for action in ("GetUser", "GetAccessKeyInfoInRecycleBin")
    )
    draft.values["found_by"] = "the audit trail (last use)"
    draft.values["status"] = "unknown" if unanswered else "Deleted"
    draft.note = (
        "Not all of IMS answered, so the state of the key is unknown; its owner is as the audit trail has it."
        if unanswered
        else "The key was deleted for good: it is neither alive nor in the recycle bin. Its owner is as the "
        "audit trail has it."
    )


async def last_use_by_ims(asking: Asking, principal: str) -> Reply:
    """The second witness of a key's last use."""
    call = asking.once.call(
        "ims", "GetAccessKeyLastUsed", UserAccessKeyId=asking.key_id, UserPrincipalName=principal
    )
    reply = await call
    member(reply, "ims:GetAccessKeyLastUsed", "AccessKeyLastUsed")
    return reply


def personal(user: Record) -> dict[str, Any]:
    """What a user record tells of the person or machine behind it."""
    return {
        "display_name": text(user.get("DisplayName")),
        "comments": text(user.get("Comments")),
        "last_login": moment(user.get("LastLoginDate")),
    }
