"""Finding the logs: by name, by listing the projects of a region, and by asking the trails."""

import re
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from datetime import timedelta

from aktui.errors import AktuiError, Forbidden, NotFound
from aktui.models import LogstoreRef
from queries.asking.reading import Record, count, flag, ident, moment, record, text
from queries.asking.together import both, guarded, settled, together
from queries.base import Asking, Gap, Page, Result, Row, Status
from queries.logs.logcover import seen_in
from queries.logs.logstores import KINDS, OSS, OSS_LOGSTORE, SLS, SLS_LOGSTORE, TRAIL, Source, State
from queries.trail.regions import in_regions

_MOST_PROJECTS = 200
"""Projects of a region that are looked through for an operation log."""
_ARN = re.compile(r"acs:log:([a-z0-9-]+):(\d*):project/([a-z0-9-]+)")


async def discover(
    asking: Asking, kinds: Iterable[str] = KINDS, *, detail: bool = True
) -> AsyncIterator[Page]:
    """A row for each log that is, or should be, in the regions asked about.

    `detail`: also what each covers, and a gap for what it does not tell of itself.
    """
    finder = _Finder(asking, detail)
    sources: list[AsyncIterator[Page]] = []
    if TRAIL in kinds:
        sources.append(guarded("trails", finder.trails()))
    if OSS in kinds or SLS in kinds:
        sources.append(guarded("regions of the logs", finder.everywhere(frozenset(kinds))))
    async for page in together(*sources):
        yield page


class _Finder:
    """What one search for logs shares."""

    def __init__(self, asking: Asking, detail: bool) -> None:
        self._asking = asking
        self._logs = asking.cloud.logs
        self._detail = detail

    async def everywhere(self, kinds: frozenset[str]) -> AsyncIterator[Page]:
        who: Result = await self._asking.ask("caller")
        if not who.rows:
            yield Page(gaps=who.gaps)
            return
        account = ident(who.rows[0].values["account_id"])

        def here(region: str) -> AsyncIterator[Page]:
            return guarded(f"logs in {region}", self._in_region(account, region, kinds))

        async for page in in_regions(self._asking, here, with_global=False):
            yield page

    async def _in_region(self, account: str, region: str, kinds: frozenset[str]) -> AsyncIterator[Page]:
        access = Source(OSS, LogstoreRef(region, f"oss-log-{account}-{region}", OSS_LOGSTORE))
        usual = Source(SLS, LogstoreRef(region, f"log-service-{account}-{region}", SLS_LOGSTORE))
        listing = await settled(self._logs.projects(region))
        if isinstance(listing, AktuiError):
            yield Page(gaps=(Gap.of(listing, f"log projects in {region}"),))
            expected = [source for source in (access, usual) if source.kind in kinds]
            if isinstance(listing, Forbidden):
                # What is not listed may be read all the same, where the name is known.
                parts = [self._found(source, known=False) for source in expected]
            else:
                parts = [_as_is(source.became(State.UNKNOWN)) for source in expected]
        else:
            names = {ident(project.get("projectName")) for project in listing}
            parts = []
            if OSS in kinds:
                parts.append(self._expected(access, names))
            if SLS in kinds:
                parts.append(self._operation_logs(usual, sorted(names - {access.where.project})))
        async for page in together(*parts):
            yield page

    async def _expected(self, source: Source, names: set[str]) -> AsyncIterator[Page]:
        if source.where.project not in names:
            yield _page(source.became(State.NOT_ENABLED))
            return
        async for page in self._found(source, known=True):
            yield page

    async def _operation_logs(self, usual: Source, projects: list[str]) -> AsyncIterator[Page]:
        """Any project of the region may be the destination, most often the usual one."""
        region = usual.where.region
        first = sorted(projects, key=lambda name: not name.startswith("log-service-"))[:_MOST_PROJECTS]
        left_out = len(projects) - len(first)
        found, denied = 0, 0
        sources = (self._if_destination(usual, project) for project in first)
        async for page in together(*sources, at_once=8):
            found += len(page.rows)
            denied += len(page.gaps)
            yield page
        if left_out:
            detail = f"{left_out} of {len(projects)} projects were not looked through."
            yield Page(gaps=(Gap(Status.PARTIAL, f"log projects in {region}", detail),))
        if not found and not denied:
            yield _page(usual.became(State.NOT_ENABLED))
        elif not found:
            yield _page(usual.became(State.UNKNOWN))

    async def _if_destination(self, usual: Source, project: str) -> AsyncIterator[Page]:
        """The operation log in a project, if it has one."""
        region = usual.where.region
        stores = await settled(self._logs.logstores(project, region))
        if isinstance(stores, NotFound):
            return  # deleted since it was listed
        if isinstance(stores, Forbidden) and project == usual.where.project:
            yield _page(usual.became(State.DENIED), Gap.of(stores, usual.what))
        elif isinstance(stores, AktuiError):
            yield Page(gaps=(Gap.of(stores, f"Logstores of {project} in {region}"),))
        elif SLS_LOGSTORE in stores:
            where = replace(usual.where, project=project)
            yield await self._described(replace(usual, where=where))

    async def _found(self, source: Source, *, known: bool) -> AsyncIterator[Page]:
        """A source whose project is named; `known`: something said that it exists."""
        where = source.where
        stores = await settled(self._logs.logstores(where.project, where.region))
        if isinstance(stores, NotFound):
            yield _page(source.became(State.GONE if known else State.NOT_ENABLED))
        elif isinstance(stores, AktuiError):
            state = State.DENIED if isinstance(stores, Forbidden) else State.UNKNOWN
            yield _page(source.became(state), Gap.of(stores, source.what))
        elif where.logstore not in stores:
            how = f"The project {where.project} has no Logstore {where.logstore}."
            yield _page(source.became(State.NOT_ENABLED, how=f"{how} {source.became(State.NOT_ENABLED).how}"))
        else:
            yield await self._described(source)

    async def _described(self, source: Source) -> Page:
        """A Logstore that is there: whether it can be searched, how long it keeps rows, what is in it."""
        where = source.where
        index, settings = await both(
            settled(self._logs.index(where.project, where.logstore, where.region)),
            settled(self._logs.logstore(where.project, where.logstore, where.region)),
        )
        gaps: list[Gap] = []
        if isinstance(index, AktuiError):
            gaps.append(Gap.of(index, f"index of the {source.what}"))
        if isinstance(settings, AktuiError):
            gaps.append(Gap.of(settings, f"retention of the {source.what}"))
        found = _kept(self._asking, source, record(settings))
        if index is None:
            return _page(found.became(State.NO_INDEX), *(gaps if self._detail else ()))
        found = found.became(State.PRESENT)
        if self._detail and found.kind != TRAIL:
            seen = await settled(seen_in(self._asking, found))
            if isinstance(seen, AktuiError):
                gaps.append(Gap.of(seen, f"what the {source.what} covers"))
            else:
                found = replace(found, covers=seen)
        return _page(found, *(gaps if self._detail else ()))

    async def trails(self) -> AsyncIterator[Page]:
        told: Result = await self._asking.ask("trails")
        yield Page(gaps=told.gaps)
        sources = [_of_trail(row) for row in told.rows]
        delivered = [source for source in sources if source.where.project]
        async for page in together(*(self._found(source, known=True) for source in delivered)):
            yield page
        if told.rows and not delivered:
            names = ", ".join(source.trail for source in sources)
            how = f"These trails deliver elsewhere: {names}. {_NO_TRAIL.how}"
            yield _page(replace(_NO_TRAIL, how=how, raw={"trails": names}))
        elif not told.rows and not any(gap.status is not Status.NOT_COVERED for gap in told.gaps):
            yield _page(_NO_TRAIL)


