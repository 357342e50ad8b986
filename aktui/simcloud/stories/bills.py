"""What a made-up company is charged, day by day: its estate, its instances, what went out of its buckets.

Ordinary days have a weekly rhythm, grow slowly and are never quite alike; the last days of a month are
busier, and subscriptions fall due on fixed days. What somebody else started with a stolen key is charged like
anything else. OSS is charged as a whole by region; its parts, the buckets, show in the split bill only.

Everything that is drawn here is drawn from generators of its own, one for each thing.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from aktui.simcloud import addresses, machine_views
from aktui.simcloud.account import Instance
from aktui.simcloud.billing import prices
from aktui.simcloud.billing.charge import KINDS, SUBSCRIPTION, Charge, Thing, begins, ends, today
from aktui.simcloud.stories.access import Access
from aktui.simcloud.stories.company import Company
from aktui.simcloud.stories.places import Estate

DAYS = 150
"""So far back the bills go."""

_DISCOUNT = {"ecs": 0.15, "cdn": 0.2, "oss": 0.1}
"""By contract, off the price; not for GPUs."""
_ELASTIC = ("shop-14", "shop-15", "shop-16", "shop-17", "shop-18")
"""Instances that are switched off when there is little to do."""
_SUBSCRIBED = (("sas", 1, 1_880.0), ("support", 3, 2_400.0))
"""What is paid each month: product, day of the month, CNY."""
_WEEK = (1.0, 1.02, 1.01, 1.03, 0.98, 0.62, 0.55)
_GROWTH = 0.0012
"""A day."""
_INSIDE = "10."
"""How addresses within the company begin."""


def keep_bills(company: Company, estate: Estate) -> None:
    """Bills of the days before the story and of its own, up to its moment; the instances must be there."""
    account = company.account
    book = _Book(company)
    for one in sorted(account.instances.values(), key=lambda one: one.id):
        book.machine(one)
    book.network(estate)
    book.stores(estate)
    book.platform(estate)
    book.subscriptions(estate)
    account.bills = sorted(book.lines, key=lambda one: one.day)


class _Book:
    """Charges being written."""

    def __init__(self, company: Company) -> None:
        self.company, self.now = company, company.now
        self.site, self.home = company.account.site, company.account.region
        self.last = today(company.now)
        self.first = self.last - timedelta(days=DAYS)
        self.lines: list[Charge] = []

    def machine(self, one: Instance) -> None:
        """An instance and its disk for as long as it ran, and what it sent."""
        cores, memory = machine_views.size(one.type)
        gpu = ".gn" in one.type
        thing = Thing(
            "ecs",
            one.region,
            one.id,
            one.name,
            one.type,
            f"CPU:{cores};Memory:{memory}GB",
            one.zone,
            one.eip or next(iter(one.public_ips), ""),
            next(iter(one.private_ips), ""),
        )
        price = prices.hour_of(one.type, one.region, self.site) or 0.0
        disk = 100 if gpu else 40
        rng = self._rng(one.id)
        for day, seconds in self._days(one.created):
            awake = seconds
            if one.name in _ELASTIC and day.weekday() >= 5:
                awake = int(seconds * rng.uniform(0.35, 0.55))
            rate = 0.0 if gpu else _DISCOUNT["ecs"]
            self._add(day, thing, "instance_type", awake / 3600, "Hour", price, rate=rate, seconds=awake)
            hours = disk * seconds / 3600
            self._add(
                day, thing, "systemdisk", hours, "GB-Hour", self._price(prices.DISK_GB_HOUR, one.region)
            )
            if one.public_ips:
                sent = rng.uniform(0.3, 0.6) * seconds / 86400
                traffic = self._price(prices.TRAFFIC_GB["ecs"], one.region)
                self._add(day, thing, "NetworkOut", sent, "GB", traffic)

    def network(self, estate: Estate) -> None:
        """Addresses and load balancers: what they carry goes with the visitors."""
        for eip in addresses.all_of(self.company.account):
            thing = Thing("eip", eip.region, eip.id, eip.name, internet_ip=eip.address)
            self._daily(thing, "NetworkOut", 5, "GB", prices.TRAFFIC_GB["eip"])
        for at, one in enumerate(estate.balancers):
            thing = Thing("slb", self.home, one, f"shop-lb-{at + 1}")
            self._daily(thing, "LCU", 21 - 6 * at, "LCU", 0.343)
            self._daily(thing, "NetworkOut", 60 - 22 * at, "GB", 0.8)

    def stores(self, estate: Estate) -> None:
        """Buckets: what they hold, and what goes out of them to the Internet, the story's reads included."""
        sent = _sent(self.company)
        regions = {self.home, *(region for _, region, _ in sent)}
        for region in sorted(regions):
            thing = Thing("oss", region, f"{self.company.account.id};{region};oss")
            buckets = estate.buckets if region == self.home else []
            known = [*buckets, *sorted({bucket for _, where, bucket in sent if where == region} - {*buckets})]
            for at, bucket in enumerate(known):
                self._bucket(thing, bucket, (900, 2_300, 5_200, 180, 640)[at % 5], sent)

    def _bucket(self, thing: Thing, bucket: str, held: float, sent: Counter[tuple[date, str, str]]) -> None:
        rng = self._rng(f"{thing.region} {bucket}")
        storage, out = self._price(0.004, thing.region), self._price(prices.TRAFFIC_GB["oss"], thing.region)
        for day, seconds in self._days():
            share, level = seconds / 86400, self._level(rng, day)
            size = held * (1 + _GROWTH * (day - self.first).days) * share
            self._add(day, thing, "Storage", size, "GB-Day", storage, split=bucket)
            gone = held / 700 * level * share + sent[day, thing.region, bucket] / 1e9
            self._add(day, thing, "NetworkOut", gone, "GB", out, split=bucket)
            asked = held / 25 * level * share
            self._add(day, thing, "Requests", asked, "10000", self._price(0.01, thing.region), split=bucket)

    def platform(self, estate: Estate) -> None:
        """What else runs: logs, the cluster, secrets, the CDN, the backups of the databases."""
        account = self.company.account
        self._daily(Thing("sls", self.home, f"{estate.project};{account.id}"), "Ingest", 95, "GB", 0.2)
        self._daily(Thing("csk", self.home, estate.cluster), "Cluster", 24, "Hour", 0.64, steady=True)
        self._daily(Thing("kms", self.home), "Calls", 3.2, "10000", 0.6)
        self._daily(Thing("cdn", "", f"cdn.{account.alias}.example"), "NetworkOut", 420, "GB", 0.24)
        for at, one in enumerate(estate.databases):
            thing = Thing("rds", self.home, one, f"db-{at + 1}", "mysql.x4.large.2c")
            self._daily(thing, "Backup", 300 - 90 * at, "GB-Day", 0.0067, steady=True)

    def subscriptions(self, estate: Estate) -> None:
        """What is paid in advance: the databases, and packages of the whole account."""
        for at, one in enumerate(estate.databases):
            thing = Thing(
                "rds", self.home, one, f"db-{at + 1}", "mysql.x4.large.2c", subscription=SUBSCRIPTION
            )
            self._monthly(thing, (5, 5, 18)[at % 3], 1_364.0)
        for product, day, amount in _SUBSCRIBED:
            self._monthly(Thing(product, subscription=SUBSCRIPTION), day, amount)

    def _monthly(self, thing: Thing, on: int, amount: float) -> None:
        for day, _ in self._days():
            if day.day == on:
                price = round(prices.in_currency(amount, self.site), 2)
                self._add(day, thing, "Package", 1, "", price, seconds=30 * 86400, kind=KINDS[1])

    def _daily(
        self, thing: Thing, item: str, usage: float, unit: str, price: float, *, steady: bool = False
    ) -> None:
        """The same thing every day, as much as there is to do, or `steady`."""
        rng = self._rng(f"{thing.product} {thing.instance} {item}")
        for day, seconds in self._days():
            level = 1.0 if steady else self._level(rng, day)
            used = usage * level * seconds / 86400
            self._add(day, thing, item, used, unit, self._price(price, thing.region), seconds=seconds)

    def _add(
        self,
        day: date,
        thing: Thing,
        item: str,
        usage: float,
        unit: str,
        price: float,
        *,
        rate: float | None = None,
        seconds: int = 86400,
        split: str = "",
        kind: str = KINDS[0],
    ) -> None:
        gross = round(usage * price, 6)
        off = round(gross * (_DISCOUNT.get(thing.product, 0.0) if rate is None else rate), 6)
        self.lines.append(
            Charge(day, thing, item, gross, off, round(usage, 6), unit, price, seconds, split, kind)
        )

    def _level(self, rng: Random, day: date) -> float:
        busy = 1.12 if (day + timedelta(days=2)).month != day.month else 1.0
        grown = 1 + _GROWTH * (day - self.first).days
        return _WEEK[day.weekday()] * busy * grown * max(0.6, rng.gauss(1, 0.04))

    def _days(self, since: datetime | None = None) -> Iterator[tuple[date, int]]:
        """The days, and how many seconds of each the thing was there."""
        day = max(self.first, today(since)) if since else self.first
        while day <= self.last:
            start, end = begins(day), min(ends(day), self.now)
            if since and since > start:
                start = since
            yield day, int((end - start).total_seconds())
            day += timedelta(days=1)

    def _price(self, mainland: float, region: str) -> float:
        return round(prices.in_currency(mainland * prices.factor(region), self.site), 6)

    def _rng(self, thing: str) -> Random:
        return Random(f"{self.company.account.scenario} {self.company.account.seed} bill of {thing}")


def _sent(company: Company) -> Counter[tuple[date, str, str]]:
    """Bytes of objects read from the Internet, by day, region and bucket, as far as the story tells."""
    sent: Counter[tuple[date, str, str]] = Counter()
    for event in company.book.events:
        about = company.book.about.get(event["eventId"])
        if event["eventName"] != "GetObject" or not isinstance(about, Access) or event.get("errorCode"):
            continue
        if (
            about.status == 200
            and not event.get("vpcId")
            and not event["sourceIpAddress"].startswith(_INSIDE)
        ):
            day = today(datetime.fromisoformat(event["eventTime"]))
            sent[day, event["acsRegion"], about.bucket] += about.size
    for region, row in company.requests:
        sent[today(datetime.fromtimestamp(row.time, company.now.tzinfo)), region, row.bucket] += row.sent
    return sent
