"""The lines of the facts card: which query each comes from, and how it reads."""

from collections.abc import Callable
from dataclasses import dataclass

from textual.content import Content

from queries.base import Result, Status
from screens.widgets.coverage import WORDS
from screens.widgets.display import Part, beside_label, stamp, value_text

LABEL = 10

Reading = Callable[[Result], list[Part]]


@dataclass(frozen=True)
class Fact:
    """One line."""

    label: str
    query_id: str
    read: Reading
    """The parts of the line from an answer that has rows, or is complete without."""


def fact_line(fact: Fact, result: Result | None, fault: str, width: int) -> Content:
    """A fact after its label, wrapped beside it, or why it is not known yet.

    What can not be trusted to be the whole fact says so.
    """
    return beside_label(fact.label, _told(fact, result, fault), LABEL, width)


def _told(fact: Fact, result: Result | None, fault: str) -> list[Part]:
    if fault:
        return [("unknown", "$warning"), f": {fault}"]
    if result is None or (result.status is Status.RUNNING and not result.rows):
        return [("loading…", "$muted")]
    if not result.rows and result.gaps:
        return _why(result)
    parts = fact.read(result)
    return [*parts, ("  not all known: i tells", "$warning")] if result.status is Status.PARTIAL else parts


def _why(result: Result) -> list[Part]:
    """Why there is nothing: the first reason, with the permission that would help."""
    gap = result.gaps[0]
    word = WORDS[gap.status]
    if gap.missing:
        return [("unknown", "$warning"), f"  {word}: needs {gap.missing}"]
    return [("unknown", "$warning"), f"  {word}: {gap.detail}"]


def _owner(result: Result) -> list[Part]:
    values = result.rows[0].values
    name = str(values["owner_name"] or "")
    if not name:
        return [("not known", "$warning"), f"  {result.note}"]
    if values["owner_type"] == "root":
        return [("root, the account itself", "bold $error"), f"  {result.note}"]
    told = ", ".join(str(values[field]) for field in ("display_name", "comments") if values[field])
    return ["RAM user ", (name, "bold"), (f"  {told}" if told else "", "$muted")]


def _status(result: Result) -> list[Part]:
    values = result.rows[0].values
    status = str(values["status"] or "unknown")
    styles = {"Active": "bold $error", "Inactive": "bold $success", "Deleted": "bold"}
    parts: list[Part] = [(status, styles.get(status, "$warning"))]
    if values["age_days"] is not None:
        made = value_text(values["created"], "time")[:10]
        parts.append(f"  {values['age_days']} days old, made {made}")
    if values["purge_at"]:
        parts.append(f"  purged on {value_text(values['purge_at'], 'time')[:10]}")
    return parts


def _used(result: Result) -> list[Part]:
    used = [row.values for row in result.rows if row.values["last_used"]]
    if not used:
        return ["no use recorded", (f"  {result.note}", "$muted")]
    newest = max(used, key=lambda values: values["last_used"])
    what = " ".join(str(newest[field]) for field in ("service", "event") if newest[field])
    source = f" from {newest['source_ip']}" if newest["source_ip"] else ""
    return [(f"{stamp(newest['last_used'])} UTC", "bold"), f"  {what}{source}"]


def _rights(result: Result) -> list[Part]:
    verdict = result.note.removeprefix("Overall: ")
    level, _, why = verdict.partition(". ")
    style = "bold $error" if level.startswith(("admin", "can escalate")) else "bold"
    return [(level, style), f"  {why}"] if level else [f"{len(result.rows)} policies"]


def _networks(result: Result) -> list[Part]:
    bound = [row.values for row in result.rows if row.values["in_force"]]
    if not bound:
        return [("no policy in force", "bold"), "  usable from anywhere"]
    parts: list[Part] = []
    for values in bound:
        where = ", ".join(
            value_text(values[field], whole=True) for field in ("networks", "vpcs") if values[field]
        )
        parts.extend([(f"policy of the {values['scope']}", "bold"), f"  {where or 'no network allowed'}  "])
    return parts


def _logon(result: Result) -> list[Part]:
    if not result.rows:
        return [result.note]
    values = result.rows[0].values
    console = str(values["console"])
    words = {"none": "no console logon", "unknown": "console logon unknown"}
    parts: list[Part] = [(words.get(console, f"console logon {console}"), "bold")]
    mfa = {True: "MFA on", False: "no MFA"}.get(values["mfa"], "MFA unknown")
    parts.append(f", {mfa}")
    if values["last_login"]:
        parts.append(f"  last {value_text(values['last_login'], 'time')}")
    return parts


def _siblings(result: Result) -> list[Part]:
    if not result.rows:
        return ["none", (f"  {result.note}" if result.note else "", "$muted")]
    active = sum(1 for row in result.rows if row.values["status"] == "Active")
    count = len(result.rows)
    many = "one other key or credential" if count == 1 else f"{count} other keys or credentials"
    return [(many, "bold"), f", {active} active"]


def _leak(result: Result) -> list[Part]:
    if not result.rows:
        return ["no report", (f"  {result.note}" if result.note else "", "$muted")]
    waiting = [row.values for row in result.rows if row.values["status"] == "pending"]
    newest = max(result.rows, key=lambda row: str(row.values["found"] or "")).values
    found = f"  found {value_text(newest['found'], 'time')}" if newest["found"] else ""
    place = str(newest["repository"] or newest["url"] or "")
    where = f" in {place}" if place else ""
    word = ("published", "bold $error") if waiting else ("published, dealt with", "bold")
    many = f"  {len(result.rows)} reports, {len(waiting)} waiting" if len(result.rows) > 1 else ""
    return [word, f"{found}{where}", (many, "$muted")]


FACTS = (
    Fact("owner", "owner", _owner),
    Fact("status", "owner", _status),
    Fact("last use", "last-used", _used),
    Fact("can", "permissions", _rights),
    Fact("network", "network-policy", _networks),
    Fact("logon", "logon", _logon),
    Fact("siblings", "siblings", _siblings),
    Fact("leak", "leak-reports", _leak),
)

QUERIES = tuple(dict.fromkeys(fact.query_id for fact in FACTS))
"""The queries that the card follows."""
