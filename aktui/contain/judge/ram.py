"""RAM policies: would these calls have been denied by them?

A policy of a user binds its calls with keys and in the console, not the role sessions it opened (an inference
from RAM's model of identities; the vendor does not say). What can not be evaluated makes the answer unknown
unless a statement without it decides.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from aktui.case import networks
from aktui.contain.judge import conditions
from aktui.contain.judge.conditions import ABSENT, Facts, wildcard
from aktui.contain.judge.resources import covered
from aktui.contain.judge.verdict import Document, Judge, Verdict, all_of, any_of, denied, passes, unknown
from queries.usage.values import By, Usage

NEEDS_NO_GRANT = ("sts:getcalleridentity",)
"""Actions that normally need no grant; whether a Deny stops them is not documented."""
_TELLS_VPC = ("trail", "oss")


def judging(
    documents: Sequence[Document], at: datetime, *, user: str = "", implicitly: bool = False
) -> Judge:
    """The judge for these policies; see `judge`."""
    return lambda usage: judge(usage, documents, at, user=user, implicitly=implicitly)


def judge(
    usage: Usage, documents: Sequence[Document], at: datetime, *, user: str = "", implicitly: bool = False
) -> Verdict:
    """Whether calls like these are denied to a user who has these policies, at a moment.

    `implicitly`: these are all policies of the user, so that what none of them allows is denied; without it
    only a Deny denies, since others may allow. `user`: whose policies they are; calls of others pass.
    """
    unbound = _unbound(usage, user)
    if unbound is not None:
        return unbound
    facts = _facts(usage, at)
    statements = [one for document in documents for one in _statements(document)]
    judged = [(one, _applies(one, usage, facts)) for one in statements]
    denials = [(one, answer) for one, answer in judged if _effect(one) == "deny"]
    verdict = _by_denials(usage, denials)
    if verdict is not None and (verdict.denied or not implicitly):
        return verdict
    if not implicitly:
        return passes("No statement denies it.")
    return _by_grants(usage, [pair for pair in judged if _effect(pair[0]) == "allow"], verdict)


def _unbound(usage: Usage, user: str) -> Verdict | None:
    """A verdict for calls that a user's policies do not speak of."""
    if usage.kind is By.SESSION:
        return passes("Policies of a user do not bind role sessions, as far as is known.")
    if user and usage.identity and usage.identity != user:
        return passes("The call was made by another identity.")
    if usage.kind is By.OTHER:
        return unknown("Who made the calls is not known.")
    if not usage.action:
        if usage.guessed:
            return unknown("Which RAM action guards the operation is not known.")
        return passes("No RAM action guards it, as with a sign-in.")
    if usage.action.lower() in NEEDS_NO_GRANT:
        return unknown("The operation needs no grant; whether a Deny stops it is not documented.")
    return None


def _by_denials(usage: Usage, denials: list[tuple[Document, bool | None]]) -> Verdict | None:
    sure = next((one for one, answer in denials if answer), None)
    if sure is not None:
        return denied(f"A statement denies {usage.action}.", sure)
    doubtful = next((one for one, answer in denials if answer is None), None)
    if doubtful is not None:
        return unknown(f"Whether a Deny applies to {usage.action} {_doubt(doubtful, usage)}.", doubtful)
    return None


def _by_grants(usage: Usage, grants: list[tuple[Document, bool | None]], doubt: Verdict | None) -> Verdict:
    sure = next((one for one, answer in grants if answer), None)
    if sure is not None:
        return doubt or passes(f"A statement allows {usage.action}.", sure)
    doubtful = next((one for one, answer in grants if answer is None), None)
    if doubtful is not None:
        return unknown(f"Whether an Allow applies to {usage.action} {_doubt(doubtful, usage)}.", doubtful)
    return denied(f"No statement allows {usage.action}.")


def _doubt(statement: Document, usage: Usage) -> str:
    if statement.get("Condition"):
        return "hangs on its conditions"
    if usage.guessed:
        return "hangs on how RAM names the action"
    return "hangs on which resources the calls were about"


def _applies(statement: Document, usage: Usage, facts: Facts) -> bool | None:
    """Whether a statement speaks of the calls."""
    return all_of(
        (
            _either(statement, "Action", lambda patterns: _names(patterns, usage)),
            _either(statement, "Resource", lambda patterns: covered(patterns, usage)),
            conditions.holds(statement.get("Condition"), facts),
        )
    )


def _either(statement: Document, name: str, matches: Any) -> bool | None:
    """The element, or its opposite: `Action`, `NotAction`."""
    if f"Not{name}" in statement and name not in statement:
        answer: bool | None = matches(_texts(statement[f"Not{name}"]))
        return answer if answer is None else not answer
    patterns = _texts(statement.get(name))
    answer = matches(patterns) if patterns else False
    return answer


def _names(patterns: Sequence[str], usage: Usage) -> bool | None:
    return any_of(_named(pattern, usage) for pattern in patterns)


def _named(pattern: str, usage: Usage) -> bool | None:
    """Whether a pattern names the action; for an action that is a guess only `*` is sure to."""
    if pattern.strip("*") == "" or pattern == "*:*":
        return True
    return None if usage.guessed else wildcard(pattern, ignore_case=True).fullmatch(usage.action) is not None


def _facts(usage: Usage, at: datetime) -> Mapping[str, Any]:
    """What is known of the calls, as far as conditions ask."""
    facts: dict[str, Any] = {"acs:currenttime": at}
    if networks.address(usage.source) is not None:
        facts["acs:sourceip"] = usage.source
    if usage.kind is By.KEY:
        # Keys are used over the API, where no second factor is asked for.
        facts["acs:mfapresent"] = "false"
    if usage.vpc:
        facts["acs:sourcevpc"] = usage.vpc
    elif usage.origin in _TELLS_VPC:
        facts["acs:sourcevpc"] = ABSENT
    return facts


def _statements(document: Document) -> Iterable[Document]:
    listed = document.get("Statement")
    listed = [listed] if isinstance(listed, Mapping) else listed
    return [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []


def _effect(statement: Document) -> str:
    return str(statement.get("Effect", "")).strip().lower()


def _texts(value: object) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    return [one for one in listed if isinstance(one, str)]
