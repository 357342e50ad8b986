"""Which event explains a charge: one that names what is charged; else one of the same service and region."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from queries.charges import days
from queries.charges.abnormal import SLOPE, Abnormal
from queries.charges.tracing import Act
from queries.charges.vocabulary import services

EXPLAINED, RELATED, UNEXPLAINED = "explained", "related", "unexplained"
_BEFORE = timedelta(days=3)
"""How long before a rise the event may lie that caused it; bills are a day late, not events."""


@dataclass(frozen=True)
class Link:
    """What a charge comes from, as far as events tell."""

    kind: str
    words: str
    act: Act | None = None
    count: int = 0


def link(charge: Abnormal, acts: Sequence[Act], own: frozenset[str], used: Mapping[str, datetime]) -> Link:
    """The event that explains a charge. `own` are ids that say nothing, as the account's own id.

    `used`: when the key last used each service, by the audit of its use.
    """
    until = days.end(charge.until)
    earlier = [one for one in acts if one.at <= until]
    ids = (
        {part for part in charge.instance.split(";") if part} - own - {charge.key.region, charge.key.product}
    )
    named = [one for one in earlier if ids & one.ids]
    if named:
        chosen = _best(named)
        return Link(EXPLAINED, f"explained by event {_told(chosen)}", chosen, len(named))
    related = [one for one in earlier if one.by and _same_service(charge, one) and _near(charge, one)]
    if related:
        chosen = _best(related)
        words = (
            f"not named by an event, but the key called {chosen.service} there on those days, "
            f"{len(related)} times: {_told(chosen)}"
        )
        return Link(RELATED, words, chosen, len(related))
    for service in services().of_product.get(charge.key.product, ()):
        if service in used and used[service] >= days.begin(_began(charge)):
            words = (
                f"not named by an event, but the key used {service}, last at "
                f"{used[service]:%Y-%m-%d %H:%M} UTC; "
                "single calls to its data are not recorded there: look in its logs"
            )
            return Link(RELATED, words)
    return Link(UNEXPLAINED, "unexplained: no event that was read names it")


def _best(acts: Sequence[Act]) -> Act:
    """What began it, by the key if it was; the first of these."""
    return min(acts, key=lambda one: (not one.begins_cost, not one.by, one.at))


def _told(one: Act) -> str:
    by = one.by or (f"{one.who}, not by the key" if one.who else "somebody else, not by the key")
    return f"{one.event} in {one.region} at {one.at:%Y-%m-%d %H:%M} UTC by {by}"


def _same_service(charge: Abnormal, one: Act) -> bool:
    if one.service not in services().of_product.get(charge.key.product, ()):
        return False
    return not charge.key.region or not one.region or one.region == charge.key.region


def _near(charge: Abnormal, one: Act) -> bool:
    since = _began(charge) - _BEFORE
    return days.begin(since) <= one.at


def _began(charge: Abnormal) -> date:
    return charge.since - timedelta(days=14) if charge.kind == SLOPE else charge.since
