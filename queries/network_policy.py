"""From which networks the key may be used, and which policy says so."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from aktui.errors import AktuiError, BadReply, CallRef
from queries.asking.reading import Record, absent_kind, ident, nested, records, text
from queries.asking.together import both, settled
from queries.base import Asking, Column, Gap, Page, Query, Row, Status
from queries.owners.holder import (
    HOLDER_CALLS,
    HOLDER_NEEDS,
    ROOT,
    find_holder,
    gap_unless_absent,
    is_own_root_key,
    nobody,
)

NEVER_SET = "never set"
_VPC = "VPCWhiteList"


@dataclass(frozen=True)
class Policy:
    """A network policy as it is set now."""

    document: Record
    raw: Record
    request_id: str

    @property
    def active(self) -> bool:
        return ident(self.document.get("Status")).lower() == "active"


async def run(asking: Asking) -> AsyncIterator[Page]:
    outcomes = {
        "key": settled(_of_key(asking)),
        "account": settled(_policy(asking, "GetAccessKeyPolicyForAccount")),
    }
    answers = dict(zip(outcomes, await both(*outcomes.values()), strict=True))
    found = {scope: answer for scope, answer in answers.items() if isinstance(answer, Policy)}
    gaps = tuple(gap for scope, answer in answers.items() for gap in _gaps(scope, answer))
    rows = tuple(Row(_values(scope, found), policy.raw) for scope, policy in found.items())
    request_id = next((policy.request_id for policy in found.values()), "")
    yield Page(rows, request_id, gaps, note=_note(rows))


def _gaps(scope: str, answer: "Policy | tuple[Gap, ...] | AktuiError") -> tuple[Gap, ...]:
    if isinstance(answer, Policy):
        return ()
    if isinstance(answer, tuple):
        return answer
    what = f"network policy of the {scope}"
    return (
        gap_unless_absent(answer, what) or Gap(Status.NOT_COVERED, what, "The key is not there any more."),
    )


async def _of_key(asking: Asking) -> "Policy | tuple[Gap, ...]":
    """The key's own policy, asked for by its user; root's is told to root only."""
    holder = await find_holder(asking)
    if holder.alive and holder.principal and not holder.key_recycled:
        params = {"UserAccessKeyId": asking.key_id, "UserPrincipalName": holder.principal}
        return await _policy(asking, "GetAccessKeyPolicy", **params)
    if holder.kind == ROOT and await is_own_root_key(asking):
        return await _policy(asking, "GetAccessKeyPolicy", UserAccessKeyId=asking.key_id)
    if holder.key_recycled:
        detail = "The key was deleted; its policy shows only after it is restored."
        return (*holder.gaps, Gap(Status.NOT_COVERED, "network policy of the key", detail))
    return nobody(holder, "network policy of the key").gaps


async def _policy(asking: Asking, action: str, **params: Any) -> Policy:
    """A policy document and the answer it came in; the empty document when none was ever set."""
    try:
        reply = await asking.cloud.call("ims", action, **params)
    except AktuiError as error:
        if absent_kind(error, "AccessKeyPolicy"):
            return Policy({}, {}, "")
        raise
    given = reply.body.get("AccessKeyPolicy")
    document = nested(given)
    if not document and text(given).strip() != "{}" and given != {}:
        call = CallRef("ims", action)
        raise BadReply(
            call, "The answer holds no network policy that can be read.", request_id=reply.request_id
        )
    return Policy(document, reply.body, reply.request_id)


def _values(scope: str, found: Mapping[str, Policy]) -> dict[str, Any]:
    policy = found[scope].document
    statements = records(policy.get("Statements"))
    public = [entry for entry in statements if ident(entry.get("Type")) != _VPC]
    private = [entry for entry in statements if ident(entry.get("Type")) == _VPC]
    return {
        "scope": scope,
        "status": text(policy.get("Status")) if policy else NEVER_SET,
        "in_force": _in_force(scope, found),
        "networks": ", ".join(network for entry in public for network in _networks(entry)),
        "vpcs": "; ".join(f"{text(entry.get('Value'))}: {', '.join(_networks(entry))}" for entry in private),
    }


def _in_force(scope: str, found: Mapping[str, Policy]) -> bool | None:
    """An active policy of the key goes before the account's; None when the key's could not be read."""
    if not found[scope].active:
        return False
    if scope == "key":
        return True
    return not found["key"].active if "key" in found else None


def _networks(statement: Record) -> list[str]:
    listed = statement.get("IPList")
    return [text(network) for network in listed] if isinstance(listed, list) else [text(listed)]


def _note(rows: tuple[Row, ...]) -> str:
    by_scope = {row.values["scope"]: row.values["in_force"] for row in rows}
    if by_scope.get("key"):
        return "The key's own network policy is in force; it goes before the account's."
    if by_scope.get("account"):
        return "The account's network policy is in force; the key has no active one of its own."
    if by_scope == {"key": False, "account": False}:
        return "No network policy is in force: the key works from any address."
    return "Which network policy is in force is unknown."


QUERY = Query(
    id="network-policy",
    title="Network policy",
    question="From which networks may the key be used?",
    columns=(
        Column("scope", "Policy of the"),
        Column("status", "Status"),
        Column("in_force", "In force", "flag"),
        Column("networks", "Networks"),
        Column("vpcs", "VPCs"),
    ),
    calls=(*HOLDER_CALLS, "ims:GetAccessKeyPolicy", "ims:GetAccessKeyPolicyForAccount"),
    needs=(*HOLDER_NEEDS, "ram:GetAccessKeyPolicy", "ram:GetAccessKeyPolicyForAccount"),
    run=run,
    source="IMS",
    limits=(
        "A policy set a moment ago may not be read back yet; it does not bind STS tokens opened with the "
        "key, and a few services do not evaluate it."
    ),
)
