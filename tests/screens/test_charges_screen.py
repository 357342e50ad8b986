"""Charges on the screen: what was spent when, what is unusual and why, and what of it can be stopped."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets._toast import Toast

from queries.base import Gap, Page, Row, Status
from screens.billpanes.bills import unusual_days
from screens.charges import ChargesScreen
from screens.key import KeyScreen
from screens.raw import RawScreen
from screens.widgets.daychart import DayBar, State
from tests.screens.billed import (
    BILLED,
    EVENT,
    FIRST,
    LATE,
    MINER,
    OWN,
    RAIDED,
    WINDOW,
    bill,
    billed,
    charge,
    lines,
    odd,
)
from tests.screens.conftest import Shown, settle
from tests.screens.fakes import Told, hanging, pages, rows
from tests.screens.golden import check_golden, screen_text
from tests.screens.story import story

SIZES = pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])
DENIED = Gap(
    Status.DENIED,
    "charges by instance",
    "You are not authorized.",
    "bssopenapi:DescribeInstanceBill",
    "NoPermission",
    "REQ-1",
    "bssapi:DescribeInstanceBill",
)


def shown(pilot: Pilot[Any]) -> str:
    """The screen as one line, so that a sentence is found wherever it was broken."""
    return " ".join("".join(" " if char in "┃│" else char for char in screen_text(pilot.app)).split())


def told(**rest: Told) -> dict[str, Told]:
    """The story with its bills; answers by query, `charges_by_instance=…`, in place of these."""
    return {**story(), **billed(), **{name.replace("_", "-"): one for name, one in rest.items()}}


async def charges(pilot: Pilot[Any]) -> ChargesScreen:
    key = pilot.app.screen
    assert isinstance(key, KeyScreen)
    await settle(pilot, until=lambda: key.desk.investigation is not None)
    await pilot.press("b")
    await settle(pilot, until=lambda: isinstance(pilot.app.screen, ChargesScreen))
    screen = pilot.app.screen
    assert isinstance(screen, ChargesScreen)
    await settle(pilot, until=lambda: all(pane.is_mounted for pane in screen.panes.values()))
    return screen


async def answered(pilot: Pilot[Any]) -> ChargesScreen:
    """The screen once nothing loads any more."""
    screen = await charges(pilot)
    await settle(pilot, until=lambda: not any(pane.loading_now for pane in screen.panes.values()))
    return screen


def bars(screen: ChargesScreen) -> dict[Any, DayBar]:
    found = screen.days.chart.days
    assert found is not None
    return {bar.day: bar for bar in found.bars}


def said(pilot: Pilot[Any]) -> list[str]:
    return [str(each.render()) for each in pilot.app.screen.query(Toast)]


@SIZES
async def test_the_screen_is_as_the_golden_has_it(console: Shown, size: tuple[int, int]) -> None:
    async with console(told(), size=size) as pilot:
        await answered(pilot)
        check_golden(pilot.app, f"charges-{size[0]}x{size[1]}")


# The chart


async def test_each_day_of_window_and_baseline_has_its_bar_and_its_sum(console: Shown) -> None:
    async with console(told()) as pilot:
        found = bars(await answered(pilot))
        assert list(found) == sorted(found)
        assert (min(found), max(found)) == (FIRST, BILLED + timedelta(days=2))
        assert found[RAIDED].total == Decimal("40.12") + Decimal("30.50") + Decimal("381.26")
        assert next(day for day, bar in found.items() if bar.in_window) == WINDOW
        assert [day for day, bar in found.items() if bar.unusual] == [
            RAIDED + timedelta(days=number) for number in range((BILLED - RAIDED).days + 1)
        ]


def test_only_days_with_a_line_of_the_unusual_charge_are_marked() -> None:
    """Days between two raids were ordinary."""
    row = odd()
    raids = [RAIDED, BILLED]
    charged = [{"BillingDate": f"{day}"} for day in raids]
    assert unusual_days([Row(row.values, {"lines": charged})]) == set(raids)


async def test_days_that_are_not_billed_yet_are_waited_for_and_never_called_free(console: Shown) -> None:
    async with console(told()) as pilot:
        screen = await answered(pilot)
        late = [bar for bar in bars(screen).values() if bar.state is State.WAITING]
        assert [bar.day for bar in late] == [BILLED + timedelta(days=1), BILLED + timedelta(days=2)]
        assert "billed to 2026-11-20 ░ 11-21 to 11-22 not yet: bills are a day late" in shown(pilot)
        await pilot.press("1", "end")
        await settle(pilot)
        assert "not billed yet: what was spent is not known, not zero" in shown(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert "This day is not billed yet" in shown(pilot)


async def test_a_day_whose_bill_could_not_be_read_is_crossed_out(console: Shown) -> None:
    lost = BILLED - timedelta(days=3)
    gap = Gap(Status.FAILED, f"charges of {lost}", "The answer could not be read.")
    left = [row for row in lines() if row.values["day"] != f"{lost}"]
    async with console(told(charges_by_instance=pages(bill(*left, gaps=(LATE, gap))))) as pilot:
        screen = await answered(pilot)
        assert bars(screen)[lost].state is State.UNREAD
        assert "× 1 day not read" in shown(pilot)


async def test_a_bill_that_was_cut_off_is_at_least_so_much(console: Shown) -> None:
    gap = Gap(Status.PARTIAL, f"charges of {RAIDED}", "There are more lines.")
    async with console(told(charges_by_instance=pages(bill(*lines(), gaps=(LATE, gap))))) as pilot:
        await answered(pilot)
        await pilot.press("1", "end", "left", "left", "left", "left")
        await settle(pilot)
        assert f"{RAIDED}" in shown(pilot)
        assert "at least 451.88 CNY" in shown(pilot)


async def test_while_bills_come_the_days_read_so_far_are_drawn(console: Shown) -> None:
    async def coming(asking: Any) -> Any:
        yield bill(*lines(), gaps=())
        async for page in hanging(asking):
            yield page

    async with console(told(charges_by_instance=coming)) as pilot:
        await charges(pilot)
        await settle(pilot, until=lambda: "loading, 66 of 68 days" in shown(pilot))


async def test_a_denied_bill_says_which_permission_is_missing_and_draws_no_empty_chart(
    console: Shown,
) -> None:
    async with console(told(charges_by_instance=pages(Page(gaps=(DENIED,)))), size=(160, 50)) as pilot:
        screen = await answered(pilot)
        assert screen.days.chart.days is None
        assert "Denied: this is not a 'none'." in shown(pilot)
        await pilot.press("4")
        await settle(pilot)
        assert "needs the RAM action bssapi:DescribeInstanceBill" in shown(pilot)


async def test_amounts_of_two_currencies_are_never_added(console: Shown) -> None:
    dollars = rows("charges-by-instance", charge(RAIDED, "ecs", "7.25", currency="USD", instance="i-abroad1"))
    async with console(told(charges_by_instance=pages(bill(*lines(), *dollars)))) as pilot:
        screen = await answered(pilot)
        assert "$ also in USD" in shown(pilot)
        assert bars(screen)[RAIDED].total == Decimal("451.88")
        await pilot.press("dollar_sign")
        await settle(pilot)
        assert bars(screen)[RAIDED].total == Decimal("7.25")


async def test_an_account_of_the_other_site_is_told_how_to_ask_there(console: Shown) -> None:
    asked = "The account is billed at the international site: choose it with --site international."
    page = replace(bill(*lines()), note=f"Bills are a day late. {asked}")
    async with console(told(charges_by_instance=pages(page))) as pilot:
        await answered(pilot)
        assert asked in shown(pilot).split("451.88")[0]


async def test_a_click_puts_the_cursor_on_a_day_and_a_second_one_opens_it(console: Shown) -> None:
    async with console(told()) as pilot:
        screen = await answered(pilot)
        chart = screen.days.chart
        await pilot.click(chart, offset=(63, 2))
        await settle(pilot)
        assert chart.bar is not None
        assert chart.bar.day == RAIDED - timedelta(days=1)
        await pilot.click(chart, offset=(64, 2), times=2)
        await settle(pilot)
        assert f"Charges 3 · {RAIDED}" in shown(pilot)


async def test_the_day_under_the_cursor_is_told_by_product_and_opened_by_enter(console: Shown) -> None:
    async with console(told(), size=(160, 50)) as pilot:
        await answered(pilot)
        await pilot.press("1", "end", "left", "left", "left", "left")
        await settle(pilot)
        assert "2026-11-18 Wed 451.88 CNY unusual" in shown(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert "Charges 3 · 2026-11-18" in shown(pilot)
        assert MINER in shown(pilot)


# What is unusual


async def test_why_a_charge_is_unusual_and_what_explains_it_is_said_in_words(console: Shown) -> None:
    async with console(told()) as pilot:
        await answered(pilot)
        assert "explained by event RunInstances in us-west-1 at 2026-11-18 02:40 UTC by the key" in shown(
            pilot
        )
        assert EVENT in shown(pilot)
        assert "never charged in the 60 days before; up to 381.26 CNY a day." in shown(pilot)
        await pilot.press("j")
        await settle(pilot)
        assert "unexplained: no event that was read names it" in shown(pilot)
        assert "above its usual level: 92.40 CNY on 2026-11-19, usual are 30.50 CNY, at most 41.75" in shown(
            pilot
        )


async def test_enter_shows_the_event_that_explains_it_or_else_its_days(console: Shown) -> None:
    async with console(told(), size=(160, 50)) as pilot:
        await answered(pilot)
        await pilot.press("enter")
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, RawScreen))
        assert EVENT in shown(pilot)
        await pilot.press("escape", "j", "enter")
        await settle(pilot)
        assert "Charges 66 · cdn cn-hangzhou CNY" in shown(pilot)


async def test_while_events_are_read_the_number_of_unusual_charges_is_said_already(console: Shown) -> None:
    async def reading(asking: Any) -> Any:
        yield Page(note="10 unusual charges so far; events are being read for what explains them.")
        async for page in hanging(asking):
            yield page

    async with console(told(abnormal_charges=reading)) as pilot:
        await charges(pilot)
        await settle(pilot, until=lambda: "10 unusual charges so far" in shown(pilot))
        assert "Nothing yet; still loading." in shown(pilot)


async def test_an_account_without_an_unusual_charge_says_what_that_rests_on(console: Shown) -> None:
    calm = Page(gaps=(LATE,), note="Nothing is unusual for this account, of what is billed.")
    async with console(told(abnormal_charges=pages(calm))) as pilot:
        await answered(pilot)
        assert "Nothing is unusual for this account, of what is billed." in shown(pilot)
        assert "Bills come a day late" in shown(pilot)


# What runs on, and stopping it


async def test_the_running_cost_is_called_an_estimate_wherever_it_stands(console: Shown) -> None:
    async with console(told()) as pilot:
        await answered(pilot)
        await pilot.press("3")
        await settle(pilot)
        assert "Running cost, an estimate 1" in shown(pilot)
        assert "An estimate, not a bill: about 561.21 CNY since the last billed day." in shown(pilot)
        assert "Estimate: list price of an hour" in shown(pilot)


async def test_instances_are_added_up_in_the_window_and_before_it(console: Shown) -> None:
    async with console(told()) as pilot:
        screen = await answered(pilot)
        found = {row.values["instance"]: row.values for row in screen.instances.table.rows}
        assert found[MINER]["charged"] == 3 * Decimal("381.26")
        assert (found[MINER]["before"], found[MINER]["new"]) == (0, "new")
        assert found[OWN]["days"] == (BILLED - WINDOW).days + 1
        assert found[OWN]["before"] == ((WINDOW - FIRST).days) * Decimal("40.12")
        assert found[OWN]["new"] == ""
