"""A storage key: the business moves customer files with it, an intruder took them all and left a note."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from aktui.simcloud.account import Account
from aktui.simcloud.scenarios import Scenario
from aktui.simcloud.stories import access, logtruth, machines, places, rhythm, sites, truth
from aktui.simcloud.stories.access import LINK, NO_SUCH_KEY, Access
from aktui.simcloud.stories.bills import keep_bills
from aktui.simcloud.stories.company import Company
from aktui.simcloud.stories.crew import Crew, populate
from aktui.simcloud.stories.findings import raise_alert
from aktui.simcloud.stories.habits import BUSINESS, INTRUDER, Goings, keep_on, of, thing
from aktui.simcloud.stories.ids import log_request
from aktui.simcloud.stories.logkeeping import (
    Kept,
    Region,
    keep_accesses,
    keep_applications,
    keep_operations,
    keep_trail,
)
from aktui.simcloud.stories.operation import LogCall
from aktui.simcloud.stories.places import Estate
from aktui.simcloud.stories.recorder import Actor
from aktui.simcloud.stories.refusals import NO_PERMISSION, NO_RAM
from aktui.simcloud.stories.rhythm import full_hour
from aktui.simcloud.stories.routine import Routine
from aktui.simcloud.stories.storage import Session
from aktui.simcloud.trail import Event, is_data

OFFICES = ("203.0.113.18", "203.0.113.91")
WAREHOUSE = "198.51.100.40"
"""Where the company's own servers stand."""
PARTNERS = ("203.0.113.171", "203.0.113.172")
LAIR, SECOND_LAIR = "192.0.2.88", "192.0.2.143"
SCAVENGERS = ("192.0.2.201", "192.0.2.202", "192.0.2.203")
"""Who reads the bucket once it is public, with no key."""
CUSTOMERS = "haitang-customers"
ABROAD = "haitang-customers-sg"
UNLOGGED = "ap-southeast-1"
NOTE = "README_如何恢复数据.txt"
RCLONE = "rclone/v1.65.2"

NIGHTS = (11_000, 15_500)
"""Objects read in each night."""
KEPT = 30
"""Days that the access log keeps."""
BACKUPS = 4_000
"""Objects deleted."""
_AT_ONCE = 100

STORY = (
    "The key of svc-oss-sync was left in a script on a contractor's laptop. The business still moves "
    "customer files with it from its own servers, every hour, and signs links for two partners. Two nights "
    "ago somebody listed all buckets from abroad and began to download the customer files; the next night, "
    "from another address, they took the rest, opened the bucket to the public, suspended versioning of the "
    "backups, deleted them in batches and left a ransom note in both buckets. Others have read the public "
    "bucket since."
)


@dataclass
class Taken:
    """What the intruder did, for the truth."""

    read: int = 0
    deleted: list[str] = field(default_factory=list)
    notes: list[dict[str, str]] = field(default_factory=list)


def build(seed: int, now: datetime) -> Account:
    company = Company("oss-exfiltration", "haitang-retail", seed, now, region="cn-shanghai")
    crew = populate(company)
    estate = places.estate(company.ids, "haitang")
    Routine(company, crew, estate, OFFICES).run()
    actor = _mover(company)
    _business(company, estate, actor)
    before = len(company.book.events)
    taken = _intrusion(company, estate, actor)
    stolen = company.book.events[before:]
    machines.keep_machines(company, estate)
    keep_bills(company, estate)
    company.account.split_bill = True
    _noticed(company, stolen)
    _goes_on(company, crew, estate)
    kept = _logs(company, crew, estate)
    account = company.finish()
    keep_trail(account, company.ago(300))
    account.truth = truth.told(
        account,
        company.now,
        "business-and-intruder",
        STORY,
        business={
            "source_ips": [WAREHOUSE],
            "link_users": sorted(PARTNERS),
            "regions": [account.region],
            "still_active": True,
        },
        intruder={
            **truth.of_events(stolen),
            "objects_read": taken.read,
            "opened_buckets": [CUSTOMERS],
            "deleted_objects": {"bucket": estate.buckets[2], "count": len(taken.deleted)},
            "notes": taken.notes,
            "logs": logtruth.of_addresses(kept, (LAIR, SECOND_LAIR, *SCAVENGERS)),
            "unlogged": [{"bucket": ABROAD, "region": UNLOGGED}],
        },
        kept=kept,
    )
    return account


