"""The list of API calls that came in, for whoever wants to see what a client really sent."""

from collections import deque
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from aktui.simcloud.clock import iso
from aktui.simcloud.masking import masked
from aktui.simcloud.request import Request

KEPT = 100_000
"""Older calls are forgotten."""


@dataclass
class CallSeen:
    """One API call; `status` is None while it has no answer."""

    number: int
    at: str
    product: str
    action: str
    version: str
    region: str
    host: str
    key_id: str
    params: dict[str, str]
    signature: str
    method: str
    source_ip: str
    user_agent: str
    connection: int
    request_id: str
    write: bool
    applied: bool = False
    """Whether the operation ran and succeeded, whatever became of the answer."""
    status: int | None = None
    code: str = ""
    fault: str = ""
    """The kind of the fault that was injected, or empty."""


class Calls:
    """All calls, in the order in which they came."""

    def __init__(self) -> None:
        self._seen: deque[CallSeen] = deque(maxlen=KEPT)
        self._count = 0

    def note(
        self, request: Request, product: str, write: bool, request_id: str, now: datetime, **told: Any
    ) -> CallSeen:
        """Write a call down as it comes in, secrets masked.

        `told` has the fields that a service reads out of a request in a way of its own.
        """
        self._count += 1
        fields: dict[str, Any] = {
            "product": product,
            "action": request.action,
            "version": request.version,
            "region": request.region,
            "host": request.headers.get("host", ""),
            "key_id": request.key_id,
            "params": request.params,
            "signature": str(request.scheme),
            "method": request.method,
            "source_ip": request.source_ip,
            "user_agent": request.user_agent,
            "connection": request.connection,
            "request_id": request_id,
            "write": write,
            **told,
        }
        fields["params"] = masked(fields["params"])
        call = CallSeen(number=self._count, at=iso(now), **fields)
        self._seen.append(call)
        return call

    def since(self, number: int) -> list[dict[str, Any]]:
        """The calls with a higher number."""
        return [asdict(call) for call in list(self._seen) if call.number > number]
