"""Which resources the key touched."""

from queries.asking.reading import Record, text
from queries.base import Column, Row
from queries.trail import audit
from queries.trail.happening import ERROR, EVENT, REGION, RESOURCE, RW, SERVICE, SOURCE_IP, USER_AGENT


def _row(entry: Record, service: str) -> Row:
    facts = audit.facts(entry)
    values = {
        **facts,
        "resource": text(entry.get("ResourceName")) or facts["resource"],
        "type": text(entry.get("ResourceType")),
        "service": service,
    }
    return Row(values, entry)


QUERY = audit.Listing("GetAccessKeyLastUsedResources", "Resources", _row).query(
    RESOURCE,
    Column("type", "Type"),
    SERVICE,
    audit.LAST_USED,
    EVENT,
    REGION,
    SOURCE_IP,
    USER_AGENT,
    ERROR,
    RW,
    id="resources",
    title="Resources",
    question="Which resources did the key touch, and when last?",
)
