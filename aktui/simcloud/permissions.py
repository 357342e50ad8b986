"""What an identity may do: RAM's evaluation of identity-based policies.

A call is allowed when a statement allows it and none denies it. The account itself may do everything;
a user has the own policies and those of the groups; a role session has what both the role's policies and
the session's own policy allow.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from aktui.simcloud import conditions
from aktui.simcloud.account import Account, Attachment, Group, Identity, Policy, Role, User
from aktui.simcloud.conditions import Context
from aktui.simcloud.directory.documents import MalformedDocument, Statement, permission, texts
from aktui.simcloud.directory.documents import trust as trust_statements


@dataclass(frozen=True)
class Decision:
    """`explicit` says that a statement decided it; an implicit denial is the mere lack of one."""

    allowed: bool
    explicit: bool


def check(
    account: Account,
    identity: Identity,
    action: str,
    resource: str = "*",
    *,
    source_ip: str = "",
    now: datetime,
) -> Decision:
    """Whether the identity may do the action (`ram:GetUser`) on the resource (an ARN or `*`)."""
    if identity.kind == "root":
        return Decision(allowed=True, explicit=True)
    context = {
        "acs:SourceIp": source_ip,
        "acs:CurrentTime": now,
        # Keys and tokens are used over the API, where no second factor is asked for.
        "acs:MFAPresent": "false",
        "acs:SecureTransport": "true",
    }
    documents = [_document(account, one, now) for one in attachments(account, identity, now)]
    decision = _evaluate(documents, action, resource, context)
    if decision.allowed and identity.session and identity.session.policy:
        return _evaluate([identity.session.policy], action, resource, context)
    return decision


def attachments(account: Account, identity: Identity, now: datetime) -> list[Attachment]:
    """The policies that bind an identity at that moment: a user's own first, then those of the groups."""
    if identity.user:
        return [*_bound(account, identity.user, now), *_inherited(account, identity.user, now)]
    return _bound(account, identity.role, now) if identity.role else []


def is_bound(account: Account, since: datetime, now: datetime) -> bool:
    """Whether what was attached, or joined, then binds by now: it takes `permission_lag` seconds."""
    return not now - timedelta(seconds=account.settings.permission_lag) < since <= now


def bound_document(policy: Policy, now: datetime) -> str:
    """The document that counts at that moment."""
    return policy.settling[0] if policy.settling and now < policy.settling[1] else policy.document


def trusts(trust: str, account: Account, identity: Identity, facts: Context) -> Decision:
    """Whether a role's trust policy lets the identity assume it; `facts` adds to the conditions' keys."""
    allowed = False
    for statement in _readable(trust, trust_statements):
        if not _names_principal(statement.get("Principal", {}).get("RAM", []), account, identity):
            continue
        if not _matches_any(statement.get("Action", []), "sts:AssumeRole"):
            continue
        denies = statement["Effect"] == "Deny"
        if not conditions.hold(statement.get("Condition", {}), facts, if_unknown=denies):
            continue
        if denies:
            return Decision(allowed=False, explicit=True)
        allowed = True
    return Decision(allowed, explicit=allowed)


def _evaluate(documents: Iterable[str], action: str, resource: str, context: Context) -> Decision:
    allowed = False
    for document in documents:
        for statement in _readable(document, permission):
            denies = statement.get("Effect") == "Deny"
            if not _applies(statement, action, resource, context, denies):
                continue
            if denies:
                return Decision(allowed=False, explicit=True)
            allowed = True
    return Decision(allowed, explicit=allowed)


def _applies(statement: Statement, action: str, resource: str, context: Context, denies: bool) -> bool:
    if "NotAction" in statement:
        if _matches_any(statement["NotAction"], action):
            return False
    elif not _matches_any(statement.get("Action", []), action):
        return False
    if "NotResource" in statement:
        if _covers_any(statement["NotResource"], resource):
            return False
    elif not _covers_any(statement.get("Resource", []), resource):
        return False
    # What cannot be judged must never open a door: it counts against an Allow and for a Deny.
    return conditions.hold(statement.get("Condition", {}), context, if_unknown=denies)


def _bound(account: Account, holder: User | Group | Role, now: datetime) -> list[Attachment]:
    held = [one for one in holder.policies if is_bound(account, one.attached, now)]
    return held + [one for one, until in holder.detached if now < until]


def _inherited(account: Account, user: User, now: datetime) -> list[Attachment]:
    names = [name for name, joined in user.groups.items() if is_bound(account, joined, now)]
    names += [name for name, until in user.left.items() if now < until]
    groups = (account.groups[name] for name in names if name in account.groups)
    return [attachment for group in groups for attachment in _bound(account, group, now)]


def _document(account: Account, attachment: Attachment, now: datetime) -> str:
    policy = account.policies.get((attachment.policy_type, attachment.policy_name))
    return bound_document(policy, now) if policy else ""


def _readable(document: str, read: Callable[[str], tuple[Statement, ...]]) -> tuple[Statement, ...]:
    """The statements. A document that RAM would not take, as an account file may hold, grants nothing."""
    try:
        return read(document)
    except MalformedDocument:
        return ()


def _matches_any(patterns: Any, action: str) -> bool:
    return any(wildcard(pattern, ignore_case=True).fullmatch(action) for pattern in texts(patterns))


def _covers_any(patterns: Any, resource: str) -> bool:
    return any(covers(pattern, resource) for pattern in texts(patterns))


def covers(pattern: str, resource: str) -> bool:
    """Whether a resource pattern covers a resource.

    ARNs are compared part by part: `acs:service:region:account:name`. An empty region or account in the
    pattern means any, and a resource without region (`*`) is in whichever the pattern names.
    """
    if pattern == "*":
        return True
    wanted, asked = pattern.split(":", 4), resource.split(":", 4)
    if len(wanted) != 5 or len(asked) != 5:
        return wildcard(pattern).fullmatch(resource) is not None
    prefix = all(
        not want or want == "*" or got in {"*", ""} or wildcard(want).fullmatch(got)
        for want, got in zip(wanted[:4], asked[:4], strict=True)
    )
    return prefix and wildcard(wanted[4]).fullmatch(asked[4]) is not None


@lru_cache(maxsize=4096)
def wildcard(pattern: str, *, ignore_case: bool = False) -> re.Pattern[str]:
    """A RAM pattern: `*` stands for any text, `?` for one character."""
    parts = (".*" if char == "*" else "." if char == "?" else re.escape(char) for char in pattern)
    return re.compile("".join(parts), re.DOTALL | (re.IGNORECASE if ignore_case else re.NOFLAG))


def _names_principal(patterns: Any, account: Account, identity: Identity) -> bool:
    """A trust in an account's root is a trust in all its users and roles."""
    mine = {f"acs:ram::{account.id}:root", account.id, "*"}
    if identity.user:
        mine.add(f"acs:ram::{account.id}:user/{identity.user.name}")
    if identity.role:
        mine.add(f"acs:ram::{account.id}:role/{identity.role.name}")
    return any(pattern in mine for pattern in texts(patterns))
