"""What the rows in sight are made of: how many over time, and which values how often."""

from dataclasses import dataclass

from aktui.case.rows.asking import Condition, Filter, Value
from queries.base import Column
from screens.logpanes.sight import Sight
from screens.logpanes.timespan import Span
from screens.widgets.activity import Bars
from screens.widgets.facets import Counted

TOP = 30
"""Values of a column that are counted out."""


@dataclass(frozen=True)
class Activity:
    """Bars, and the time they were asked for."""

    bars: Bars | None
    span: Span | None
    """Where nobody asked about a time, that of the rows, as far as they came."""


async def activity(sight: Sight, room: int) -> Activity:
    """The rows in sight over time, in at most `room` bars."""
    span = sight.span
    ends = {} if sight.open_ended or span is None else {"start": span.start, "end": span.end}
    found = await sight.subject.table.histogram(sight.where, room, **ends)
    bars = Bars(found.start, found.step, found.counts) if found.counts else None
    if sight.open_ended and bars is not None and not sight.narrowed:
        span = Span.whole_of(bars.start, bars.end)
    return Activity(bars, span)


async def values(sight: Sight, column: Column) -> Counted:
    """The values of a column, counted among the rows that all but its own filter lets through."""
    where, base = sight.where, sight.subject.base.conditions
    others = tuple(one for one in where.conditions if one.column != column.id or one in base)
    facet = await sight.subject.table.facets(column.id, Filter(others, where.words), TOP)
    mine = [one for one in sight.chosen.conditions if one.column == column.id]
    wanted = frozenset(_value(one) for one in mine if one.op in ("=", "absent"))
    barred = frozenset(_value(one) for one in mine if one.op in ("!=", "present"))
    return Counted(column, facet, wanted, barred)


def _value(condition: Condition) -> Value:
    """What a condition on one value is about; None for rows without any."""
    if condition.op in ("absent", "present") or isinstance(condition.value, tuple):
        return None
    return condition.value
