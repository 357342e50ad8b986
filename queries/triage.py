"""The first look at a key: everything that fits on one screen, asked at once.

The critical path is the list of services, then each service's lists; nobody waits for anybody else's
answer but through `Inquiry`, which makes calls that several questions need once.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from queries.base import Result, Status
from queries.inquiry import Inquiry

TRIAGE = (
    "caller",
    "services",
    "owner",
    "events",
    "ips",
    "resources",
    "permissions",
    "siblings",
    "network-policy",
    "logon",
    "last-used",
)
"""The questions of a triage; the longest ways first."""

_WHOLE = (Status.COMPLETE, Status.NOT_COVERED)


@dataclass(frozen=True)
class Triage:
    """The answers, by query id."""

    results: Mapping[str, Result]

    @property
    def complete(self) -> bool:
        """Whether every source gave all it has: nothing failed, was denied or cut off."""
        return all(result.status in _WHOLE for result in self.results.values())


async def triage(inquiry: Inquiry, on_result: Callable[[str, Result], None] | None = None) -> Triage:
    """Ask it all; `on_result` hears of each answer when it is finished, whichever comes first."""

    async def ask(query_id: str) -> Result:
        result = await inquiry.ask(query_id)
        if on_result is not None:
            on_result(query_id, result)
        return result

    async with asyncio.TaskGroup() as group:
        asked = {query_id: group.create_task(ask(query_id)) for query_id in TRIAGE}
    return Triage({query_id: task.result() for query_id, task in asked.items()})