_NO_TRAIL = Source(TRAIL, LogstoreRef("", "", ""), raw={"trails": "none"}).became(State.NOT_ENABLED)


def _page(source: Source, *gaps: Gap) -> Page:
    return Page((source.row(),), gaps=gaps)


async def _as_is(source: Source) -> AsyncIterator[Page]:
    yield _page(source)


def _kept(asking: Asking, source: Source, settings: Record) -> Source:
    """How long rows are kept, and since when there are any."""
    days = count(settings.get("ttl"))
    if days is not None and days <= 0:
        days = None
    now = asking.cloud.now()
    oldest = now - timedelta(days=days) if days and days < 3650 else None
    starts = [at for at in (source.since, moment(settings.get("createTime")), oldest) if at]
    return replace(
        source, days=days, since=max(starts, default=None), raw={**source.raw, "GetLogStore": settings}
    )


def _of_trail(row: Row) -> Source:
    """What a trail says of its Logstore, before that is asked for."""
    trail = record(row.raw.get("DescribeTrails"))
    name = ident(trail.get("Name"))
    arn = _ARN.fullmatch(ident(trail.get("SlsProjectArn")))
    where = LogstoreRef(arn[1], arn[3], f"actiontrail_{name}") if arn else LogstoreRef("", "", "")
    shared = flag(trail.get("IsOrganizationTrail")) is True
    stopped = row.values["logging"] is False
    leaves_out = list(_left_out(trail))
    return Source(
        TRAIL,
        where,
        since=moment(trail.get("CreateTime")),
        until=row.values["stopped_at"] if stopped else None,
        covers=", ".join(
            [
                "all accounts of the Resource Directory" if shared else "this account",
                f"regions: {text(trail.get('TrailRegion')) or 'not told'}",
                f"events: {text(trail.get('EventRW')) or 'not told'}",
            ]
        ),
        partly=" ".join(leaves_out),
        trail=name,
        multi_account=shared,
        raw=row.raw,
    )


def _left_out(trail: Record) -> Iterable[str]:
    kept, regions = text(trail.get("EventRW")), text(trail.get("TrailRegion"))
    if kept and kept != "All":
        yield f"The trail delivers {kept.lower()} events only."
    if regions and regions.lower() != "all":
        yield f"The trail delivers events of these regions only: {regions}."