def _noticed(company: Company, stolen: list[Event]) -> None:
    """An alert on each of the two things that stood out. No leak was found: the script was never public."""
    looked = [event for event in stolen if event["sourceIpAddress"] == LAIR and not is_data(event)]
    raise_alert(company, "ak_call_from_abnormal_ip", "suspicious", looked)
    read = [event for event in stolen if event["eventName"] == "GetObject"]
    raise_alert(company, "ak_download_objects", "serious", read, ("Bucket", CUSTOMERS))


def _mover(company: Company) -> Actor:
    company.policy(
        "sync-log-reader",
        402,
        "同步任务看自己的日志",
        {"Effect": "Allow", "Action": "log:GetLogStoreLogs", "Resource": "acs:log:*:*:project/haitang-app/*"},
    )
    user = company.user("svc-oss-sync", "文件同步", 405, comments="moves customer files, team data")
    user.tags = {"kind": "service-account", "team": "data"}
    company.attach(user, user.created, "AliyunOSSFullAccess", "sync-log-reader")
    key = company.key(user, 402)
    company.account.suspects = [key.id]
    return company.book.user(user, key, WAREHOUSE, places.OSS_SDK)


def _business(company: Company, estate: Estate, actor: Actor) -> None:
    """Every day a look at the bucket and into the log; every hour, as far back as the log goes, files."""
    region, until = company.account.region, company.now - timedelta(minutes=5)
    bucket = {"ACS::OSS::Bucket": [CUSTOMERS]}
    for when in rhythm.beats(company.rng, company.ago(90), full_hour(company.now), 86400, jitter=600):
        company.book.call(actor, "Oss:GetBucketInfo", when, region, resources=bucket)
        window = (int(when) - 86400, int(when))
        log = LogCall(estate.project, "nginx-access", "oss-sync and error", window, 1_200)
        company.data_book.call(actor, "Sls:GetLogStoreLogs", when + 4, region, data=True, about=log)
    for beat, when in enumerate(rhythm.beats(company.rng, company.ago(KEPT + 1), until, 3600)):
        _sync(company, actor, beat * 9, when)
        if beat % 6 == 1:
            _partner(company, actor, beat, when + 60)


def _sync(company: Company, actor: Actor, reached: int, when: float) -> None:
    """A listing, new files in, older ones out."""
    session = Session(company, actor, company.account.region, when)
    session.batch("ListObjects", 1, lambda _: Access(CUSTOMERS, size=44_100, query="prefix=incoming"), 0.4)
    session.batch("PutObject", 9, lambda number: _file(reached + number), 1.5)
    session.batch("GetObject", 4, lambda number: _file(reached - number - 1), 1.5)


