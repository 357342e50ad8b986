"""Two nights of an extortion: customer files taken, backups deleted, a note left, a bucket opened."""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from aktui.simcloud.stories import access, rhythm
from aktui.simcloud.stories.access import NO_SUCH_KEY, Access
from aktui.simcloud.stories.company import Company
from aktui.simcloud.stories.ids import log_request
from aktui.simcloud.stories.operation import LogCall
from aktui.simcloud.stories.places import Estate
from aktui.simcloud.stories.recorder import Actor
from aktui.simcloud.stories.refusals import NO_PERMISSION, NO_RAM
from aktui.simcloud.stories.rhythm import full_hour
from aktui.simcloud.stories.storage import Session

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
BACKUPS = 4_000
"""Objects deleted."""
_AT_ONCE = 100


@dataclass
class Taken:
    """What the intruder did, for the truth."""

    read: int = 0
    deleted: list[str] = field(default_factory=list)
    notes: list[dict[str, str]] = field(default_factory=list)


def intrude(company: Company, estate: Estate, actor: Actor) -> Taken:
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
        one = file(first + number)
        if (first + number) % 83 == 7:
            return Access(CUSTOMERS, one.name, status=status, error=error, ec=ec)
        return one

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
        one = access.row(time, log_request(aside, time), "GetObject", file(number * 11), by)
        company.requests.append((company.account.region, one))


def file(number: int) -> Access:
    """A customer's file; the same number is always the same file."""
    number = max(number, 0)
    kind = ("身份证 正面.jpg", "contract.pdf", "profile.json", "订单 明细.csv")[number % 4]
    return Access(CUSTOMERS, f"customers/{number // 4:06}/{kind}", 60_000 + number * 7_919 % 5_000_000)
