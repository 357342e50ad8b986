"""What the provider says of the key, for a verdict: found in public, alerts. Neither tells whose it is."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from queries.attribution.values import Side
from queries.base import Asking, Gap, Result
from queries.judgement.reason import MOST_REFS, Reason
from queries.leak_reports import QUERY as LEAKS
from queries.security_alerts import QUERY as ALERTS

CALLS = tuple(dict.fromkeys((*LEAKS.calls, *ALERTS.calls)))
NEEDS = tuple(dict.fromkeys((*LEAKS.needs, *ALERTS.needs)))


@dataclass(frozen=True)
class Told:
    """What was told; by default nobody was asked."""

    reasons: tuple[Reason, ...] = ()
    published: bool = False
    """Found in public, dealt with or not: a report that was closed does not make it secret again."""
    unknown: bool = False
    """Whether it was found in public could not be read."""
    gaps: tuple[Gap, ...] = ()


NOBODY_ASKED = Told()


async def told_by_provider(asking: Asking) -> Told:
    """Asks for reports and alerts at once; what fails is a gap, not an error."""
    leaks: Result
    alerts: Result
    leaks, alerts = await asyncio.gather(asking.ask(LEAKS.id), asking.ask(ALERTS.id))
    reasons = (*_published(leaks), *_alerts(alerts))
    return Told(reasons, bool(leaks.rows), bool(leaks.gaps) and not leaks.rows, (*leaks.gaps, *alerts.gaps))


def _published(leaks: Result) -> tuple[Reason, ...]:
    """One reason for all reports."""
    found = [row.values for row in leaks.rows]
    if not found:
        return ()
    places = list(dict.fromkeys(str(one["repository"] or one["url"]) for one in found))
    where = ", ".join(place for place in places[:3] if place)
    waiting = sum(one["status"] == "pending" for one in found)
    state = "not dealt with" if waiting else "marked as dealt with"
    said = f"Found in public{f' in {where}' if where else ''}, {state}: others can have it."
    return (_reason(said, "leak-reports", found, "found", "leak_id"),)


def _alerts(alerts: Result) -> tuple[Reason, ...]:
    """One reason for all alerts, the newest named."""
    found = [row.values for row in alerts.rows]
    if not found:
        return ()
    names = list(dict.fromkeys(f"{one['alert']} ({one['about']})" for one in found))
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    said = f"Security Center raised: {', '.join(names[:3])}{more}."
    return (_reason(said, "security-alerts", found, "last", "alert_id"),)


def _reason(said: str, source: str, found: list[Mapping[str, Any]], at: str, ident: str) -> Reason:
    dates: list[datetime] = sorted(one[at] for one in found if isinstance(one[at], datetime))
    refs = tuple(str(one[ident]) for one in found if one[ident])[:MOST_REFS]
    first, last = (dates[0], dates[-1]) if dates else (None, None)
    return Reason(said, Side.UNCLEAR, "", len(found), first, last, refs, source)
