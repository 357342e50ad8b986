"""What the provider itself knows of the key: seven sources, each with how far it goes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from queries.base import Gap, Page, Status
from screens.contain.menu import ContainScreen
from screens.contain.params import ParamsScreen
from screens.key import KeyScreen
from screens.provider import ProviderScreen
from screens.raw import RawScreen
from tests.conftest import PracticeCloudFactory
from tests.practice import Sim
from tests.screens.conftest import Shown, settle
from tests.screens.fakes import Told, hanging, pages, rows
from tests.screens.golden import check_golden, screen_text
from tests.screens.practice import arm, console_on, frozen, leaked, unhurried
from tests.screens.provided import CALLED, DENIED, OFF, PART, provided
from tests.screens.story import story
from tests.screens.test_on_a_practice_cloud import PATIENT

SIZES = pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])
FAILED = Gap(Status.FAILED, "alerts that are open", "sas.aliyuncs.com did not answer in 60 s.")


def shown(pilot: Pilot[Any]) -> str:
    """The screen as one line, so that a sentence is found wherever it was broken."""
    return " ".join("".join(" " if char in "┃│" else char for char in screen_text(pilot.app)).split())


def told(**rest: Told) -> dict[str, Told]:
    """The story with the provider's view; answers by query, `leak_reports=…`, in place of these."""
    return {**story(), **provided(), **{name.replace("_", "-"): one for name, one in rest.items()}}


async def opened(pilot: Pilot[Any]) -> ProviderScreen:
    key = pilot.app.screen
    assert isinstance(key, KeyScreen)
    await settle(pilot, until=lambda: key.desk.investigation is not None)
    await pilot.press("p")
    await settle(pilot, until=lambda: isinstance(pilot.app.screen, ProviderScreen))
    screen = pilot.app.screen
    assert isinstance(screen, ProviderScreen)
    await settle(pilot, until=lambda: all(pane.is_mounted for pane in screen.panes.values()))
    return screen


async def provider(pilot: Pilot[Any]) -> ProviderScreen:
    """The screen once every source has answered."""
    screen = await opened(pilot)
    await settle(pilot, until=lambda: not any(pane.loading_now for pane in screen.sources), tries=6000)
    await settle(pilot)
    return screen


def overview(screen: ProviderScreen) -> dict[str, tuple[str, str]]:
    """What the overview says of each source: how far it goes, and what it comes to."""
    rows_there = screen.overview.table.rows
    return {str(row.raw["pane"]): (row.values["state"], row.values["says"]) for row in rows_there}


@SIZES
async def test_the_screen_is_as_the_golden_has_it(console: Shown, size: tuple[int, int]) -> None:
    async with console(told(), size=size) as pilot:
        await provider(pilot)
        check_golden(pilot.app, f"provider-{size[0]}x{size[1]}")
        await pilot.press("3")
        await settle(pilot)
        check_golden(pilot.app, f"provider-restricted-{size[0]}x{size[1]}")


async def test_one_look_tells_what_each_source_comes_to(console: Shown) -> None:
    async with console(told()) as pilot:
        found = overview(await provider(pilot))
        assert found["leak-reports"] == (
            "complete",
            "1 report in public, 1 not dealt with, and the key works",
        )
        assert found["restrictive-protection"][0] == "partial"
        assert found["restrictive-protection"][1].startswith("The key is restricted: 4 of its calls")
        assert found["restrictive-protection"][1].endswith(
            "Of 3 operations called, protection blocks 1; 2 stay open."
        )
        assert found["security-alerts"] == ("complete", "2 alerts, 1 open (serious, remind).")
        assert found["insights"] == ("complete", "1 insight.")
        assert found["governance-checks"] == ("complete", "Fails 1 of 2 checks: not rotated.")
        assert found["alert-rules"] == ("complete", "1 of 2 rules would alert.")
        assert found["which-instance"][1] == "Addresses: 1 ours, 1 not ours."


