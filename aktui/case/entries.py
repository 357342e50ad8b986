"""What one entry of a ledger is, and how its hash comes about.

Entry 0, the genesis, names the format, the key and whether the cloud was live or a practice one. Each later
entry carries the hash of the one before it, so that none can be changed, left out, added or moved without
every hash after it changing too.
"""

import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aktui import __version__
from aktui.case.journal import Line
from aktui.case.redact import redact_body
from aktui.case.rows.asking import Part
from aktui.models import Exchange, utc_now
from aktui.redact import redacted

FORMAT = "aktui.ledger/1"
START = "0" * 64
"""What the genesis carries in place of an earlier hash."""


@dataclass(frozen=True)
class Draft:
    """An entry before it has a place in the chain."""

    at: str
    """When it happened, ISO 8601, UTC."""
    kind: str
    """`genesis`, `exchange`, `rows` or `action`."""
    payload: bytes
    """Canonical JSON: keys sorted, no spaces, ASCII."""
    body: bytes = b""
    """The raw answer of an exchange, secrets replaced, packed; `unpack` gives it back."""


def digest(seq: int, draft: Draft, prev: str) -> str:
    """The entry's hash: SHA-256, hexadecimal. Each part goes in after its length: none passes for another."""
    total = hashlib.sha256()
    parts = (FORMAT, str(seq), draft.at, draft.kind, draft.payload, draft.body, prev)
    for part in parts:
        data = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
        total.update(len(data).to_bytes(8, "big"))
        total.update(data)
    return total.hexdigest()


def canonical(value: Mapping[str, Any]) -> bytes:
    """The one way a mapping is written."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=str).encode("ascii")


def pack(body: bytes) -> bytes:
    """A body as it is stored: zlib at its quickest, which shrinks log rows to a tenth; empty stays empty."""
    return zlib.compress(body, 1) if body else b""


def unpack(stored: bytes) -> bytes:
    """The body that was packed. Raises zlib.error for anything else."""
    return zlib.decompress(stored) if stored else b""


def genesis(key_id: str, *, practice: bool) -> Draft:
    payload = {
        "endpoint": "practice" if practice else "live",
        "format": FORMAT,
        "key_id": key_id,
        "tool": f"aktui {__version__}",
    }
    return Draft(_now(), "genesis", canonical(payload))


def of_exchange(exchange: Exchange) -> Draft:
    """One attempt of a call; the answer's length and SHA-256 are those it came with, before secrets went."""
    body, replaced = redact_body(exchange.body, action=exchange.action)
    payload = {
        "number": exchange.number,
        "product": exchange.product,
        "action": exchange.action,
        "region": exchange.region,
        "host": exchange.host,
        "params": redacted(exchange.params),
        "attempt": exchange.attempt,
        "started": exchange.started.isoformat(),
        "elapsed": round(exchange.elapsed, 6),
        "waited": round(exchange.waited, 6),
        "status": exchange.status,
        "request_id": exchange.request_id,
        "error": exchange.error,
        "body_length": len(exchange.body),
        "body_sha256": hashlib.sha256(exchange.body).hexdigest(),
        "redacted": list(replaced),
    }
    return Draft(_now(), "exchange", canonical(payload), pack(body))


def of_part(part: Part) -> Draft:
    """A file of log rows: what is in it is told by its SHA-256."""
    payload = {
        "table": part.table,
        "file": part.file,
        "rows": part.rows,
        "first": part.first,
        "last": part.last,
        "size": part.size,
        "sha256": part.sha256,
        "source": part.source,
        "slice": part.slice_id,
    }
    return Draft(_now(), "rows", canonical(payload))


def of_journal(line: Line) -> Draft:
    """An entry of the journal of containment; its hash ties the two together."""
    return Draft(
        line.at,
        "action",
        canonical({"n": line.number, "kind": line.kind, "body": line.body, "hash": line.hash}),
    )


def _now() -> str:
    return utc_now().isoformat(timespec="microseconds")
