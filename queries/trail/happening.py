"""What an event of the audit trail says, in the columns that lists of events share."""

from typing import Any

from queries.asking.reading import Record, flag, ident, moment, record, text
from queries.base import Column

AT = Column("at", "At", "time")
EVENT = Column("event", "Event")
SERVICE = Column("service", "Service")
REGION = Column("region", "Region")
SOURCE_IP = Column("source_ip", "Source IP", "ip")
USER_AGENT = Column("user_agent", "User agent")
ERROR = Column("error", "Error")
RESOURCE = Column("resource", "Resource")
RW = Column("rw", "R/W")
EVENT_ID = Column("event_id", "Event ID", "id")

EVENT_COLUMNS = (AT, EVENT, SERVICE, REGION, SOURCE_IP, USER_AGENT, ERROR, RESOURCE, RW, EVENT_ID)


def described(event: Record) -> dict[str, Any]:
    """The values of `EVENT_COLUMNS`."""
    return {
        "at": moment(event.get("eventTime")),
        "event": text(event.get("eventName")),
        "service": text(event.get("serviceName")),
        "region": text(event.get("acsRegion")),
        "source_ip": text(event.get("sourceIpAddress")),
        "user_agent": text(event.get("userAgent")),
        "error": text(event.get("errorCode")) or text(event.get("errorMessage")),
        "resource": resource_of(event),
        "rw": text(event.get("eventRW")),
        "event_id": text(event.get("eventId")),
    }


def resource_of(event: Record) -> str:
    """The resources an event names, joined by `; `."""
    named = text(event.get("resourceName"))
    if named:
        return "; ".join(part for part in named.split(";") if part)
    found: list[str] = []
    for names in record(event.get("referencedResources")).values():
        found.extend(text(name) for name in (names if isinstance(names, list) else [names]))
    return "; ".join(name for name in found if name)


def identity(event: Record) -> Record:
    """Who made the call."""
    return record(event.get("userIdentity"))


def key_of(event: Record) -> str:
    """The AccessKey (or STS token) id the call was made with; empty in the console."""
    return ident(identity(event).get("accessKeyId"))


def mfa_of(event: Record) -> bool | None:
    """Whether the session, or this sign-in, passed multi-factor authentication; None when not told."""
    extra = record(event.get("additionalEventData"))
    for name in ("isMFAChecked", "mfaChecked"):
        checked = flag(extra.get(name))
        if checked is not None:
            return checked
    context = record(identity(event).get("sessionContext"))
    attributes = record(context.get("attributes")) or record(context.get("sessionAttributes"))
    return flag(attributes.get("mfaAuthenticated"))
