"""The logs of the data plane: objects of OSS and rows of the log service, which no trail tells of."""

import asyncio
from collections.abc import Iterable

from queries.base import Asking, Gap, Result, Status
from queries.evidence.reading import act_of_oss, act_of_sls, agent_of, writes
from queries.evidence.teller import serious, told
from queries.evidence.values import Act, Cell, Source, Who
from queries.usage.reading import from_oss, from_sls
from queries.usage.values import Usage

_GROUPS = "20000"
_MOST_ROWS = 30_000
_DAY = 86_400
_SOURCES = (("oss-by-caller", "OSS access log", 0.05), ("sls-by-caller", "log service operations", 0.03))


async def data_cells(
    asking: Asking, owner: str
) -> tuple[tuple[Cell, ...], tuple[Gap, ...], tuple[Source, ...]]:
    """The key's requests to objects and logs, counted over all that these logs keep."""
    window = asking.window
    results = await asyncio.gather(
        *(told(asking, query_id, window, limit=_GROUPS) for query_id, _, _ in _SOURCES)
    )
    cells: list[Cell] = []
    gaps: list[Gap] = []
    sources = []
    for result, read, (_, name, weight) in zip(results, (from_oss, from_sls), _SOURCES, strict=True):
        known_since = int(result.covered.start.timestamp()) if result.covered else None
        cells += _cells(read(result, asking.key_id), owner, known_since, int(window.start.timestamp()))
        gaps += serious(result)
        sources.append(_source(result, name, weight))
    return tuple(cells), tuple(gaps), tuple(sources)


def _cells(usages: Iterable[Usage], owner: str, since: int | None, start: int) -> Iterable[Cell]:
    """A source there since the log begins has been there for nobody knows how long before."""
    for one in usages:
        if one.first is None or one.newest is None:
            continue
        first, last = int(one.first.timestamp()), int(one.newest.timestamp())
        if since is not None and first - since < _DAY:
            first = min(first, start)
        yield Cell(
            Who(one.kind, one.identity or owner, one.key_id),
            one.source,
            agent_of(one.agent),
            one.service,
            one.operation,
            "",
            writes(one.operation),
            one.codes[0] if one.codes else "",
            one.count,
            first,
            last,
            one.origin,
            one.resources[0] if one.resources else "",
            one.link,
        )


def _source(result: Result, name: str, weight: float) -> Source:
    if result.status is Status.COMPLETE and not result.gaps:
        return Source(name, "complete")
    status = "partial" if result.rows and result.status is Status.COMPLETE else result.status.value
    said = "; ".join(dict.fromkeys(f"{gap.what}: {gap.detail}" for gap in result.gaps))
    hard = any(gap.status in (Status.DENIED, Status.FAILED) for gap in result.gaps)
    return Source(name, status, said, 2 * weight if hard else weight)


async def data_acts(
    asking: Asking, who: str, owner: str, sources: Iterable[str]
) -> tuple[list[Act], list[Gap]]:
    """Requests of a key one by one: those from these sources; from any where none are named."""
    acts: list[Act] = []
    gaps: list[Gap] = []
    for source in list(dict.fromkeys(sources)) or [""]:
        params = {"who": who, **({"ip": source} if source else {})}
        oss, sls = await asyncio.gather(
            told(asking, "oss-access", asking.window, **params),
            told(asking, "sls-operations", asking.window, **params),
        )
        acts += (act for row in oss.rows if (act := act_of_oss(row, owner)))
        acts += (act for row in sls.rows if (act := act_of_sls(row, owner)))
        gaps += [*serious(oss), *serious(sls)]
        if len(acts) > _MOST_ROWS:
            detail = f"More than {_MOST_ROWS} requests; the first of them are counted and named here."
            gaps.append(Gap(Status.PARTIAL, f"requests of {who}", detail))
            return acts[:_MOST_ROWS], gaps
    return acts, gaps
