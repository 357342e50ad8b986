"""Query texts that were edited in a case."""

import json
from pathlib import Path

import pytest

from aktui.case.statements import FILE, MOST, forget, newest, remember, remembered
from aktui.errors import CaseError


def test_the_newest_text_comes_first_and_none_twice(tmp_path: Path) -> None:
    for text in ("a: 1", "b: 2", "a: 1", "c: '引' \"x\"\n| SELECT 1"):
        remember(tmp_path, "oss-access", text)
    assert remembered(tmp_path, "oss-access") == ["c: '引' \"x\"\n| SELECT 1", "a: 1", "b: 2"]
    assert remembered(tmp_path, "oss-by-ip") == []


def test_texts_of_one_question_are_kept_by_parameter(tmp_path: Path) -> None:
    remember(tmp_path, "keys-by-ip", "a", "text_oss")
    remember(tmp_path, "keys-by-ip", "b", "text_sls")
    assert remembered(tmp_path, "keys-by-ip", "text_oss") == ["a"]
    assert remembered(tmp_path, "keys-by-ip", "text_sls") == ["b"]
    assert remembered(tmp_path, "keys-by-ip") == []


def test_the_oldest_texts_give_way(tmp_path: Path) -> None:
    for number in range(MOST + 5):
        remember(tmp_path, "oss-access", f"a: {number}")
    kept = remembered(tmp_path, "oss-access")
    assert (len(kept), kept[0]) == (MOST, f"a: {MOST + 4}")


def test_a_case_that_is_not_there_has_no_texts_and_gets_a_private_directory(tmp_path: Path) -> None:
    case = tmp_path / "cases" / "LTAI"
    assert remembered(case, "oss-access") == []
    remember(case, "oss-access", "*")
    assert case.stat().st_mode & 0o077 == 0
    assert (case / FILE).stat().st_mode & 0o077 == 0
    assert [path.name for path in case.iterdir()] == [FILE]


@pytest.mark.parametrize(
    "damage", ["", "[]", '{"schema": "other"}', '{"schema": "aktui.statements/1"}', "[" * 9999]
)
def test_a_damaged_file_is_said_and_not_written_over(tmp_path: Path, damage: str) -> None:
    (tmp_path / FILE).write_text(damage)
    for touch in (lambda: remembered(tmp_path, "a"), lambda: remember(tmp_path, "a", "b")):
        with pytest.raises(CaseError, match=FILE):
            touch()
    assert (tmp_path / FILE).read_text() == damage


def test_odd_entries_are_passed_over(tmp_path: Path) -> None:
    document = {
        "schema": "aktui.statements/1",
        "texts": {"a": ["x"], "b": {"text": "x"}, "c": {"text": [1, "x"]}},
    }
    (tmp_path / FILE).write_text(json.dumps(document))
    assert [remembered(tmp_path, name) for name in "abc"] == [[], [], ["x"]]
    remember(tmp_path, "a", "y")
    assert remembered(tmp_path, "a") == ["y"]


def test_the_newest_text_of_each_question_is_in_force_until_it_is_forgotten(tmp_path: Path) -> None:
    remember(tmp_path, "oss-by-ip", "first")
    remember(tmp_path, "oss-by-ip", "second")
    remember(tmp_path, "keys-by-ip", "other", "trail_text")
    assert newest(tmp_path) == {("oss-by-ip", "text"): "second", ("keys-by-ip", "trail_text"): "other"}
    forget(tmp_path, "oss-by-ip")
    assert newest(tmp_path) == {("keys-by-ip", "trail_text"): "other"}
