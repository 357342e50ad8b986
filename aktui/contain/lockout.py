"""Whom a network policy of the account would lock out: aktui itself, and the account's other keys.

From where keys call is told by the logs, which run behind; only what a person says of their own address is
sure.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from aktui.case import networks
from aktui.case.marks import Stance
from aktui.contain.actions.changes import network_policy
from aktui.contain.ground import Ground
from aktui.contain.judge.network import judge
from aktui.contain.judge.verdict import Answer, Document
from aktui.contain.lastuse import shared
from aktui.contain.step import State
from aktui.errors import AktuiError, UsageError
from queries.asking.reading import ident, member
from queries.asking.together import settled
from queries.inquiry import Inquiry
from queries.usage.asking import Ask
from queries.usage.values import By, Usage, UsageReport, stance

PRACTICE = "127.0.0.1"
"""From where a practice cloud on this machine sees aktui."""
NEEDS = (
    "ram:GetUser",
    "ram:GetAccessKeyPolicy",
    "actiontrail:GetAccessKeyLastUsedProducts",
    "actiontrail:GetAccessKeyLastUsedIps",
)
_FEW = 3
_MOST_ASKED = 40
"""Keys of which it is asked whether they have a policy of their own."""
_SESSION = "STS."
"""How the ids of tokens begin."""


@dataclass(frozen=True)
class Lockout:
    """What speaks against the policy, and what is only to be known."""

    against: tuple[str, ...] = ()
    """Short: each is a reason to refuse it unless a person gives one for it."""
    warnings: tuple[str, ...] = ()


async def of_responder(ground: Ground, policy: Document, report: UsageReport, typed: str) -> Lockout:
    """Whether aktui could still call. `typed`: its address as a person gives it, or empty."""
    key_id = ground.responder.key_id
    if key_id.startswith(_SESSION):
        return Lockout(warnings=("aktui works with an STS token, which the policy does not bind.",))
    own = await settled(network_policy.read(ground.cloud, "GetAccessKeyPolicy", {"UserAccessKeyId": key_id}))
    if isinstance(own, dict) and own["Status"] == "Active":
        return Lockout(warnings=("The key of aktui has an active policy of its own, which counts for it.",))
    calls = [*_typed(typed, key_id), *_practice(ground, key_id)] or await _seen(ground, report)
    if not calls:
        return Lockout(("from where aktui calls is not known",), (_SAY,))
    shut = sorted({one.source for one in calls if judge(one, {}, policy).answer is not Answer.PASSES})
    if shut:
        told = ", ".join(shut)
        return Lockout(
            (f"aktui itself, which calls from {told}",),
            (f"{told}, from where aktui calls, is not let in: mark it as trusted, or add it to the list.",),
        )
    known = ", ".join(sorted({one.source for one in calls}))
    sure = "" if typed or ground.cloud.settings.practice else f" {_SAY}"
    return Lockout(warnings=(f"aktui calls from {known}, which the policy lets in.{sure}",))


_SAY = "The logs run behind: say from which address you call (my-address=…) to be sure."


def _typed(typed: str, key_id: str) -> list[Usage]:
    """Raises UsageError for what is no address."""
    found = [one for one in typed.replace(",", " ").split() if one]
    for one in found:
        if networks.address(one) is None:
            raise UsageError(
                f"'{one[:80]}' is no address.", hint="Give the one that the cloud sees you from."
            )
    return [_call(one, key_id) for one in found]


def _practice(ground: Ground, key_id: str) -> list[Usage]:
    return [_call(PRACTICE, key_id)] if ground.cloud.settings.practice else []


async def _seen(ground: Ground, report: UsageReport) -> list[Usage]:
    """Calls of aktui's own key, as far as is known."""
    key_id = ground.responder.key_id
    seen = [one for one in report.usages if one.key_id == key_id and one.kind is By.KEY]
    inquiry = Inquiry(ground.cloud, key_id, ground.inquiry.window)
    try:
        told = await Ask(inquiry, inquiry.window).told("ips")
    finally:
        await inquiry.aclose()
    start = inquiry.window.start
    newest = [row.values for row in told.rows if row.values["last_used"] and row.values["last_used"] >= start]
    return [*seen, *(_call(ident(one["ip"]), key_id) for one in newest if networks.address(ident(one["ip"])))]


