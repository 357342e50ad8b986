"""The least that the business needs: a RAM policy from its calls, and what goes away with it.

The policy allows what trusted callers did in the days that were looked at, no more: OSS by bucket where every
call tells its bucket, everything else by operation, since logs do not name resources as policies do.
Only roles are named in both: with AssumeRole on every role, whoever has the key may take any.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aktui.case.marks import Marks, Stance
from aktui.contain.impact import Impact, impact
from aktui.contain.judge import ram
from aktui.contain.judge.resources import roles_of
from aktui.contain.judge.verdict import Document
from aktui.contain.refusals import recognise
from aktui.errors import UsageError
from queries.owners.escalation import Reading, Statement, read, statements_of
from queries.usage.ramactions import on_bucket
from queries.usage.values import By, Usage, UsageReport, stance

SIZE = 6144
"""Characters of a policy document, unless GetAccountSummary says otherwise: PolicySizeQuota."""

_ANY = "*"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_FEW = 8
_BY_RAM = ("explicit-deny", "missing-permission", "no-permission")


@dataclass(frozen=True)
class Least:
    """The least-privilege policy."""

    document: Document
    text: str
    """The document as it would be sent."""
    notes: tuple[str, ...]
    """What a responder should know before using it."""


@dataclass(frozen=True)
class Difference:
    """What changes when the user has the least policy in the place of what it has now."""

    before: Reading
    after: Reading
    losses: tuple[str, ...]
    """What goes away, in words."""
    impact: Impact
    """What it would have done to the calls of the report."""
    unknown: tuple[str, ...]
    """What could not be judged."""


def least(
    report: UsageReport, marks: Marks, *, user: str = "", most: int = SIZE, whole_services: bool = False
) -> Least:
    """The policy that allows what trusted callers did as this user, with any of its keys and in the console.

    `whole_services`: allow every operation of the services they used, which is shorter and far more than they
    need. Raises UsageError when nothing trusted was seen, and when the document is longer than `most`.
    """
    needed = [usage for usage in _of_user(report.usages, user) if _needed(usage, marks)]
    if not any(usage.action for usage in needed):
        raise UsageError(
            "No call of a trusted source was seen, so a policy for the business would allow nothing.",
            hint="Mark the networks that the business calls from, or look at more days.",
        )
    statements = _by_service(needed) if whole_services else _by_operation(needed)
    document = {"Version": "1", "Statement": list(statements)}
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    if len(text) > most:
        raise UsageError(
            f"The policy has {len(text):,} characters, and {most:,} is the most.",
            hint="Split it by hand, or allow whole services, which is far more than is needed.",
        )
    return Least(document, text, tuple(_notes(report, needed, marks, user, whole_services)))


def difference(
    made: Least,
    held: Sequence[Document],
    report: UsageReport,
    marks: Marks,
    *,
    at: datetime,
    user: str = "",
    unread: Sequence[str] = (),
) -> Difference:
    """What the user may no longer do. `held`: its policies' documents now; `unread`: those not readable."""
    now = [one for document in held for one in statements_of(document)]
    then = list(statements_of(made.document))
    judge = ram.judging([made.document], at, user=user, implicitly=True)
    unknown = [f"What {name} allows could not be read." for name in unread]
    unknown += _conditional(now)
    return Difference(
        before=read(now, now, user),
        after=read(then, then, user),
        losses=tuple(_losses(now, then)),
        impact=impact(report, judge, marks),
        unknown=tuple(unknown),
    )


def _of_user(usages: Iterable[Usage], user: str) -> Iterator[Usage]:
    """The calls that a policy of the user binds."""
    for usage in usages:
        if usage.kind in (By.KEY, By.CONSOLE) and (not user or usage.identity in ("", user)):
            yield usage


def _needed(usage: Usage, marks: Marks) -> bool:
    """Whether the business made these calls and was let. What failed for another reason was let, too."""
    if stance(usage, marks) is not Stance.TRUSTED:
        return False
    return usage.accepted > 0 or any(_let(code, usage.message) for code in usage.codes)


def _let(code: str, message: str) -> bool:
    refusal = recognise(code, message)
    return refusal is None or refusal.id not in _BY_RAM


