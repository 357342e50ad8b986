"""Many requests to OSS by one caller, one after the other."""

from collections.abc import Callable

from aktui.simcloud.stories.access import Access, caller, row
from aktui.simcloud.stories.company import Company
from aktui.simcloud.stories.ids import log_request
from aktui.simcloud.stories.recorder import Actor


class Session:
    """Requests of one actor in one region. Moments are seconds since 1970; `when` is the next free one.

    The access log has a row of each. The trail gets one data event for a batch, its last: the AccessKey
    audit keeps no more of them, and hundreds of thousands of events would serve nobody.
    """

    def __init__(self, company: Company, actor: Actor, region: str, when: float) -> None:
        self.company, self.actor, self.region, self.when = company, actor, region, when
        self._caller = caller(actor.identity, company.account.id, actor.ip, actor.agent, actor.vpc)
        self.count = 0
        """Requests so far that OSS did not refuse."""

    def batch(self, operation: str, count: int, about: Callable[[int], Access], pause: float) -> None:
        """So many requests, each about what the function makes of its number, some `pause` seconds apart."""
        aside, requests, by = self.company.aside, self.company.requests, self._caller
        for number in range(count - 1):
            self.when += pause * (0.5 + aside.random())
            time, one = int(self.when), about(number)
            requests.append((self.region, row(time, log_request(aside, time), operation, one, by)))
            self.count += one.status < 400
        self.when += pause * (0.5 + aside.random())
        one = about(count - 1)
        refusal = (one.error, "The request was refused.") if one.status >= 400 else None
        self.company.data_book.call(
            self.actor, f"Oss:{operation}", self.when, self.region, data=True, about=one, error=refusal
        )
        self.count += one.status < 400
