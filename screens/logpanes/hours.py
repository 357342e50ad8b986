"""Groups by hour as bars."""

from queries.base import Result
from screens.widgets.activity import Bars
from screens.widgets.display import as_moment

HOUR = 3600
_COUNTS = ("requests", "calls", "count")


def bars_of(result: Result, start: int, end: int, room: int) -> Bars | None:
    """The hours between two moments, several to a bar where there are more than there is room for."""
    counts: dict[int, int] = {}
    for row in result.rows:
        moment = as_moment(row.values.get("hour"))
        number = next((row.values[name] for name in _COUNTS if isinstance(row.values.get(name), int)), 0)
        if moment is not None:
            counts[int(moment.timestamp())] = counts.get(int(moment.timestamp()), 0) + number
    if not counts:
        return None
    hours = -(-end // HOUR) - start // HOUR
    step = HOUR * max(1, -(-hours // max(1, room)))
    first = start // step * step
    bars = [0] * max(1, -(-(end - first) // step))
    for hour, count in counts.items():
        place = (hour - first) // step
        if 0 <= place < len(bars):
            bars[place] += count
    return Bars(first, step, tuple(bars))
