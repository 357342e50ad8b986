"""A network policy that seems not to work: what may be the matter, in sentences.

Each sentence names calls that went through after the policy was set, and why they may have.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from aktui.case import networks
from aktui.case.marks import Marks, Stance
from aktui.contain.judge.network import CLASSIC, VPC, items, judge
from aktui.contain.judge.verdict import Answer, Document
from aktui.text import visible
from queries.usage.ramactions import evaluates_network_policy
from queries.usage.values import By, Usage, UsageReport, stance

SETTLES = timedelta(minutes=10)
"""The guide says that a policy may take several minutes to reach all services."""
_FEW = 3
_LONGEST = 80


def explain(
    key: Document | None,
    account: Document | None,
    report: UsageReport,
    marks: Marks,
    *,
    since: datetime,
    now: datetime,
) -> tuple[str, ...]:
    """Why calls still go through that should not, or the business's do not; the likeliest first.

    `key`, `account`: the policies as read back, `{}` for never set, None for not readable. `report`: the
    calls since the change.
    """
    through = [usage for usage in report.usages if usage.accepted]
    accepted = [usage for usage in through if stance(usage, marks) is not Stance.TRUSTED]
    return tuple(
        dict.fromkeys(
            (
                *_not_in_force(key, account),
                *_early(accepted, since, now),
                *_sessions(accepted),
                *_let_in(accepted, key, account),
                *_services(accepted),
                *_others(accepted),
                *_refused_business(report.usages, key, account, marks),
            )
        )
    )


def _not_in_force(key: Document | None, account: Document | None) -> Iterator[str]:
    if key is None or account is None:
        whose = "key" if key is None else "account"
        yield f"The network policy of the {whose} could not be read, so which one is in force is not known."
        return
    if _active(key) and _active(account):
        yield "The key's own policy is active and goes before the account's, which counts for nothing here."
    if not _active(key) and not _active(account):
        yield "Neither policy reads as active: the key works from any address."


def _early(accepted: list[Usage], since: datetime, now: datetime) -> Iterator[str]:
    minutes = (now - since).total_seconds() / 60
    if accepted and now - since < SETTLES:
        yield (
            f"The policy was set {max(0, minutes):.0f} minutes ago; it may take several minutes to reach all "
            "services."
        )


def _sessions(accepted: list[Usage]) -> Iterator[str]:
    names = _names(usage.identity or usage.key_id for usage in accepted if usage.kind is By.SESSION)
    if names:
        yield (
            f"Calls of role sessions ({names}) carry STS tokens, which no network policy of a key binds: "
            "take their permissions, or wait until they expire."
        )
    if any(usage.kind is By.CONSOLE for usage in accepted):
        yield "Work in the console is not bound by it: disable the console logon of the user."


def _let_in(accepted: list[Usage], key: Document | None, account: Document | None) -> Iterator[str]:
    """Calls with a key that the policy lets in, by its wording."""
    document = key if key and _active(key) else account if account and _active(account) else None
    if document is None:
        return
    let_in = [usage for usage in accepted if usage.own and judge(usage, key, account).answer is Answer.PASSES]
    wide = [item for entry in _statements(document) for item in items(entry) if networks.is_everything(item)]
    if wide and let_in:
        yield f"The policy has {wide[0]}, which lets everybody in."
    elif sources := _names(usage.source for usage in let_in):
        yield f"The policy allows {sources}, which nobody trusts: take it out."
    if not any(entry.get("Type") == CLASSIC for entry in _statements(document)):
        yield "The policy has no list of public networks, so every call from outside a VPC is refused."


def _services(accepted: list[Usage]) -> Iterator[str]:
    own = [usage for usage in accepted if usage.own]
    names = _names(usage.service for usage in own if not evaluates_network_policy(usage.service))
    if names:
        yield f"{names} may not evaluate network policies: such calls go on until the key is disabled."


def _others(accepted: list[Usage]) -> Iterator[str]:
    names = _names(usage.key_id for usage in accepted if usage.kind is By.KEY and not usage.own)
    if names:
        yield f"Calls were made with other keys ({names}); a policy of one key does not bind them."
    if any(usage.kind is By.OTHER for usage in accepted):
        yield "Calls that the provider makes on somebody's behalf are not bound by it."


def _refused_business(
    usages: Iterable[Usage], key: Document | None, account: Document | None, marks: Marks
) -> Iterator[str]:
    """Calls of the business that the policy stops: the other way in which it does not work."""
    document = key if key and _active(key) else account or {}
    hit = [
        usage
        for usage in usages
        if usage.own and stance(usage, marks) is Stance.TRUSTED and judge(usage, key, account).denied
    ]
    outside = [usage for usage in hit if not usage.vpc and _for_vpc(document, usage)]
    if sources := _names(usage.source for usage in outside):
        yield (
            f"{sources} is in a list for a VPC, but calls come through a public endpoint: such a list does "
            "not speak of them. Use the VPC's endpoint, or add the public address it leaves with."
        )
    inside = [usage for usage in hit if usage.vpc and _for_public(document, usage)]
    if sources := _names(f"{usage.source} in {usage.vpc}" for usage in inside):
        yield (
            f"{sources} calls through a VPC endpoint, which the public list does not speak of: add a list "
            "for the VPC."
        )
    rest = [usage for usage in hit if usage not in outside and usage not in inside]
    if sources := _names(usage.source for usage in rest):
        yield f"{sources} is trusted and not in the policy."


def _for_vpc(document: Document, usage: Usage) -> bool:
    return _listed(document, VPC, usage)


def _for_public(document: Document, usage: Usage) -> bool:
    return _listed(document, CLASSIC, usage)


def _listed(document: Document, kind: str, usage: Usage) -> bool:
    entries = (entry for entry in _statements(document) if entry.get("Type") == kind)
    return any(networks.contains(item, usage.source) for entry in entries for item in items(entry))


def _statements(document: Document) -> list[Document]:
    listed = document.get("Statements")
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def _active(document: Document) -> bool:
    return str(document.get("Status", "")).strip().lower() == "active"


def _names(names: Iterable[str]) -> str:
    """A few names for a sentence."""
    found = list(dict.fromkeys(visible(name[:_LONGEST]) for name in names if name))
    more = f" and {len(found) - _FEW} more" if len(found) > _FEW else ""
    return ", ".join(found[:_FEW]) + more


def after(report: UsageReport, since: datetime) -> UsageReport:
    """The calls of a report of which the newest was made since a moment; counts may reach further back."""
    kept = tuple(usage for usage in report.usages if usage.newest and usage.newest >= since)
    return replace(report, usages=kept)
