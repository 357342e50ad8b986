"""What a user holds: the policies attached to it and to its groups, each with its document."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from aktui.contain.actions.changes.group_membership import groups_of
from aktui.contain.actions.changes.policy_attachment import attached
from aktui.contain.actions.changes.policy_document import document_of
from aktui.contain.ground import Ground
from aktui.contain.judge import ram
from aktui.contain.judge.verdict import Document, Judge, Verdict, unknown
from aktui.contain.lastuse import shared
from aktui.errors import AktuiError
from queries.asking.reading import ident, records
from queries.asking.together import settled
from queries.base import Caller
from queries.usage.values import Usage

NEEDS = ("ram:ListPoliciesForUser", "ram:ListGroupsForUser", "ram:ListPoliciesForGroup", "ram:GetPolicy")


@dataclass(frozen=True)
class Held:
    """A policy that holds for a user."""

    kind: str
    """user, or group."""
    holder: str
    type: str
    policy: str
    document: Document | None
    """None when it can not be read."""

    @property
    def name(self) -> str:
        return f"{self.policy} ({self.kind} {self.holder})"

    @property
    def only_denies(self) -> bool:
        statements = records((self.document or {}).get("Statement"))
        return bool(statements) and all(ident(one.get("Effect")).lower() == "deny" for one in statements)


async def holdings_of(ground: Ground, user: str) -> tuple[Held, ...]:
    """All that holds for the user, but for grants within resource groups. Raises CloudError."""
    cloud = shared(ground.inquiry)
    places = [("user", user), *(("group", group) for group in await groups_of(cloud, user))]
    lists = await asyncio.gather(*(attached(cloud, kind, holder) for kind, holder in places))
    found = [
        (kind, holder, *policy)
        for (kind, holder), policies in zip(places, lists, strict=True)
        for policy in policies or ()
    ]
    documents = await asyncio.gather(*(_document(cloud, one[2], one[3]) for one in found))
    return tuple(Held(*one, document) for one, document in zip(found, documents, strict=True))


async def _document(cloud: Caller, kind: str, name: str) -> Document | None:
    found = await settled(document_of(cloud, kind, name))
    return None if isinstance(found, AktuiError) else found


def judging_left(left: Iterable[Held], at: datetime, user: str, *more: Document) -> Judge:
    """The judge for a user who has just these policies."""
    held = list(left)
    unread = [one.name for one in held if one.document is None]
    documents = [one.document for one in held if one.document is not None]
    return lambda usage: _judged(usage, [*documents, *more], at, user, unread)


def _judged(
    usage: Usage, documents: Sequence[Document], at: datetime, user: str, unread: Sequence[str]
) -> Verdict:
    verdict = ram.judge(usage, documents, at, user=user, implicitly=True)
    if verdict.denied and verdict.statement is None and unread:
        return unknown(f"What {' and '.join(unread)} allows could not be read.")
    return verdict
