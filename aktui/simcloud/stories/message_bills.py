"""What text messages cost, day by day: those at home and those abroad, whoever sent them."""

from collections import Counter
from datetime import date, datetime, timedelta
from random import Random

from aktui.simcloud.billing import prices
from aktui.simcloud.billing.charge import Charge, Thing, today
from aktui.simcloud.stories.bills import DAYS
from aktui.simcloud.stories.company import Company
from aktui.simcloud.stories.messages import SENDS, numbers_of

_HOME, _ABROAD = "Messages", "MessagesAbroad"


def keep_message_bills(company: Company) -> None:
    """Adds to the bills, which must be there; before the story's events as many as on an ordinary day."""
    account, sent = company.account, _sent(company)
    rng = Random(f"{account.scenario} {account.seed} bill of messages")
    last, first = today(company.now), min(day for day, _ in sent)
    for ago in range(DAYS, -1, -1):
        day = last - timedelta(days=ago)
        if day < first:
            sent[day, _HOME] = rng.randint(35, 58)
        for item in (_HOME, _ABROAD):
            if count := sent[day, item]:
                account.bills.append(_charge(company, day, item, count))
    account.bills.sort(key=lambda one: one.day)


def _charge(company: Company, day: date, item: str, count: int) -> Charge:
    price = round(prices.in_currency(prices.MESSAGES[item], company.account.site), 6)
    thing = Thing("dysms", company.account.region, f"{company.account.id};dysms")
    return Charge(day, thing, item, round(count * price, 6), 0.0, count, "Message", price)


def _sent(company: Company) -> Counter[tuple[date, str]]:
    """Messages by day and where to."""
    sent: Counter[tuple[date, str]] = Counter()
    for event in company.book.events:
        if event["eventName"] in SENDS and not event.get("errorCode"):
            day = today(datetime.fromisoformat(event["eventTime"]))
            for number in numbers_of(event["requestParameters"]):
                sent[day, _HOME if number.startswith("1") else _ABROAD] += 1
    return sent
