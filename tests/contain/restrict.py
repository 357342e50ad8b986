"""What the tests of restrictions share: marks of a responder, and whom the practice cloud lets in."""

from collections.abc import Iterable
from pathlib import Path

from aktui.case.marks import Marks, mark, write_marks
from aktui.simcloud import network
from aktui.simcloud.account import Account
from aktui.simcloud.scenarios.leaked_ci_key import LAIR, OFFICES, SECOND_LAIR
from aktui.simcloud.stories.delivery import BUILD_HOST, BUILD_HOST_INSIDE
from tests.contain.stage import NOW

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
