"""Events of an account file: a list, one answer of LookupEvents, or many answers one after the other."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from aktui.simcloud.portable.check import Problems, named, shown
from aktui.simcloud.trail import Event

_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ")
_NEEDED = ("eventId", "eventTime", "eventName", "serviceName")
_TEXTS = (
    *_NEEDED,
    "eventSource",
    "eventType",
    "eventCategory",
    "eventRW",
    "errorCode",
    "errorMessage",
    "requestId",
    "sourceIpAddress",
    "userAgent",
    "acsRegion",
    "resourceName",
    "resourceType",
)
_IDENTITY = ("type", "principalId", "accountId", "accessKeyId", "userName")
_TEXT_OR_ABSENT = {str, type(None)}
_ANSWER = frozenset(("Events", "NextToken", "RequestId", "StartTime", "EndTime"))


def read_events(value: Any, problems: Problems) -> list[Event]:
    """The events, each once: pages that were asked for twice may overlap.

    Wrong ones are told with their path and left out.
    """
    days: dict[str, bool] = {}
    found: dict[str, Event] = {}
    for path, events in _lists(value, problems):
        for at, event in enumerate(events):
            flaw = _flaw(event, days)
            if flaw is None:
                known = found.setdefault(event["eventId"], event)
                if known is event or known == event:
                    continue
                flaw = ".eventId", f"{shown(event['eventId'])} stands for another event already"
            problems.add(f"{path}[{at}]{flaw[0]}", flaw[1])
    return list(found.values())


def _lists(value: Any, problems: Problems) -> Iterator[tuple[str, list[Any]]]:
    """Path and content of each list of events."""
    if isinstance(value, dict):
        yield from _answered(value, "events", problems)
    elif not isinstance(value, list):
        problems.add("events", f"must be a list or an answer of LookupEvents, not {named(value)}")
    elif value and isinstance(value[0], dict) and "Events" in value[0]:
        for at, answer in enumerate(value):
            yield from _answered(answer, f"events[{at}]", problems)
    else:
        yield "events", value


def _answered(answer: Any, path: str, problems: Problems) -> Iterator[tuple[str, list[Any]]]:
    """The list in an answer of LookupEvents."""
    if not isinstance(answer, dict):
        problems.add(path, f"must be an answer of LookupEvents like the first, not {named(answer)}")
        return
    for name in answer:
        if name not in _ANSWER:
            problems.add(f"{path}.{name}", "is not a field of an answer of LookupEvents")
    events = answer.get("Events")
    if isinstance(events, list):
        yield f"{path}.Events", events
    else:
        problems.add(f"{path}.Events", f"must be a list, not {named(events)}")


def _flaw(event: Any, days: dict[str, bool]) -> tuple[str, str] | None:
    """The first thing wrong with an event: (field, what). `days` remembers which dates exist."""
    if type(event) is not dict:
        return "", f"must be an object, not {named(event)}"
    if not all(map(event.get, _NEEDED)):
        return f".{next(name for name in _NEEDED if not event.get(name))}", "is missing"
    flaw = _text_flaw(event, _TEXTS, "")
    if flaw:
        return flaw
    form = _TIME.fullmatch(event["eventTime"])
    if form is None or not _exists(form[1], days):
        return ".eventTime", f"{shown(event['eventTime'])} is no time like 2026-11-22T03:12:44Z"
    return _identity_flaw(event.get("userIdentity")) or _resources_flaw(event.get("referencedResources"))


def _text_flaw(holder: dict[str, Any], names: tuple[str, ...], path: str) -> tuple[str, str] | None:
    """The first of these fields that is there and no text. Most often there is none, so that is seen fast."""
    if {*map(type, map(holder.get, names))} <= _TEXT_OR_ABSENT:
        return None
    name = next(name for name in names if type(holder.get(name)) not in _TEXT_OR_ABSENT)
    return f"{path}.{name}", f"must be text, not {named(holder[name])}"


def _exists(day: str, days: dict[str, bool]) -> bool:
    known = days.get(day)
    if known is None:
        try:
            date.fromisoformat(day)
            known = True
        except ValueError:
            known = False
        days[day] = known
    return known


def _identity_flaw(identity: Any) -> tuple[str, str] | None:
    if identity is None:
        return None
    if type(identity) is not dict:
        return ".userIdentity", f"must be an object, not {named(identity)}"
    return _text_flaw(identity, _IDENTITY, ".userIdentity")


def _resources_flaw(referenced: Any) -> tuple[str, str] | None:
    if referenced is None:
        return None
    if type(referenced) is not dict:
        return ".referencedResources", f"must be an object, not {named(referenced)}"
    for kind, names in referenced.items():
        if type(names) is not list or not all(type(name) is str for name in names):
            return f".referencedResources.{kind}", "must be a list of text"
    return None
