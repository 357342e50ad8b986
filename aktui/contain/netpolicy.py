"""Network policies as documents: written, typed by a person, checked, compared.

Shapes are those of SetAccessKeyPolicy.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from aktui.case import networks
from aktui.contain.judge.network import ALL_VPCS, CLASSIC, VPC, items
from aktui.contain.judge.verdict import Document
from aktui.errors import UsageError

STATEMENTS, ITEMS = 8, 50
"""Quotas unless GetAccountSummary says otherwise: ConditionsPerAKPolicyQuota, IPItemsPerAKPolicyQuota."""
INACTIVE: Document = {"Version": 1, "Status": "Inactive", "Statements": []}
"""What takes a policy away: there is no other way."""

_SEPARATORS = re.compile(r"[\s,;]+")
_MOST_TYPED = 10_000


def written(
    public: Iterable[str],
    vpcs: Mapping[str, Iterable[str]],
    *,
    most_statements: int = STATEMENTS,
    most_items: int = ITEMS,
) -> Document:
    """An active policy with these lists. Raises UsageError when it has more than the quotas allow."""
    statements: list[dict[str, Any]] = []
    if listed := _sorted(public):
        statements.append({"Type": CLASSIC, "IPList": listed})
    for vpc in sorted(vpcs):
        statements.append({"Type": VPC, "Value": vpc, "IPList": _sorted(vpcs[vpc])})
    document = {"Version": 1, "Status": "Active", "Statements": statements}
    check(document, most_statements=most_statements, most_items=most_items)
    return document


def check(
    document: Document, *, most_statements: int = STATEMENTS, most_items: int = ITEMS
) -> tuple[str, ...]:
    """Warnings about a policy somebody made. Raises UsageError for one the cloud would not take."""
    statements = document.get("Statements")
    if document.get("Status") not in ("Active", "Inactive") or not isinstance(statements, list):
        raise UsageError("A network policy has a Status, Active or Inactive, and a list of Statements.")
    for statement in statements:
        _check_statement(statement)
    if sum(statement["Type"] == CLASSIC for statement in statements) > 1:
        raise UsageError(f"There may be only one {CLASSIC}: put its networks together.")
    if len(statements) > most_statements:
        raise UsageError(
            f"The policy has {len(statements)} statements, and {most_statements} is the most.",
            hint=f"Each VPC is a statement: put VPCs together with {ALL_VPCS}, or use a RAM policy.",
        )
    listed = [item for statement in statements for item in items(statement)]
    if len(listed) > most_items:
        raise UsageError(
            f"The policy has {len(listed)} addresses and networks, and {most_items} is the most.",
            hint="Mark networks in place of single addresses; nothing is widened for you.",
        )
    open_to = sorted({item for item in listed if networks.is_everything(item)})
    warnings = [f"{item} lets everybody in." for item in open_to]
    if document["Status"] == "Active" and not statements:
        warnings.append("An active policy without a statement stops every call with the key.")
    return tuple(warnings)


def _check_statement(statement: object) -> None:
    if not isinstance(statement, Mapping) or statement.get("Type") not in (CLASSIC, VPC):
        raise UsageError(f"A statement is of the Type {CLASSIC} or {VPC}.")
    listed, value = statement.get("IPList"), statement.get("Value") or ""
    if not isinstance(listed, list) or not listed:
        raise UsageError("A statement needs an IPList with at least one address.")
    for item in listed:
        if not isinstance(item, str) or networks.network(item) is None:
            raise UsageError(f"{str(item)[:80]!r} is no address and no network.")
    if statement["Type"] == CLASSIC and value:
        raise UsageError(f"A {CLASSIC} has no Value.")
    if (
        statement["Type"] == VPC
        and value != ALL_VPCS
        and not (isinstance(value, str) and networks.is_vpc(value))
    ):
        raise UsageError(f"A {VPC} needs the id of a VPC, or {ALL_VPCS}.")


def parsed(typed: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The networks that a person typed, tidied, and warnings. Raises UsageError for what is none.

    Separated by blanks, commas, semicolons or line ends.
    """
    parts = [part for part in _SEPARATORS.split(typed[:_MOST_TYPED].strip()) if part]
    if not parts or len(typed) > _MOST_TYPED:
        raise UsageError("Type addresses or networks, separated by blanks or commas.")
    tidy = [networks.tidy(part) for part in parts]
    twice = sorted({one for one in tidy if tidy.count(one) > 1})
    found = tuple(dict.fromkeys(tidy))
    warnings = [f"{one} is there twice." for one in twice]
    warnings += [f"{one} lets everybody in." for one in found if networks.is_everything(one)]
    warnings += [
        f"{inner} is in {outer} already." for inner in found for outer in found if _within(inner, outer)
    ]
    return found, tuple(warnings)


def normal(document: Document) -> dict[str, Any]:
    """A policy in the form in which two can be compared: no Version, lists sorted, addresses tidied.

    A policy that was never set is like an inactive one without statements.
    """
    merged: dict[tuple[str, str], set[str]] = {}
    statements = document.get("Statements")
    for statement in statements if isinstance(statements, list) else []:
        if isinstance(statement, Mapping):
            key = (str(statement.get("Type")), str(statement.get("Value") or ""))
            merged.setdefault(key, set()).update(_canonical(item) for item in items(statement))
    listed = [
        {"Type": kind, **({"Value": value} if value else {}), "IPList": sorted(found)}
        for (kind, value), found in sorted(merged.items())
    ]
    active = str(document.get("Status", "")).strip().lower() == "active"
    return {"Status": "Active" if active else "Inactive", "Statements": listed}


def same_policy(one: Document, other: Document) -> bool:
    """Whether two policies say the same, whatever their Version and order."""
    return normal(one) == normal(other)


def _canonical(item: str) -> str:
    found = networks.network(item)
    if found is None:
        return item
    return str(found.network_address if found.prefixlen == found.max_prefixlen else found)


def _within(inner: str, outer: str) -> bool:
    one, other = networks.network(inner), networks.network(outer)
    if one is None or other is None or one.version != other.version or one == other:
        return False
    return one.prefixlen > other.prefixlen and one.network_address in other


def _sorted(listed: Iterable[str]) -> list[str]:
    """Each once, IPv4 first, in order of address."""
    known = {one: networks.network(one) for one in listed}
    places = {one: (found.version, found.network_address.packed) for one, found in known.items() if found}
    return sorted(known, key=lambda one: (*places.get(one, (9, b"")), one))
