"""The network policy that a restriction sets, from what was typed, or else from what is trusted.

The vendor says two things of a policy without a list for public networks, or without one for VPCs: an older
page that all such calls are allowed then, a newer one that all are refused. So a way in that nobody may take
gets a list with an address that nobody has: the policy then means the same whichever page is right.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aktui.case import networks
from aktui.contain.ground import Ground
from aktui.contain.judge.network import ALL_VPCS
from aktui.contain.judge.verdict import Document
from aktui.contain.limits import Limits
from aktui.contain.proposal import check, parsed, proposed, written
from aktui.errors import NotPossible, UsageError
from queries.base import Param
from queries.usage.values import UsageReport

ALLOW, DENY_PUBLIC, NO_VPC = "allow", "deny-public", "none"
NOBODY = "192.0.2.0"
"""Reserved for documentation: no call comes from there. (In practice, calls do come from 127.0.0.1.)"""
NOBODY_IN_VPC = "127.0.0.1"
"""A VPC can not have it, while one could be given the address above."""

PARAMS = (
    Param("allow", "addresses and networks that may call from outside; without it, those marked as trusted"),
    Param(
        "vpc",
        f"VPCs that may call through their endpoints, vpc-…=10.0.0.0/8,…;{ALL_VPCS}=…; "
        f"{NO_VPC}: none; without it, what was seen of trusted ones",
    ),
    Param("mode", f"{ALLOW}, or {DENY_PUBLIC}: nobody from outside a VPC", default=ALLOW),
)

SESSIONS = "STS tokens are not bound by it, those opened with the key included; nor is the console."
ENDPOINTS = (
    "The list of a VPC binds only calls through that VPC's endpoints. What a machine in it calls through a "
    "public endpoint comes from its public address, which must be in the public list."
)
SERVICES = (
    "These may not evaluate it: RocketMQ, RabbitMQ, MQTT, EventBridge, Simple Message Queue, events reported "
    "to CloudMonitor over HTTP, Hologres."
)
DELAY = "It may take minutes to be read back and to bind; until it is, it is called submitted, not done."

_PARTS = re.compile(r"[;\n]+")
_MOST = 100_000


@dataclass(frozen=True)
class Wanted:
    """The policy to set, and what must be said about it."""

    document: Document
    public: tuple[str, ...]
    vpcs: Mapping[str, tuple[str, ...]]
    warnings: tuple[str, ...]

    @property
    def nobody(self) -> bool:
        return not self.public and not self.vpcs

    @property
    def told(self) -> str:
        """Whom it lets in, in few words."""
        parts = [_counted(len(self.public), "network")] if self.public else []
        parts += [_counted(len(self.vpcs), "VPC")] if self.vpcs else []
        return " and ".join(parts) or "nobody"


async def wanted(
    ground: Ground, params: Mapping[str, str], limits: Limits, account: UsageReport | None = None
) -> Wanted:
    """Raises NotPossible when nothing is trusted and nothing typed, UsageError for a bad value.

    `account`: the calls of all keys, for a policy that binds them all.
    """
    mode, allow, vpc = params["mode"], params["allow"], params["vpc"]
    if mode not in (ALLOW, DENY_PUBLIC):
        raise UsageError(f"mode is {ALLOW} or {DENY_PUBLIC}.")
    if mode == DENY_PUBLIC and allow:
        raise UsageError(f"{DENY_PUBLIC} lets nobody in from outside, so it takes no 'allow'.")
    complete = bool(vpc and (allow or mode == DENY_PUBLIC))
    public, vpcs, warnings = ((), {}, ()) if complete else await _proposed(ground, account)
    if allow:
        public, said = parsed(allow)
        warnings = (*warnings, *said, *_inside(public))
    if vpc:
        vpcs, said = typed_vpcs(vpc)
        warnings = (*warnings, *said)
    if mode == DENY_PUBLIC:
        public = ()
    if not public and not vpcs and mode == ALLOW and not (allow or vpc):
        raise NotPossible(
            "No source is marked as trusted and none was given, so the policy would stop everybody.",
            hint="Mark the networks that the business calls from as trusted, or give them (allow=…). To stop "
            "all calls, disable the key.",
        )
    document = closed(public, vpcs, limits)
    said = (*check(document), *_left_out(ground, public, vpcs))
    return Wanted(document, public, vpcs, tuple(dict.fromkeys((*warnings, *said, *_closings(public, vpcs)))))


async def _proposed(
    ground: Ground, account: UsageReport | None
) -> tuple[tuple[str, ...], Mapping[str, tuple[str, ...]], tuple[str, ...]]:
    """What the marks make of it; nothing where they make nothing."""
    if not ground.marks.trusted_sources():
        return (), {}, ()
    most = {"most_statements": _MOST, "most_items": _MOST}
    report = account or await ground.usage()
    try:
        made = proposed(ground.marks, report, whole_account=account is not None, **most)
    except UsageError:
        return (), {}, ()
    return made.public, made.vpcs, made.warnings


def typed_vpcs(typed: str) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """The VPCs that a person typed with their networks, and warnings. Raises UsageError for what is none."""
    if typed.lower() == NO_VPC:
        return {}, ()
    found: dict[str, tuple[str, ...]] = {}
    warnings: list[str] = []
    for part in filter(str.strip, _PARTS.split(typed)):
        name, _, listed = (piece.strip() for piece in part.partition("="))
        name = ALL_VPCS if name.lower() == ALL_VPCS.lower() else name
        if not listed or not (name == ALL_VPCS or networks.is_vpc(name)):
            raise UsageError(
                f"'{part.strip()[:80]}' is not a VPC with its networks.",
                hint=f"For example: vpc-bp1…=10.0.0.0/8,172.16.0.0/12;{ALL_VPCS}=10.1.0.0/16",
            )
        if name in found:
            raise UsageError(f"{name} is there twice: put its networks together.")
        found[name], said = parsed(listed)
        warnings += [f"{name}: {one}" for one in said]
    if ALL_VPCS in found:
        warnings.append(f"{ALL_VPCS} includes VPCs of other accounts, an intruder's too.")
    return found, tuple(warnings)


def closed(public: Iterable[str], vpcs: Mapping[str, Iterable[str]], limits: Limits) -> Document:
    """An active policy with a list for each way in. Raises UsageError for more than the quotas allow."""
    return written(
        list(public) or [NOBODY],
        vpcs or {ALL_VPCS: [NOBODY_IN_VPC]},
        most_statements=limits["ConditionsPerAKPolicyQuota"],
        most_items=limits["IPItemsPerAKPolicyQuota"],
    )


def _closings(public: Iterable[str], vpcs: Mapping[str, Iterable[str]]) -> list[str]:
    """What the lists with nobody's address are for."""
    told = []
    if not tuple(public):
        told.append(f"{NOBODY} is nobody's address: it stands for no public network at all.")
    if not vpcs:
        told.append(f"{ALL_VPCS} with {NOBODY_IN_VPC}, which no VPC has, stands for no VPC at all.")
    return told


def _inside(public: Iterable[str]) -> list[str]:
    return [
        f"{one} is used inside networks only: a call from outside never comes from it. Give it with its VPC."
        for one in public
        if networks.is_private(one)
    ]


def _left_out(ground: Ground, public: Iterable[str], vpcs: Mapping[str, Iterable[str]]) -> list[str]:
    """The trusted sources that the policy does not let in."""
    told = []
    for value in (one.value for one in ground.marks.trusted_sources()):
        if networks.is_vpc(value):
            found = value in vpcs or ALL_VPCS in vpcs
        else:
            inside = [item for listed in vpcs.values() for item in listed]
            found = any(_covers(item, value) for item in (inside if networks.is_private(value) else public))
        if not found:
            told.append(f"{value} is trusted, and the policy does not let it in.")
    return told


def _covers(outer: str, inner: str) -> bool:
    one, other = networks.network(outer), networks.network(inner)
    if one is None or other is None or one.version != other.version:
        return False
    return other.prefixlen >= one.prefixlen and other.network_address in one


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
