"""What the provider tells of the key, made up: a leak report, a restriction, alerts, checks, machines."""

from datetime import timedelta

from queries.base import Gap, Page, Status
from tests.screens.fakes import NOW, Told, pages, rows

FOUND = NOW - timedelta(days=4)
DENIED = Gap(
    Status.DENIED,
    "leak reports",
    "You are not authorized.",
    "sas:DescribeAccesskeyLeakList",
    "NoPermission",
    "REQ-1",
    "yundun-aegis:DescribeAccesskeyLeakList",
)
OFF = Gap(
    Status.NOT_COVERED,
    "insights about keys",
    "AkInsight, abnormal use of AccessKeys, is off: an empty list says nothing. It shows nothing from before "
    "it is switched on.",
)
PART = Gap(Status.PARTIAL, "events", "The newest 1000 were read; there are more.")

LEAK = {
    "found": FOUND,
    "status": "pending",
    "deal": "pending",
    "valid": "yes",
    "url": "https://github.com/acme/deploy/blob/main/deploy.ini",
    "repository": "deploy",
    "file": "deploy.ini",
    "published_by": "acme-dev",
    "source": "GitHub",
    "lines": "published lines are kept back: they may hold the secret",
    "leak_id": "323646",
}
CALLED = (
    {"service": "Ecs", "event": "DescribeInstances", "under_protection": "stays open", "refused_so": 0},
    {"service": "Ecs", "event": "RunInstances", "under_protection": "blocked", "refused_so": 4},
    {"service": "Oss", "event": "GetObject", "under_protection": "stays open", "refused_so": 0},
)
RESTRICTED = (
    "The key is restricted: 4 of its calls were refused with the provider's words, and there is one leak "
    "report (1 not dealt with)."
)
ALERTS = (
    {"last": NOW, "level": "serious", "alert": "Abnormal call", "about": "the key", "state": "open"},
    {"last": FOUND, "level": "remind", "alert": "New region", "about": "its user", "state": "dealt with"},
)
NOTICED = {"at": FOUND, "type": "AkInsight", "object": "the key", "service": "Ecs", "event": "RunInstances"}
CHECKS = (
    {"check": "A key is not rotated for 90 days", "subject": "not rotated", "fails": True, "others": 44},
    {"check": "A RAM user has an idle key", "subject": "idle", "fails": False, "others": 6},
)
RULES = (
    {
        "rule": "A key of the root account is used",
        "state": "quiet",
        "why": "it is no key of root",
    },
    {"rule": "Calls are refused", "state": "would alert", "why": "8 calls refused", "count": 8},
)
MACHINES = (
    {"ip": "198.51.100.23", "whose": "ours", "instance": "i-bp1build", "name": "build-01"},
    {"ip": "192.0.2.66", "whose": "not ours", "why": "no machine of the account has it now"},
)


def provided() -> dict[str, Told]:
    """The answers to all that the provider is asked."""
    reported = "One report of this key in public, 1 not dealt with."
    alerted = "1 of 2 rules would alert, over 597 events of the key. Whether the rules are on was not asked."
    ours = "1 of 2 addresses are ours. Regions asked: cn-hangzhou, us-west-1."
    return {
        "leak-reports": pages(Page(rows("leak-reports", LEAK), note=reported)),
        "restrictive-protection": pages(
            Page(rows("restrictive-protection", *CALLED), gaps=(PART,), note=RESTRICTED)
        ),
        "security-alerts": pages(Page(rows("security-alerts", *ALERTS), note="Those that name the key.")),
        "insights": pages(Page(rows("insights", NOTICED), note="Switched on: AkInsight, IpInsight.")),
        "governance-checks": pages(Page(rows("governance-checks", *CHECKS), note="Evaluated at 18:00 UTC.")),
        "alert-rules": pages(Page(rows("alert-rules", *RULES), note=alerted)),
        "which-instance": pages(Page(rows("which-instance", *MACHINES), note=ours)),
    }
