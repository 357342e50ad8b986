"""What an export is made from: the findings about one key, as they stood at one moment."""

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aktui.models import Window
from queries.base import Gap, Row

Values = Mapping[str, Any]
NAMESPACE = uuid.UUID("574157bf-8611-409d-b9d9-e2556b300e6f")
"""Of aktui's own name-based ids (UUIDv5). STIX keeps another for its observables."""
MOST_CALLS = 50
"""Calls of a finding that are written out; its ids and counts tell of all."""
_KEY_LIKE = ("LTAI", "STS.", "TMP.")


@dataclass(frozen=True)
class Told:
    """Findings and verdict with what they are about."""

    key_id: str
    owner: str
    """Name of the key's user, or empty."""
    account: str
    """Id of the cloud account, or empty where it could not be told."""
    asked_at: datetime
    """Aware, UTC; what is exported is dated by it."""
    window: Window
    findings: tuple[Row, ...]
    """Rows of the query `findings`."""
    verdict: Row | None
    """The row of the query `verdict`, where there is one."""
    gaps: tuple[Gap, ...] = ()

    @property
    def confidence(self) -> int | None:
        """Of the verdict, from 0 to 100."""
        return None if self.verdict is None else round(100 * self.verdict.values["confidence"])

    def named(self) -> Iterator[tuple[str, Row]]:
        """Each finding with an id that stays while its first call does, however often it is exported."""
        seen: dict[str, int] = {}
        for row in self.findings:
            values = row.values
            ids = [*values["event_ids"][:1], *values["request_ids"][:1], str(values["first"])]
            name = named(self.account, self.key_id, values["id"], values["side"], ids[0])
            seen[name] = seen.get(name, 0) + 1
            yield (name if seen[name] == 1 else named(name, str(seen[name]))), row


def named(*parts: str) -> str:
    """A UUIDv5 of these parts, in their order."""
    return str(uuid.uuid5(NAMESPACE, json.dumps([whole(part) for part in parts])))


def whole(value: str) -> str:
    """Text that is Unicode to everybody: halves of characters, as logs may hold them, written out."""
    return value.encode("utf-8", "backslashreplace").decode("utf-8")


def is_key(identity: str) -> bool:
    """Whether an identity is named by a key or token, rather than by a user's name."""
    return identity.startswith(_KEY_LIKE)


def iso(at: datetime) -> str:
    """RFC 3339 in UTC with milliseconds, as STIX has it."""
    told = at.astimezone(UTC)
    return f"{told:%Y-%m-%dT%H:%M:%S}.{told.microsecond // 1000:03}Z"


def millis(at: datetime) -> int:
    """Milliseconds since 1970, as OCSF has it."""
    return int(at.timestamp() * 1000)
