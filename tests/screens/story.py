"""One key's answers, made up: enough of everything that each pane has something to show."""

from datetime import timedelta
from typing import Any

from queries.base import Gap, Page, Status
from tests.screens.fakes import KEY, NOW, Told, gap_page, pages, rows
from tests.screens.judged import judgement

SERVICES = ("Ecs", "Oss", "Ram", "Sts", "Vpc", "Log", "Rds")


def ago(hours: float) -> Any:
    return NOW - timedelta(hours=hours)


def events(query_id: str, count: int, *, at: str = "at") -> Page:
    """So many events, the newest first, one every seven hours."""
    return Page(
        rows(
            query_id,
            *(
                {
                    "event": f"DescribeThing{i}",
                    "service": SERVICES[i % 7],
                    at: ago(7 * i + 1),
                    "region": "cn-hangzhou",
                    "source_ip": f"203.0.113.{i % 5}",
                    "user_agent": "AlibabaCloud (linux; amd64)",
                    "error": "NoPermission" if i % 5 == 1 else "",
                }
                for i in range(count)
            ),
        )
    )


DENIED = Gap(
    Status.DENIED,
    "resources of Ecs",
    "The responder may not do this.",
    "actiontrail:GetAccessKeyLastUsedResources",
    "NoPermission",
    "6F1C-REQ",
    "actiontrail:GetAccessKeyLastUsedResources",
)


def story() -> dict[str, Told]:
    """A CI user's key in use, with a pane that is denied and one that has nothing."""
    owner = {
        "key_id": KEY,
        "status": "Active",
        "owner_type": "ram-user",
        "owner_name": "ci-deployer",
        "age_days": 649,
        "created": ago(649 * 24),
        "comments": "平台组",
    }
    used = {
        "service": "Ecs",
        "last_used": ago(1),
        "event": "RunInstances",
        "source_ip": "203.0.113.7",
        "witness": "ActionTrail",
    }
    services = (
        {"service": name, "last_used": ago(7 * i + 1), "source_ip": "203.0.113.7", "event": "DescribeRegions"}
        for i, name in enumerate(SERVICES)
    )
    addresses = ({"ip": f"203.0.113.{i}", "last_used": ago(i), "service": "Ecs"} for i in range(4))
    policy = {"policy": "AdministratorAccess", "reading": "admin", "through": "group ci"}
    caller = {"name": "responder-li", "account_id": "1234567890123456", "type": "RAMUser"}
    return {
        "caller": pages(Page(rows("caller", caller))),
        "owner": pages(Page(rows("owner", owner))),
        "last-used": pages(Page(rows("last-used", used))),
        "services": pages(Page(rows("services", *services))),
        "events": pages(events("events", 12, at="last_used")),
        "ips": pages(Page(rows("ips", *addresses))),
        "resources": gap_page(DENIED),
        "recent-events": pages(events("recent-events", 40)),
        "permissions": pages(Page(rows("permissions", policy), note="Overall: admin. It may do everything.")),
        "logon": pages(Page(rows("logon", {"console": "none", "mfa": False}))),
        "network-policy": pages(Page(rows("network-policy", {"scope": "key", "in_force": False}))),
        "siblings": pages(Page(rows("siblings", {"key_id": "LTAI5tSiblingSiblingSib1", "status": "Active"}))),
        "leak-reports": pages(
            Page(
                rows(
                    "leak-reports",
                    {
                        "found": ago(26),
                        "status": "pending",
                        "repository": "somebody/playground",
                        "leak_id": "7",
                    },
                )
            )
        ),
        **judgement(),
    }
