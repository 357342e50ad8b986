"""How an intruder carries data away: objects downloaded, buckets opened, logs searched and pulled."""

from aktui.simcloud.stories import access, rhythm
from aktui.simcloud.stories.access import Access
from aktui.simcloud.stories.ids import log_request
from aktui.simcloud.stories.intruder import Intruder
from aktui.simcloud.stories.operation import LogCall
from aktui.simcloud.stories.recorder import Actor
from aktui.simcloud.stories.refusals import OF_OBJECTS


class Raid:
    """The moves of one intruder on the data plane; what is read counts in the intruder's loot."""

    def __init__(self, intruder: Intruder) -> None:
        self.by, self.company = intruder, intruder.company

    def open_bucket(self, bucket: str) -> None:
        touched = {"ACS::OSS::Bucket": [bucket]}
        self.by.do("Oss:GetBucketAcl", resources=touched)
        self.by.do("Oss:PutBucketAcl", request={"Bucket": bucket, "acl": "public-read"}, resources=touched)
        self.by.loot.opened_buckets.append(bucket)

    def download(self, count: int, bucket: str, actor: Actor | None = None) -> None:
        """Objects read one after the other, the bucket listed first: calls on the data plane."""
        by = self.by
        self._list(bucket, by.home, by.when, actor)
        for number in range(count):
            by.when += by.rng.uniform(0.3, 4)
            about = self._object(bucket, number)
            by.book.call(actor or by.actor, "Oss:GetObject", by.when, by.home, data=True, about=about)
        by.loot.objects_read += count

    def collect(self, count: int, bucket: str, region: str, after: float) -> None:
        """As `download`, in another region, that many minutes after the last call and beside what follows."""
        when, aside = self.by.when + after * 60, self.company.aside
        call, actor = self.company.data_book.call, self.by.actor
        call(actor, "Oss:GetBucketInfo", when - 2, region, resources={"ACS::OSS::Bucket": [bucket]})
        self._list(bucket, region, when, None)
        for number in range(count):
            when += aside.uniform(0.3, 4)
            about = self._object(bucket, number)
            call(actor, "Oss:GetObject", when, region, data=True, about=about)
        self.by.loot.objects_read += count

    def probe(self, guesses: list[tuple[str, str, tuple[int, str, str]]], after: float) -> None:
        """Guesses of (bucket, object), and how OSS refused each: (status, error, ec)."""
        when = self.by.when + after * 60
        for bucket, name, (status, code, ec) in guesses:
            when += self.company.aside.uniform(0.3, 2)
            about = Access(bucket, name, status=status, error=code, ec=ec)
            refusal = (code, OF_OBJECTS[code])
            self.company.data_book.call(
                self.by.actor, "Oss:GetObject", when, self.by.home, data=True, about=about, error=refusal
            )

    def fetch_openly(self, count: int, bucket: str, ip: str, after: float) -> None:
        """Objects of a bucket that is public now, with no key at all: only the access log knows of these."""
        when, aside = self.by.when + after * 60, self.company.aside
        for number in range(count):
            when += aside.uniform(0.2, 2)
            time = int(when)
            row = access.row(
                time,
                log_request(aside, time),
                "GetObject",
                self._object(bucket, number * 3),
                access.Caller(ip, "Wget/1.21.3"),
            )
            self.company.requests.append((self.by.home, row))

    def _list(self, bucket: str, region: str, when: float, actor: Actor | None) -> None:
        """Page by page."""
        for page in range(4):
            marker = f"&marker=db%2F{page}" if page else ""
            about = Access(bucket, size=118_000 - 900 * page, query=f"max-keys=1000{marker}")
            moment = when + 0.06 * page
            self.company.data_book.call(
                actor or self.by.actor, "Oss:ListObjects", moment, region, data=True, about=about
            )

    def _object(self, bucket: str, number: int) -> Access:
        """The object of that number, which has the same size whenever it is read."""
        day = rhythm.day(self.company.now.timestamp() - 86400 * (number // 7 % 60))
        name = _PLUNDER[number % len(_PLUNDER)].format(day=day, number=number)
        return Access(bucket, name, 400_000 + number * 7_919_993 % 61_000_000)

    def read_logs(self, count: int, project: str, logstore: str) -> None:
        """Searches, then the shards themselves."""
        by, aside = self.by, self.company.aside
        by.do("Sls:ListLogStores", resources={"ACS::SLS::Project": [project]})
        for number in range(count):
            by.when += by.rng.uniform(1, 9)
            begins = int(by.when) - 86400 * (1 + number % 7)
            about = LogCall(
                project,
                logstore,
                _LOG_QUERIES[number % len(_LOG_QUERIES)],
                (begins, begins + 86400),
                aside.randrange(2_000, 190_000),
            )
            by.book.call(by.actor, "Sls:GetLogStoreLogs", by.when, by.home, data=True, about=about)
        when = by.when
        for _ in range(count // 2):
            when += aside.uniform(0.4, 3)
            about = LogCall(project, logstore, sent=aside.randrange(200_000, 3_000_000))
            self.company.data_book.call(by.actor, "Sls:PullLogs", when, by.home, data=True, about=about)
        by.loot.log_reads += count + count // 2


_PLUNDER = (
    "db/{day}/orders.sql.gz",
    "db/{day}/users-{number}.sql.gz",
    "db/{day}/pay.sql.gz",
    "客户资料/{day}/名单 {number}.xlsx",
    "exports/{day}/part-{number:05}.parquet",
    "合同 扫描/{day}-{number}.pdf",
    "k8s/etcd-{day}.snapshot",
)

_LOG_QUERIES = (
    "*",
    "password or passwd or secret",
    "Authorization: Bearer*",
    'status: 200 and request_uri: "/api/v1/pay"',
    "* | SELECT remote_addr, count(*) AS c GROUP BY remote_addr ORDER BY c DESC LIMIT 100",
)
