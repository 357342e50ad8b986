"""What the tests of restrictions share: marks of a responder, and whom the practice cloud lets in."""

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from aktui.case.marks import Marks, mark, write_marks
from aktui.contain.ground import Ground
from aktui.contain.netpolicy import normal
from aktui.simcloud import network
from aktui.simcloud.account import Account, Group, Role, User
from aktui.simcloud.scenarios.leaked_ci_key import LAIR, OFFICES, SECOND_LAIR
from aktui.simcloud.stories.delivery import BUILD_HOST, BUILD_HOST_INSIDE
from queries.usage import Usage, UsageReport
from tests.contain.quick import quick
from tests.contain.stage import NOW, Stage, stage
from tests.contain.usages import report

BUSINESS = (*OFFICES, BUILD_HOST)
INTRUDER = (LAIR, SECOND_LAIR)


def trust(directory: Path, *values: str, hostile: Iterable[str] = ()) -> None:
    """Mark sources in the case."""
    marks = Marks()
    for value in values:
        marks = marks.with_mark(mark("source", value, "trusted", NOW))
    for value in hostile:
        marks = marks.with_mark(mark("source", value, "hostile", NOW))
    write_marks(directory, marks)


def trust_business(directory: Path) -> None:
    """The offices and the build host, also from the inside of its VPC."""
    trust(directory, *BUSINESS, BUILD_HOST_INSIDE)


def vpc_of(account: Account) -> str:
    """The VPC through whose endpoint the build host calls."""
    return next(one.vpc for one in account.instances.values() if BUILD_HOST_INSIDE in one.private_ips)


def let_in(account: Account, key_id: str, source: str, vpc: str = "") -> bool:
    """Whether a key may call from there, as the practice cloud decides it."""
    return network.admits(account, account.keys[key_id], source, vpc=vpc, now=account.clock.now())


@asynccontextmanager
async def calm(
    directory: Path, account: Account | None = None, *usages: Usage, **rest: Any
) -> AsyncIterator[Stage]:
    """A stage whose key was called as told here: nobody counts the calls of the story, which takes long."""

    async def told(ground: Ground, days: float = 7) -> UsageReport:
        return report(*usages)

    with mock.patch.object(Ground, "usage", told):
        async with stage(directory, account or quick(), **rest) as at:
            yield at


def shape(account: Account) -> dict[str, Any]:
    """What containment may change of an account, to be compared before and after; times left out."""
    living = [user for user in account.users.values() if not user.recycled]
    holders: list[User | Group | Role] = [*living, *account.groups.values(), *account.roles.values()]
    now = account.clock.now()
    return {
        "keys": {
            key.id: (key.status, bool(key.recycled), normal(network.key_policy(key, now) or {}))
            for key in account.keys.values()
        },
        "policies": {
            name: json.loads(policy.document)
            for (kind, name), policy in account.policies.items()
            if kind == "Custom"
        },
        "attached": {
            f"{type(holder).__name__} {holder.name}": {
                (one.policy_type, one.policy_name) for one in holder.policies
            }
            for holder in holders
        },
        "groups": {user.name: set(user.groups) for user in living},
        "network": normal(network.account_policy(account, now) or {}),
    }
