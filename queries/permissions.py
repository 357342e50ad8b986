"""What the key's owner may do: policies attached directly and through groups, and what they amount to.

A denial in one policy takes away what another allows, and two harmless policies may together open a way to
more power. So documents are all read first, each policy is then judged under everybody's denials, and the
note judges them together.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from aktui.errors import AktuiError
from aktui.models import Reply
from queries.asking.reading import Record, ident, listed, moment, nested, record, text
from queries.asking.together import both, settled
from queries.base import Asking, Column, Gap, Page, Query, Row, Status
from queries.owners.escalation import (
    ADMIN,
    GRAVITY,
    UNKNOWN,
    Reading,
    Statement,
    by_name,
    read,
    statements_of,
)
from queries.owners.holder import HOLDER_CALLS, HOLDER_NEEDS, ROOT, find_holder, nobody


@dataclass(frozen=True)
class Grant:
    """A policy that holds for the owner, and through what."""

    through: str
    entry: Record
    request_id: str

    @property
    def name(self) -> str:
        return ident(self.entry.get("PolicyName"))

    @property
    def kind(self) -> str:
        return ident(self.entry.get("PolicyType"))


@dataclass(frozen=True)
class Document:
    """A policy's default version, as far as it could be had."""

    statements: tuple[Statement, ...] | None
    raw: Record
    gap: Gap | None = None


async def run(asking: Asking) -> AsyncIterator[Page]:
    holder = await find_holder(asking)
    if holder.kind == ROOT:
        yield _of_root(asking, holder.gaps)
        return
    if not holder.alive:
        yield nobody(holder, "permissions of its owner")
        return
    direct, through_groups = await both(_of_user(asking, holder.name), _of_groups(asking, holder.name))
    grants = [*direct[0], *through_groups[0]]
    names = list(dict.fromkeys((grant.kind, grant.name) for grant in grants))
    documents = dict(zip(names, await both(*(_document(asking, *name) for name in names)), strict=True))
    gaps = [
        *holder.gaps,
        *direct[1],
        *through_groups[1],
        *(found.gap for found in documents.values() if found.gap),
    ]
    yield _page(grants, documents, holder.name, tuple(gaps))


Grants = tuple[list[Grant], list[Gap]]


async def _of_user(asking: Asking, name: str) -> Grants:
    try:
        reply = await asking.once.call("ram", "ListPoliciesForUser", UserName=name)
        entries = listed(reply, "ram:ListPoliciesForUser", "Policies", "Policy")
    except AktuiError as error:
        return [], [Gap.of(error, f"policies of {name}")]
    return [Grant("user", entry, reply.request_id) for entry in entries], []


async def _of_groups(asking: Asking, name: str) -> Grants:
    try:
        reply = await asking.once.call("ram", "ListGroupsForUser", UserName=name)
        groups = listed(reply, "ram:ListGroupsForUser", "Groups", "Group")
    except AktuiError as error:
        return [], [Gap.of(error, f"groups of {name}, and the policies through them")]
    found = await both(*(_of_group(asking, ident(group.get("GroupName"))) for group in groups))
    return [grant for grants, _ in found for grant in grants], [gap for _, gaps in found for gap in gaps]


async def _of_group(asking: Asking, group: str) -> Grants:
    try:
        reply = await asking.once.call("ram", "ListPoliciesForGroup", GroupName=group)
        entries = listed(reply, "ram:ListPoliciesForGroup", "Policies", "Policy")
    except AktuiError as error:
        return [], [Gap.of(error, f"policies of group {group}")]
    return [Grant(f"group {group}", entry, reply.request_id) for entry in entries], []


