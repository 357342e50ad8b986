"""Which logs a company keeps: the projects of its account, and what is in them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from aktui.simcloud.account import Account
from aktui.simcloud.logs.store import FieldIndex, Index, ListedRows, LogProject, Logstore, Row, RowSource
from aktui.simcloud.stories import access, operation, operationlog, osslog, traillog
from aktui.simcloud.stories.access import Access
from aktui.simcloud.stories.company import Company
from aktui.simcloud.stories.ids import Ids, log_request
from aktui.simcloud.stories.operation import LogCall
from aktui.simcloud.stories.traffic import Traffic
from aktui.simcloud.trail import Event, resources

_TRAIL_DAYS = 90


@dataclass(frozen=True)
class Region:
    """OSS access logs of one region."""

    name: str
    buckets: Sequence[str]
    days: int
    """Rows are kept so long; there are none that are older."""
    age: float
    """Days since it was switched on."""
    bulk: int
    traffic: Sequence[Traffic]


@dataclass
class Kept:
    """What was told to the logs, for the truth: by project."""

    accesses: dict[str, list[access.Row]] = field(default_factory=dict)
    operations: dict[str, list[operation.Row]] = field(default_factory=dict)


def keep_accesses(company: Company, kept: Kept, region: Region) -> None:
    """The project of OSS access logs of a region, with what events and stories tell and the bulk."""
    account, end = company.account, int(company.now.timestamp())
    since = max(end - region.days * 86400, company.ago(region.age).timestamp())
    told = sorted(row for row in _accesses(company, region) if row.time >= since)
    name = f"oss-log-{account.id}-{region.name}"
    rows = osslog.OssRows(
        account.id,
        region.name,
        f"{account.scenario} {account.seed} {region.name}",
        told,
        region.traffic,
        region.bulk,
        end,
        int((end - since) // 86400),
        region.buckets,
    )
    project = _project(account, name, region.name, company.ago(region.age), "OSS real-time log query")
    _logstore(project, "oss-log-store", region.days, osslog.INDEX, rows)
    kept.accesses[name] = told


def _accesses(company: Company, region: Region) -> Iterable[access.Row]:
    yield from (row for name, row in company.requests if name == region.name)
    known = set(region.buckets)
    for event in company.book.events:
        if event["serviceName"] != "Oss" or event["acsRegion"] != region.name:
            continue
        about = company.book.about.get(event["eventId"]) or _about(event)
        # The console works with temporary keys that events do not name: such requests are left out.
        if isinstance(about, Access) and about.bucket in known and "accessKeyId" in event["userIdentity"]:
            time = int(datetime.fromisoformat(event["eventTime"]).timestamp())
            event["requestId"] = log_request(company.aside, time)
            yield access.row_of(event, about, company.account)


def _about(event: Event) -> Access | None:
    """What a request is about whose event names the bucket only."""
    named = [name for kind, name in resources(event) if kind == "ACS::OSS::Bucket"]
    query = {"Acl": "acl", "Info": "bucketInfo", "Policy": "policy"}
    told = next((what for ending, what in query.items() if event["eventName"].endswith(ending)), "")
    return Access(named[0], query=told) if named else None


def keep_operations(
    company: Company, kept: Kept, projects: Sequence[str], days: int, age: float, bulk: int
) -> None:
    """The operation log of the home region, which covers these projects."""
    account, end = company.account, int(company.now.timestamp())
    since = max(end - days * 86400, company.ago(age).timestamp())
    told = sorted(row for row in _operations(company, projects) if row.time >= since)
    role = account.roles["EcsAppRole"]
    agents = [(Ids(company.aside).sts_key(), f"10.20.1.{40 + number}") for number in range(18)]
    seed = f"{account.scenario} {account.seed} operations"
    name = f"log-service-{account.id}-{account.region}"
    project = _project(account, name, account.region, company.ago(age), "CloudLens for SLS")
    rows = operationlog.OperationRows(
        seed, told, projects[0], agents, role.id, bulk, end, int((end - since) // 86400)
    )
    _logstore(project, "internal-operation_log", days, operationlog.INDEX, rows)
    _logstore(project, "internal-diagnostic_log", days, Index(full_text=True), ListedRows())
    kept.operations[name] = told


def _operations(company: Company, projects: Sequence[str]) -> Iterable[operation.Row]:
    for event in company.book.events:
        if event["serviceName"] != "Sls" or "accessKeyId" not in event["userIdentity"]:
            continue
        about = company.book.about.get(event["eventId"])
        if about is None:
            named = [name for kind, name in resources(event) if kind == "ACS::SLS::Project"]
            about = LogCall(named[0], sent=900) if named else None
        if isinstance(about, LogCall) and about.project in projects:
            time = int(datetime.fromisoformat(event["eventTime"]).timestamp())
            event["requestId"] = log_request(company.aside, time)
            yield operation.row_of(event, about, company.aside)


def keep_trail(account: Account, since: datetime, index: Index | None = traillog.INDEX) -> None:
    """The Logstore of the account's trail; without an index it can't be queried. Call it last."""
    (trail,) = account.trails
    name = trail["SlsProjectArn"].rpartition("/")[2]
    project = _project(account, name, account.region, since, "events of the trail")
    rows = traillog.TrailRows(account, _TRAIL_DAYS)
    _logstore(project, f"actiontrail_{trail['Name']}", _TRAIL_DAYS, index, rows)


def keep_applications(company: Company, name: str) -> None:
    """The log project of the applications: what intruders look for passwords in."""
    project = _project(company.account, name, company.account.region, company.ago(700), "应用日志")
    index = Index(
        fields={"remote_addr": FieldIndex(), "request_uri": FieldIndex(), "status": FieldIndex("long")},
        full_text=True,
    )
    _logstore(project, "nginx-access", 30, index, ListedRows(_pages(company)))
    # Made for archiving only: nobody ever switched its index on.
    _logstore(project, "app-stdout", 7, None, ListedRows(_pages(company)))


def _pages(company: Company) -> Iterable[Row]:
    rng, end = company.aside, int(company.now.timestamp())
    pages = ("/", "/api/v1/pay", "/api/v1/login", "/cart", "/item/商品")
    for number in range(400):
        yield {
            "__time__": str(end - 5400 * (400 - number) // 4),
            "__topic__": "",
            "__source__": f"10.20.1.{40 + number % 18}",
            "remote_addr": f"203.0.113.{160 + rng.randrange(60)}",
            "request_uri": rng.choice(pages),
            "status": rng.choice(("200", "200", "200", "302", "404", "500")),
        }


def _project(account: Account, name: str, region: str, created: datetime, description: str) -> LogProject:
    project = LogProject(name, region, created, description)
    account.projects[name] = project
    return project


def _logstore(project: LogProject, name: str, days: int, index: Index | None, rows: RowSource) -> None:
    project.logstores[name] = Logstore(name, days, project.created, index, rows)
