"""The small parts the screens are made of."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aktui.errors import ConfigError
from aktui.text import cells, visible
from queries.base import Column, Row
from screens.layout import Form, form_of, in_view, tabs
from screens.panes import panes
from screens.widgets.columns import GAP, fit
from screens.widgets.display import as_json, as_received, duration, stamp_short, value_text
from screens.widgets.header import Standing, header
from screens.widgets.hints import key_name
from screens.widgets.rows import View

NOW = datetime(2026, 11, 22, 3, 12, 44, tzinfo=UTC)
COLUMNS = (
    Column("event", "Event"),
    Column("at", "At", "time"),
    Column("ip", "IP", "ip"),
    Column("count", "Count", "count"),
)


def row(**values: Any) -> Row:
    return Row(values, {})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)


@settings(deadline=None)
@given(JSON)
def test_a_record_as_json_reads_back_and_shows_every_character(record: Any) -> None:
    shown = as_json(record)
    assert json.loads(shown) == record
    assert visible(shown.replace("\n", "")) == shown.replace("\n", "")


@settings(deadline=None)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=6), st.integers(20, 200))
def test_columns_never_take_more_than_the_room(texts: list[str], width: int) -> None:
    rows = [row(event=text, at=NOW, ip=text, count=3) for text in texts]
    slots = fit(COLUMNS, rows, width)
    assert sum(slot.width for slot in slots) + GAP * (len(slots) - 1) <= width
    assert slots[0].column.id == ("event" if any(texts) else "at")


def test_a_column_without_any_value_leaves_its_room_to_the_others() -> None:
    slots = fit(COLUMNS, [row(event="RunInstances", at=None, ip="", count=1)], 80)
    assert [slot.column.id for slot in slots] == ["event", "count"]


def test_a_long_text_takes_the_room_that_no_other_column_needs() -> None:
    slots = fit(COLUMNS, [row(event="word " * 20, at=NOW, ip="192.0.2.1", count=1)], 200)
    assert slots[0].width >= 99
    assert len(slots) == len(COLUMNS)


def test_times_lose_year_and_seconds_where_there_is_little_room() -> None:
    assert value_text(NOW, "time") == "2026-11-22 03:12:44"
    assert value_text(NOW, "time", short=True, now=NOW) == "11-22 03:12"
    assert stamp_short(NOW - timedelta(days=400), NOW) == "2025-10-18"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(45, "45 s"), (600, "10 min"), (3600, "1 h"), (86_400, "24 h"), (90 * 86_400, "90 d")],
)
def test_durations_read_as_people_say_them(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_addresses_are_ordered_by_number_and_what_has_no_value_comes_last() -> None:
    rows = [row(ip=ip) for ip in ("203.0.113.10", "", "203.0.113.9", "Internal", "2001:db8::1")]
    up = [each.values["ip"] for each in View(sort="ip").apply(rows, COLUMNS)]
    down = [each.values["ip"] for each in View(sort="ip", reverse=True).apply(rows, COLUMNS)]
    assert up == ["203.0.113.9", "203.0.113.10", "2001:db8::1", "Internal", ""]
    assert down == ["Internal", "2001:db8::1", "203.0.113.10", "203.0.113.9", ""]


@settings(deadline=None)
@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60), st.integers(80, 200))
def test_the_header_fits_and_keeps_mode_and_zone(account: str, caller: str, scene: str, width: int) -> None:
    shown = header(Standing(account, "alias", caller, "cn-hangzhou", "ARMED", True, scene), NOW, width).plain
    assert cells(shown) <= width
    assert "PRACTICE ARMED" in shown
    assert shown.endswith("UTC")


@pytest.mark.parametrize("form", list(Form))
def test_every_pane_comes_into_view_when_it_has_the_attention(form: Form) -> None:
    places = {kind.__name__: kind.place for kind in panes()}
    places = {"facts": "top", "services": "use"} | {
        name: place for name, place in places.items() if name not in ("Facts", "Services")
    }
    story = next(name for name, place in places.items() if place == "story")
    for name in places:
        now = name if places[name] == "story" else story
        assert name in in_view(form, name, now, places)
    assert tabs(form, places)


def test_the_form_follows_the_size() -> None:
    assert form_of(80, 24) is Form.NARROW
    assert form_of(120, 30) is Form.WIDE
    assert form_of(160, 50) is Form.FULL


def test_every_pane_has_a_key_of_its_own_and_explains_itself() -> None:
    assert [pane().digit for pane in panes()] == list("1v234567890")
    assert all(pane.help_text and pane.name_short for pane in panes())


def test_an_answer_that_is_not_json_is_shown_byte_for_byte() -> None:
    assert as_received(b"<html>\xff\x1b") == ("<html>\\xff\\x1b", "")
    assert as_received(b"") == ("(no answer came)", "")
    assert as_received(b'{"a":1}') == ('{\n  "a": 1\n}', '{"a":1}')


def test_keys_are_written_as_people_write_them() -> None:
    assert [key_name(key) for key in ("ctrl+r", "question_mark", "j", "escape")] == ["^R", "?", "j", "Esc"]


def test_a_practice_cloud_that_introduces_itself_badly_is_refused(tmp_path: Path) -> None:
    from aktui.config import Settings
    from aktui.demo import setting_of

    told = {
        "endpoint": "http://127.0.0.1:9",
        "region": "cn-hangzhou",
        "responder": {"access_key_id": "LTAI5tResponderResponder", "access_key_secret": "s" * 30},
        "suspect_key_ids": ["LTAI5tQxExampleExample9f"],
    }
    found = setting_of(Settings(home=tmp_path), told)
    assert found.suspects == ("LTAI5tQxExampleExample9f",)
    assert found.settings.practice
    assert "sss" not in repr(found)
    with pytest.raises(ConfigError, match="left out 'responder'"):
        setting_of(Settings(home=tmp_path), {key: told[key] for key in told if key != "responder"})