async def _document(asking: Asking, kind: str, name: str) -> Document:
    reply = await settled(asking.once.call("ram", "GetPolicy", PolicyType=kind, PolicyName=name))
    if not isinstance(reply, Reply):
        return Document(None, {}, Gap.of(reply, f"document of policy {name}"))
    version = record(reply.body.get("DefaultPolicyVersion")) or record(reply.body.get("Policy"))
    document = nested(version.get("PolicyDocument"))
    if "Statement" not in document:
        detail = "The answer holds no policy document that can be read."
        what = f"document of policy {name}"
        gap = Gap(Status.FAILED, what, detail, "ram:GetPolicy", request_id=reply.request_id)
        return Document(None, reply.body, gap)
    return Document(statements_of(document), reply.body)


def _page(
    grants: list[Grant], documents: dict[tuple[str, str], Document], owner: str, gaps: tuple[Gap, ...]
) -> Page:
    statements = [one for found in documents.values() for one in found.statements or ()]
    rows = []
    for grant in grants:
        found = documents[grant.kind, grant.name]
        if found.statements is not None:
            reading = read(found.statements, statements, owner)
        else:
            unknown = Reading(UNKNOWN, "its document could not be read")
            reading = by_name(grant.name) if grant.kind == "System" else unknown
        rows.append(_row(grant, reading, found.raw))
    return Page(
        tuple(rows),
        grants[0].request_id if grants else "",
        gaps,
        note=_overall(rows, statements, owner, gaps),
    )


def _row(grant: Grant, reading: Reading, document: Record) -> Row:
    values: dict[str, Any] = {
        "policy": grant.name,
        "type": grant.kind,
        "through": grant.through,
        "reading": reading.level,
        "why": reading.why,
        "attached": moment(grant.entry.get("AttachDate")),
        "description": text(grant.entry.get("Description")),
    }
    return Row(values, {"policy": grant.entry, "GetPolicy": document})


def _overall(rows: list[Row], statements: list[Statement], owner: str, gaps: tuple[Gap, ...]) -> str:
    """All policies taken together; what could not be read may be worse."""
    whole = read(statements, statements, owner)
    worst = min((row.values for row in rows), key=lambda row: GRAVITY.index(row["reading"]), default=None)
    level, why = whole.level, whole.why
    if worst and GRAVITY.index(worst["reading"]) < GRAVITY.index(level):
        level, why = worst["reading"], f"{worst['policy']}: {worst['why']}"
    if not rows and gaps:
        return "Overall: unknown. The policies could not be read."
    if not rows:
        return "Overall: nothing. No policy is attached to the user, directly or through a group."
    doubt = " At least: not all policies could be read." if gaps else ""
    return f"Overall: {level}. {why[:1].upper()}{why[1:]}.{doubt}"


def _of_root(asking: Asking, gaps: tuple[Gap, ...]) -> Page:
    values = {
        "policy": "(the account itself)",
        "type": "",
        "through": "root",
        "reading": ADMIN,
        "why": "a root key may do everything; no policy limits it",
        "attached": None,
        "description": "",
    }
    note = f"Overall: {ADMIN}. The key belongs to the account itself; no policy limits it."
    return Page((Row(values, {"AccessKeyId": asking.key_id}),), gaps=gaps, note=note)


QUERY = Query(
    id="permissions",
    title="Permissions",
    question="What may the key's owner do?",
    columns=(
        Column("policy", "Policy"),
        Column("reading", "Reading"),
        Column("through", "Through"),
        Column("why", "Why"),
        Column("type", "Type"),
        Column("attached", "Attached", "time"),
        Column("description", "Description"),
    ),
    calls=(
        *HOLDER_CALLS,
        "ram:ListPoliciesForUser",
        "ram:ListGroupsForUser",
        "ram:ListPoliciesForGroup",
        "ram:GetPolicy",
    ),
    needs=(
        *HOLDER_NEEDS,
        "ram:ListPoliciesForUser",
        "ram:ListGroupsForUser",
        "ram:ListPoliciesForGroup",
        "ram:GetPolicy",
    ),
    run=run,
    source="RAM",
    limits=(
        "Grants within a resource group and control policies of a Resource Directory are not listed; "
        "conditions are not evaluated."
    ),
)
