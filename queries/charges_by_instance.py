"""What each instance was charged, day by day, over the window and a baseline before it."""

from collections.abc import AsyncIterator
from datetime import timedelta

from queries.base import Asking, Page, Query
from queries.charges import asked, days
from queries.charges.instancebills import BILL_CALLS, BILL_NEEDS, Reading
from queries.charges.lines import LINE_COLUMNS


async def run(asking: Asking) -> AsyncIterator[Page]:
    baseline = asked.number(asking, "baseline", asked.BASELINE, 0, 400)
    most = asked.number(asking, "lines", asked.LINES, 1, 50_000)
    window, last = days.span(asking.window, asking.cloud.now())
    first, _ = days.span(asking.window, asking.cloud.now(), before=timedelta(days=baseline))
    async for page in Reading(asking, first, window, last, most).pages():
        yield page


QUERY = Query(
    id="charges-by-instance",
    title="Charges by instance",
    question="What was each instance charged, day by day?",
    columns=LINE_COLUMNS,
    calls=BILL_CALLS,
    needs=BILL_NEEDS,
    run=run,
    params=asked.BILL_PARAMS,
    source=asked.SOURCE,
    lag=days.INSTANCE_LAG,
    limits=(
        "Bills of 18 months, by days of China (UTC+8), before tax and after discounts. A day is billed a "
        "day after it is over, name, type and addresses of an instance a day later; amounts of the running "
        "month may still change. Lines that cost nothing are left out."
    ),
)
