"""What the owner of a key may do: the user's policies and groups; groups and documents are read once."""

from dataclasses import dataclass
from typing import Any

from aktui.errors import AktuiError
from aktui.models import Reply
from queries.asking.reading import ident, listed, nested, record
from queries.asking.together import both, settled
from queries.base import Asking
from queries.owners.escalation import (
    GRAVITY,
    LIMITED,
    UNKNOWN,
    Reading,
    Statement,
    by_name,
    read,
    statements_of,
)
from queries.sweep.known import Power


@dataclass(frozen=True)
class _Grant:
    kind: str
    name: str
    group: str = ""

    @property
    def shown(self) -> str:
        return f"{self.name} through group {self.group}" if self.group else self.name


Doubts = list[AktuiError | str]


async def power_of(asking: Asking, name: str) -> tuple[Power, AktuiError | None, bool]:
    """What the user may do, the first error that kept something away, and whether anything was told."""
    doubts: Doubts = []
    direct, groups = await both(
        _listed(asking, "ListPoliciesForUser", ("Policies", "Policy"), UserName=name),
        _listed(asking, "ListGroupsForUser", ("Groups", "Group"), UserName=name),
    )
    grants = [_Grant(*which) for which in _policies(direct, doubts)]
    names = [ident(group.get("GroupName")) for group in _or_doubt(groups, doubts)]
    of_groups = await both(*(_of_group(asking, group) for group in names))
    for group, found in zip(names, of_groups, strict=True):
        grants += [_Grant(*which, group) for which in _policies(found, doubts)]
    documents = await both(*(_document(asking, grant, doubts) for grant in grants))
    level, why = _amount(list(zip(grants, documents, strict=True)), name)
    error = next((one for one in doubts if isinstance(one, AktuiError)), None)
    doubt = "; ".join(dict.fromkeys(one.message if isinstance(one, AktuiError) else one for one in doubts))
    if doubt and not grants:
        level, why = UNKNOWN, "the policies could not be read"
    told = not (isinstance(direct, AktuiError) and isinstance(groups, AktuiError))
    return Power(level, why, asking.cloud.now(), doubt[:300]), error, told


Found = list[Any] | AktuiError
"""A list, or why there is none."""


async def _listed(asking: Asking, action: str, path: tuple[str, ...], **params: str) -> Found:
    try:
        reply = await asking.cloud.call("ram", action, **params)
        return list(listed(reply, f"ram:{action}", *path))
    except AktuiError as error:
        return error


async def _of_group(asking: Asking, group: str) -> Found:
    try:
        reply = await asking.once.call("ram", "ListPoliciesForGroup", GroupName=group)
        return list(listed(reply, "ram:ListPoliciesForGroup", "Policies", "Policy"))
    except AktuiError as error:
        return error


def _policies(found: Found, doubts: Doubts) -> list[tuple[str, str]]:
    return [(ident(one.get("PolicyType")), ident(one.get("PolicyName"))) for one in _or_doubt(found, doubts)]


def _or_doubt(found: Found, doubts: Doubts) -> list[Any]:
    if isinstance(found, AktuiError):
        doubts.append(found)
        return []
    return found


async def _document(asking: Asking, grant: _Grant, doubts: Doubts) -> tuple[Statement, ...] | None:
    """The statements of a policy; None where they could not be had."""
    call = asking.once.call("ram", "GetPolicy", PolicyType=grant.kind, PolicyName=grant.name)
    reply = await settled(call)
    if not isinstance(reply, Reply):
        doubts.append(reply)
        return None
    version = record(reply.body.get("DefaultPolicyVersion")) or record(reply.body.get("Policy"))
    document = nested(version.get("PolicyDocument"))
    if "Statement" not in document:
        doubts.append(f"The document of policy {grant.name} can not be read.")
        return None
    return statements_of(document)


def _amount(found: list[tuple[_Grant, tuple[Statement, ...] | None]], owner: str) -> tuple[str, str]:
    """The gravest of all policies together and of each alone, and the policy it comes from."""
    everything = [one for _, statements in found for one in statements or ()]
    whole = read(everything, everything, owner)
    worst, through = Reading(LIMITED, "no policy is attached") if not found else whole, ""
    for grant, statements in found:
        if statements is None:
            reading = by_name(grant.name) if grant.kind == "System" else Reading(UNKNOWN, "not readable")
        else:
            reading = read(statements, everything, owner)
        if _graver(reading, worst) or (not through and reading.level == worst.level):
            worst, through = reading, grant.shown
    return worst.level, f"{through}: {worst.why}" if through else worst.why


def _graver(one: Reading, other: Reading) -> bool:
    return GRAVITY.index(one.level) < GRAVITY.index(other.level)
