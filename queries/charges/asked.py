"""What all questions about charges take, and the bill lines they all start from."""

from aktui.errors import UsageError
from queries.base import Asking, Gap, Param, Result, Status
from queries.charges.lines import unreadable

BASELINE = 60
LINES = 1500

BASELINE_PARAM = Param(
    "baseline", "days before the window that say what is usual, 0 to 400", default=str(BASELINE)
)
LINES_PARAM = Param("lines", "lines of a day's bill that are read before it stops", default=str(LINES))
BILL_PARAMS = (BASELINE_PARAM, LINES_PARAM)
SOURCE = "BSS bills"


def number(asking: Asking, name: str, default: int, least: int, most: int) -> int:
    """A parameter that is a whole number. Raises UsageError for what is none, or is out of bounds."""
    given = asking.params.get(name) or str(default)
    if not given.isascii() or not given.isdecimal() or len(given) > 9 or not least <= int(given) <= most:
        raise UsageError(f"{name} is '{given}'; it takes a number from {least} to {most}.")
    return int(given)


async def bills(asking: Asking) -> Result:
    """The lines of the window and its baseline, asked for once whoever needs them."""
    params = {param.name: asking.params[param.name] for param in BILL_PARAMS if asking.params.get(param.name)}
    found: Result = await asking.ask("charges-by-instance", **params)
    return found


def unread(result: Result) -> tuple[Gap, ...]:
    """A gap for lines without an amount: they are not zero."""
    lines = unreadable(result.rows)
    if not lines:
        return ()
    detail = f"{lines} lines tell no amount that can be read; they are left out of all sums."
    return (Gap(Status.PARTIAL, "amounts of the bills", detail),)
