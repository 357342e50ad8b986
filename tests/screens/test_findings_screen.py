"""The findings and one of them: all of it told, the record of every event a key away, a file on demand."""

import csv
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input
from textual.widgets._toast import Toast

from aktui.case.rows.asking import Filter, Order
from aktui.errors import CaseError
from queries import catalogue
from queries.base import Page, Row
from screens.export import ExportScreen, Form, Made, Offer
from screens.help import PageScreen
from screens.judgement.finding import FindingScreen
from screens.judgement.findings import FindingsScreen
from screens.judgement.identities import WhoseScreen
from screens.judgement.writing import Answer, AnswerTable, forms_of
from screens.raw import RawScreen
from tests.screens.conftest import Shown, settle
from tests.screens.fakes import hanging, pages
from tests.screens.golden import check_golden, screen_text
from tests.screens.judged import FINDINGS
from tests.screens.story import story

SIZES = pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])


def shown(pilot: Pilot[Any]) -> str:
    """The screen as one line."""
    return " ".join("".join(" " if char in "┃│" else char for char in screen_text(pilot.app)).split())


async def findings(pilot: Pilot[Any]) -> FindingsScreen:
    await pilot.press("f")
    await settle(pilot, until=lambda: isinstance(pilot.app.screen, FindingsScreen))
    screen = pilot.app.screen
    assert isinstance(screen, FindingsScreen)
    await settle(pilot, until=lambda: not screen.pane.loading_now)
    return screen


@SIZES
async def test_the_list_and_a_finding_are_as_the_goldens_have_them(
    console: Shown, size: tuple[int, int]
) -> None:
    async with console(story(), size=size) as pilot:
        await findings(pilot)
        check_golden(pilot.app, f"findings-{size[0]}x{size[1]}")
        await pilot.press("j", "enter")
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, FindingScreen))
        check_golden(pilot.app, f"finding-{size[0]}x{size[1]}")


async def test_a_filter_keeps_findings_and_escape_lifts_it(console: Shown) -> None:
    async with console(story()) as pilot:
        screen = await findings(pilot)
        await pilot.press("slash", *"machines", "enter")
        await settle(pilot)
        assert [row.values["id"] for row in screen.pane.table.shown] == ["resources-started"]
        await pilot.press("escape")
        assert len(screen.pane.table.shown) == 3


async def test_more_findings_than_lines_hide_no_column_under_the_scrollbar(console: Shown) -> None:
    many = [Row({**FINDINGS[1].values, "refused": 54321, "count": 99000 + at}, {}) for at in range(30)]
    async with console({**story(), "findings": pages(Page(tuple(many)))}) as pilot:
        await findings(pilot)
        listed = [text for text in screen_text(pilot.app).splitlines() if "Machines" in text]
        assert len(listed) > 10
        assert all("54321" in text for text in listed)


async def test_enter_on_an_event_shows_its_record_and_looks_up_what_is_not_at_hand(console: Shown) -> None:
    async with console(story()) as pilot:
        await findings(pilot)
        await pilot.press("j", "enter")
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, FindingScreen))
        await pilot.press("enter")
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, RawScreen))
        assert json.loads(pilot.app.screen.text)["eventId"] == "M-0"  # type: ignore[attr-defined]
        await pilot.press("escape", "j", "j", "j", "j", "j", "y")
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, RawScreen))
        assert json.loads(pilot.app.screen.text)["eventId"] == "M-5"  # type: ignore[attr-defined]


async def test_an_event_that_is_nowhere_is_said_to_be_so(console: Shown) -> None:
    async with console({**story(), "event-record": pages(Page(note="Regions asked: cn-hangzhou."))}) as pilot:
        await findings(pilot)
        await pilot.press("j", "enter")
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, FindingScreen))
        await pilot.press("G", "enter")
        said = "M-6 was not found: Regions asked: cn-hangzhou."
        await settle(
            pilot, until=lambda: said in [str(each.render()) for each in pilot.app.screen.query(Toast)]
        )


