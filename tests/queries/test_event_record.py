"""The record of one event: looked up by its id where it is not known yet, and no call made where it is."""

import pytest

from aktui.simcloud.account import Account
from queries.base import Status
from tests.conftest import PracticeCloudFactory
from tests.queries.conftest import unhurried  # noqa: F401 - a fixture for all tests here
from tests.queries.rig import desk, story


@pytest.fixture
def account() -> Account:
    return story("role-chain-persistence")


async def test_an_event_is_found_by_its_id_in_the_regions_that_were_used(
    practice_cloud: PracticeCloudFactory, account: Account
) -> None:
    event_id = account.truth["intruder"]["event_ids"][0]
    async with practice_cloud(account) as sim, desk(sim, account.suspects[0]) as found:
        result = await found.ask("event-record", event_id=event_id)
    (row,) = result.rows
    assert row.values["event_id"] == row.raw["eventId"] == event_id
    assert row.raw == next(event for event in account.trail if event["eventId"] == event_id)
    assert "Regions asked" in result.note


async def test_what_the_judgement_has_read_is_not_asked_for_again(
    practice_cloud: PracticeCloudFactory, account: Account
) -> None:
    async with practice_cloud(account) as sim, desk(sim, account.suspects[0]) as found:
        findings = await found.ask("findings")
        event_id = findings.rows[0].values["event_ids"][0]
        before = len(found.asked.calls)
        result = await found.ask("event-record", event_id=event_id)
        assert len(found.asked.calls) == before
    (row,) = result.rows
    assert row.values["event_id"] == row.raw["eventId"] == event_id
    assert "nothing was asked" in result.note


async def test_an_id_that_no_region_knows_gives_no_row_and_says_which_were_asked(
    practice_cloud: PracticeCloudFactory, account: Account
) -> None:
    async with practice_cloud(account) as sim, desk(sim, account.suspects[0]) as found:
        result = await found.ask("event-record", event_id="00000000-0000-0000-0000-000000000000")
    assert result.status is Status.COMPLETE
    assert not result.rows
    assert "Others may hold more" in result.note
