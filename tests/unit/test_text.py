"""What strings from outside look like once they are fit to be shown."""

import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aktui.errors import UsageError
from aktui.text import KEPT, cells, clip, csv_safe, pad, parse_key_id, visible

ANY_TEXT = st.text(st.characters())
"""Lone surrogates included."""


@given(ANY_TEXT)
def test_nothing_a_terminal_obeys_is_left(text: str) -> None:
    assert all(char.isprintable() or char in KEPT for char in visible(text))


@given(ANY_TEXT)
def test_what_was_made_visible_stays_as_it_is(text: str) -> None:
    assert visible(visible(text)) == visible(text)


@given(st.text(st.characters(categories=["Lu", "Ll", "Lo", "Nd", "Po"], max_codepoint=0x9FFF)))
def test_letters_of_any_script_are_kept(text: str) -> None:
    fillers = "\u115f\u1160\u3164"
    assert visible(text) == text or any(char in fillers for char in text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;owned\x07", "\\x1b]0;owned\\x07"),
        ("\x9b31m", "\\x9b31m"),
        ("user\u202egpj.exe", "user\\u202egpj.exe"),
        ("ad\u200bmin", "ad\\u200bmin"),
        ("two\nlines\tand\rmore", "two\\nlines\\tand\\rmore"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("filler\u3164", "filler\\u3164"),
        ("\ud800", "\\ud800"),
        ("\u2028", "\\u2028"),
        ("名前\u3000空白\u00a0x", "名前\u3000空白\u00a0x"),
        ("[@click=app.quit]x[/]", "[@click=app.quit]x[/]"),
        ("e\u0301", "e\u0301"),
    ],
)
def test_hidden_characters_are_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_pile_of_combining_marks_is_cut_down_to_what_scripts_use() -> None:
    shown = visible("a" + "\u0301" * 500)
    assert sum(unicodedata.combining(char) != 0 for char in shown) == 4
    assert shown.count("\\u0301") == 496


@given(ANY_TEXT, st.integers(-2, 40))
def test_a_clipped_text_never_takes_more_cells(text: str, room: int) -> None:
    assert cells(clip(visible(text), room)) <= max(room, 0)


@given(ANY_TEXT, st.integers(0, 40))
def test_a_padded_text_takes_exactly_its_cells(text: str, room: int) -> None:
    assert cells(pad(visible(text), room)) == room


def test_wide_characters_take_two_cells() -> None:
    assert cells("审计a") == 5
    assert clip("审计服务", 5) == "审计…"
    assert clip("审计服务", 4) == "审…"
    assert clip("审计", 4) == "审计"
    assert pad("审", 4, right=True) == "  审"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", " ="])
def test_a_spreadsheet_takes_a_formula_for_text(start: str) -> None:
    assert csv_safe(f"{start}cmd|'/c calc'!A0") == f"'{start}cmd|'/c calc'!A0"


def test_ordinary_text_goes_into_csv_unchanged() -> None:
    assert csv_safe("ci-deployer") == "ci-deployer"
    assert csv_safe("") == ""


@pytest.mark.parametrize(
    "text",
    ["LTAI5tQxAbCdEfGhIjKl9fG2", " LTAI5tQxAbCdEfGhIjKl9fG2\n", "LTAI4FzAbCdEfGhI", "aBcD1234eFgH5678"],
)
def test_a_key_id_is_taken_without_the_spaces_around_it(text: str) -> None:
    assert parse_key_id(text) == text.strip()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "No AccessKey ID"),
        ("  \n", "No AccessKey ID"),
        ("STS.NUbcdEfGhIjKlMnOp", "temporary token"),
        ("AKIAIOSFODNN7EXAMPLE", "AWS"),
        ("LTAI5t********9fG2", "masked"),
        ("<AccessKeyId>", "placeholder"),
        ("LTAIxxxxxxxxxxxxxxxx", "placeholder"),
        ("LTAI5tQxAbCdEfGh IjKl9fG2", "spaces"),
        ("LTAI5tQxAbCdEfGh-jKl9fG2", "letters and digits"),
        ("LTAI5tQx\u202eAbCdEfGhKl9fG2", "letters and digits"),
        ("LTAI5t", "6 characters"),
        ("LTAI" + "a" * 27, "31 characters"),
        ("hello", "does not start with LTAI"),
    ],
)
def test_what_is_not_a_key_id_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        parse_key_id(text)


@given(st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=30, max_size=30))
def test_a_secret_given_by_mistake_is_never_repeated(secret: str) -> None:
    if secret.startswith("LTAI"):
        return
    with pytest.raises(UsageError) as caught:
        parse_key_id(secret)
    assert secret not in f"{caught.value.message}{caught.value.hint}"


@given(ANY_TEXT)
def test_any_text_is_a_key_id_or_a_usage_error(text: str) -> None:
    key_id = ""
    with suppress(UsageError):
        key_id = parse_key_id(text)
    assert key_id == "" or (key_id.isalnum() and key_id.isascii())
