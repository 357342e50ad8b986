"""What a query is, what it answers with, and how one is run.

A query is one question to the cloud. It declares what it needs and yields pages; `answer` turns the
pages, and whatever goes wrong, into snapshots (`Result`) that a pane or a printer can show at any
moment. An expected failure is a value on the result, never an exception.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from aktui.case.marks import Marks
from aktui.errors import AktuiError, CloudError, Forbidden, UsageError
from aktui.models import Histogram, LogPage, LogstoreRef, Reply, Window

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from queries.logs.downloads import Plan


class Status(StrEnum):
    """How far an answer can be trusted to be the whole answer."""

    RUNNING = "running"
    COMPLETE = "complete"
    PARTIAL = "partial"
    """Some of it is here; `gaps` says what is not and why."""
    DENIED = "denied"
    """Nothing is here: a permission is missing."""
    FAILED = "failed"
    NOT_COVERED = "not-covered"
    """The source does not record this; an empty list is not a 'none'."""


@dataclass(frozen=True)
class Column:
    """One column of an answer. `kind` tells the screen how to draw it: text, time, ip, id, count, flag."""

    id: str
    title: str
    kind: str = "text"


@dataclass(frozen=True)
class Param:
    """A parameter a query takes beside the key."""

    name: str
    help: str
    required: bool = False
    default: str = ""


@dataclass(frozen=True)
class Row:
    """One row: values by column id, and the record it came from, untouched."""

    values: Mapping[str, Any]
    raw: Mapping[str, Any]


@dataclass(frozen=True)
class Gap:
    """Something a query could not get."""

    status: Status
    """DENIED, FAILED, NOT_COVERED, or PARTIAL for an answer that was cut off."""
    what: str
    """Which part, in a person's words: `policies of group ci`."""
    detail: str
    """Why, and what to do: a sentence."""
    call: str = ""
    """The API call, `ram:ListPoliciesForGroup`, or empty."""
    code: str = ""
    request_id: str = ""
    missing: str = ""
    """The RAM action that is missing, when that is the reason."""

    @classmethod
    def of(cls, error: AktuiError, what: str) -> "Gap":
        """The gap an error leaves."""
        status = Status.DENIED if isinstance(error, Forbidden) else Status.FAILED
        detail = f"{error.message} {error.hint}".strip()
        if not isinstance(error, CloudError):
            return cls(status, what, detail)
        missing = error.missing if isinstance(error, Forbidden) else ""
        return cls(status, what, detail, f"{error.call}", error.code, error.request_id, missing)


@dataclass(frozen=True)
class Page:
    """What a query has just learnt."""

    rows: tuple[Row, ...] = ()
    request_id: str = ""
    gaps: tuple[Gap, ...] = ()
    covered: Window | None = None
    """The window the rows so far cover, where the source has one."""
    note: str = ""
    """A sentence worth showing beside the rows (the last one given stays)."""
    expected: int | None = None
    """How many rows (or pages, whatever `progress` counts) there will be, when known."""


@dataclass(frozen=True)
class Result:
    """A snapshot of an answer; complete or not, it says which."""

    query: "Query"
    params: Mapping[str, str]
    status: Status
    rows: tuple[Row, ...] = ()
    gaps: tuple[Gap, ...] = ()
    request_ids: tuple[str, ...] = ()
    asked: Window | None = None
    covered: Window | None = None
    as_of: datetime | None = None
    """When the answer was last added to (the cloud's clock)."""
    note: str = ""
    pages: int = 0
    expected: int | None = None

    @property
    def done(self) -> bool:
        return self.status is not Status.RUNNING

    @property
    def detail(self) -> str:
        """One sentence on what is missing, or the note."""
        return "; ".join(f"{gap.what}: {gap.detail}" for gap in self.gaps) or self.note


class Logs(Protocol):
    """The part of `aktui.cloud.sls.Logs` that queries use; all of it reads."""

    async def projects(self, region: str, *, prefix: str = "") -> list[Mapping[str, Any]]: ...

    async def logstores(self, project: str, region: str) -> list[str]: ...

    async def logstore(self, project: str, logstore: str, region: str) -> Mapping[str, Any]:
        """`ttl`: days that rows are kept; `createTime`: seconds since 1970."""
        ...

    async def index(self, project: str, logstore: str, region: str) -> Mapping[str, Any] | None:
        """None: the Logstore has none, and can not be searched."""
        ...

    async def histogram(self, where: LogstoreRef, query: str, window: Window) -> Histogram: ...

    async def page(
        self,
        where: LogstoreRef,
        query: str,
        window: Window,
        *,
        offset: int = 0,
        lines: int = 100,
        reverse: bool = False,
    ) -> LogPage:
        """Rows of a search."""
        ...

    async def select(self, where: LogstoreRef, query: str, window: Window) -> LogPage:
        """Rows of the SQL behind a search."""
        ...


class Caller(Protocol):
    """The part of `aktui.cloud.session.Cloud` that queries use."""

    @property
    def region(self) -> str: ...

    @property
    def logs(self) -> Logs:
        """The log service."""
        ...

    def now(self) -> datetime:
        """The cloud's clock, aware, UTC."""
        ...

    async def call(self, product: str, action: str, *, region: str = "", **params: object) -> Reply: ...


