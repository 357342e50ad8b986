"""What is usual for a series: what must never be called unusual, and what must always be."""

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries.charges.abnormal import Abnormal, find
from queries.charges.lines import PREPAID, Line

START = date(2026, 6, 1)
PAST, WINDOW = 60, 60
BASELINE = [START + timedelta(days=number) for number in range(PAST)]
WEEK = (1.0, 1.02, 1.01, 1.03, 0.98, 0.62, 0.55)
SEEDS = st.integers(0, 10**6)


def line(number: int, amount: float, **rest: str) -> Line:
    """What a product was charged on a day, counted from the first of the baseline."""
    day = START + timedelta(days=number)
    told = {"product": "ecs", "region": "cn-hangzhou", "instance": "i-old", "how": "PayAsYouGo", **rest}
    return Line(
        day,
        told["product"],
        told["region"],
        told["instance"],
        told["how"],
        told.get("currency", "CNY"),
        Decimal(f"{amount:.6f}"),
        number >= PAST,
        "",
        "",
        {"BillingDate": day.isoformat()},
    )


def business(seed: int, *, growth: float = 0.0012, noise: float = 0.04, level: float = 80.0) -> list[Line]:
    """An ordinary product: a week, slow growth, a busy end of the month, days that are never quite alike."""
    rng = random.Random(seed)
    lines = []
    for number in range(PAST + WINDOW):
        day = START + timedelta(days=number)
        busy = 1.12 if (day + timedelta(days=2)).month != day.month else 1.0
        even = level * WEEK[day.weekday()] * busy * (1 + growth * number)
        lines.append(line(number, even * max(0.6, rng.gauss(1, noise))))
    return lines


def odd(lines: list[Line]) -> list[Abnormal]:
    return find(lines, BASELINE)


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.sampled_from([0.0, 0.0012, 0.002, -0.001]), st.sampled_from([0.0, 0.02, 0.04]))
def test_ordinary_business_is_never_unusual(seed: int, growth: float, noise: float) -> None:
    assert odd(business(seed, growth=growth, noise=noise)) == []


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.integers(0, WINDOW - 1))
def test_one_day_at_twice_the_amount_is_found_and_only_that_day(seed: int, at: int) -> None:
    usual = business(seed)
    found = odd([*usual, line(PAST + at, float(usual[PAST + at].amount))])
    assert [(one.since, one.until, one.kind) for one in found] == [(usual[PAST + at].day,) * 2 + ("level",)]


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.integers(-8, 8))
def test_neither_the_currency_nor_the_size_of_the_account_decides(seed: int, power: int) -> None:
    lines = [
        *business(seed),
        line(PAST + 20, 60.0, instance="i-new"),
        line(PAST + 21, 60.0, instance="i-new"),
    ]
    scaled = [replace(one, amount=one.amount * Decimal(2) ** power, currency="USD") for one in lines]
    assert shape(odd(lines)) == shape(odd(scaled)) != []


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_the_order_of_the_lines_does_not_matter(seed: int) -> None:
    lines = [*business(seed), line(PAST + 30, 400.0, region="us-west-1", instance="i-gpu")]
    mixed = random.Random(seed).sample(lines, len(lines))
    assert shape(odd(mixed)) == shape(odd(lines))


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.integers(1, 60))
def test_the_same_story_weeks_later_gives_the_same_answer(seed: int, weeks: int) -> None:
    """Without a busy end of the month, which would lie elsewhere in the story."""
    rng = random.Random(seed)
    lines = [
        line(n, 50 * WEEK[(START + timedelta(days=n)).weekday()] * rng.gauss(1, 0.02)) for n in range(120)
    ]
    lines += [line(PAST + 40, 50.0, instance="i-new"), line(PAST + 41, 50.0, instance="i-new")]
    by = timedelta(weeks=weeks)
    later = [replace(one, day=one.day + by) for one in lines]
    found = find(later, [day + by for day in BASELINE])
    assert [(one.since - by, one.instance) for one in found] == [
        (one.since, one.instance) for one in odd(lines)
    ]


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.integers(20, PAST - 1))
def test_what_an_intruder_did_before_does_not_make_it_usual(seed: int, at: int) -> None:
    usual = business(seed)
    earlier = [line(number, 900.0, instance="i-then") for number in (at - 1, at)]
    found = odd([*usual, *earlier, *(line(PAST + 10 + n, 900.0, instance="i-now") for n in range(3))])
    assert [one.instance for one in found] == ["i-now"]


def test_a_slow_climb_is_found_although_no_day_stands_out() -> None:
    lines = [line(number, 100.0) for number in range(PAST)]
    lines += [line(PAST + number, 100.0 * (1 + 0.004 * number)) for number in range(WINDOW)]
    (found,) = odd(lines)
    assert found.kind == "slope"
    assert "climbs day by day" in found.why


def test_a_product_and_a_region_never_charged_before_are_told_apart() -> None:
    lines = business(1)
    lines += [line(PAST + 50, 0.01, region="eu-west-1"), line(PAST + 50, 0.02, product="dysms", region="")]
    found = {one.key.where: one.kind for one in odd(lines)}
    assert found == {"ecs in eu-west-1": "new region", "dysms": "new product"}


@pytest.mark.parametrize("day", [1, 5, 18])
def test_a_fee_that_falls_due_each_month_is_not_unusual_and_one_that_does_not_is(day: int) -> None:
    due = [n for n in range(PAST + WINDOW) if (START + timedelta(days=n)).day == day]
    fees = [line(n, 1880.0, product="sas", instance="", region="", how=PREPAID) for n in due]
    assert odd([*business(3), *fees]) == []
    twice = line(due[-1], 1880.0, product="sas", instance="", region="", how=PREPAID)
    (found,) = odd([*business(3), *fees, twice])
    assert (found.kind, found.since) == ("new fee", twice.day)


def test_a_charge_that_comes_once_a_month_is_not_unusual_and_ten_times_it_is() -> None:
    due = [n for n in range(PAST + WINDOW) if (START + timedelta(days=n)).day == 2]
    monthly = [line(n, 40.0, product="kms") for n in due]
    assert odd(monthly) == []
    (found,) = odd([*monthly[:-1], line(due[-1], 400.0, product="kms")])
    assert found.amount == 400


def test_the_reason_names_the_figures_it_rests_on() -> None:
    lines = [line(number, 100.0) for number in range(PAST + WINDOW)]
    (found,) = odd([*lines, line(PAST + 3, 900.0, instance="i-big")])
    assert "1,000.00 CNY on 2026-08-03" in found.why
    assert "usual are 100.00 CNY, at most 125.00 CNY" in found.why
    assert "median of 60 days" in found.why
    assert found.instance == "i-big"


def test_amounts_in_two_currencies_are_never_added() -> None:
    lines = [*business(4), *(line(PAST + n, 5.0, currency="USD") for n in range(3))]
    assert {one.key.currency for one in odd(lines)} == {"USD"}


def shape(found: list[Abnormal]) -> list[tuple[str, str, date, date]]:
    return sorted((one.kind, one.instance, one.since, one.until) for one in found)
