"""From which addresses the key was used."""

from queries.asking.reading import Record, text
from queries.base import Column, Row
from queries.trail import audit
from queries.trail.happening import ERROR, EVENT, REGION, RW, SERVICE, USER_AGENT


def _row(entry: Record, service: str) -> Row:
    facts = audit.facts(entry)
    return Row({**facts, "ip": text(entry.get("Ip")) or facts["source_ip"], "service": service}, entry)


QUERY = audit.Listing("GetAccessKeyLastUsedIps", "Ips", _row).query(
    Column("ip", "IP", "ip"),
    SERVICE,
    audit.LAST_USED,
    EVENT,
    REGION,
    USER_AGENT,
    ERROR,
    RW,
    id="ips",
    title="IPs",
    question="From which addresses was the key used, and when last?",
)
