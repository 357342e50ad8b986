"""When a key was used last, as far as the witnesses tell, and by whom as the marks have it.

The audit of ActionTrail keeps the newest call of each source and operation and runs up to an hour behind;
IMS keeps one date for the key and runs about two hours behind. There may be uses that neither knows yet.
"""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from aktui.case.marks import Marks, Stance
from aktui.models import Reply
from queries.asking.reading import ident, moment, record
from queries.asking.together import settled
from queries.base import Asking, Caller, Gap, Result
from queries.inquiry import Inquiry
from queries.owners.ownership import last_use_by_ims
from queries.trail import audit

LAG = "The audit runs up to an hour behind, IMS about two."
_SAME = timedelta(minutes=1)
"""Closer than this, two witnesses tell of the same call."""


@dataclass(frozen=True)
class Seen:
    """One call that a witness tells of: the newest of its kind."""

    at: datetime
    source: str
    """The address, or empty where it is not told."""
    service: str
    operation: str
    error: str

    @property
    def name(self) -> str:
        return f"{self.service}:{self.operation}" if self.operation else self.service


@dataclass(frozen=True)
class Uses:
    """The newest uses of a key, refused calls among them."""

    key_id: str
    business: Seen | None
    """The newest of who is not marked as hostile; where nobody is marked, of anybody."""
    hostile: Seen | None
    """The newest of who is."""
    refused: tuple[Seen, ...]
    """Operations whose newest call was refused, of who is not marked as hostile; newest first."""
    until: datetime
    """Up to when the audit tells."""
    gaps: tuple[Gap, ...]

    @property
    def at(self) -> datetime | None:
        return self.business.at if self.business else None


async def uses_of(inquiry: Inquiry, principal: str, marks: Marks) -> Uses:
    """The newest uses of the inquiry's key. `principal`: its user's logon name. What fails is a gap."""
    asking = inquiry.asking({})
    services, ips, events, ims = await asyncio.gather(
        inquiry.ask("services"),
        inquiry.ask("ips"),
        inquiry.ask("events"),
        settled(last_use_by_ims(asking, principal)),
    )
    seen = [*_rows(ips, "ip"), *_rows(events, "source_ip"), *_rows(services, "source_ip")]
    told = list(_known((*seen, *_by_ims(ims))))
    hostile = [one for one in told if marks.stance_of_source(one.source) is Stance.HOSTILE]
    business = [one for one in told if one not in hostile]
    refused = [one for one in _rows(events, "source_ip") if one.error and one in business]
    gaps = (*services.gaps, *ips.gaps, *events.gaps)
    if isinstance(ims, Exception):
        gaps = (*gaps, Gap.of(ims, "last use as IMS has it"))
    return Uses(
        inquiry.key_id,
        _newest(business),
        _newest(hostile),
        tuple(sorted(refused, key=lambda one: one.at, reverse=True)),
        audit.covered(inquiry.cloud.now()).end,
        tuple(dict.fromkeys(gaps)),
    )


def _rows(result: Result, source: str) -> Iterator[Seen]:
    for row in result.rows:
        values = row.values
        if values["last_used"] is not None:
            found = ident(values[source]), ident(values["service"])
            yield Seen(values["last_used"], *found, ident(values["event"]), ident(values["error"]))


def _by_ims(reply: object) -> Iterator[Seen]:
    told = record(reply.body.get("AccessKeyLastUsed")) if isinstance(reply, Reply) else {}
    at = moment(told.get("LastUsedDate"))
    if at is not None:
        yield Seen(at, "", ident(told.get("ServiceName")), "", "")


def _known(seen: Iterable[Seen]) -> Iterator[Seen]:
    """Without the calls from nowhere that another witness tells with their source."""
    all_seen = tuple(dict.fromkeys(seen))
    for one in all_seen:
        explained = any(
            other.source and other.service.lower() == one.service.lower() and other.at >= one.at - _SAME
            for other in all_seen
        )
        if one.source or not explained:
            yield one


def _newest(seen: Iterable[Seen]) -> Seen | None:
    return max(seen, key=lambda one: one.at, default=None)


async def last_use(cloud: Caller, key_id: str, principal: str) -> tuple[datetime | None, str]:
    """When a key was used last, and why that is not known, if it is not: the quick way, without sources."""
    ims, trail = await asyncio.gather(
        settled(
            cloud.call("ims", "GetAccessKeyLastUsed", UserAccessKeyId=key_id, UserPrincipalName=principal)
        ),
        settled(cloud.call("actiontrail", "GetAccessKeyLastUsedInfo", AccessKey=key_id)),
    )
    known: list[datetime] = []
    if isinstance(ims, Reply):
        known += _dates(record(ims.body.get("AccessKeyLastUsed")).get("LastUsedDate"))
    if isinstance(trail, Reply):
        known += _dates(trail.body.get("UsedTimestamp"))
    missed = [f"{answer}" for answer in (ims, trail) if isinstance(answer, Exception)]
    return max(known, default=None), "" if known or not missed else missed[0]


def _dates(value: object) -> list[datetime]:
    at = moment(value)
    return [at] if at else []


def told(at: datetime | None, unknown: str = "") -> str:
    """A last use in words."""
    if unknown:
        return f"last use not known ({unknown})"
    return f"last used {at:%Y-%m-%d %H:%M} UTC" if at else "no use known"


def shared(inquiry: Inquiry) -> Caller:
    """A caller whose reads are made once, whoever of the same inquiry asks."""
    asking: Asking = inquiry.asking({})
    return asking.once
