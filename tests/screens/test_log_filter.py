"""What is typed into the filter line over log rows, picked among values, or zoomed to."""

import pytest

from aktui.case.rows.asking import EVERYTHING, Condition, Facet, Filter
from queries.base import Column
from screens.logpanes.filtering import parsed, said, toggled
from screens.logpanes.timespan import SHORTEST, Span
from screens.widgets.activity import Bars, bar_at, drawn
from screens.widgets.cells import log_cell
from screens.widgets.facets import Counted, _entries, _text_of

COLUMNS = (
    Column("ip", "IP", "ip"),
    Column("bytes_out", "Bytes out", "count"),
    Column("object", "Object"),
)


def conditions(text: str) -> tuple[Condition, ...]:
    return parsed(text, COLUMNS, ("ip", "bytes_out", "object", "user_agent")).conditions


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("object:backup", Condition("object", "contains", "backup")),
        ("ip=203.0.113.7", Condition("ip", "=", "203.0.113.7")),
        ("IP!=203.0.113.7", Condition("ip", "!=", "203.0.113.7")),
        ("bytes_out>1000000", Condition("bytes_out", ">", "1000000")),
        ("Bytes_out<=5", Condition("bytes_out", "<=", "5")),
        ('object:"two words"', Condition("object", "contains", "two words")),
        ("user_agent:curl", Condition("user_agent", "contains", "curl")),
        ("object=", Condition("object", "absent")),
        ("object!=", Condition("object", "present")),
        ("object:a=b:c", Condition("object", "contains", "a=b:c")),
    ],
)
def test_a_column_held_against_a_value_is_a_condition(typed: str, meant: Condition) -> None:
    assert conditions(typed) == (meant,)


@pytest.mark.parametrize("typed", ["https://x.example/a", "acs:ram::1:user/x", "12:30", "a=b"])
def test_a_sign_after_what_is_no_column_is_part_of_a_word(typed: str) -> None:
    assert parsed(typed, COLUMNS, ()) == Filter(words=(typed,))


def test_words_and_conditions_stand_beside_each_other_and_quotes_keep_words_together() -> None:
    found = parsed('secret ip=10.0.0.1 "two words"', COLUMNS, ())
    assert found.words == ("secret", "two words")
    assert [one.column for one in found.conditions] == ["ip"]


@pytest.mark.parametrize("typed", ['"', '""', ":", "object:", "  ", "'; DROP TABLE x; --", 'ip="'])
def test_no_text_is_refused(typed: str) -> None:
    assert isinstance(parsed(typed, COLUMNS, ()), Filter)


def test_picking_a_value_again_takes_it_back() -> None:
    once = toggled(EVERYTHING, "ip", "10.0.0.1", without=False)
    assert once.conditions == (Condition("ip", "=", "10.0.0.1"),)
    assert toggled(once, "ip", "10.0.0.1", without=False) == EVERYTHING


def test_another_value_of_the_column_takes_the_place_of_the_first() -> None:
    once = toggled(EVERYTHING, "ip", "10.0.0.1", without=False)
    assert toggled(once, "ip", "10.0.0.2", without=False).conditions == (Condition("ip", "=", "10.0.0.2"),)


def test_several_values_can_be_left_out_together() -> None:
    first = toggled(EVERYTHING, "ip", "10.0.0.1", without=True)
    both = toggled(first, "ip", "10.0.0.2", without=True)
    assert len(both.conditions) == 2


def test_rows_without_the_field_can_be_picked_too() -> None:
    assert toggled(EVERYTHING, "ip", None, without=False).conditions == (Condition("ip", "absent"),)


def test_a_condition_is_said_as_it_would_be_typed() -> None:
    assert said(Condition("bytes_out", ">", "5"), COLUMNS) == "bytes_out>5"
    assert conditions(said(Condition("object", "contains", "x"), COLUMNS)) == (
        Condition("object", "contains", "x"),
    )


def test_zooming_in_and_out_again_comes_back_to_all() -> None:
    whole = Span.whole_of(0, 7 * 86_400)
    closer = whole.closer(3600)
    assert closer.length == whole.length // 2
    assert closer.start <= 3600 < closer.end
    assert closer.wider() == whole


def test_a_view_never_leaves_the_window_it_is_in() -> None:
    span = Span.whole_of(0, 1000).closer(None)
    for _ in range(10):
        span = span.moved(1)
    assert span.end == 1000
    for _ in range(10):
        span = span.moved(-1)
    assert span.start == 0
    for _ in range(20):
        span = span.closer(999)
    assert span.length == SHORTEST
    assert span.end <= 1000


def test_every_bar_is_as_high_as_its_share_and_the_smallest_still_shows() -> None:
    bars = Bars(0, 60, (1000, 1, 0))
    rows = [row.plain for row in drawn(bars, 3, 2, None)]
    assert rows == ["█  ", "█▁ "]


def test_a_click_on_any_column_finds_the_bar_that_is_drawn_there() -> None:
    for room in (3, 10, 61, 160):
        places = [bar_at(x, 7, room) for x in range(room)]
        assert places == sorted(places)
        assert set(places) <= set(range(7))


def test_counts_that_are_not_listed_are_still_counted() -> None:
    facet = Facet("ip", tuple((f"10.0.0.{i}", 100 - i) for i in range(20)), 55, 35)
    entries = _entries(Counted(COLUMNS[0], facet), 5)
    told = sum(entry.count for entry in entries if entry.kind != "head")
    assert told == sum(n for _, n in facet.values) + 35
    assert _text_of(entries[-1], False, 30).split() == ["…", "50", "more", f"{entries[-1].count:,}"]


def test_a_value_that_rows_are_filtered_by_is_listed_however_rare() -> None:
    facet = Facet("ip", tuple((f"10.0.0.{i}", 100 - i) for i in range(20)), 20, 0)
    entries = _entries(Counted(COLUMNS[0], facet, chosen=frozenset({"10.0.0.19"})), 5)
    assert "10.0.0.19" in [entry.value for entry in entries]


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        (1_795_000_000, "time", "2026-11-18 11:06:40"),
        (10**15, "time", "1000000000000000"),
        ("41200000000", "bytes", "41.2 GB"),
        ("999999", "bytes", "1.00 MB"),
        ("none", "bytes", "none"),
        ("%E5%AE%A2%2Fa", "url", "客/a"),
        (None, "text", ""),
        ("a\x1b[31m", "text", "a\\x1b[31m"),
    ],
)
def test_a_cell_says_its_value_in_one_harmless_line(value: str | int | None, kind: str, shown: str) -> None:
    assert log_cell(value, kind) == shown
