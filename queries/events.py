"""Which API calls the key made, each with its newest record."""

from queries.asking.reading import Record, text
from queries.base import Row
from queries.trail import audit
from queries.trail.happening import ERROR, EVENT, REGION, RESOURCE, RW, SERVICE, SOURCE_IP, USER_AGENT


def _row(entry: Record, service: str) -> Row:
    facts = audit.facts(entry)
    return Row({**facts, "event": text(entry.get("EventName")) or facts["event"], "service": service}, entry)


QUERY = audit.Listing("GetAccessKeyLastUsedEvents", "Events", _row).query(
    EVENT,
    SERVICE,
    audit.LAST_USED,
    REGION,
    SOURCE_IP,
    ERROR,
    USER_AGENT,
    RESOURCE,
    RW,
    id="events",
    title="Events",
    question="Which API calls did the key make, and when last?",
)
