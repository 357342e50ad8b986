"""An account whose clock stands still until it is told otherwise, and habits for it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from aktui.simcloud.account import Account, Attachment, LoginProfile, Role
from aktui.simcloud.clock import Clock
from aktui.simcloud.life.habit import Habit
from aktui.simcloud.life.life import Life
from aktui.simcloud.trail import Event
from tests.simcloud.accounts import ADMIN, DEPLOYER_ID, DEPLOYER_KEY, REGION, small_account
from tests.simcloud.everything import TRUST

NOW = datetime(2026, 11, 22, 3, 12, 44, tzinfo=UTC)
OFFICE, LAIR = "203.0.113.7", "192.0.2.66"
DENY_ALL = '{"Version":"1","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}'


class Standing(Clock):
    """Scenario time that only tests move."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        self._moment = start

    def now(self) -> datetime:
        return self._moment

    def advance(self, seconds: float) -> None:
        self._moment += timedelta(seconds=seconds)

    def set(self, moment: datetime) -> None:
        self._moment = moment


def habit(name: str = "Ecs:DescribeInstances", every: float = 10, **more: Any) -> Habit:
    """A call of the intruder with the deployer's key, unless told otherwise."""
    service, _, operation = name.partition(":")
    known = {"label": "intruder", "key": DEPLOYER_KEY, "ip": LAIR, "agent": "tool/1.0", **more}
    if service == "Ecs":
        known.setdefault("params", {"RegionId": REGION})
    return Habit(service=service, operation=operation, region=REGION, every=every, **known)


def living(*habits: Habit) -> tuple[Account, Life]:
    """The small account with these habits, a role that anybody may take, a logon for the deployer."""
    account = small_account(NOW)
    account.clock = Standing(NOW)
    born = account.created
    account.roles["ops"] = Role("31", "ops", born, born, TRUST, policies=[Attachment("System", ADMIN, born)])
    account.users[DEPLOYER_ID].login = LoginProfile("correct-horse", "Active", born)
    account.life = list(habits)
    return account, Life(account)


def after(account: Account, life: Life, seconds: float) -> list[dict[str, Any]]:
    """The callers as they are told after so many seconds more."""
    account.clock.advance(seconds)
    life.catch_up()
    callers: list[dict[str, Any]] = life.told()["callers"]
    return callers


def codes(account: Account, name: str = "") -> list[str]:
    """The error codes of the events since the beginning, in order of time; empty for success."""
    return [event.get("errorCode", "") for event in events(account, name)]


def events(account: Account, name: str = "") -> list[Event]:
    return [event for event in account.trail if not name or event["eventName"] == name]
