"""Which logs a question reads, over which part of the window, and what it can't see for want of one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aktui.errors import UsageError
from aktui.models import Window
from queries.base import Asking, Gap, Param, Result, Status
from queries.logs.logstores import TRAIL, Source, State
from queries.trail.regions import REGION_CALLS

LOG_REGIONS_PARAM = Param(
    "regions",
    "regions to look for logs in, separated by commas, or `all`; without it the home region and those seen "
    "in the key's audit records",
)
TRAIL_PARAM = Param("trail", "which trail to read, by name; the one that covers most without it")

TRAIL_SOURCE_CALLS = (
    "actiontrail:DescribeTrails",
    "actiontrail:GetTrailStatus",
    "sls:ListLogStores",
    "sls:GetIndex",
    "sls:GetLogStore",
)
REGIONAL_SOURCE_CALLS = (
    "sts:GetCallerIdentity",
    *(call for call in REGION_CALLS if call != "actiontrail:GetGlobalEventsStorageRegion"),
    "sls:ListProject",
    "sls:ListLogStores",
    "sls:GetIndex",
    "sls:GetLogStore",
)
ALL_SOURCE_CALLS = tuple(dict.fromkeys((*REGIONAL_SOURCE_CALLS, *TRAIL_SOURCE_CALLS)))
SEARCH_CALLS = ("sls:GetHistograms", "sls:GetLogsV2")

_GUARDS = {"sls:GetLogsV2": "log:GetLogStoreLogs", "sls:GetHistograms": "log:GetLogStoreHistogram"}
_SLACK = timedelta(hours=1)
"""A window may begin this much before what is kept without that being worth a word."""


def needs(calls: tuple[str, ...]) -> tuple[str, ...]:
    """The RAM actions that guard these calls."""
    return tuple(dict.fromkeys(_GUARDS.get(call) or call.replace("sls:", "log:") for call in calls))


@dataclass(frozen=True)
class Reach:
    """What a question can read."""

    sources: tuple[tuple[Source, Window], ...]
    """Each with the window to ask for, all of it: rows are not dropped to the second when they get old."""
    gaps: tuple[Gap, ...]
    note: str = ""

    @property
    def covered(self) -> Window | None:
        """What all of the sources cover; None when that is nothing."""
        spans = [span for source, window in self.sources if (span := source.covered(window))]
        start = max((span.start for span in spans), default=None)
        end = min((span.end for span in spans), default=None)
        return Window(start, end) if start and end and start < end else None


async def reach(asking: Asking, kind: str, meant: Callable[[Source], bool] = lambda _: True) -> Reach:
    """The logs of a kind that can be read: of trails the best one, of the others those of all regions."""
    params = {"kind": kind, "detail": "no"}
    if kind != TRAIL and (regions := asking.params.get("regions", "").strip()):
        params["regions"] = regions
    found: Result = await asking.ask("log-sources", **params)
    sources = [source for source in map(Source.of, found.rows) if meant(source)]
    told = {source.what for source in sources}
    gaps = [gap for gap in found.gaps if gap.what not in told]
    note = ""
    if kind == TRAIL:
        sources, note = _best(asking, sources)
    gaps += _unreadable(sources)
    reading: list[tuple[Source, Window]] = []
    for source in sources:
        if source.readable:
            gaps += _gaps_of(source, asking.window)
            if source.covered(asking.window):
                reading.append((source, asking.window))
    return Reach(tuple(reading), tuple(gaps), f"{note} {_older(reading, asking.window)}".strip())


def _older(reading: list[tuple[Source, Window]], asked: Window) -> str:
    """A sentence on rows from before the window, where there may be some."""
    kept = min((source.since for source, _ in reading if source.since), default=asked.start)
    if kept >= asked.start - _SLACK:
        return ""
    return f"Rows are kept since {_stamp(kept)}: for older ones than these, ask for an earlier start."


def _best(asking: Asking, sources: list[Source]) -> tuple[list[Source], str]:
    """One trail: two that deliver the same events would count them twice."""
    chosen = asking.params.get("trail", "").strip()
    if chosen:
        named = [source for source in sources if source.trail == chosen]
        if not named and sources:
            names = ", ".join(source.trail for source in sources if source.trail) or "none"
            raise UsageError(f"There is no trail '{chosen}' with a Logstore.", hint=f"There are: {names}.")
        return named, ""
    readable = sorted((source for source in sources if source.readable), key=_rank)
    if not readable:
        return sources, ""
    best, *others = readable
    kept = f"kept {best.days} days" if best.days else "kept as long as the Logstore says"
    note = f"Read from trail {best.trail} ({best.covers}; {kept})."
    if others:
        note += f" Others have Logstores too (trail=…): {', '.join(source.trail for source in others)}."
    return [best], note


def _rank(source: Source) -> tuple[bool, bool, bool, float, str]:
    since = source.since.timestamp() if source.since else 0.0
    return (
        source.state is not State.PRESENT,
        source.until is not None,
        bool(source.partly),
        since,
        source.trail,
    )


def _unreadable(sources: list[Source]) -> list[Gap]:
    """A gap for each source that can't be read; one for all regions where the same is missing."""
    alike: dict[tuple[str, str], list[Source]] = {}
    gaps: list[Gap] = []
    for source in sources:
        gap = source.gap()
        if gap is not None and source.where.region and source.state is State.NOT_ENABLED:
            alike.setdefault((source.kind, gap.detail), []).append(source)
        elif gap is not None:
            gaps.append(gap)
    for (_, detail), missing in alike.items():
        what, _, _ = missing[0].what.rpartition(" in ")
        regions = ", ".join(sorted(source.where.region for source in missing))
        gaps.append(Gap(Status.NOT_COVERED, f"{what or missing[0].what} in {regions}", detail))
    return gaps


def _gaps_of(source: Source, asked: Window) -> list[Gap]:
    """What a readable source leaves out of the window, and of the question."""
    gaps = []
    if source.since and source.since > asked.start + _SLACK:
        kept = f" (kept for {source.days} days)" if source.days else ""
        detail = (
            f"It has nothing from before {_stamp(source.since)}{kept}; asked for since {_stamp(asked.start)}."
        )
        gaps.append(Gap(Status.NOT_COVERED, source.what, detail))
    if source.until and source.until < asked.end - _SLACK:
        detail = f"Delivery was stopped at {_stamp(source.until)}; what happened later is not in it."
        gaps.append(Gap(Status.NOT_COVERED, source.what, detail))
    if source.partly:
        gaps.append(Gap(Status.NOT_COVERED, source.what, source.partly))
    return gaps


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
