"""The story of pumped messages, told against a plain pass over its events."""

import json
from collections import Counter

from aktui.simcloud.clock import parse_iso
from aktui.simcloud.stories.rhythm import CHINA
from aktui.simcloud.trail import Event
from tests.simcloud.intrusions import built, hour, intruder, names, of_business, theirs


def numbers(event: Event) -> list[str]:
    asked = event["requestParameters"]
    return (
        list(json.loads(asked["PhoneNumberJson"])) if "PhoneNumberJson" in asked else [asked["PhoneNumbers"]]
    )


def sends(events: list[Event]) -> list[Event]:
    return [event for event in events if event["eventName"] in ("SendSms", "SendBatchSms")]


def test_as_many_messages_were_pumped_as_the_truth_tells() -> None:
    account = built("sms-pumping")
    told, found = intruder(account)["messages"], sends(theirs(account))
    good = [number for event in found if not event.get("errorCode") for number in numbers(event)]
    assert told["calls"] == len(found)
    assert told["refused_calls"] == sum(bool(event.get("errorCode")) for event in found)
    assert told["numbers"] == len(good) > 100_000
    assert told["by_country"] == Counter(
        next(country for country in told["by_country"] if number.startswith(country)) for number in good
    )


def test_the_intruder_comes_at_night_and_the_business_by_day() -> None:
    account = built("sms-pumping")
    (key,) = account.suspects
    assert {hour(event) for event in theirs(account)} <= {1, 2, 3, 4}
    business = sends(of_business(account, key))
    assert account.truth["business"]["messages"] == sum(
        len(numbers(event)) for event in business if not event.get("errorCode")
    )
    by_night = [event for event in business if hour(event) < 7]
    assert 10 < len(by_night) < len(business) / 50
    assert all(numbers(event)[0].startswith("1") for event in by_night)


def test_neither_foreign_numbers_nor_batches_nor_templates_tell_an_intruder() -> None:
    account = built("sms-pumping")
    (key,) = account.suspects
    business = of_business(account, key)
    assert names(business) >= {"Dysmsapi:SendBatchSms", "Dysmsapi:CreateSmsTemplate"}
    foreign = [event for event in sends(business) if not numbers(event)[0].startswith("1")]
    assert len(foreign) > 50


def test_what_was_asked_for_was_asked_for_by_the_intruder() -> None:
    account = built("sms-pumping")
    made = intruder(account)["created"]
    answers = [event.get("responseElements", {}) for event in theirs(account)]
    assert {one["code"] for one in made["templates"]} == {
        answer["TemplateCode"] for answer in answers if "TemplateCode" in answer
    }
    assert made["signatures"] == [answer["SignName"] for answer in answers if "SignName" in answer]
    assert not {one["code"] for one in made["templates"]} & set(account.truth["business"]["templates"])


def test_what_was_pumped_is_charged_on_its_days() -> None:
    account = built("sms-pumping")
    lines = [one for one in account.bills if one.thing.product == "dysms"]
    assert len({one.day for one in lines}) > 120
    abroad = Counter({one.day: int(one.usage) for one in lines if one.item == "MessagesAbroad"})
    nights = {
        parse_iso(event["eventTime"]).astimezone(CHINA).date()
        for event in sends(theirs(account))
        if event["eventName"] == "SendBatchSms"
    }
    assert min(abroad[night] for night in nights) > 30_000
    assert max(count for day, count in abroad.items() if day not in nights) < 100
