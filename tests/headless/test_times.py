"""Times on a command line."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aktui.errors import UsageError
from aktui.headless.times import check, moment, window

NOW = datetime(2026, 11, 22, 3, 12, 44, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-11-18", datetime(2026, 11, 18, tzinfo=UTC)),
        ("2026-11-18T02:00", datetime(2026, 11, 18, 2, tzinfo=UTC)),
        ("2026-11-18T02:00:00Z", datetime(2026, 11, 18, 2, tzinfo=UTC)),
        ("2026-11-18T10:00+08:00", datetime(2026, 11, 18, 2, tzinfo=UTC)),
        ("36h", NOW - timedelta(hours=36)),
        ("7D", NOW - timedelta(days=7)),
        ("90m", NOW - timedelta(minutes=90)),
        ("2w", NOW - timedelta(weeks=2)),
    ],
)
def test_a_time_is_understood(text: str, meant: datetime) -> None:
    assert moment(text, NOW, "--since") == meant


@given(st.text())
def test_what_is_no_time_is_wrong_usage(text: str) -> None:
    try:
        assert moment(text, NOW, "--since").tzinfo is UTC
    except UsageError as error:
        assert "--since" in error.message  # noqa: PT017


def test_without_times_the_window_ends_now() -> None:
    found = window("", "", NOW, timedelta(days=7))
    assert (found.start, found.end) == (NOW - timedelta(days=7), NOW)


def test_a_window_may_lie_in_the_future_of_this_machine() -> None:
    """A practice cloud, or a machine with a wrong clock."""
    check("2099-01-01", "")
    check("2099-01-01", "2099-01-02")
    with pytest.raises(UsageError, match="empty"):
        check("2099-01-02", "2099-01-01")


def test_a_window_that_ends_before_it_begins_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match="empty"):
        window("1d", "2d", NOW, timedelta(days=7))
