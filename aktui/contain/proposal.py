"""The network policy proposed for a key: what the responder trusts gets in.

Nothing is widened and no address is guessed; what is trusted and could not be put in is said.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aktui.case import networks
from aktui.case.marks import Kind, Marks, Stance
from aktui.contain.judge.network import CLASSIC, VPC, items
from aktui.contain.judge.verdict import Document
from aktui.contain.netpolicy import INACTIVE, ITEMS, STATEMENTS, check, normal, parsed, same_policy, written
from aktui.errors import UsageError
from queries.usage.values import By, Usage, UsageReport

__all__ = ["INACTIVE", "Proposal", "check", "normal", "parsed", "proposed", "same_policy", "written"]


@dataclass(frozen=True)
class Proposal:
    """A policy, and what a responder should know of it before setting it."""

    document: Document
    warnings: tuple[str, ...] = ()

    @property
    def public(self) -> tuple[str, ...]:
        """The networks that may call from outside."""
        return tuple(one for entry in _of(self.document, CLASSIC) for one in items(entry))

    @property
    def vpcs(self) -> Mapping[str, tuple[str, ...]]:
        """The VPCs that may call through their endpoints, and from which addresses in them."""
        return {str(entry.get("Value") or ""): tuple(items(entry)) for entry in _of(self.document, VPC)}


def proposed(
    marks: Marks,
    report: UsageReport,
    *,
    whole_account: bool = False,
    most_statements: int = STATEMENTS,
    most_items: int = ITEMS,
) -> Proposal:
    """The policy that lets in what is trusted. Raises UsageError where it would stop all or be too long.

    `whole_account`: for all keys of the account, from the calls of all (`account_usage`).
    """
    calls = [usage for usage in report.usages if usage.own or (whole_account and usage.kind is By.KEY)]
    public, vpcs, warnings = _public(marks), _private(marks, calls), []
    if not public and not vpcs:
        raise UsageError(
            "No source is marked as trusted, so the policy would stop everybody.",
            hint="Mark the networks that the business calls from, or disable the key.",
        )
    document = written(public, vpcs, most_statements=most_statements, most_items=most_items)
    if not public:
        warnings.append("No public address is trusted: calls from outside VPCs will all be refused.")
    warnings += _holes(marks, public, vpcs)
    warnings += _in_several(vpcs)
    warnings += _unseen(marks, report.usages, calls, vpcs)
    return Proposal(document, tuple(warnings))


def _public(marks: Marks) -> list[str]:
    """Trusted networks that calls from outside can come from."""
    sources = [one.value for one in marks.trusted_sources()]
    return [value for value in sources if not networks.is_vpc(value) and not networks.is_private(value)]


def _private(marks: Marks, calls: Iterable[Usage]) -> dict[str, list[str]]:
    """For each VPC that trusted calls came through: the ranges given for it, else the addresses seen."""
    given = [one.value for one in marks.trusted_sources() if not networks.is_vpc(one.value)]
    vpcs: dict[str, list[str]] = {}
    for usage in calls:
        if not usage.vpc or networks.address(usage.source) is None:
            continue
        if marks.stance_of_source(usage.source, usage.vpc) is not Stance.TRUSTED:
            continue
        ranges = [value for value in given if networks.contains(value, usage.source)]
        vpcs.setdefault(usage.vpc, []).extend(ranges or [usage.source])
    return vpcs


def _holes(marks: Marks, public: list[str], vpcs: Mapping[str, list[str]]) -> list[str]:
    """Hostile sources within what is let in: an allow-list has no exceptions."""
    listed = [*public, *(item for found in vpcs.values() for item in found)]
    hostile = [one.value for one in marks.of(Kind.SOURCE, Stance.HOSTILE)]
    found = dict.fromkeys((bad, item) for bad in hostile for item in listed if _overlaps(bad, item))
    return [
        f"{bad} is hostile, and {item} lets it in: mark smaller networks as trusted." for bad, item in found
    ]


def _in_several(vpcs: Mapping[str, list[str]]) -> list[str]:
    """The same private addresses in more than one VPC: anybody can build a VPC with any addresses."""
    seen: dict[str, list[str]] = {}
    for vpc, found in vpcs.items():
        for item in dict.fromkeys(found):
            seen.setdefault(item, []).append(vpc)
    return [
        f"{item} is let in from {' and '.join(sorted(found))}: trust the VPC that is yours, by its id."
        for item, found in sorted(seen.items())
        if len(found) > 1
    ]


def _unseen(
    marks: Marks, seen: Iterable[Usage], calls: Iterable[Usage], vpcs: Mapping[str, list[str]]
) -> list[str]:
    """Trusted VPCs and private networks that no call came through: their addresses or VPCs are not known."""
    told = []
    for one in marks.trusted_sources():
        if networks.is_vpc(one.value) and one.value not in vpcs:
            told.append(
                f"{one.value} is trusted, but no call through it was seen, so it is not in the policy."
            )
        elif networks.is_private(one.value) and not any(one.value in found for found in vpcs.values()):
            told.append(
                f"{one.value} is a private network and no call from it through a VPC was seen, so it is not "
                "in the policy."
            )
    if any(usage.link for usage in calls):
        told.append("Links signed with the key will work only from these networks, too.")
    if any(usage.kind is By.SESSION for usage in seen):
        told.append("Role sessions that the key opened are not bound by it.")
    return told


def _overlaps(one: str, other: str) -> bool:
    first, second = networks.network(one), networks.network(other)
    if first is None or second is None or first.version != second.version:
        return False
    return first.network_address in second or second.network_address in first


def _of(document: Document, kind: str) -> list[Document]:
    statements = document.get("Statements")
    listed = statements if isinstance(statements, list) else []
    return [one for one in listed if isinstance(one, Mapping) and one.get("Type") == kind]
