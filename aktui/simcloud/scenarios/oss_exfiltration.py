"""A storage key: the business moves customer files with it, an intruder took them all and left a note."""

from datetime import datetime, timedelta

from aktui.simcloud.account import Account
from aktui.simcloud.scenarios import Scenario
from aktui.simcloud.stories import logtruth, machines, places, rhythm, sites, truth
from aktui.simcloud.stories.access import LINK, Access
from aktui.simcloud.stories.bills import keep_bills
from aktui.simcloud.stories.company import Company
from aktui.simcloud.stories.crew import Crew, populate
from aktui.simcloud.stories.extortion import (
    ABROAD,
    CUSTOMERS,
    LAIR,
    RCLONE,
    SCAVENGERS,
    SECOND_LAIR,
    UNLOGGED,
    file,
    intrude,
)
from aktui.simcloud.stories.findings import raise_alert
from aktui.simcloud.stories.gateways import keep_gateway
from aktui.simcloud.stories.habits import BUSINESS, INTRUDER, Goings, keep_on, of, thing
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
from aktui.simcloud.stories.rhythm import full_hour
from aktui.simcloud.stories.routine import Routine
from aktui.simcloud.stories.storage import Session
from aktui.simcloud.trail import Event, is_data

OFFICES = ("203.0.113.18", "203.0.113.91")
WAREHOUSE = "198.51.100.40"
"""What the company's own servers come from: the gateway of its network."""
PARTNERS = ("203.0.113.171", "203.0.113.172")

KEPT = 30
"""Days that the access log keeps."""

STORY = (
    "The key of svc-oss-sync was left in a script on a contractor's laptop. The business still moves "
    "customer files with it from its own servers, every hour, and signs links for two partners. Two nights "
    "ago somebody listed all buckets from abroad and began to download the customer files; the next night, "
    "from another address, they took the rest, opened the bucket to the public, suspended versioning of the "
    "backups, deleted them in batches and left a ransom note in both buckets. Others have read the public "
    "bucket since."
)


def build(seed: int, now: datetime) -> Account:
    company = Company("oss-exfiltration", "haitang-retail", seed, now, region="cn-shanghai")
    crew = populate(company)
    estate = places.estate(company.ids, "haitang")
    Routine(company, crew, estate, OFFICES).run()
    actor = _mover(company)
    _business(company, estate, actor)
    before = len(company.book.events)
    taken = intrude(company, estate, actor)
    stolen = company.book.events[before:]
    machines.keep_machines(company, estate)
    keep_gateway(company, estate, WAREHOUSE, "warehouse-out")
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
    session.batch("PutObject", 9, lambda number: file(reached + number), 1.5)
    session.batch("GetObject", 4, lambda number: file(reached - number - 1), 1.5)


def _partner(company: Company, actor: Actor, beat: int, when: float) -> None:
    link = Access(CUSTOMERS, f"partners/对账单 {beat:05}.xlsx", 300_000 + beat * 37, sign=LINK)
    guest = actor.by(ip=PARTNERS[beat // 6 % 2], agent=places.BROWSER)
    Session(company, guest, company.account.region, when).batch("GetObject", 3, lambda _: link, 20)


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