async def test_a_denied_source_is_not_known_and_names_the_missing_permission(console: Shown) -> None:
    async with console(told(leak_reports=pages(Page(gaps=(DENIED,))))) as pilot:
        screen = await provider(pilot)
        assert overview(screen)["leak-reports"] == (
            "denied",
            "not known: needs the RAM action yundun-aegis:DescribeAccesskeyLeakList",
        )
        assert "needs the RAM action yundun-aegis:DescribeAccesskeyLeakList" in shown(pilot)
        assert "Something is missing of: Leak reports" in shown(pilot)
        await pilot.press("2")
        await settle(pilot)
        assert "Denied: this is not a 'none'." in shown(pilot)
        assert "No report" not in shown(pilot)


async def test_insights_that_are_off_say_that_nobody_looked(console: Shown) -> None:
    off = pages(Page(gaps=(OFF,), note="Switched on: none."))
    async with console(told(insights=off), size=(160, 50)) as pilot:
        screen = await provider(pilot)
        state, says = overview(screen)["insights"]
        assert state == "not covered"
        assert says.startswith("not known: insights about keys: AkInsight")
        await pilot.press("5")
        await settle(pilot)
        assert "is off: an empty list says nothing" in shown(pilot)


async def test_insights_of_other_kinds_do_not_hide_that_those_about_keys_are_off(console: Shown) -> None:
    given = rows("insights", {"type": "IpInsight", "object": "192.0.2.66"})
    off = pages(Page(given, gaps=(OFF,), note="Switched on: IpInsight."))
    async with console(told(insights=off)) as pilot:
        found = overview(await provider(pilot))
        assert found["insights"] == (
            "complete, 1 gap",
            "1 insight. Insights about keys are off: nobody looked.",
        )


async def test_a_source_that_failed_or_still_loads_leaves_the_others_readable(console: Shown) -> None:
    broken = pages(Page(gaps=(FAILED,)))
    async with console(told(security_alerts=broken, which_instance=hanging)) as pilot:
        screen = await opened(pilot)
        await settle(pilot, until=lambda: "6 of 7 sources answered" in shown(pilot))
        found = overview(screen)
        assert found["which-instance"] == ("loading", "")
        assert found["security-alerts"] == (
            "failed",
            "not known: alerts that are open: sas.aliyuncs.com did not answer in 60 s.",
        )
        assert found["governance-checks"][0] == "complete"


async def test_a_source_without_anything_says_so_and_what_that_is_worth(console: Shown) -> None:
    none = "Security Center has no report of this key in public, which does not prove that it did not leak."
    async with console(told(leak_reports=pages(Page(note=none)))) as pilot:
        found = overview(await provider(pilot))
        assert found["leak-reports"] == ("complete", f"No report. {none}")


async def test_the_operations_that_protection_blocks_stand_first_and_a_sign_of_it_is_told(
    console: Shown,
) -> None:
    async with console(told()) as pilot:
        screen = await provider(pilot)
        await pilot.press("3")
        await settle(pilot)
        table = screen.panes["restrictive-protection"].query_one("RowTable")
        assert [row.values["event"] for row in table.shown] == [  # type: ignore[attr-defined]
            "RunInstances",
            "DescribeInstances",
            "GetObject",
        ]
        assert "The key is restricted: 4 of its calls were refused" in shown(pilot)


async def test_without_a_sign_the_key_is_not_called_free(console: Shown) -> None:
    calm = [{**one, "refused_so": 0} for one in CALLED]
    note = "Nothing shows that the key is restricted, but not everything could be read; it is not told."
    page = Page(rows("restrictive-protection", *calm), gaps=(PART,), note=note)
    async with console(told(restrictive_protection=pages(page))) as pilot:
        state, says = overview(await provider(pilot))["restrictive-protection"]
        assert state == "partial"
        assert says.startswith("Nothing shows that the key is restricted, but not everything could be read")


# Going from one to the other


