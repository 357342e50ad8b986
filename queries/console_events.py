"""What the key's owner did without a key: in the console, and its sign-ins."""

from collections.abc import AsyncIterator

from queries.asking.reading import Record, ident, text
from queries.asking.together import together
from queries.base import Asking, Column, Page, Query, Row
from queries.owners.holder import HOLDER_CALLS, HOLDER_NEEDS, ROOT, find_holder, nobody
from queries.trail import lookup
from queries.trail.happening import EVENT_COLUMNS, described, identity, key_of, mfa_of
from queries.trail.regions import REGIONS_PARAM

_LIMIT = 2000
_SIGN_IN, _SIGN_IN_OF_ROOT = "AasSub", "AasCustomer"
"""The services whose events are sign-ins. Asked for by name, these are found however busy the keys are."""


async def run(asking: Asking) -> AsyncIterator[Page]:
    holder = await find_holder(asking)
    if not holder.name:
        yield nobody(holder, "console events")
        return
    plan = lookup.Plan.of(asking, _LIMIT)
    yield Page(gaps=holder.gaps)

    def keep(event: Record) -> Row | None:
        who = identity(event)
        if key_of(event) or ident(who.get("userName")) != holder.name:
            return None
        values = {**described(event), "type": text(event.get("eventType")), "mfa": mfa_of(event)}
        return Row(values, event)

    sign_ins = {"ServiceName": _SIGN_IN_OF_ROOT if holder.kind == ROOT else _SIGN_IN, "User": holder.name}
    async for page in together(
        lookup.everywhere(plan, sign_ins, keep), lookup.everywhere(plan, {"User": holder.name}, keep)
    ):
        yield page
    yield plan.summary()


QUERY = Query(
    id="console-events",
    title="Console events",
    question="What did the same user do without a key, in the console?",
    columns=(
        *EVENT_COLUMNS[:2],
        Column("type", "Type"),
        Column("mfa", "MFA", "flag"),
        *EVENT_COLUMNS[2:],
    ),
    calls=(*HOLDER_CALLS, *lookup.LOOKUP_CALLS),
    needs=(*HOLDER_NEEDS, *lookup.LOOKUP_NEEDS),
    run=run,
    params=(REGIONS_PARAM, lookup.limit_param(_LIMIT)),
    source=lookup.SOURCE,
    lag=lookup.LAG,
    limits=(
        f"{lookup.LIMITS} All events of the user are read and those made with a key left out, so the limit "
        "counts more than is shown; sign-ins are looked up on their own."
    ),
)
