"""Role sessions that were opened with the key, and what was done in them.

Events of a session carry the id of its token, not of the key. So first the AssumeRole calls of the key are
found; each tells the token it handed out. The events of a few tokens are asked for by token; where a role
was assumed often, all events of the role are read and those of these tokens kept.
"""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Any

from queries.asking.reading import Record, ident, nested, record, text
from queries.asking.together import together
from queries.base import Asking, Column, Page, Query, Row
from queries.trail import lookup
from queries.trail.happening import EVENT_COLUMNS, described, identity, key_of
from queries.trail.regions import REGIONS_PARAM

_LIMIT = 2000
_FEW = 5
"""Sessions of a role that are asked for one by one."""


@dataclass(frozen=True)
class Session:
    """A role session the key opened."""

    role: str
    name: str
    token: str
    """The id of its STS token; empty when the event does not tell."""

    def __str__(self) -> str:
        return f"{self.role}:{self.name}"


async def run(asking: Asking) -> AsyncIterator[Page]:
    plan = lookup.Plan.of(asking, _LIMIT)
    sessions: dict[Session, None] = {}

    def opened(event: Record) -> Row | None:
        if key_of(event) != asking.key_id:
            return None
        session = _session(event)
        if not text(event.get("errorCode")):
            sessions[session] = None
        return _row(session, event)

    async for page in lookup.everywhere(plan, {"EventName": "AssumeRole"}, opened):
        yield page
    async for page in together(*_lookups(plan, sessions), at_once=4):
        yield page
    yield plan.summary()


def _lookups(plan: lookup.Plan, sessions: Iterable[Session]) -> list[AsyncIterator[Page]]:
    by_role: dict[str, list[Session]] = {}
    for session in sessions:
        by_role.setdefault(session.role, []).append(session)
    found: list[AsyncIterator[Page]] = []
    for role, opened in by_role.items():
        tokens = [session for session in opened if session.token]
        if len(opened) <= _FEW and len(tokens) == len(opened):
            found += [
                lookup.everywhere(plan, {"EventAccessKeyId": session.token}, _of([session]))
                for session in tokens
            ]
        elif role:
            found.append(lookup.everywhere(plan, {"RoleName": role}, _of(opened)))
    return found


def _of(sessions: list[Session]) -> lookup.Keep:
    """Keep the events of these sessions: by token where it is known, else by role and session name."""
    by_token = {session.token: session for session in sessions if session.token}
    by_name = {str(session): session for session in sessions if not session.token}

    def keep(event: Record) -> Row | None:
        session = by_token.get(key_of(event)) or by_name.get(ident(identity(event).get("userName")))
        return _row(session, event) if session else None

    return keep


def _session(event: Record) -> Session:
    """The session an AssumeRole event opened (or tried to)."""
    asked = record(event.get("requestParameters")) or nested(event.get("requestParameterJson"))
    given = nested(event.get("responseElements"))
    token = ident(record(given.get("Credentials")).get("AccessKeyId"))
    arn = ident(record(given.get("AssumedRoleUser")).get("Arn"))
    role, _, name = arn.partition(":role/")[2].partition("/")
    return Session(
        role or ident(asked.get("RoleArn")).rpartition("/")[2],
        name or ident(asked.get("RoleSessionName")),
        token,
    )


def _row(session: Session, event: Record) -> Row:
    values: dict[str, Any] = {"session": str(session), "token": session.token, **described(event)}
    return Row(values, event)


QUERY = Query(
    id="role-sessions",
    title="Role sessions",
    question="Which role sessions were opened with the key, and what was done in them?",
    columns=(Column("session", "Session"), *EVENT_COLUMNS, Column("token", "Token", "id")),
    calls=lookup.LOOKUP_CALLS,
    needs=lookup.LOOKUP_NEEDS,
    run=run,
    params=(REGIONS_PARAM, lookup.limit_param(_LIMIT)),
    source=lookup.SOURCE,
    lag=lookup.LAG,
    limits=(
        f"{lookup.LIMITS} Sessions opened before the window are not found; where an AssumeRole event "
        "does not tell its token, events are matched by role and session name."
    ),
)
