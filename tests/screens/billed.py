"""Bills, made up: a month of machines and traffic, machines of an intruder in another region, and a fee."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from aktui.models import Window
from queries.base import Gap, Page, Row, Status
from queries.charges import days
from tests.screens.fakes import NOW, Told, pages, rows
from tests.screens.judged import record

FIRST = days.day_of(NOW - timedelta(days=67))
WINDOW = days.day_of(NOW - timedelta(days=7))
BILLED = days.billed_until(NOW)
RAIDED = date(2026, 11, 18)
MINER, OWN = "i-us1miner000000001", "i-bp1ownmachine0001"
GPU = "ecs.gn7i-c32g1.8xlarge"
EVENT = "3D2C50F6-FD7B-57EA-BA60-AEB625BAC6BE"
LATE = Gap(
    Status.NOT_COVERED,
    f"charges of {days.named([BILLED + timedelta(days=1), BILLED + timedelta(days=2)])}",
    "Bills come a day late: this does not mean that nothing was spent.",
)


def charge(day: date, product: str, amount: str, **rest: Any) -> dict[str, Any]:
    """A line of a bill, as `charges-by-instance` has it."""
    return {
        "day": f"{day}",
        "product": product,
        "region": "cn-hangzhou",
        "amount": Decimal(amount),
        "currency": "CNY",
        "subscription": "PayAsYouGo",
        "part": "window" if day >= WINDOW else "baseline",
        **rest,
    }


def lines(until: date = BILLED) -> tuple[Row, ...]:
    told: list[dict[str, Any]] = []
    for day in days.each(FIRST, until):
        told.append(charge(day, "ecs", "40.12", instance=OWN, name="build-01", spec="ecs.c7.2xlarge"))
        told.append(charge(day, "cdn", "30.50" if day.weekday() < 5 else "12.25", instance="cdn.example"))
        if day.day == 3:
            told.append(charge(day, "support", "150", subscription="Subscription"))
        if day >= RAIDED:
            told.append(charge(day, "ecs", "381.26", instance=MINER, region="us-west-1", spec=GPU))
    return rows("charges-by-instance", *told)


def bill(*given: Row, gaps: tuple[Gap, ...] = (LATE,), until: date = BILLED) -> Page:
    return Page(given, gaps=gaps, covered=Window(days.begin(FIRST), days.end(until)))


def odd(**rest: Any) -> Row:
    """An unusual charge of the miner, explained unless told otherwise."""
    values: Mapping[str, Any] = {
        "since": f"{RAIDED}",
        "until": f"{BILLED}",
        "product": "ecs",
        "region": "us-west-1",
        "instance": MINER,
        "amount": Decimal("1143.78"),
        "expected": Decimal("0.00"),
        "excess": Decimal("1143.78"),
        "currency": "CNY",
        "kind": "new region",
        "linked": "explained",
        "why": "ecs in us-west-1 was never charged in the 60 days before; up to 381.26 CNY a day.",
        "explanation": "explained by event RunInstances in us-west-1 at 2026-11-18 02:40 UTC by the key",
        "by": "the key",
        "event": "RunInstances",
        "event_id": EVENT,
        "event_at": NOW - timedelta(days=4),
        "source_ip": "192.0.2.66",
        "spec": GPU,
    }
    (row,) = rows("abnormal-charges", {**values, **rest})
    event = record(EVENT, "RunInstances") if row.values["event_id"] else None
    return Row(row.values, {"lines": _charged(row), "event": event})


def _charged(row: Row) -> list[dict[str, str]]:
    """The lines of the bill behind it, by their days alone."""
    since, until = (date.fromisoformat(row.values[name]) for name in ("since", "until"))
    return [{"BillingDate": f"{day}"} for day in days.each(since, until)]


UNEXPLAINED = odd(
    product="cdn",
    region="cn-hangzhou",
    instance="",
    amount=Decimal("92.40"),
    expected=Decimal("30.50"),
    excess=Decimal("61.90"),
    kind="level",
    linked="unexplained",
    why="cdn in cn-hangzhou is above its usual level: 92.40 CNY on 2026-11-19, usual are 30.50 CNY, at most "
    "41.75 CNY (the median of 60 days and five times their spread).",
    explanation="unexplained: no event that was read names it",
    by="",
    event="",
    event_id="",
    event_at=None,
    source_ip="",
    spec="",
)

RUNNING = rows(
    "running-cost",
    {
        "instance": MINER,
        "region": "us-west-1",
        "spec": GPU,
        "state": "Running",
        "estimate": Decimal("561.21"),
        "hourly": Decimal("15.89"),
        "currency": "CNY",
        "hours": 35.3,
        "billed": Decimal("1143.78"),
        "by": "the key",
        "event": "RunInstances",
        "event_id": EVENT,
        "assumptions": "Estimate: list price of an hour, pay-as-you-go, Linux; disks, traffic and discounts "
        "left out.",
    },
)
MONTHS = rows(
    "account-bill",
    {"month": "2026-10", "product": "cdn", "amount": Decimal("804.00"), "currency": "CNY", "final": "yes"},
    {"month": "2026-11", "product": "cdn", "amount": Decimal("512.25"), "currency": "CNY", "final": "no"},
    {"month": "2026-11", "product": "ecs", "amount": Decimal("1946.18"), "currency": "CNY", "final": "no"},
)


def billed() -> dict[str, Told]:
    """The answers to all that is asked about charges."""
    note = "An estimate, not a bill: about 561.21 CNY since the last billed day."
    odd_note = (
        "2 unusual charges: 1 explained by the key's events, 1 unexplained. "
        "Unusual is not wrong: each row says what it was compared with."
    )
    return {
        "charges-by-instance": pages(bill(*lines())),
        "abnormal-charges": pages(Page((odd(), UNEXPLAINED), gaps=(LATE,), note=odd_note)),
        "running-cost": pages(Page(RUNNING, note=note)),
        "account-bill": pages(Page(MONTHS)),
    }
