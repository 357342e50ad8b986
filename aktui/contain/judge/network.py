"""AccessKey network policies: would these calls have been denied by one?

A key's own active policy goes before the account's. The list of public networks binds only calls that come
from outside, that of a VPC only calls through the endpoints of that VPC. Role sessions and the console are
not bound. Without a list of public networks no call from outside passes, without one of VPCs none through a
VPC; so an active policy without any list stops all. Sources: SetAccessKeyPolicy in the reference of RAM, "Use
network ACL policies to restrict AccessKey pair usage" in its guide.
"""

from collections.abc import Iterator, Mapping

from aktui.case import networks
from aktui.contain.judge.verdict import Document, Judge, Verdict, any_of, denied, passes, unknown
from queries.usage.ramactions import evaluates_network_policy
from queries.usage.values import By, Usage

CLASSIC, VPC, ALL_VPCS = "ClassicWhiteList", "VPCWhiteList", "AllowAllVPC"

_TELLS_VPC = ("trail", "oss")
"""Sources that tell the VPC of a call whenever it came through one."""


def judging(key: Document | None, account: Document | None) -> Judge:
    """The judge for these two policies; what they are, `judge` says."""
    return lambda usage: judge(usage, key, account)


def judge(usage: Usage, key: Document | None, account: Document | None) -> Verdict:
    """Whether calls like these are denied while the key and its account have these policies.

    A policy that was never set is `{}`; None says that it could not be read. Calls with other keys are bound
    by the account's only, unless these keys have policies of their own, which is not looked at.
    """
    unbound = _unbound(usage)
    if unbound is not None:
        return unbound
    found = _binding(key if usage.own else {}, account)
    if isinstance(found, Verdict):
        return found
    whose, document = found
    statements = document.get("Statements")
    if not isinstance(statements, list) or not all(isinstance(one, Mapping) for one in statements):
        return unknown(f"The network policy of the {whose} has no statements that can be read.")
    if networks.address(usage.source) is None:
        return unknown("The source is no address, as when the provider calls on somebody's behalf.")
    if not evaluates_network_policy(usage.service):
        return unknown(f"{usage.service} is among the services that may not evaluate network policies.")
    return _judged(usage, whose, statements)


def _unbound(usage: Usage) -> Verdict | None:
    """A verdict for calls that no network policy is made for."""
    if usage.kind is By.SESSION:
        return passes("Network policies of AccessKeys do not bind STS tokens.")
    if usage.kind is By.CONSOLE:
        return passes("Network policies of AccessKeys do not bind the console.")
    if usage.kind is By.OTHER:
        return unknown("Who made the calls is not known.")
    return None


def _binding(key: Document | None, account: Document | None) -> tuple[str, Document] | Verdict:
    """Whose policy binds."""
    if key is None:
        return unknown("The key's own network policy could not be read.")
    if _active(key):
        return "key", key
    if account is None:
        return unknown("The account's network policy could not be read.")
    return ("account", account) if _active(account) else passes("No network policy is in force.")


def _active(document: Document) -> bool:
    return str(document.get("Status", "")).strip().lower() == "active"


def _judged(usage: Usage, whose: str, statements: list[Document]) -> Verdict:
    matching = [(one, _admits(one, usage)) for one in statements]
    admitted = any_of(answer for _, answer in matching)
    way = f"through {usage.vpc}" if usage.vpc else "from outside a VPC"
    if admitted:
        by = next(one for one, answer in matching if answer)
        return passes(f"The network policy of the {whose} allows {usage.source} {way}.", by)
    if admitted is None:
        return unknown("The log does not tell whether the calls came through a VPC, and through which.")
    if not usage.vpc and any(map(_is_vpc_list, statements)) and _listed_for_vpcs(usage, statements):
        return denied(
            f"{usage.source} is in a VPC list of the {whose}'s network policy, but called through a public "
            "endpoint, which such a list does not speak of."
        )
    return denied(f"No list in the network policy of the {whose} has {usage.source} {way}.")


def _admits(statement: Document, usage: Usage) -> bool | None:
    """Whether a statement lets the calls in; None when that hangs on a VPC the log does not tell."""
    if not any(networks.contains(item, usage.source) for item in items(statement)):
        return False
    value = statement.get("Value") or ""
    if usage.vpc:
        return _is_vpc_list(statement) and value in (usage.vpc, ALL_VPCS)
    if not _perhaps_in_vpc(usage):
        return not _is_vpc_list(statement)
    return None


def _perhaps_in_vpc(usage: Usage) -> bool:
    """A private address in a log that does not tell VPCs."""
    return usage.origin not in _TELLS_VPC and networks.is_private(usage.source)


def _listed_for_vpcs(usage: Usage, statements: list[Document]) -> bool:
    lists = (items(one) for one in statements if _is_vpc_list(one))
    return any(networks.contains(item, usage.source) for listed in lists for item in listed)


def _is_vpc_list(statement: Document) -> bool:
    return statement.get("Type") == VPC


def items(statement: Document) -> Iterator[str]:
    """The addresses and networks of a statement."""
    listed = statement.get("IPList")
    if isinstance(listed, list):
        yield from (item for item in listed if isinstance(item, str))
