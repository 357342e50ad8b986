"""Which charges a bill shows: the period asked for, and what is known of it yet.

What the vendor leaves open, and what is done here. A day is shown 24 hours after it is over, as a whole; what
tells about the instance follows 24 hours later (settlement bills need five hours). The last 18 months can be
asked for, the running one included; older ones, a date outside its period and a date in no known form are
refused. What billing itself refuses comes with status 200 and `Success: false`; an account of the other site
is refused by the gateway, `NotApplicable`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from aktui.simcloud.billing.charge import Charge, ends, today
from aktui.simcloud.clock import parse_iso
from aktui.simcloud.fault import ApiError
from aktui.simcloud.op import Call

LAG = timedelta(hours=24)
INSTANCE_LAG = timedelta(hours=48)
SETTLE_LAG = timedelta(hours=5)
MONTHS = 18
SPLIT_MONTHS = 12
SPLIT_LAG = timedelta(hours=72)

_ABROAD = "business.ap-southeast-1.aliyuncs.com"


@dataclass(frozen=True)
class Period:
    """A month, or one day of it."""

    cycle: str
    """`2026-11`."""
    day: date | None = None

    @property
    def first(self) -> date:
        return self.day or date(int(self.cycle[:4]), int(self.cycle[5:]), 1)

    @property
    def last(self) -> date:
        later = self.first + timedelta(days=31)
        return self.day or later.replace(day=1) - timedelta(days=1)


def business(code: str, message: str) -> ApiError:
    """A refusal of billing itself, which travels with status 200."""
    return ApiError(200, code, message, detail={"Success": False})


def bad(name: str, why: str) -> ApiError:
    return business("InvalidParameter", f"This request contain some invalid parameter: {name} {why}.")


def require_site(call: Call) -> None:
    """Raises 400 NotApplicable at the endpoint of the other site."""
    if not call.host:
        return
    if (call.host == _ABROAD) is not (call.account.site == "international"):
        raise ApiError(400, "NotApplicable", "This API is not applicable for caller.")


def require_owner(call: Call) -> None:
    """Nobody here is billed for another account."""
    for name in ("BillOwnerId", "OwnerID"):
        if name in call.params and str(call[name]) != call.account.id:
            raise business("InvalidOwner", "The specified owner doesn't belong to caller.")


def asked(call: Call, months: int = MONTHS) -> Period:
    """The period of a call: `BillingCycle` and, with the granularity DAILY, `BillingDate`."""
    cycle = _cycle(call, months)
    granularity = str(call.get("Granularity") or "MONTHLY").upper()
    if granularity not in ("MONTHLY", "DAILY"):
        raise bad("Granularity", "must be MONTHLY or DAILY")
    if granularity == "MONTHLY":
        return Period(cycle)
    text = call.get("BillingDate")
    if not text:
        raise business("MissingParameter", "BillingDate is mandatory when Granularity is DAILY.")
    day = _day(text)
    if f"{day:%Y-%m}" != cycle:
        raise bad("BillingDate", "must lie within BillingCycle")
    return Period(cycle, day)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text if re.fullmatch(r"[0-9-]{10}", text) else "")
    except ValueError:
        raise bad("BillingDate", "must be of the form YYYY-MM-DD") from None


def _cycle(call: Call, months: int) -> str:
    text = str(call["BillingCycle"])
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", text):
        raise bad("BillingCycle", "must be of the form YYYY-MM")
    now = today(call.now)
    if (now.year - int(text[:4])) * 12 + now.month - int(text[5:]) >= months:
        raise bad("BillingCycle", f"must be one of the last {months} months")
    return text


def moment(call: Call, name: str) -> datetime | None:
    """A parameter that is a time, `2026-11-22T03:12:44Z`; None when it was not given."""
    text = call.get(name)
    if not text:
        return None
    try:
        return parse_iso(text)
    except ValueError:
        raise bad(name, "must be of the form YYYY-MM-DDThh:mm:ssZ") from None


def shown(charges: Iterable[Charge], period: Period, now: datetime, lag: timedelta = LAG) -> list[Charge]:
    """The charges of the period that are known by now."""
    first, last = period.first, min(period.last, known_until(now, lag))
    return [one for one in charges if first <= one.day <= last]


def known_until(now: datetime, lag: timedelta) -> date:
    """The last day that was over that long ago."""
    day = today(now - lag)
    return day if ends(day) + lag <= now else day - timedelta(days=1)
