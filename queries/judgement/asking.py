"""What the queries about a judgement share: calls, permissions, where the answer comes from."""

from aktui.errors import UsageError
from queries.base import Asking
from queries.logs import osslogs, slslogs, traillogs
from queries.owners.holder import HOLDER_CALLS, HOLDER_NEEDS
from queries.owners.rootkeys import ROOTKEY_CALLS, ROOTKEY_NEEDS
from queries.trail import lookup

CALLS = tuple(
    dict.fromkeys(
        (
            *HOLDER_CALLS,
            *ROOTKEY_CALLS,
            "ims:GetAccessKeyLastUsed",
            "actiontrail:GetAccessKeyLastUsedProducts",
            "ims:GetUserInRecycleBin",
            *traillogs.GROUP_CALLS,
            *traillogs.ROW_CALLS,
            *osslogs.GROUP_CALLS,
            *osslogs.ROW_CALLS,
            *slslogs.GROUP_CALLS,
            *slslogs.ROW_CALLS,
            *lookup.LOOKUP_CALLS,
        )
    )
)
NEEDS = tuple(
    dict.fromkeys(
        (
            *HOLDER_NEEDS,
            *ROOTKEY_NEEDS,
            "ram:GetAccessKeyLastUsed",
            "actiontrail:GetAccessKeyLastUsedProducts",
            "ram:GetUserInRecycleBin",
            *traillogs.GROUP_NEEDS,
            *traillogs.ROW_NEEDS,
            *osslogs.GROUP_NEEDS,
            *osslogs.ROW_NEEDS,
            *slslogs.GROUP_NEEDS,
            *slslogs.ROW_NEEDS,
            *lookup.LOOKUP_NEEDS,
        )
    )
)
SOURCE = "Logstore of a trail, else ActionTrail LookupEvents; logs of OSS and the log service; IMS"
LIMITS = (
    "Told from behaviour: what is new against the key's own past, and whether others of the account vouch "
    "for it. An intruder who does only what the business does, from where it does it, is not told apart. "
    "What no source records is not seen."
)


def yes_or_no(asking: Asking, name: str) -> bool | None:
    """A parameter that is yes, no or left out. Raises UsageError."""
    told = asking.params.get(name, "").strip().lower()
    if told not in ("", "yes", "no"):
        raise UsageError(f"{name} is '{told}'; it takes yes or no.")
    return {"yes": True, "no": False}.get(told)
