"""The triage for people: what is known of the key, then where it was used, then what could not be had."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from aktui.headless.gaps import sentence
from aktui.headless.table import shown_value, table
from aktui.headless.triage_document import detail, newest_first
from aktui.text import visible
from queries.base import Column, Result, Row, Status
from queries.triage import Triage

WIDTH = 80

_LISTS = {
    "services": ("service", "name", "last_used", "source"),
    "events": ("event", "last_used", "source_ip", "error"),
    "ips": ("ip", "last_used", "event"),
    "resources": ("resource", "type", "last_used"),
}
"""Which columns of each list fit a page; the JSON has them all."""

_REASONS = 12
_INCOMPLETE = (Status.PARTIAL, Status.DENIED, Status.FAILED)


def report(facts: Mapping[str, Any], answers: Triage) -> str:
    """Plain text, 80 columns, every value made visible."""
    lines = [*_head(facts), "", *_key(facts, answers)]
    for name in _LISTS:
        lines += ["", *_list(name, answers.results[name])]
    lines += ["", *_sources(answers)]
    return "\n".join(lines) + "\n"


def _head(facts: Mapping[str, Any]) -> Iterator[str]:
    caller = facts["caller"] or {}
    yield f"AccessKey {facts['key']['id']}"
    yield from _fact(
        "asked", f"{_time(facts['asked_at'])} UTC by {caller.get('arn') or 'an unknown identity'}"
    )
    yield from _fact("window", f"{_time(facts['window'].start)} to {_time(facts['window'].end)} UTC")
    yield ""
    yield from _judged(facts["verdict"])


def _judged(verdict: Mapping[str, Any] | None) -> Iterator[str]:
    """The verdict, its reasons in order, what to do next, and what was not seen."""
    if verdict is None:
        yield "Verdict: not known"
        return
    sure = f"confidence {verdict['certainty']} ({verdict['confidence']})"
    yield f"Verdict: {verdict['verdict'].upper()}, {sure}"
    yield from _fact("", verdict["summary"])
    for number, reason in enumerate(verdict["reasons"][:_REASONS], 1):
        said = f"{reason['sentence']} [{reason['side']}, {reason['count']} calls]"
        yield from _fact(f"{number}", said)
    if len(verdict["reasons"]) > _REASONS:
        yield from _fact("", f"{len(verdict['reasons']) - _REASONS} more: `aktui query findings KEY`.")
    for number, step in enumerate(verdict["steps"][:_REASONS]):
        yield from _fact("" if number else "next", f"{step['action']}: {step['sentence']}")
    for number, said in enumerate(verdict["not_covered"]):
        yield from _fact("" if number else "not seen", said)


def _key(facts: Mapping[str, Any], answers: Triage) -> Iterator[str]:
    key, found = facts["key"], answers.results
    owner, used = key["owner"], facts["last_used"]
    age = f", {key['age_days']} days old" if key["age_days"] is not None else ""
    born = f", created {_time(key['created'])}{age}" if key["created"] else ""
    who, kind, where = (owner[name] or "unknown" for name in ("name", "type", "account_id"))
    yield from _fact("status", f"{key['status'] or 'unknown'}{born}")
    if key["deleted_at"]:
        yield from _fact("deleted", f"{_time(key['deleted_at'])}, purged {_time(key['purge_at'])}")
    yield from _fact("owner", f"{who} ({kind}) in account {where}")
    yield from _said(found["owner"])
    yield from _fact(
        "last used",
        f"{_time(used['at'])} UTC, {used['service']}" if used["at"] else _nothing(found["last-used"]),
    )
    yield from _many("may do", [_policy(policy) for policy in key["policies"]], found["permissions"])
    yield from _said(found["permissions"])
    networks = [_network(scope, policy) for scope, policy in (key["network_policy"] or {}).items()]
    yield from _many("networks", networks, found["network-policy"])
    yield from _many("console", [_logon(key["logon"])] if key["logon"] else [], found["logon"])
    yield from _many("siblings", [_sibling(sibling) for sibling in key["siblings"]], found["siblings"])


def _policy(policy: Mapping[str, Any]) -> str:
    why = f": {policy['why']}" if policy["why"] else ""
    return f"{policy['policy']} ({policy['through']}): {policy['reading']}{why}"


def _network(scope: str, policy: Mapping[str, Any]) -> str:
    if not policy["in_force"]:
        return f"policy of the {scope}: {policy['status'] or 'none'}, not in force"
    where = "; ".join(shown_value(policy[name]) for name in ("networks", "vpcs") if policy[name])
    return f"policy of the {scope}, in force: {where or 'no network at all'}"


def _logon(logon: Mapping[str, Any]) -> str:
    mfa = {True: "with MFA", False: "without MFA", None: "MFA unknown"}[logon.get("mfa")]
    return f"logon {logon.get('console') or 'unknown'}, {mfa}"


def _sibling(sibling: Mapping[str, Any]) -> str:
    used = f", last used {_time(sibling['last_used'])}" if sibling.get("last_used") else ""
    return f"{sibling['id']} ({sibling['kind']}): {sibling['status'] or 'unknown'}{used}"


def _list(name: str, result: Result) -> Iterator[str]:
    more = "" if result.status is Status.COMPLETE else ", as far as known"
    yield f"{result.query.title} ({len(result.rows)}{more})"
    if not result.rows:
        yield from _fact("", _nothing(result))
        return
    known = {column.id: column for column in result.query.columns}
    columns = [known.get(column, Column(column, column)) for column in _LISTS[name]]
    rows = newest_first(result.rows)
    heading, *lines = table(columns, rows, width=WIDTH - 4, seconds=False).splitlines()
    yield f"    {heading}"
    yield from (f"  {line}" for line in (lines if name == "services" else _by_service(rows, lines)))


def _by_service(rows: Sequence[Row], lines: list[str]) -> Iterator[str]:
    """The lines of a table under the service that each row belongs to."""
    services = list(dict.fromkeys(row.values.get("service") or "" for row in rows))
    for service in services:
        yield visible(service or "(service unknown)")
        yield from (
            f"  {line}"
            for row, line in zip(rows, lines, strict=True)
            if (row.values.get("service") or "") == service
        )


def _sources(answers: Triage) -> Iterator[str]:
    yield "Sources"
    for name, result in answers.results.items():
        covered = f", {_time(result.covered.start)} to {_time(result.covered.end)}" if result.covered else ""
        lag = f", up to {_span(result.query.lag.total_seconds())} behind" if result.query.lag else ""
        yield from _fact(name, f"{result.status.value}{covered}{lag}", 18)
        for gap in result.gaps:
            if gap.status is not Status.NOT_COVERED:
                yield from _fact("", sentence(gap), 18)
    gaps = [
        gap for result in answers.results.values() for gap in result.gaps if gap.status is Status.NOT_COVERED
    ]
    for said in dict.fromkeys(gap.detail for gap in gaps):
        yield from _fact("not covered", said, 18)
    if answers.complete:
        yield "Every source gave all it has."
    else:
        names = [name for name, result in answers.results.items() if result.status in _INCOMPLETE]
        yield from textwrap.wrap(f"INCOMPLETE: {', '.join(names)}. What is not shown may still exist.", WIDTH)


def _many(name: str, values: list[str], result: Result) -> Iterator[str]:
    if not values:
        yield from _fact(name, _nothing(result))
    for index, value in enumerate(values):
        yield from _fact("" if index else name, value)


def _said(result: Result) -> Iterator[str]:
    if result.note:
        yield from _fact("", result.note)


def _nothing(result: Result) -> str:
    """Which kind of nothing it is."""
    kinds = {
        Status.COMPLETE: "none",
        Status.NOT_COVERED: "not covered",
        Status.DENIED: "not known, denied",
        Status.PARTIAL: "not known, cut off",
    }
    said = detail(result)
    return f"{kinds.get(result.status, 'not known, failed')}{f': {said}' if said else ''}"


def _fact(name: str, value: str, indent: int = 12) -> list[str]:
    """`  name      value`, wrapped under the value."""
    wrapped = textwrap.wrap(visible(value), WIDTH - indent, break_on_hyphens=False) or [""]
    heads = [f"  {name}", *[""] * len(wrapped)]
    return [f"{head:{indent}}{line}".rstrip() for head, line in zip(heads, wrapped, strict=False)]


def _time(moment: datetime | None) -> str:
    return shown_value(moment)[:16]


def _span(seconds: float) -> str:
    return f"{seconds / 3600:g} h" if seconds >= 3600 else f"{seconds / 60:g} min"
