"""Rows of answers to usages. Each source names things its own way; here they become one."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from queries.asking.reading import Record, ident, nested, record, text
from queries.base import Result, Row
from queries.logs.osslogs import role_of
from queries.trail.happening import identity, key_of
from queries.usage.ramactions import ram_action
from queries.usage.values import By, Usage

_USERS = {"ram-user", "root-account"}
_FEW = 5


def from_trail(result: Result, key_id: str) -> Iterator[Usage]:
    """Groups of `calls-by-operation`. Rows of a text that somebody edited are passed over."""
    for row in result.rows:
        told = row.values
        if isinstance(told.get("calls"), int) and isinstance(told.get("errors"), int):
            yield _usage(
                told,
                key_id,
                origin="trail",
                service=ident(told["service"]),
                operation=ident(told["event"]),
                source=ident(told["source_ip"]),
                vpc=ident(told["vpc"]),
                kind=kind_of(ident(told["user_type"]), ident(told["access_id"])),
                name=ident(told["user"]),
                count=told["calls"],
                newest_id=ident(told["event_id"]),
                message=text(told.get("message")),
                resources=_few(text(told.get("resource")).split(";")),
            )


def from_oss(result: Result, key_id: str) -> Iterator[Usage]:
    """Groups of `oss-by-caller`."""
    for row in result.rows:
        told = row.values
        if isinstance(told.get("requests"), int):
            role = role_of(text(told.get("role"))).replace("/", ":")
            yield _usage(
                told,
                key_id,
                origin="oss",
                service="Oss",
                operation=ident(told["operation"]),
                source=ident(told["ip"]),
                vpc=ident(told["vpc"]),
                kind=By.SESSION if role else kind_of("", ident(told["access_id"])),
                name=role,
                count=told["requests"],
                newest_id=ident(told["request_id"]),
                message=ident(told["ec"]),
                resources=_few([ident(told["bucket"])]),
                link=bool(told["link"]),
            )


def from_sls(result: Result, key_id: str) -> Iterator[Usage]:
    """Groups of `sls-by-caller`."""
    for row in result.rows:
        told = row.values
        if isinstance(told.get("requests"), int):
            session = ident(told["caller"]).lower() == "sts"
            yield _usage(
                told,
                key_id,
                origin="sls",
                service="Sls",
                operation=ident(told["method"]),
                source=ident(told["ip"]),
                vpc="",
                kind=By.SESSION if session else kind_of("", ident(told["access_id"])),
                name=_unless_null(told.get("role")) if session else "",
                count=told["requests"],
                newest_id=ident(told["request_id"]),
                message=text(told.get("message")),
                resources=_few([ident(told["project"])]),
            )


def from_events(rows: Iterable[Row], key_id: str, origin: str) -> Iterator[Usage]:
    """Events one by one, as LookupEvents and the audit give them."""
    for row in rows:
        told, event = row.values, row.raw
        at = told.get("at") or told.get("last_used")
        who = identity(event)
        own = key_id if origin == "audit" else key_of(event)
        one = {**told, "access_id": own, "errors": int(bool(told.get("error")))}
        one |= {"first_at": at, "last_at": at, "error": text(event.get("errorCode")) or told.get("error")}
        yield _usage(
            one,
            key_id,
            origin=origin,
            service=ident(told["service"]),
            operation=ident(told["event"]),
            source=ident(told["source_ip"]),
            vpc=ident(event.get("vpcId")),
            kind=By.KEY if origin == "audit" else kind_of(ident(who.get("type")), own),
            name=ident(who.get("userName")),
            count=1,
            newest_id=ident(told.get("event_id")),
            message=text(event.get("errorMessage")),
            resources=_role(event) or _few(text(told.get("resource")).split("; ")),
        )


def _role(event: Record) -> tuple[str, ...]:
    """The ARN of the role that an AssumeRole asked for."""
    if event.get("eventName") != "AssumeRole":
        return ()
    asked = record(event.get("requestParameters")) or nested(event.get("requestParameterJson"))
    return _few([ident(asked.get("RoleArn"))])


def kind_of(user_type: str, access_id: str) -> By:
    """As what the calls were made, from the type of the identity and the id that signed."""
    if user_type in _USERS:
        return By.KEY if access_id else By.CONSOLE
    if user_type == "assumed-role" or access_id.startswith("STS."):
        return By.SESSION
    if not user_type and access_id:
        return By.KEY
    return By.OTHER


def _usage(
    told: Mapping[str, Any],
    key_id: str,
    *,
    origin: str,
    service: str,
    operation: str,
    source: str,
    vpc: str,
    kind: By,
    name: str,
    count: int,
    newest_id: str,
    message: str = "",
    resources: tuple[str, ...],
    link: bool = False,
) -> Usage:
    action = ram_action(service, operation) if operation else None
    access_id = ident(told.get("access_id"))
    errors = told.get("errors")
    refused = min(errors, count) if isinstance(errors, int) else 0
    code = ident(told.get("error"))
    return Usage(
        service=service,
        operation=operation,
        action=action.name if action else "",
        guessed=action.guessed if action else True,
        source=source,
        vpc=_unless_null(vpc),
        kind=kind,
        identity=name,
        key_id=access_id,
        own=kind is By.KEY and access_id == key_id,
        count=count,
        refused=refused,
        first=_moment(told.get("first_at")),
        newest=_moment(told.get("last_at")),
        newest_id=newest_id,
        agent=_unless_null(told.get("user_agent")),
        codes=(code,) if code and refused else (),
        message=_unless_null(message) if refused else "",
        resources=resources,
        link=link,
        origin=origin,
    )


def _few(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in map(str.strip, names) if _unless_null(name)))[:_FEW]


def _unless_null(value: object) -> str:
    """SQL of the log service writes `null` for what a row does not have, the log of OSS a dash."""
    told = ident(value)
    return "" if told in ("null", "-") else told


def _moment(value: object) -> datetime | None:
    return value if isinstance(value, datetime) else None
