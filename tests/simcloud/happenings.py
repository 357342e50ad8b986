"""Events for tests, as LookupEvents would show them, with as little said as possible."""

from datetime import datetime
from itertools import count
from typing import Any

from aktui.simcloud.account import Account
from aktui.simcloud.clock import iso
from aktui.simcloud.services import is_global
from aktui.simcloud.trail import Event
from tests.simcloud.accounts import ACCOUNT_ID, DEPLOYER_ID, DEPLOYER_KEY, REGION

_numbers = count(1)


def event(name: str, when: datetime, **more: Any) -> Event:
    """`event("Ecs:DescribeInstances", when)`: a call by the deployer in the home region."""
    service, _, operation = name.partition(":")
    return {
        "eventId": f"event-{next(_numbers):06d}",
        "eventVersion": 1,
        "eventName": operation,
        "eventTime": iso(when),
        "eventType": "ApiCall",
        "eventCategory": "Management",
        "eventRW": "Read",
        "serviceName": service,
        "sourceIpAddress": "203.0.113.7",
        "acsRegion": REGION,
        "isGlobal": is_global(service),
        "userIdentity": {
            "type": "ram-user",
            "accountId": ACCOUNT_ID,
            "principalId": DEPLOYER_ID,
            "userName": "ci-deployer",
            "accessKeyId": DEPLOYER_KEY,
        },
        **more,
    }


def happen(account: Account, name: str, when: datetime, **more: Any) -> Event:
    """Put such an event into the account."""
    made = event(name, when, **more)
    account.trail.add(made)
    return made
