"""Text messages: what a notification service sends by day, and what an intruder pumps abroad at night.

Numbers end in asterisks, as the vendor's own examples do: none is anybody's. The service answers some
refusals with a code in a good answer; that events have them as `errorCode` is assumed.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from aktui.simcloud.stories import rhythm
from aktui.simcloud.stories.company import Company
from aktui.simcloud.stories.intruder import Intruder
from aktui.simcloud.stories.recorder import Actor, Recorder
from aktui.simcloud.stories.refusals import Refusal
from aktui.simcloud.stories.traffic import DAY_HOURS

SENDS = ("SendSms", "SendBatchSms")
"""Operations that send."""
AT_ONCE = 100
"""Numbers in one call of SendBatchSms, at most."""

NOT_APPROVED = ("isv.SMS_TEMPLATE_ILLEGAL", "The template has not been approved.")
TOO_MANY = ("isv.BUSINESS_LIMIT_CONTROL", "触发号码天级流控Permits:40")
DAY_LIMIT = ("isv.DAY_LIMIT_CONTROL", "The daily limit of messages has been reached.")

_CUSTOMERS_ABROAD = ("852", "65")
_PREMIUM = ("998", "994", "992", "996", "880", "234", "63", "62")
"""Country codes of the sort that is pumped."""


def at_home(rng: Random) -> str:
    return f"1{rng.choice('3578')}{rng.randrange(10**5):05}****"


def abroad(rng: Random, country: str) -> str:
    return f"{country}{rng.randrange(10**5):05}****"


def request(numbers: Sequence[str], sign: str, template: str) -> dict[str, Any]:
    """Parameters of SendSms, or, of several numbers, of SendBatchSms."""
    if len(numbers) == 1:
        param = '{"code":"****"}'
        return {
            "PhoneNumbers": numbers[0],
            "SignName": sign,
            "TemplateCode": template,
            "TemplateParam": param,
        }
    signs = json.dumps([sign], ensure_ascii=False)
    return {"PhoneNumberJson": json.dumps(numbers), "SignNameJson": signs, "TemplateCode": template}


def numbers_of(asked: Mapping[str, Any]) -> list[str]:
    """The numbers in such parameters."""
    return (
        list(json.loads(asked["PhoneNumberJson"])) if "PhoneNumberJson" in asked else [asked["PhoneNumbers"]]
    )


class Notifications:
    """A business that tells its customers of orders and codes, and its own people of trouble."""

    def __init__(self, company: Company, servers: Sequence[Actor], office: Actor, sign: str) -> None:
        self.company, self.servers, self.office, self.sign = company, servers, office, sign
        self.rng, self.book, self.region = company.rng, company.book, company.account.region
        self.templates = {use: self._code() for use in ("code", "order", "alert", "sale")}
        self.sent = 0
        """Numbers that messages went to."""

    def run(self, start: datetime, end: datetime, per_day: int = 46) -> None:
        """Messages by day, seldom one at night; counts once a day, from the first server."""
        day, last = int((end - start).days), end.timestamp()
        for ago in range(day, -1, -1):
            for _ in range(self.rng.randint(per_day * 3 // 4, per_day * 5 // 4)):
                hour = self.rng.choice(DAY_HOURS[:22]) + self.rng.random()
                self._notify(rhythm.company_time(end, ago, hour), last)
            self._alert(rhythm.company_time(end, ago, 2 + 4 * self.rng.random()), last)
            self._count(rhythm.company_time(end, ago, 9.2), last)
        for server in self.servers:
            # The running hour shows no use that is new.
            for before in (7, 66, 126):
                self._send(server, last - before * 60, [at_home(self.rng)], "order")

    def new_template(self, when: float, name: str, content: str, use: str) -> None:
        """What marketing asks for, from the office; it is approved while nobody looks."""
        asked = {"TemplateName": name, "TemplateContent": content, "TemplateType": 1, "Remark": "市场部 申请"}
        code = self.templates[use] = self._code()
        answer = {"Code": "OK", "TemplateCode": code, "TemplateName": name}
        call = self.book.call
        call(self.office, "Dysmsapi:CreateSmsTemplate", when, self.region, request=asked, response=answer)
        call(self.office, "Dysmsapi:GetSmsTemplate", when + 900, self.region, request={"TemplateCode": code})

    def campaign(self, when: float, calls: int) -> None:
        """A sale is announced to customers at home, by day, from the office."""
        for _ in range(calls):
            when += self.rng.uniform(20, 90)
            self._send(self.office, when, [at_home(self.rng) for _ in range(AT_ONCE)], "sale")

    def _notify(self, when: float, last: float) -> None:
        foreign = self.rng.random() < 0.03
        number = abroad(self.rng, self.rng.choice(_CUSTOMERS_ABROAD)) if foreign else at_home(self.rng)
        refusal = TOO_MANY if self.rng.random() < 0.004 else None
        use = "code" if self.rng.random() < 0.6 else "order"
        if when < last - 3600:
            self._send(self.rng.choice(self.servers), when, [number], use, refusal)

    def _alert(self, when: float, last: float) -> None:
        """Somebody on call is woken."""
        if self.rng.random() < 0.4 and when < last - 3600:
            self._send(self.servers[0], when, [at_home(self.rng)], "alert")

    def _count(self, when: float, last: float) -> None:
        if when < last - 3600:
            asked = {"IsGlobe": 1, "StartDate": "20260101", "EndDate": "20261231"}
            self.book.call(self.servers[0], "Dysmsapi:QuerySendStatistics", when, self.region, request=asked)

    def _send(
        self, actor: Actor, when: float, numbers: list[str], use: str, refusal: Refusal | None = None
    ) -> None:
        asked = request(numbers, self.sign, self.templates[use])
        send(self.book, actor, when, self.region, asked, refusal)
        self.sent += 0 if refusal else len(numbers)

    def _code(self) -> str:
        return f"SMS_{self.rng.randrange(10**8, 10**9)}"


@dataclass
class Pumped:
    """What was sent, for the truth."""

    calls: int = 0
    numbers: int = 0
    refused: int = 0
    by_country: Counter[str] = field(default_factory=Counter)


class Pump:
    """The moves of one intruder on the message service."""

    def __init__(self, intruder: Intruder, countries: int = 3) -> None:
        self.by, self.rng = intruder, intruder.rng
        self.countries = self.rng.sample(_PREMIUM, countries)
        self.pumped = Pumped()

    def look(self) -> None:
        """Which templates and signatures are there, and how much is sent."""
        for name in ("QuerySmsTemplateList", "QuerySmsSignList", "QuerySendStatistics"):
            self.by.do(f"Dysmsapi:{name}", request={"PageIndex": 1, "PageSize": 50})

    def sign(self, name: str, remark: str) -> str:
        """Ask for a signature of one's own."""
        asked = {"SignName": name, "SignSource": 1, "Remark": remark}
        self.by.do("Dysmsapi:AddSmsSign", request=asked, response={"Code": "OK", "SignName": name})
        self.by.loot.add("signatures", name)
        return name

    def template(self, operation: str, name: str, content: str, remark: str) -> str:
        """Ask for a template, by either operation; half a minute must lie between two."""
        self.by.wait(0.7)
        code = f"SMS_{self.rng.randrange(10**8, 10**9)}"
        asked = {"TemplateName": name, "TemplateContent": content, "TemplateType": 3, "Remark": remark}
        answer = {"Code": "OK", "TemplateCode": code}
        self.by.do(f"Dysmsapi:{operation}", request=asked, response=answer)
        self.by.loot.add("templates", {"code": code, "name": name})
        return code

    def send(self, calls: int, each: int, sign: str, template: str, refusal: Refusal | None = None) -> None:
        """So many calls to so many numbers abroad each."""
        for _ in range(calls):
            self.by.when += self.rng.uniform(2, 13)
            country = self.rng.choice(self.countries)
            numbers = [abroad(self.rng, country) for _ in range(each)]
            asked = request(numbers, sign, template)
            send(self.by.book, self.by.actor, self.by.when, self.by.home, asked, refusal)
            self.pumped.calls += 1
            self.pumped.refused += bool(refusal)
            if refusal is None:
                self.pumped.numbers += each
                self.pumped.by_country[country] += each


def send(
    book: Recorder, actor: Actor, when: float, region: str, asked: dict[str, Any], refusal: Refusal | None
) -> None:
    """The event of one SendSms or SendBatchSms."""
    name = "Dysmsapi:SendSms" if "PhoneNumbers" in asked else "Dysmsapi:SendBatchSms"
    answer = {"Code": "OK", "Message": "OK", "BizId": f"{int(when * 1000)}^0"}
    book.call(actor, name, when, region, request=asked, response=answer, error=refusal)
