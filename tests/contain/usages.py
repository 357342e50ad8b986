"""Usages written down, for tests of what is made from them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from aktui.models import Window
from queries.usage import By, Usage, UsageReport
from queries.usage.ramactions import ram_action

NOW = datetime(2026, 11, 22, 3, 12, tzinfo=UTC)
WINDOW = Window(NOW - timedelta(days=7), NOW)
KEY = "LTAI5tCIDEPLOYER0000001"


def usage(name: str = "Ecs:DescribeInstances", source: str = "192.0.2.66", **rest: Any) -> Usage:
    """Ten calls of the key by its user `ci-deployer`, unless told."""
    service, _, operation = name.partition(":")
    action = ram_action(service, operation)
    kind = By(rest.pop("kind", By.KEY))
    told = {
        "service": service,
        "operation": operation,
        "action": action.name,
        "guessed": action.guessed,
        "source": source,
        "vpc": "",
        "kind": kind,
        "identity": "ci-deployer",
        "key_id": {By.KEY: KEY, By.SESSION: "STS.N1"}.get(kind, ""),
        "own": kind is By.KEY,
        "count": 10,
        "refused": 0,
        "first": NOW - timedelta(days=2),
        "newest": NOW - timedelta(hours=1),
        "origin": {"Oss": "oss", "Sls": "sls"}.get(service, "trail"),
        **rest,
    }
    return Usage(**told)


def report(*usages: Usage, **rest: Any) -> UsageReport:
    return UsageReport(usages, WINDOW, rest.pop("covered", WINDOW), rest.pop("gaps", ()), ("trail",))