@dataclass(frozen=True)
class Asking:
    """What a running query is given."""

    cloud: Caller
    key_id: str
    window: Window
    params: Mapping[str, str]
    ask: Callable[..., Any]
    """`await asking.ask(query_id, **params) -> Result`: another query's finished answer, asked only once."""
    marks: Marks = field(default_factory=Marks)
    """What the responder marked as trusted or hostile."""
    kept: dict[str, Any] = field(default_factory=dict)
    """What several questions of one inquiry work out together, by name."""
    shared: Caller | None = None
    """Where calls go that several queries make, so that each is made once; None means `cloud`."""

    @property
    def once(self) -> Caller:
        """The caller for what other queries ask too: `await asking.once.call("ims", "GetUser", …)`."""
        return self.shared or self.cloud


@dataclass(frozen=True)
class LogText:
    """A text that a query sends to the log service. A person may see it before it is sent, and edit it."""

    log: str
    """Kind of log it is for: oss, sls or trail."""
    build: Callable[[Asking], str]
    """The text as the parameters make it; asks nothing of the cloud. Raises UsageError for a bad value."""
    param: str = "text"
    """The parameter that takes the place of the text when it is given."""

    def statement(self, asking: Asking) -> str:
        """The text that will be sent: the edited one, or the one built. Raises UsageError for a bad value."""
        return self.edited(asking) or self.build(asking)

    def edited(self, asking: Asking) -> str:
        """The text a person wrote, or empty."""
        return asking.params.get(self.param, "").strip()


@dataclass(frozen=True)
class Query:
    """One question. A module in this folder defines one as `QUERY`."""

    id: str
    title: str
    question: str
    """What the responder asks, as a sentence."""
    columns: tuple[Column, ...]
    calls: tuple[str, ...]
    """The API calls it may make, `ims:GetUser`; all reads."""
    needs: tuple[str, ...]
    """The RAM actions it needs; `aktui policy read` is their union."""
    run: Callable[[Asking], AsyncIterator[Page]]
    params: tuple[Param, ...] = ()
    source: str = ""
    """Where the answer comes from, for people: `ActionTrail AccessKey audit`."""
    lag: timedelta | None = None
    """How far the source runs behind, where that is known."""
    limits: str = ""
    """What this source can not see, as a sentence."""
    texts: tuple[LogText, ...] = ()
    """What it sends to the log service; empty where that is not asked."""
    plan: "Callable[[Asking], Awaitable[Plan]] | None" = None
    """For rows too many to hold: what to download, and from where (see `queries.logs.downloads`)."""
    span: timedelta | None = None
    """How far back it looks unless told; None: as far as everything else."""


@dataclass
class _Draft:
    """The answer while it grows."""

    result: Result
    rows: list[Row] = field(default_factory=list)

    def add(self, page: Page, now: datetime) -> Result:
        self.rows.extend(page.rows)
        old = self.result
        self.result = replace(
            old,
            rows=tuple(self.rows),
            gaps=(*old.gaps, *page.gaps),
            request_ids=(*old.request_ids, page.request_id) if page.request_id else old.request_ids,
            covered=page.covered or old.covered,
            as_of=now,
            note=page.note or old.note,
            pages=old.pages + 1,
            expected=page.expected if page.expected is not None else old.expected,
        )
        return self.result


async def answer(query: Query, asking: Asking) -> AsyncIterator[Result]:
    """Run a query; yield a snapshot at the start, after each page, and at the end (only that one is done)."""
    check_params(query, asking.params)
    draft = _Draft(Result(query, asking.params, Status.RUNNING, asked=asking.window))
    yield draft.result
    try:
        async for page in query.run(asking):
            yield draft.add(page, asking.cloud.now())
    except AktuiError as error:
        draft.add(Page(gaps=(Gap.of(error, query.title.lower()),)), asking.cloud.now())
    yield replace(draft.result, status=final_status(draft.result))


def final_status(result: Result) -> Status:
    """Complete when the source gave all it has, partial when only some rows came, else the gravest reason.

    What the source does not record is a gap, but no reason to call the rows that it does record partial.
    """
    reasons = {gap.status for gap in result.gaps}
    if not reasons:
        return Status.COMPLETE
    if result.rows:
        return Status.COMPLETE if reasons == {Status.NOT_COVERED} else Status.PARTIAL
    for status in (Status.FAILED, Status.DENIED, Status.PARTIAL):
        if status in reasons:
            return status
    return Status.NOT_COVERED


def check_params(query: Query, params: Mapping[str, str]) -> None:
    """Say no to a parameter the query does not take, or to a missing one."""
    known = {param.name: param for param in query.params}
    for name in params:
        if name not in known:
            takes = ", ".join(known) or "none"
            raise UsageError(f"{query.id} takes no parameter '{name}' (it takes: {takes}).")
    for param in query.params:
        if param.required and not params.get(param.name):
            raise UsageError(f"{query.id} needs --param {param.name}=… ({param.help}).")