async def test_what_the_business_explains_has_no_events_and_says_where_to_look(console: Shown) -> None:
    async with console(story()) as pilot:
        await findings(pilot)
        await pilot.press("G", "enter")
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, FindingScreen))
        assert "It is told of sources, not of single events" in shown(pilot)
        await pilot.press("tab", "tab", "enter", "y")
        assert isinstance(pilot.app.screen, FindingScreen)
        await pilot.press("d")
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, WhoseScreen))


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ((), "were it on, it would block all: Ecs:RunInstances"),
        (("j",), "provider stays open"),
        (("j", "j"), "it would stop only the key, not what it made"),
        (("G",), "provider no protection seen"),
    ],
    ids=["no sign of it", "seen to be on", "another key", "no event at hand"],
)
async def test_what_the_provider_would_have_blocked_stands_below_the_list(
    console: Shown, at: tuple[str, ...], told: str
) -> None:
    first = Row({**FINDINGS[0].values, "provider_blocks": ""}, FINDINGS[0].raw)
    heirs = {**first.raw, "calls": [{**call, "key_id": "LTAI5tAnother"} for call in first.raw["calls"]]}
    rows = (first, FINDINGS[1], Row(first.values, heirs), FINDINGS[2])
    async with console({**story(), "findings": pages(Page(rows))}) as pilot:
        await findings(pilot)
        await pilot.press(*at)
        await settle(pilot, until=lambda: told in shown(pilot))


async def test_while_findings_are_judged_the_screen_says_so(console: Shown) -> None:
    async with console({**story(), "findings": hanging}) as pilot:
        await pilot.press("f")
        await settle(pilot, until=lambda: "loading" in shown(pilot))
        await settle(pilot, until=lambda: "Nothing yet; still loading." in shown(pilot))
        await pilot.press("x")
        await settle(pilot, until=lambda: "Stopped before it was complete." in shown(pilot))


async def test_help_names_the_keys_and_every_key_has_a_hint(console: Shown) -> None:
    async with console(story()) as pilot:
        await findings(pilot)
        await pilot.press("question_mark")
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, PageScreen))
        for binding in (*FindingsScreen.BINDINGS, *FindingScreen.BINDINGS):
            assert binding.id, binding  # type: ignore[union-attr]
            assert binding.tooltip, binding  # type: ignore[union-attr]


def table_of(*rows: Row) -> AnswerTable:
    return AnswerTable(catalogue()["findings"].columns, rows)


@pytest.mark.parametrize("form", ["csv", "jsonl"])
async def test_findings_are_written_whole_and_harmless(tmp_path: Path, form: Any) -> None:
    hostile = Row({**FINDINGS[0].values, "sentence": "=cmd|' /C calc'!A0 \x1b[31m"}, {})
    path = tmp_path / f"findings.{form}"
    made = await table_of(hostile, *FINDINGS).export(path, form, Filter(ids=(0, 2)), Order())
    text = path.read_text("utf-8")
    assert (made.rows, made.size) == (2, path.stat().st_size)
    assert path.stat().st_mode & 0o077 == 0
    assert "\x1b" not in text
    if form == "csv":
        first, _ = csv.DictReader(text.splitlines())
        assert first["sentence"].startswith("'=cmd")
        assert first["event_ids"] == "E-1, E-2, E-3"
    else:
        first, _ = map(json.loads, text.splitlines())
        assert first["event_ids"] == ["E-1", "E-2", "E-3"]
        assert first["first"] == "2026-11-18T23:12:44Z"