def _call(source: str, key_id: str) -> Usage:
    """A call from outside a VPC."""
    return Usage(
        service="",
        operation="",
        action="",
        guessed=False,
        source=source,
        vpc="",
        kind=By.KEY,
        identity="",
        key_id=key_id,
        own=False,
        count=1,
        refused=0,
        first=None,
        newest=None,
        origin="trail",
    )


async def of_others(ground: Ground, suspect: State, policy: Document, report: UsageReport) -> Lockout:
    """The other keys whose calls of the last days would be refused, and the trusted calls of this one."""
    keys, unsure = _refused(ground, suspect, policy, report.usages)
    own = await asyncio.gather(*(_has_own(ground, key) for key in list(keys)[:_MOST_ASKED]))
    spared = [key for key, has in zip(keys, own, strict=False) if has and key != ground.key_id]
    hit = {key: calls for key, calls in keys.items() if key not in spared}
    warnings = [_told(key, calls) for key, calls in hit.items()]
    warnings += [f"{key} has an active policy of its own, which counts for it." for key in spared]
    if unsure:
        warnings.append(f"Of {unsure:,} calls of other keys it can not be told whether they are let in.")
    warnings += [f"{gap.what}: {gap.detail}" for gap in report.gaps]
    against = [f"{len(hit)} key{'' if len(hit) == 1 else 's'} that the account uses"] if hit else []
    if report.covered is None:
        against.append("keys nobody knows of, since no log tells from where they call")
    return Lockout(tuple(against), tuple(warnings))


def _refused(
    ground: Ground, suspect: State, policy: Document, usages: Iterable[Usage]
) -> tuple[dict[str, list[Usage]], int]:
    """By key, the calls that would be refused and are not an intruder's; how many can not be judged."""
    keys: dict[str, list[Usage]] = {}
    unsure = 0
    for usage in usages:
        held = stance(usage, ground.marks)
        aktuis = usage.key_id == ground.responder.key_id
        if usage.kind is not By.KEY or held is Stance.HOSTILE or aktuis:
            continue
        if usage.own and held is not Stance.TRUSTED:
            continue
        answer = judge(usage, suspect if usage.own else {}, policy).answer
        if answer is Answer.DENIED:
            keys.setdefault(usage.key_id, []).append(usage)
        unsure += usage.count if answer is Answer.UNKNOWN else 0
    return keys, unsure


async def _has_own(ground: Ground, key_id: str) -> bool:
    """Whether a key has an active policy of its own; no, where that can not be told."""
    cloud = shared(ground.inquiry)
    reply = await settled(cloud.call("ims", "GetUser", UserAccessKeyId=key_id))
    if isinstance(reply, AktuiError):
        return False
    principal = ident(member(reply, "ims:GetUser", "User").get("UserPrincipalName"))
    state = await settled(network_policy.observe(cloud, {"key": key_id, "user": principal}))
    return isinstance(state, dict) and state["Status"] == "Active"


def _told(key_id: str, calls: list[Usage]) -> str:
    ranked = sorted(calls, key=lambda one: one.count, reverse=True)
    whose = next((f" of {one.identity}" for one in ranked if one.identity), "")
    places = list(dict.fromkeys(f"{one.source}{f' in {one.vpc}' if one.vpc else ''}" for one in ranked))
    more = f" and {len(places) - _FEW} more" if len(places) > _FEW else ""
    number = sum(one.count for one in calls)
    counted = f"{number:,} call{'' if number == 1 else 's'}"
    return f"{key_id}{whose} is refused: {counted} from {', '.join(places[:_FEW])}{more}."