def _by_service(usages: Iterable[Usage]) -> Iterator[dict[str, Any]]:
    services = sorted({usage.action.partition(":")[0] for usage in usages if usage.action})
    yield {"Effect": "Allow", "Action": [f"{service}:*" for service in services], "Resource": _ANY}


def _by_operation(usages: Iterable[Usage]) -> Iterator[dict[str, Any]]:
    """A statement for each service, and for OSS one for each set of buckets."""
    resources: dict[str, set[str]] = {}
    for usage in usages:
        if usage.action:
            resources.setdefault(usage.action, set()).update(_resources(usage))
    grouped: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for action, on in resources.items():
        place = (_ANY,) if _ANY in on else tuple(sorted(on))
        grouped.setdefault((action.partition(":")[0], place), []).append(action)
    for (_, place), actions in sorted(grouped.items()):
        resource: object = _ANY if place == (_ANY,) else list(place)
        yield {"Effect": "Allow", "Action": sorted(actions), "Resource": resource}


def _resources(usage: Usage) -> Iterator[str]:
    """On what an action is to be allowed: roles, and buckets where all are told by names safe in patterns."""
    if roles := roles_of(usage):
        yield from roles
        return
    where = on_bucket(usage.action)
    buckets = [name for name in usage.resources if _is_bucket(name)]
    whole = usage.origin == "oss" and buckets and len(buckets) == len(usage.resources)
    if not usage.action.startswith("oss:") or where is None or not whole:
        yield _ANY
        return
    for bucket in buckets:
        yield f"acs:oss:*:*:{bucket}" if where else f"acs:oss:*:*:{bucket}/*"


def _is_bucket(name: str) -> bool:
    """As OSS names buckets; so nothing in a name is a wildcard."""
    return _BUCKET.fullmatch(name) is not None


def _notes(
    report: UsageReport, needed: list[Usage], marks: Marks, user: str, whole_services: bool
) -> Iterator[str]:
    days = (report.window.end - report.window.start).total_seconds() / 86400
    yield f"Made from {days:.0f} days of calls: what the business does less often is not in it."
    if report.gaps:
        yield "Not all calls could be seen; what is missing is not in it."
    if whole_services:
        yield "It allows every operation of these services, to whoever has the key."
    guessed = sorted({usage.action for usage in needed if usage.guessed and usage.action})
    if guessed:
        yield f"How RAM names these actions is a guess: {_listed(guessed)}."
    links = [usage for usage in _of_user(report.usages, user) if usage.link and not _needed(usage, marks)]
    if links:
        calls = sum(usage.count for usage in links)
        buckets = _listed(sorted({name for usage in links for name in usage.resources}))
        yield (
            f"{calls:,} requests came through links signed with the key, from sources that are not marked "
            f"({buckets}): unless the policy allows reading there, such links stop working."
        )


def _losses(now: Sequence[Statement], then: Sequence[Statement]) -> Iterator[str]:
    """What was allowed and is no more, service by service."""
    allowed = [one for one in now if one.allow]
    left = sorted({action for one in then for action in one.actions})
    kept = _listed(left)
    if any(_all_but_everything(one) for one in allowed):
        yield f"Everything goes but for {len(left)} actions: {kept}."
        return
    services: dict[str, list[str]] = {}
    for one in allowed:
        if one.all_but:
            yield f"All but {_listed(one.actions)} goes, but for {len(left)} actions: {kept}."
            return
        for pattern in one.actions:
            services.setdefault(pattern.partition(":")[0].lower(), []).append(pattern)
    for service, patterns in sorted(services.items()):
        mine = [action for action in left if action.partition(":")[0] == service]
        gone = [pattern for pattern in dict.fromkeys(patterns) if pattern not in mine]
        if not gone:
            continue
        rest = f" but for {_listed(mine)}" if mine else ""
        yield f"{service}: {_listed(gone)} goes{rest}."


def _all_but_everything(one: Statement) -> bool:
    return not one.all_but and any(pattern.strip("*:") == "" for pattern in one.actions)


def _conditional(now: Sequence[Statement]) -> list[str]:
    patterns = sorted({pattern for one in now if one.conditional for pattern in one.actions})
    if not patterns:
        return []
    return [f"What is allowed or denied now under conditions was taken as allowed: {_listed(patterns)}."]


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
    return ", ".join(names[:_FEW]) + more