async def test_a_file_that_is_there_is_not_overwritten_unless_that_was_said(tmp_path: Path) -> None:
    path = tmp_path / "findings.csv"
    path.write_text("mine")
    with pytest.raises(CaseError, match="exists"):
        await table_of(*FINDINGS).export(path, "csv", Filter(), Order())
    assert path.read_text() == "mine"
    await table_of(*FINDINGS).export(path, "csv", Filter(), Order(), overwrite=True)
    assert path.read_text("utf-8").startswith("severity,id")
    with pytest.raises(CaseError, match="can not be written"):
        await table_of(*FINDINGS).export(tmp_path / "no" / "such", "csv", Filter(), Order())


async def test_the_export_screen_offers_what_can_be_written(console: Shown, tmp_path: Path) -> None:
    async with console(story()) as pilot:
        offer = Offer(
            Answer("Findings", table_of(*FINDINGS)),
            {"all": (Filter(), 3)},
            Order(),
            tmp_path / "exports",
            forms=("csv", "jsonl"),
        )
        pilot.app.push_screen(ExportScreen(offer))
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, ExportScreen))
        await pilot.press("f2")
        await settle(pilot)
        assert pilot.app.screen.query_one(Input).value.endswith("findings.jsonl")
        await pilot.press("enter")
        await settle(pilot, until=lambda: not isinstance(pilot.app.screen, ExportScreen))
        assert len((tmp_path / "exports" / "findings.jsonl").read_text("utf-8").splitlines()) == 3


@pytest.mark.parametrize(
    ("presses", "name", "told"),
    [
        (0, "findings.json", lambda text: json.loads(text)["schema"] == "aktui.findings/1"),
        (1, "findings.ocsf.jsonl", lambda text: len(text.splitlines()) == 2),
        (2, "findings.stix.json", lambda text: json.loads(text)["type"] == "bundle"),
        (3, "findings.csv", lambda text: len(text.splitlines()) == 3),
        (5, "findings.json", lambda text: len(json.loads(text)["findings"]) == 2),
    ],
    ids=["json", "ocsf", "stix", "csv", "json again"],
)
async def test_findings_of_the_view_are_written_as_other_tools_take_them(
    console: Shown, tmp_path: Path, presses: int, name: str, told: Callable[[str], bool]
) -> None:
    hostile = Row({**FINDINGS[0].values, "sentence": "\x1b[31m\u202e"}, FINDINGS[0].raw)
    rows = (hostile, *FINDINGS[1:])
    async with console(story(), size=(80, 24)) as pilot:
        investigation = (await findings(pilot)).investigation
        folder, first = tmp_path / "exports", forms_of(investigation.inquiry, rows)
        views = {"view": (Filter(ids=(0, 2)), 2), "all": (Filter(), 3)}
        answer = Answer("Findings", table_of(*rows))
        screen = ExportScreen(Offer(answer, views, Order(), folder, forms=("csv", "jsonl"), first=first))
        pilot.app.push_screen(screen)
        await settle(pilot, until=lambda: pilot.app.screen is screen)
        await pilot.press(*["f2"] * presses)
        await settle(pilot)
        assert screen.form.about in shown(pilot)
        await pilot.press("enter")
        await settle(pilot, until=lambda: pilot.app.screen is not screen)
        text = (folder / name).read_text("ascii")
        assert told(text)
        assert "\x1b" not in text


async def test_rows_that_can_not_be_told_in_a_form_are_said_to_be_so(console: Shown, tmp_path: Path) -> None:
    async def broken(path: Path, where: Filter, overwrite: bool) -> Made:
        raise KeyError("[/odd]")

    async with console(story()) as pilot:
        offer = Offer(
            Answer("Findings", table_of()), {"all": (Filter(), 0)}, Order(), tmp_path, first=(odd(broken),)
        )
        pilot.app.push_screen(ExportScreen(offer))
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, ExportScreen))
        await pilot.press("enter")
        await settle(pilot, until=lambda: "aktui could not write it (KeyError: '[/odd]')." in shown(pilot))


def odd(write: Callable[[Path, Filter, bool], Awaitable[Made]]) -> Form:
    return Form("odd", "odd", "a form of its own", write)
