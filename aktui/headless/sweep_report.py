"""What a sweep found: `aktui.sweep/1`, and the same for people."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from aktui.headless.table import table
from aktui.text import visible
from queries.sweep.declared import SOURCES, About
from queries.sweep.known import LEAKS, Known, Source
from queries.sweep.ranking import COLUMNS, NO_ID, Chosen, Ranked, counted
from queries.sweep.risk import level_of
from queries.sweep.session import Session

SCHEMA = "aktui.sweep/1"
_SHOWN = ("key_id", "owner", "risk", "status", "age_days", "last_used", "not_known")


def document(
    opened: Session, found: Sequence[Ranked], wanted: Chosen, now: datetime, *, interrupted: bool
) -> dict[str, Any]:
    """The keys, the gravest first, each with its reasons; then what each source gave."""
    known = opened.known
    done, everybody = opened.done
    return {
        "schema": SCHEMA,
        "account": opened.account,
        "caller": opened.caller,
        "region": opened.settings.region,
        "begun": known.begun,
        "at": now,
        "status": _status(known, interrupted=interrupted),
        "users": {"asked": done, "all": everybody},
        "filter": {"only": list(wanted.only), "user": wanted.user},
        "levels": dict(counted(found)),
        "keys": [one.document(known, now) for one in found],
        "sources": {name: _source(known.source(name), about) for name, about in SOURCES.items()},
        "notes": list(notes(known)),
    }


def _status(known: Known, *, interrupted: bool) -> str:
    if interrupted:
        return "interrupted"
    if known.ended and all(source.whole for source in known.sources.values()):
        return "complete"
    return "partial" if told_of_any(known) else "failed"


def told_of_any(known: Known) -> bool:
    """Whether the cloud told of keys at all, or that there are none."""
    return any(person.listed for person in known.people.values()) or bool(known.root or known.root_keys)


def _source(source: Source, about: About) -> dict[str, Any]:
    return {
        "title": about.title,
        "status": source.status if source.ended else "not asked",
        "serves": list(about.serves),
        "as_of": source.at,
        "lag": about.lag.total_seconds() if about.lag else None,
        "asked": source.asked,
        "failed": source.failed,
        "detail": source.detail,
        "call": source.call,
        "code": source.code,
        "missing": source.missing,
        "limits": about.limits,
    }


def notes(known: Known) -> Iterator[str]:
    """What a person must know beside the rows."""
    if known.root is not None and known.root.slots and not known.root_keys:
        yield (
            f"{len(known.root.slots)} key(s) of the account itself come from the credential report, which "
            "has no key ids; only root can list them."
        )
    ids = {key.id for person in known.people.values() for key in person.keys}
    strange = [leak for leak in known.leaks if not leak.root and leak.key not in ids and "*" not in leak.key]
    if strange and known.source(LEAKS).ended:
        names = ", ".join(dict.fromkeys(leak.key for leak in strange[:5]))
        yield f"{len(strange)} leak report(s) are of keys that are not listed (deleted?): {names}."
    for name, about in SOURCES.items():
        source = known.source(name)
        if not source.complete:
            serves = ", ".join(about.serves)
            missing = f" Missing permission: {source.missing}." if source.missing else ""
            state = source.status if source.ended else "not asked"
            yield f"{about.title} (for: {serves}): {state}. {source.detail}{missing}".replace(". .", ".")
        elif source.detail:
            yield f"{about.title}: {source.detail}"


def line_of(one: Ranked) -> str:
    """One key in a sentence."""
    who = one.facts.key_id or NO_ID
    why = "; ".join(reason.words for reason in one.verdict.reasons)
    return f"{level_of(one.score)}: {who} of {one.facts.owner}: {why}"


def report(opened: Session, found: Sequence[Ranked], now: datetime) -> str:
    """A table of all, then the reasons of each that has any."""
    known = opened.known
    if not found:
        return "No key answers to that.\n" if known.people or known.root else "No key is known.\n"
    columns = [column for column in COLUMNS if column.id in _SHOWN]
    top = table(columns, [one.row(known, now) for one in found], seconds=False)
    levels = ", ".join(f"{many} {level}" for level, many in counted(found).items())
    legend = " +: at least, not all is known." if any(one.verdict.doubts for one in found) else ""
    head = f"{len(found)} keys of account {visible(opened.account)}: {levels}.{legend}\n"
    return "\n".join([head, top, *_reasons(found)])


def _reasons(found: Sequence[Ranked]) -> Iterator[str]:
    for one in found:
        if one.verdict.reasons and level_of(one.score) != "low":
            named = f" (perhaps {', '.join(map(visible, one.candidates))})" if one.candidates else ""
            title = visible(one.facts.key_id or NO_ID)
            yield f"{title}  {visible(one.facts.owner)}  {level_of(one.score)}{named}"
            for reason in one.verdict.reasons:
                yield f"  {reason.code:<9} {visible(reason.words)}"
            for doubt in one.verdict.doubts:
                yield f"  {doubt.aspect:<9} not known: {visible(doubt.why)}"
    yield ""
