"""The event store: order, indexes, last use."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from aktui.simcloud.trail import GLOBAL, LAST_ID, Trail
from tests.simcloud.accounts import DEPLOYER_KEY, NOBODY_KEY, REGION
from tests.simcloud.happenings import event

NOON = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)
EVER = (("", ""), ("9", LAST_ID))


def test_events_are_in_order_of_time_however_they_came() -> None:
    events = [event("Ecs:DescribeInstances", NOON + timedelta(seconds=at % 7)) for at in range(40)]
    random.Random(3).shuffle(events)
    trail = Trail()
    trail.extend(events[:20])
    for one in events[20:]:
        trail.add(one)
    assert list(trail) == sorted(events, key=lambda one: (one["eventTime"], one["eventId"]))
    assert len(trail) == 40


def test_an_index_knows_events_that_came_before_and_after_it_was_built() -> None:
    trail = Trail()
    trail.extend([event("Ecs:RunInstances", NOON), event("Oss:ListBuckets", NOON)])
    assert len(trail.find({"Region": REGION, "ServiceName": "Ecs"})) == 1
    earlier = event("Ecs:RunInstances", NOON - timedelta(hours=1))
    trail.add(earlier)
    assert trail.find({"Region": REGION, "ServiceName": "Ecs"})[0] is earlier
    trail.extend([event("Ecs:RunInstances", NOON)])
    assert len(trail.find({"Region": REGION, "ServiceName": "Ecs"})) == 3


def test_the_last_use_of_a_key_is_its_newest_event_up_to_the_moment_asked_for() -> None:
    trail = Trail()
    first, second = event("Ecs:RunInstances", NOON), event("Oss:GetObject", NOON + timedelta(hours=1))
    trail.extend([first, second, event("Ecs:RunInstances", NOON, userIdentity={"accessKeyId": NOBODY_KEY})])
    assert trail.last_used(DEPLOYER_KEY, NOON + timedelta(hours=1)) is second
    assert trail.last_used(DEPLOYER_KEY, NOON + timedelta(minutes=59)) is first
    assert trail.last_used(DEPLOYER_KEY, NOON - timedelta(seconds=1)) is None
    assert trail.last_used("LTAI5tUNKNOWN", NOON) is None


def test_events_of_global_services_lie_on_a_shelf_of_their_own_also_when_they_do_not_say_so() -> None:
    trail = Trail()
    told, untold = event("Ram:CreateUser", NOON), event("Ram:CreateUser", NOON)
    del untold["isGlobal"]
    trail.extend([told, untold, event("Ecs:RunInstances", NOON)])
    assert trail.find({"Region": GLOBAL}) == [told, untold]
    assert len(trail.find({"Region": REGION})) == 1


def test_calls_on_the_data_plane_lie_on_no_shelf_but_count_as_uses() -> None:
    trail = Trail()
    trail.extend([event("Oss:GetObject", NOON, eventCategory="Data")])
    assert trail.find({"Region": REGION}) == []
    assert len(trail.find({"Key": DEPLOYER_KEY})) == 1


@pytest.mark.parametrize(
    "told",
    [
        {"referencedResources": {"ACS::ECS::Instance": ["i-1", "i-2"], "ACS::ECS::Image": ["m-1"]}},
        {
            "resourceType": "ACS::ECS::Instance;ACS::ECS::Instance;ACS::ECS::Image",
            "resourceName": "i-1;i-2;m-1",
        },
    ],
)
def test_resources_are_found_in_both_forms_that_events_use(told: dict[str, object]) -> None:
    trail = Trail()
    trail.extend([event("Ecs:RunInstances", NOON, **told)])
    for name in ("i-1", "i-2", "m-1"):
        assert len(trail.find({"ResourceName": name})) == 1
    assert len(trail.find({"ResourceName": "i-2", "ResourceType": "ACS::ECS::Instance"})) == 1


def test_between_takes_the_newest_or_the_oldest_and_never_more_than_asked_for() -> None:
    trail = Trail()
    events = [event("Ecs:RunInstances", NOON + timedelta(minutes=at)) for at in range(10)]
    trail.extend(events)
    assert trail.between({"Key": DEPLOYER_KEY}, *EVER, 3) == events[:3]
    assert trail.between({"Key": DEPLOYER_KEY}, *EVER, 3, backward=True) == [events[9], events[8], events[7]]
    edge = (events[4]["eventTime"], events[4]["eventId"])
    assert trail.between({"Key": DEPLOYER_KEY}, ("", ""), edge, 9, backward=True) == events[3::-1]
