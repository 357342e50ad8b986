"""What the server asks of each family of APIs: read a request, answer it, make up a refusal for a fault."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from aktui.simcloud.calls import Calls, CallSeen
from aktui.simcloud.fault import ApiError
from aktui.simcloud.faults import Fault
from aktui.simcloud.request import Request


@dataclass(frozen=True)
class Response:
    """A response before it is sent."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Handled:
    """How a call ended: what goes over the wire and, when it was refused, why."""

    response: Response
    error: ApiError | None = None


class Surface(Protocol):
    """One family of APIs of the account."""

    def note(self, calls: Calls, request: Request) -> CallSeen:
        """Write the call down as it comes in."""

    async def handle(self, request: Request, request_id: str, fault: Fault | None) -> Handled:
        """Answer one call. Never raises."""
