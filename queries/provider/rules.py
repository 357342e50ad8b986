"""Alert rules reckoned here, over the events of one key, for accounts where nobody switched them on."""

import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from statistics import median

from queries.asking.reading import Record, ident, moment, text

FIRES, QUIET, UNKNOWN = "would alert", "quiet", "can't tell"
_MAD = 1.4826
_SPREADS = 5.0
_TIMES = 3.0
"""How many times the usual busy hour an hour has to be at least."""
_FEWEST_HOURS = 24
_REFUSED = re.compile(
    r"NoPermission|^Forb+id+en|^AccessDenied|^AccessForbidden|^NotAuthori[sz]ed|^Unauthori[sz]ed|^InvalidAccessKeyId"
    r"|^InvalidSecurityToken|^SignatureDoesNotMatch|^InvalidAuthorization|^ImplicitDeny|^ExplicitDeny"
)


@dataclass(frozen=True)
class Rule:
    """One entry of `queries/data/alert_rules.toml`."""

    id: str
    title: str
    computed: str = ""
    events: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What a rule comes to, and the events it rests on."""

    state: str
    why: str
    events: tuple[Record, ...] = ()


@cache
def rules() -> tuple[Rule, ...]:
    data = tomllib.loads((files("queries") / "data" / "alert_rules.toml").read_text("utf-8"))
    return tuple(
        Rule(one["id"], one["title"], one.get("computed", ""), tuple(one.get("events", ())))
        for one in data["rule"]
    )


def judge(rule: Rule, events: Sequence[Record], root: bool | None) -> Outcome:
    """What a rule says of the events; `root`: whether the key is one of the root account, None unknown."""
    if rule.computed == "root":
        return _root(events, root)
    if rule.computed == "frequency":
        return _frequency(events)
    if rule.computed == "refused":
        return _refused(events)
    meant = {name.lower() for name in rule.events}
    found = [event for event in events if ident(event.get("eventName")).lower() in meant]
    tried = sum(bool(text(event.get("errorCode"))) for event in found)
    names = ", ".join(sorted({ident(event.get("eventName")) for event in found}))
    if not found:
        return Outcome(QUIET, "no such call")
    return Outcome(FIRES, f"{len(found)} calls, {tried} of them refused: {names}", tuple(found))


def _root(events: Sequence[Record], root: bool | None) -> Outcome:
    if root is None:
        return Outcome(UNKNOWN, "whose key it is could not be told")
    if not root:
        return Outcome(QUIET, "it is no key of the root account")
    return Outcome(
        FIRES if events else QUIET, f"{len(events)} calls with a key of the root account", tuple(events)
    )


def _refused(events: Sequence[Record]) -> Outcome:
    found = [event for event in events if _REFUSED.search(text(event.get("errorCode")))]
    if not found:
        return Outcome(QUIET, "no call was refused for want of a permission")
    codes = Counter(text(event.get("errorCode"))[:80] for event in found)
    told = ", ".join(f"{code} ({number})" for code, number in codes.most_common(3))
    return Outcome(FIRES, f"{len(found)} calls refused: {told}", tuple(found))


def _frequency(events: Sequence[Record]) -> Outcome:
    """The busiest hour against the other hours in which the key was used: median and MAD, no fixed number."""
    hours: dict[datetime, list[Record]] = {}
    for event in events:
        at = moment(event.get("eventTime"))
        if at is not None:
            hours.setdefault(at.replace(minute=0, second=0, microsecond=0), []).append(event)
    if len(hours) < 2 or _span(hours) < timedelta(hours=_FEWEST_HOURS):
        return Outcome(UNKNOWN, "too few hours of use were read to know how often it usually calls")
    counts = sorted(len(found) for found in hours.values())
    middle = median(counts)
    spread = _MAD * median(abs(count - middle) for count in counts)
    limit = max(middle + _SPREADS * spread, middle * _TIMES)
    odd = [(hour, found) for hour, found in sorted(hours.items()) if len(found) > limit]
    usual = f"usually {middle:g} calls in an hour with any, at most {limit:.0f}"
    if not odd:
        return Outcome(QUIET, f"busiest hour {counts[-1]} calls; {usual}")
    hour, found = max(odd, key=lambda one: len(one[1]))
    why = f"{len(odd)} hours stand out, most {hour:%Y-%m-%d %H}:00 UTC with {len(found)} calls; {usual}"
    return Outcome(FIRES, why, tuple(event for _, some in odd for event in some))


def _span(hours: Mapping[datetime, object]) -> timedelta:
    return max(hours) - min(hours)