async def test_where_the_terminal_is_tall_the_source_under_the_cursor_stands_below(console: Shown) -> None:
    async with console(told(), size=(160, 50)) as pilot:
        screen = await provider(pilot)
        assert screen.panes["leak-reports"].display
        await pilot.press("j", "j", "j", "j")
        await settle(pilot)
        assert screen.panes["governance-checks"].display
        assert not screen.panes["leak-reports"].display
        assert screen.focused is screen.overview.table
        assert "A key is not rotated for 90 days" in shown(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert screen.current == "governance-checks"
        await pilot.press("3")
        await settle(pilot)
        row = screen.overview.table.row
        assert row is not None
        assert row.values["source"] == "3 Restrictive protection"


async def test_in_a_small_terminal_enter_goes_to_a_source_and_a_digit_back(console: Shown) -> None:
    async with console(told()) as pilot:
        screen = await provider(pilot)
        assert "1 report in public, 1 not dealt with, and the key works" in shown(pilot)
        await pilot.press("j", "j", "enter")
        await settle(pilot)
        assert screen.panes["security-alerts"].display
        assert "2 alerts, 1 open" in shown(pilot)
        await pilot.press("1")
        await settle(pilot)
        assert screen.overview.display


async def test_r_in_the_overview_asks_every_source_again(console: Shown) -> None:
    asked: list[str] = []

    async def counting(_asking: Any) -> Any:
        asked.append("x")
        yield Page(note="nothing")

    async with console(told(leak_reports=counting, insights=counting)) as pilot:
        await provider(pilot)
        before = len(asked)
        await pilot.press("r")
        await settle(pilot, until=lambda: len(asked) == before + 2)


# On a practice cloud


@pytest.fixture
def sim(practice_cloud: PracticeCloudFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sim]:
    unhurried(monkeypatch, PATIENT)
    with practice_cloud(frozen(leaked())) as running:
        yield running


async def test_the_leak_is_told_with_where_to_look_and_never_with_the_secret(
    sim: Sim, tmp_path: Path
) -> None:
    (leak,) = sim.account.leaks
    secret = leak.code.split("access_key_secret = ")[1].split("\n")[0]
    async with console_on(sim, tmp_path) as pilot:
        found = overview(await provider(pilot))
        assert found["leak-reports"][0] == "complete"
        assert found["security-alerts"][1].endswith("open (serious).")
        assert found["governance-checks"][1] == "Fails 1 of 3 checks: not rotated."
        await pilot.press("2")
        await settle(pilot)
        assert leak.url in shown(pilot)
        await pilot.press("y")
        await settle(pilot)
        page = pilot.app.screen
        assert isinstance(page, RawScreen)
        assert leak.url in page.text
        assert secret not in page.text + page.other


async def test_from_a_leak_report_containment_opens_at_marking_it_and_from_others_at_its_list(
    sim: Sim, tmp_path: Path
) -> None:
    async with console_on(sim, tmp_path) as pilot:
        screen = await provider(pilot)
        await pilot.press("2", "exclamation_mark")
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, ParamsScreen))
        asked = pilot.app.screen
        assert isinstance(asked, ParamsScreen)
        assert asked.action.id == "mark-leak-handled"
        await pilot.press("escape", "escape")
        await settle(pilot, until=lambda: pilot.app.screen is screen)
        await pilot.press("6", "exclamation_mark")
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, ContainScreen))
        await settle(pilot)
        assert isinstance(pilot.app.screen, ContainScreen)


async def test_what_security_center_denies_is_said_and_the_rest_is_read(sim: Sim, tmp_path: Path) -> None:
    body = {
        "Code": "NoPermission",
        "Message": "You are not authorized.",
        "RequestId": "DENIED-1",
        "AccessDeniedDetail": {"AuthAction": "yundun-aegis:DescribeAccesskeyLeakList"},
    }
    fault = {"kind": "status", "action": "DescribeAccesskeyLeakList", "status": 403}
    arm(sim, {**fault, "body": json.dumps(body)})
    async with console_on(sim, tmp_path) as pilot:
        found = overview(await provider(pilot))
        assert found["leak-reports"] == (
            "denied",
            "not known: needs the RAM action yundun-aegis:DescribeAccesskeyLeakList",
        )
        assert found["governance-checks"][0] == "complete"
        assert found["which-instance"][1].startswith("Addresses: 2 ours")
