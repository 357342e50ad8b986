"""Records of all sources as acts, and acts as cells."""

from collections.abc import Iterable, Mapping
from typing import Any

from queries.asking.reading import Record, ident, moment, nested, record, text
from queries.base import Row
from queries.evidence.values import HOUR, Act, Cell, Who
from queries.logs.osslogs import role_of
from queries.trail.happening import identity, key_of, resource_of
from queries.usage.reading import kind_of
from queries.usage.values import By

_READS = ("Describe", "List", "Get", "Query", "Head", "Lookup", "Search", "Check", "Select", "BatchGet")


def agent_of(value: object) -> str:
    told = text(value).strip()
    return "" if told in ("null", "-") else told


def writes(operation: str, told: object = "") -> bool:
    """Whether an operation changes something; the event says so, else its name does."""
    said = text(told)
    if said in ("Read", "Write"):
        return said == "Write"
    return not operation.startswith(_READS)


def act_of(event: Record, origin: str = "trail") -> Act | None:
    """The act of an event; None when it has no id or no time, or is no event."""
    at, event_id = moment(event.get("eventTime")), ident(event.get("eventId"))
    if at is None or not event_id:
        return None
    who = identity(event)
    key_id = key_of(event)
    operation = ident(event.get("eventName"))
    return Act(
        event_id,
        int(at.timestamp()),
        Who(kind_of(ident(who.get("type")), key_id), ident(who.get("userName")), key_id),
        ident(event.get("sourceIpAddress")),
        agent_of(event.get("userAgent")),
        ident(event.get("serviceName")),
        operation,
        ident(event.get("acsRegion")),
        writes(operation, event.get("eventRW")),
        ident(event.get("errorCode")) or (ident(event.get("errorMessage")) and "Error"),
        text(event.get("errorMessage")),
        tuple(part for part in resource_of(event).split("; ") if part),
        event,
        origin,
    )


def act_of_oss(row: Row, name: str) -> Act | None:
    """A request in the access log of OSS."""
    logged = row.raw
    at = moment(logged.get("__time__"))
    request = ident(logged.get("request_id"))
    if at is None or not request or ident(logged.get("__topic__")) not in ("", "oss_access_log"):
        return None
    operation = ident(logged.get("operation"))
    key_id = ident(logged.get("access_id"))
    role = role_of(text(logged.get("extend_information"))).replace("/", ":")
    code = ident(logged.get("error_code"))
    return Act(
        request,
        int(at.timestamp()),
        Who(By.SESSION if role else kind_of("", key_id), role or name, key_id),
        ident(logged.get("client_ip")),
        agent_of(logged.get("user_agent")),
        "Oss",
        operation,
        text(row.values.get("region")),
        writes(operation),
        "" if code == "-" else code,
        "",
        (f"{text(logged.get('bucket'))}/{text(logged.get('object'))}",),
        logged,
        "oss",
    )


def act_of_sls(row: Row, name: str) -> Act | None:
    """A call in the operation log of the log service."""
    logged = row.raw
    at = moment(logged.get("__time__")) or moment(logged.get("Time"))
    request = ident(logged.get("RequestId"))
    if at is None or not request:
        return None
    operation, key_id = ident(logged.get("Method")), ident(logged.get("AccessKeyId"))
    session = ident(logged.get("CallerType")).lower() == "sts"
    return Act(
        request,
        int(at.timestamp()),
        Who(By.SESSION if session else kind_of("", key_id), name, key_id),
        ident(logged.get("SourceIP")) or ident(logged.get("ClientIp")),
        agent_of(logged.get("UserAgent")),
        "Sls",
        operation,
        text(row.values.get("region")),
        writes(operation),
        ident(logged.get("ErrorCode")),
        text(logged.get("ErrorMsg")),
        (f"{text(logged.get('Project'))}/{text(logged.get('LogStore'))}",),
        logged,
        "sls",
    )


def cells_of(acts: Iterable[Act]) -> tuple[Cell, ...]:
    """The acts counted by the hour."""
    found: dict[tuple[Any, ...], list[int]] = {}
    for act in acts:
        key = (
            act.who,
            act.source,
            act.agent,
            act.service,
            act.operation,
            act.region,
            act.write,
            act.code,
            act.at // HOUR,
            act.origin,
        )
        held = found.get(key)
        if held is None:
            found[key] = [1, act.at, act.at]
        else:
            held[0] += 1
            held[1], held[2] = min(held[1], act.at), max(held[2], act.at)
    return tuple(
        Cell(*key[:8], *held, key[9])  # type: ignore[call-arg]
        for key, held in found.items()
    )


def cell_of_group(told: Mapping[str, Any], origin: str = "trail") -> Cell | None:
    """A row of `calls-by-hour`; None for a row of a text that somebody edited."""
    first, last, count = told.get("first_at"), told.get("last_at"), told.get("calls")
    if first is None or last is None or not isinstance(count, int):
        return None
    operation, key_id = ident(told.get("event")), ident(told.get("access_id"))
    return Cell(
        Who(kind_of(ident(told.get("user_type")), key_id), ident(told.get("user")), key_id),
        ident(told.get("source_ip")),
        agent_of(told.get("user_agent")),
        ident(told.get("service")),
        operation,
        ident(told.get("region")),
        writes(operation, told.get("rw")),
        ident(told.get("error")),
        count,
        int(first.timestamp()),
        int(last.timestamp()),
        origin,
    )


def handed_out(act: Act) -> str:
    """The id of the token that an AssumeRole handed out; empty when it tells none."""
    given = nested(act.event.get("responseElements"))
    return ident(record(given.get("Credentials")).get("AccessKeyId"))


def asked_of(act: Act) -> Record:
    """The request parameters of an event."""
    return record(act.event.get("requestParameters")) or nested(act.event.get("requestParameterJson"))
