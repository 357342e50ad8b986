"""The instance bill, day by day: what each instance was charged, in the newer form or the older one."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from aktui.errors import CloudError, Forbidden, Invalid, NotFound
from aktui.models import Reply, Window
from queries.asking.reading import Record, count, record, text
from queries.asking.together import guarded, together
from queries.base import Asking, Gap, Page, Status
from queries.charges import days
from queries.charges.billing import LAG_NOTE, PRODUCT, Billing, items
from queries.charges.lines import row_of

NEWER, OLDER = "DescribeInstanceBill", "QueryInstanceBill"
BILL_CALLS = (f"{PRODUCT}:{NEWER}", f"{PRODUCT}:{OLDER}")
BILL_NEEDS = (f"bssapi:{NEWER}", f"bssapi:{OLDER}")
_PAGE = 300
_AT_ONCE = 8
_OFTEN_LATE = 2
"""Days that should be billed and, without a line, rather are not billed yet."""


@dataclass
class Reading:
    """One reading of the bills of many days."""

    asking: Asking
    first: date
    """Days before `window` say what is usual."""
    window: date
    last: date
    most: int
    """Lines of a day that are read."""
    billing: Billing = field(init=False)
    older: bool = False
    empty: list[date] = field(default_factory=list)
    lines: int = 0

    def __post_init__(self) -> None:
        self.billing = Billing(self.asking)
        self.billed = min(self.last, days.billed_until(self.asking.cloud.now()))

    async def pages(self) -> AsyncIterator[Page]:
        """The newest billed day first: it tells whether anything can be had; then all others at once."""
        todo = list(days.each(self.first, self.billed))[::-1]
        if todo:
            async for page in self._probe(todo[0]):
                yield page
        if self.billing.answered:
            rest = (guarded(f"charges of {day}", self._day(day)) for day in todo[1:])
            async for page in together(*rest, at_once=_AT_ONCE):
                yield page
        yield self._summary()

    async def _probe(self, day: date) -> AsyncIterator[Page]:
        """One day in the newer form; where that is refused, in the older one."""
        try:
            async for page in self._day(day):
                yield page
        except CloudError as error:
            yield Page(gaps=(Gap.of(error, "charges by instance"),))
            if isinstance(error, Forbidden | Invalid | NotFound):
                self.older = True
                async for page in guarded("charges by instance, in the older form", self._day(day)):
                    yield page

    async def _day(self, day: date) -> AsyncIterator[Page]:
        read, token, number, tokens = 0, "", 1, {""}
        while True:
            reply = await self._page(day, number, token)
            found = items(reply, OLDER if self.older else NEWER)
            read += len(found)
            yield self._rows(day, found, reply)
            more, token, number = self._next(reply, read, number)
            circling = bool(token) and token in tokens
            if more and found and (circling or read >= self.most):
                yield Page(gaps=(self._cut_off(day, read, circling, reply),))
            if not more or not found or circling or read >= self.most:
                break
            tokens.add(token)
        if not read:
            self.empty.append(day)

    async def _page(self, day: date, number: int, token: str) -> Reply:
        asked: dict[str, Any] = {
            "BillingCycle": days.cycle(day),
            "Granularity": "DAILY",
            "BillingDate": day.isoformat(),
            "IsHideZeroCharge": True,
        }
        if self.older:
            return await self.billing.call(OLDER, **asked, PageNum=number, PageSize=_PAGE)
        return await self.billing.call(NEWER, **asked, MaxResults=_PAGE, NextToken=token or None)

    def _next(self, reply: Reply, read: int, number: int) -> tuple[bool, str, int]:
        """Whether there is more, and how to ask for it."""
        data = record(reply.body.get("Data"))
        if self.older:
            return read < (count(data.get("TotalCount")) or 0), "", number + 1
        token = text(data.get("NextToken")).strip()
        return bool(token), token, number

    def _rows(self, day: date, found: list[Record], reply: Reply) -> Page:
        part = "window" if day >= self.window else "baseline"
        rows = tuple(row_of(line, day, part) for line in found)
        self.lines += len(rows)
        note = f"{self.lines} lines so far."
        total = (self.billed - self.first).days + 1
        return Page(rows, reply.request_id, note=note, expected=total)

    def _cut_off(self, day: date, read: int, circling: bool, reply: Reply) -> Gap:
        why = "the cloud handed out the same page mark twice" if circling else "raise the parameter lines"
        detail = f"{read} lines of the day were read and there are more: {why}."
        return Gap(Status.PARTIAL, f"charges of {day}", detail, request_id=reply.request_id)

    def _summary(self) -> Page:
        """What is billed by now. Days that are not are a gap, never a zero."""
        newest = days.billed_until(self.asking.cloud.now())
        late = {day for day in self.empty if (newest - day).days < _OFTEN_LATE}
        waiting = [day for day in days.each(self.window, self.last) if day > self.billed or day in late]
        gaps = (_not_yet(waiting),) if waiting else ()
        silent = [day for day in sorted(self.empty) if day not in waiting]
        told = f" No charge at all on {len(silent)} of the days asked for." if silent else ""
        last = min(waiting) if waiting else None
        covered = Window(days.begin(self.first), days.begin(last) if last else days.end(self.billed))
        if covered.end <= covered.start or not self.billing.answered:
            return Page(gaps=gaps)
        return Page(gaps=gaps, covered=covered, note=f"{self.billing.note} {LAG_NOTE}{told}".strip())


def _not_yet(waiting: list[date]) -> Gap:
    detail = (
        "Not billed yet, which does not mean that nothing was spent. Bills are a day late; what the key "
        "started since is estimated by running-cost."
    )
    return Gap(Status.NOT_COVERED, f"charges of {days.named(waiting)}", detail)
