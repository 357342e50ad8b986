"""What a sweep may ask, and what it says of its sources."""

from dataclasses import dataclass
from datetime import timedelta

from queries.logs import traillogs
from queries.owners.report import REPORT_CALLS, REPORT_NEEDS
from queries.sweep.known import KEYS, LEAKS, POWERS, REPORT, TRAIL, USERS, USES


@dataclass(frozen=True)
class About:
    """A source, for people."""

    title: str
    serves: tuple[str, ...]
    """The aspects of a key that are told from it."""
    calls: tuple[str, ...]
    needs: tuple[str, ...]
    lag: timedelta | None = None
    limits: str = ""


_POWERS = ("ram:ListPoliciesForUser", "ram:ListGroupsForUser", "ram:ListPoliciesForGroup", "ram:GetPolicy")

SOURCES: dict[str, About] = {
    USERS: About("Users", ("keys",), ("ims:ListUsers",), ("ram:ListUsers",)),
    KEYS: About(
        "Keys of the users",
        ("keys", "inactive", "old"),
        ("ims:ListAccessKeys",),
        ("ram:ListAccessKeys",),
        limits="Keys in the recycle bin are not listed.",
    ),
    REPORT: About(
        "Credential report",
        ("root", "idle", "old", "inactive", "no-mfa"),
        REPORT_CALLS,
        REPORT_NEEDS,
        timedelta(hours=2),
        "It has no key ids, so root's keys have none here; it may be up to four hours old.",
    ),
    LEAKS: About(
        "Leak reports",
        ("leaked",),
        ("sas:DescribeAccesskeyLeakList",),
        ("yundun-aegis:DescribeAccesskeyLeakList",),
        limits="What Security Center found on the public sites it looks at; no report does not prove that it "
        "did not leak.",
    ),
    TRAIL: About(
        "Trail",
        ("abnormal",),
        traillogs.GROUP_CALLS,
        traillogs.GROUP_NEEDS,
        timedelta(minutes=10),
        "Management events only; judged by each key's own sources.",
    ),
    POWERS: About(
        "Policies of the owners",
        ("admin",),
        _POWERS,
        _POWERS,
        limits="Conditions are not evaluated; grants within a resource group are not listed.",
    ),
    USES: About(
        "Last use, key by key",
        ("idle",),
        ("actiontrail:GetAccessKeyLastUsedInfo",),
        ("actiontrail:GetAccessKeyLastUsedInfo",),
        timedelta(hours=1),
        "Asked only where the credential report does not tell; reaches back 400 days.",
    ),
}

CALLS = tuple(
    dict.fromkeys(("sts:GetCallerIdentity", *(c for about in SOURCES.values() for c in about.calls)))
)
NEEDS = tuple(
    dict.fromkeys(("sts:GetCallerIdentity", *(n for about in SOURCES.values() for n in about.needs)))
)
