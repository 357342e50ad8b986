"""Containment's pages as texts: the watch with the business hurt; a header that alarms when live."""

from datetime import timedelta

from aktui.contain.refusals import recognise
from aktui.contain.watched import Seen, Side, State, Watched
from screens.contain.watchpage import watch_page
from screens.widgets.header import Standing, header
from tests.screens.fakes import NOW
from tests.screens.test_hostile_text import HOSTILE, harmless

LAG = timedelta(minutes=3)
REFUSED = recognise("InvalidAccessKeyId.Inactive", "Specified access key is disabled.")


def seen(operation: str, source: str) -> Seen:
    return Seen(
        NOW, operation, source, "", "ci-deployer", "EVENT-1", "InvalidAccessKeyId.Inactive", 7, REFUSED
    )


def refusing(last: Seen | None, one: Seen) -> Side:
    return Side(refused=7, last_accepted=last, first_refused=NOW, refusals=(one,))


def watched(trusted: Side, others: Side | None = None) -> Watched:
    return Watched(
        at=NOW,
        source="trail",
        lag=LAG,
        known_until=NOW - LAG,
        state=State.SILENT,
        others=others or Side(),
        calls_before=3,
        trusted=trusted,
        session_calls=0,
        sessions_until=None,
        sessions_known=True,
    )


def page(one: Watched, width: int = 76) -> str:
    return watch_page(one, NOW - timedelta(minutes=20), width).plain


def test_refused_calls_of_the_business_stand_first_with_the_reason_and_the_way_back() -> None:
    assert REFUSED is not None
    hurt = refusing(None, seen("Ecs:DescribeInstances", "198.51.100.23"))
    told = " ".join(page(watched(hurt)).split())
    assert "IMPACT ON THE BUSINESS" in told
    assert told.index("IMPACT ON THE BUSINESS") < told.index("Others: not marked as trusted")
    assert " ".join(REFUSED.way_back.split()) in told
    assert "u previews taking our change back" in told


def test_a_business_that_is_not_hurt_is_said_so_and_no_undo_is_pressed_upon_anybody() -> None:
    told = page(watched(Side(accepted=5, last_accepted=seen("Ecs:DescribeInstances", "198.51.100.23"))))
    assert "none of their calls was refused so far" in told
    assert "u previews" not in told


def test_until_when_the_source_can_know_is_always_said() -> None:
    assert "known until" in page(watched(Side()))
    assert "SILENT" in page(watched(Side()))


def test_hostile_operations_and_sources_are_text() -> None:
    for text in HOSTILE.values():
        side = refusing(seen(text, text), seen(text, text))
        assert harmless(page(watched(side, side)))


def test_only_what_can_change_a_real_account_alarms_in_the_header() -> None:
    def alarms(standing: Standing) -> bool:
        return any("$error" in str(span.style) for span in header(standing, NOW, 120).spans)

    assert alarms(Standing("1", mode="ARMED"))
    assert not alarms(Standing("1", mode="ARMED", practice=True))
    assert not alarms(Standing("1", mode="READ-ONLY"))