def _partner(company: Company, actor: Actor, beat: int, when: float) -> None:
    link = Access(CUSTOMERS, f"partners/对账单 {beat:05}.xlsx", 300_000 + beat * 37, sign=LINK)
    guest = actor.by(ip=PARTNERS[beat // 6 % 2], agent=places.BROWSER)
    Session(company, guest, company.account.region, when).batch("GetObject", 3, lambda _: link, 20)


def _file(number: int) -> Access:
    """A customer's file; the same number is always the same file."""
    number = max(number, 0)
    kind = ("身份证 正面.jpg", "contract.pdf", "profile.json", "订单 明细.csv")[number % 4]
    return Access(CUSTOMERS, f"customers/{number // 4:06}/{kind}", 60_000 + number * 7_919 % 5_000_000)


def _intrusion(company: Company, estate: Estate, actor: Actor) -> Taken:
    """Two nights; the last call is older than the running hour."""
    taken, region = Taken(), company.account.region
    night = full_hour(company.now) - timedelta(hours=39, minutes=23)
    first = Session(company, actor.by(ip=LAIR, agent=RCLONE), region, night.timestamp())
    _look_around(company, estate, first)
    _plunder(first, 0, NIGHTS[0], 1.5)
    again = (night + timedelta(hours=23, minutes=11)).timestamp()
    second = Session(company, actor.by(ip=SECOND_LAIR, agent=RCLONE), region, again)
    _plunder(second, NIGHTS[0], NIGHTS[1], 1.3)
    _abroad(company, second)
    _wreck(company, estate, second, taken)
    taken.read = first.count + second.count
    assert second.when < full_hour(company.now).timestamp()
    _scavenge(company, second.when)
    return taken


def _look_around(company: Company, estate: Estate, session: Session) -> None:
    """Whose key is it, what may it do, which buckets are there."""
    call, when, region = company.book.call, session.when, session.region
    call(session.actor, "Sts:GetCallerIdentity", when, region, request={})
    call(session.actor, "Ram:ListUsers", when + 4, region, request={}, error=NO_PERMISSION)
    call(session.actor, "Ecs:DescribeInstances", when + 9, region, error=NO_RAM)
    call(session.actor, "Oss:ListBuckets", when + 15, region, request={})
    when += 20
    for bucket in (*estate.buckets, CUSTOMERS):
        when += company.rng.uniform(0.5, 3)
        for name in ("GetBucketInfo", "GetBucketAcl"):
            call(session.actor, f"Oss:{name}", when, region, resources={"ACS::OSS::Bucket": [bucket]})
    read = LogCall(
        estate.project, "nginx-access", "password or token", (int(when) - 604_800, int(when)), 88_000
    )
    for number in range(24):
        moment = when + 10 + 3 * number
        company.data_book.call(session.actor, "Sls:GetLogStoreLogs", moment, region, data=True, about=read)
    refusal = ("Unauthorized", "denied by sts or ram, action: log:ListLogStores")
    project = LogCall(estate.project)
    company.data_book.call(
        session.actor, "Sls:ListLogStores", when + 90, region, about=project, error=refusal
    )
    session.when = when + 100
    for bucket, pages in ((estate.buckets[2], 9), (estate.buckets[1], 5), (CUSTOMERS, 40)):
        session.batch("ListObjects", pages, partial(_page, bucket), 0.7)


def _page(bucket: str, page: int) -> Access:
    marker = f"&marker=customers%2F{page * 250:06}" if page else ""
    return Access(bucket, size=231_000 + page % 7 * 911, query=f"list-type=2&max-keys=1000{marker}")


def _plunder(session: Session, first: int, count: int, pause: float) -> None:
    """Files in the order of the listing; a few were gone by then."""
    status, error, ec = NO_SUCH_KEY

    def about(number: int) -> Access:
        file = _file(first + number)
        if (first + number) % 83 == 7:
            return Access(CUSTOMERS, file.name, status=status, error=error, ec=ec)
        return file

    session.batch("GetObject", count, about, pause)


def _abroad(company: Company, session: Session) -> None:
    """The same in a region without an access log: the trail knows of the bucket, nothing of the objects."""
    bucket = {"ACS::OSS::Bucket": [ABROAD]}
    company.book.call(session.actor, "Oss:GetBucketInfo", session.when + 3, UNLOGGED, resources=bucket)
    there = Session(company, session.actor, UNLOGGED, session.when + 9)
    there.batch(
        "GetObject", 420, lambda number: Access(ABROAD, f"customers/{number:06}/profile.json", 3_100), 0.5
    )
    session.when, session.count = there.when, session.count + there.count


def _wreck(company: Company, estate: Estate, session: Session, taken: Taken) -> None:
    """The bucket opened, the backups deleted, a note left."""
    backups, region, call = estate.buckets[2], session.region, company.book.call
    for name, bucket, request in (
        ("PutBucketAcl", CUSTOMERS, {"Bucket": CUSTOMERS, "acl": "public-read"}),
        ("PutBucketVersioning", backups, {"Bucket": backups, "Status": "Suspended"}),
    ):
        session.when += 40
        things = {"ACS::OSS::Bucket": [bucket]}
        call(session.actor, f"Oss:{name}", session.when, region, request=request, resources=things)
    taken.deleted = [
        f"db/{rhythm.day(company.now.timestamp() - 86400 * (number // 50))}/备份 part-{number % 50:02}.sql.gz"
        for number in range(BACKUPS)
    ]

    def some(number: int) -> Access:
        chosen = taken.deleted[number * _AT_ONCE : (number + 1) * _AT_ONCE]
        return Access(backups, "\n".join(chosen))

    read = session.count
    session.batch("DeleteObjects", BACKUPS // _AT_ONCE, some, 2.2)
    for bucket in (backups, CUSTOMERS):
        session.batch("PutObject", 1, partial(_note, bucket), 5)
        taken.notes.append({"bucket": bucket, "object": NOTE})
    session.count = read


def _note(bucket: str, _: int) -> Access:
    return Access(bucket, NOTE, 1_873)


def _scavenge(company: Company, after: float) -> None:
    """Strangers find the public bucket; no key, so no event: only the access log knows."""
    aside, until = company.aside, company.now.timestamp() - 60
    for number in range(900):
        time = int(after + 1800 + (until - after - 1800) * number / 900)
        by = access.Caller(SCAVENGERS[number % 3], "Wget/1.21.3")
        one = access.row(time, log_request(aside, time), "GetObject", _file(number * 11), by)
        company.requests.append((company.account.region, one))


def _goes_on(company: Company, crew: Crew, estate: Estate) -> None:
    """Files keep moving; partners keep their links; the intruder looks what else has come."""
    key = company.account.suspects[0]
    log = {"ProjectName": estate.project, "LogStoreName": "nginx-access", "Query": "oss-sync and error"}
    host = Goings(company, BUSINESS, WAREHOUSE, places.OSS_SDK, key=key)
    host.on("Oss:PutObject", 20, **thing(CUSTOMERS, "customers/000812/contract.pdf", 402_117))
    host.on("Oss:GetObject", 35, **thing(CUSTOMERS, "customers/000640/profile.json", 61_004))
    host.on("Oss:GetBucketInfo", 120, **of("OSS::Bucket", CUSTOMERS))
    host.on("Sls:GetLogStoreLogs", 90, params=log, size=1_200, data=True)
    partner = Goings(company, BUSINESS, PARTNERS[0], places.BROWSER, key=key)
    partner.on("Oss:GetObject", 90, **thing(CUSTOMERS, "partners/对账单 00042.xlsx", 301_554, link=True))
    lair = Goings(company, INTRUDER, SECOND_LAIR, RCLONE, key=key)
    lair.on("Oss:GetObject", 15, **thing(CUSTOMERS, "customers/000813/身份证 正面.jpg", 2_118_004))
    lair.on("Oss:ListObjects", 40, params={"bucketName": CUSTOMERS}, size=231_000, data=True)
    lair.on("Oss:PutBucketAcl", 300, params={"bucketName": CUSTOMERS, "acl": "public-read"})
    Goings(company, INTRUDER, LAIR, RCLONE, key=key).on("Oss:ListBuckets", 45)
    keep_on(company, crew, estate, OFFICES[0])


def _logs(company: Company, crew: Crew, estate: Estate) -> Kept:
    """The access log of the home region only, the log service's own, the trail's."""
    account, kept = company.account, Kept()
    _, backup = crew.machines["oss-backup"]
    traffic = sites.shop(account, estate, company.aside, backup.id)
    buckets = [*estate.buckets, CUSTOMERS]
    keep_accesses(company, kept, Region(account.region, buckets, KEPT, 210, 110_000, traffic))
    keep_applications(company, estate.project)
    keep_operations(company, kept, [estate.project], KEPT, 320, 20_000)
    return kept


SCENARIO = Scenario(
    "oss-exfiltration", "A storage key: customer files taken, backups deleted, a ransom note left", build
)
