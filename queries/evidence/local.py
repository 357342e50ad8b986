"""Evidence from rows on this machine: events that were imported or downloaded into a case.

Counted by DuckDB over the parts of the case, by all that attribution looks at; single events are read only
where they are an intruder's. Rows have the columns of `queries.logs.keyevents.flat`.
"""

from collections.abc import Iterable, Sequence

from aktui.case.rows.asking import Condition, Filter, Group
from aktui.case.rows.table import LogTable
from aktui.models import Window
from queries.asking.reading import nested
from queries.base import Gap, Status
from queries.evidence.reading import act_of, agent_of, writes
from queries.evidence.teller import Told
from queries.evidence.values import Act, Cell, Who
from queries.usage.reading import kind_of

_BY = (
    "access_id",
    "user",
    "user_type",
    "source_ip",
    "user_agent",
    "service",
    "event",
    "region",
    "rw",
    "error",
)
_COLUMNS = {"key": "access_id", "ip": "source_ip", "user": "user"}
_EVENT = "event as logged"
_DAY = 86_400
_MOST_GROUPS, _MOST_ACTS = 100_000, 50_000


class LocalTeller:
    """Asks a table of events in a case."""

    origin = "local"

    def __init__(self, table: LogTable, window: Window, known_since: int) -> None:
        self.table, self.window, self.known_since = table, window, known_since

    async def cells(self, by: str, values: Iterable[str], *, step: int = 3600) -> Told[Cell]:
        """Counted by the day for keys, else over all the time there is, whatever `step`: no burst is told."""
        where, step = self._where(by, values), _DAY if by == "key" else 0
        groups = await self.table.groups(self._by, where, top=_MOST_GROUPS, step=step)
        if step and len(groups) >= _MOST_GROUPS:
            groups = await self.table.groups(self._by, where, top=_MOST_GROUPS)
        gaps = () if len(groups) < _MOST_GROUPS else (_cut("groups of events"),)
        return Told(tuple(cell for group in groups if (cell := self._cell(group))), gaps)

    async def acts(self, by: str, values: Iterable[str]) -> Told[Act]:
        where = self._where(by, values)
        found = await self.table.window(0, _MOST_ACTS, where=where, columns=(_EVENT,))
        acts = (act_of(nested(row[0]), "local") for row in found.rows if isinstance(row[0], str))
        gaps = (_cut("events"),) if found.total > _MOST_ACTS else ()
        return Told(tuple(act for act in acts if act is not None), gaps)

    async def sessions(self, key_id: str) -> Told[Act]:
        got = await self.acts("key", [key_id])
        return Told(tuple(act for act in got.items if act.operation == "AssumeRole"), got.gaps)

    @property
    def _by(self) -> Sequence[str]:
        return tuple(name for name in _BY if name in self.table.columns)

    def _where(self, by: str, values: Iterable[str]) -> Filter:
        wanted = tuple(dict.fromkeys(values))
        if by == "role":
            return Filter(tuple(Condition("user", "starts", f"{value}:") for value in wanted[:1]))
        return Filter((Condition(_COLUMNS[by], "in", wanted),))

    def _cell(self, group: Group) -> Cell | None:
        if group.first is None or group.last is None:
            return None
        told = {name: str(value or "") for name, value in zip(self._by, group.values, strict=True)}
        key_id, operation = told.get("access_id", ""), told.get("event", "")
        return Cell(
            Who(kind_of(told.get("user_type", ""), key_id), told.get("user", ""), key_id),
            told.get("source_ip", ""),
            agent_of(told.get("user_agent")),
            told.get("service", ""),
            operation,
            told.get("region", ""),
            writes(operation, told.get("rw", "")),
            told.get("error", ""),
            group.count,
            group.first,
            group.last,
            self.origin,
        )


def _cut(what: str) -> Gap:
    return Gap(Status.PARTIAL, what, "There are more rows in the case than were looked at.")
