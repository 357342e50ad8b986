"""When a key's sources are out of the usual, measured by its own past."""

from datetime import UTC, datetime, timedelta

from queries.sweep.oddity import Calls, oddities

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def calls(source: str, first: float, last: float = 0.0, many: int = 50, errors: int = 0) -> Calls:
    """Calls from so many days ago until so many."""
    return Calls(source, "", many, errors, NOW - timedelta(days=first), NOW - timedelta(days=last))


def test_a_source_first_seen_this_week_is_odd_for_a_key_with_a_past() -> None:
    odd = oddities([calls("203.0.113.7", 80), calls("192.0.2.66", 3)], NOW)
    assert len(odd) == 1
    assert "new source 192.0.2.66" in odd[0]


def test_a_key_without_a_past_has_nothing_to_be_measured_by() -> None:
    assert oddities([calls("203.0.113.7", 5), calls("192.0.2.66", 3)], NOW) == ()


def test_the_neighbour_of_a_known_address_is_no_new_source() -> None:
    assert oddities([calls("203.0.113.7", 80), calls("203.0.113.9", 2)], NOW) == ()


def test_a_key_that_comes_from_a_new_network_every_few_days_is_not_odd_for_one_more() -> None:
    usual = [calls(f"198.51.{day}.7", day) for day in range(10, 80, 3)]
    assert oddities([calls("203.0.113.7", 88), *usual, calls("192.0.2.66", 3)], NOW) == ()


def test_services_of_the_provider_are_no_source() -> None:
    assert oddities([calls("203.0.113.7", 80), calls("Internal", 1), calls("ecs.aliyuncs.com", 1)], NOW) == ()


def test_many_refusals_are_a_storm_and_a_few_among_many_calls_are_not() -> None:
    storm = oddities([calls("203.0.113.7", 80, many=300, errors=290)], NOW)
    assert storm == ("290 of 300 calls from 203.0.113.7 refused",)
    assert oddities([calls("203.0.113.7", 80, many=3000, errors=290)], NOW) == ()
    assert oddities([calls("203.0.113.7", 80, many=5, errors=5)], NOW) == ()


def test_what_is_no_address_is_a_source_like_any_other() -> None:
    assert "[/x]" in oddities([calls("203.0.113.7", 80), calls("[/x]", 1)], NOW)[0]
