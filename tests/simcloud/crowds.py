"""A crowded account, for the questions that must not take a call for each user."""

from datetime import UTC, datetime, timedelta

from aktui.simcloud.account import AccessKey, Account, User
from aktui.simcloud.trail import Event
from tests.simcloud.accounts import NOBODY_ID, small_account
from tests.simcloud.happenings import event

CROWDED_NOW = datetime(2026, 11, 22, 3, 12, 44, tzinfo=UTC)


def crowded_account(users: int = 1000, keys: int = 2000, now: datetime | None = CROWDED_NOW) -> Account:
    """So many living users, the three of `small_account` included, and so many keys, those of its users too.

    Each key is at most the second of its user. Every second key was used, in LookupEvents' reach; every
    fortieth lies in the recycle bin. The suspects are a used, a never used and a deleted one.
    """
    account = small_account(now)
    crowd = [_user(account, number) for number in range(users - len(account.users))]
    crowd.append(account.users[NOBODY_ID])
    events: list[Event] = []
    for number in range(keys - len(account.keys)):
        events += _key(account, crowd[number % len(crowd)], number)
    account.trail.extend(events)
    used, unused, deleted = f"{_PREFIX}000000", f"{_PREFIX}000001", f"{_PREFIX}000039"
    account.suspects = [used, unused, deleted]
    return account


_PREFIX = "LTAI5tCROWDEDCROWD"


def _user(account: Account, number: int) -> User:
    born = account.created + timedelta(hours=number % 2000)
    user = User(f"2{number:017d}", f"user-{number:04d}", born, born, display_name=f"User {number}")
    account.users[user.id] = user
    return user


def _key(account: Account, user: User, number: int) -> list[Event]:
    """A key, and the event of its use if it was used."""
    born = user.created + timedelta(days=1)
    key = AccessKey(f"{_PREFIX}{number:06d}", f"{number:030d}", user.id, "Active", born, born)
    account.keys[key.id] = key
    now = account.clock.now()
    if number % 40 == 39:
        key.recycled = key.updated = (now - timedelta(days=3)).replace(microsecond=0)
    if number % 2:
        return []
    identity = {
        "type": "ram-user",
        "accountId": account.id,
        "principalId": user.id,
        "userName": user.name,
        "accessKeyId": key.id,
    }
    return [
        event("Ecs:DescribeInstances", now - timedelta(hours=2, minutes=number % 1000), userIdentity=identity)
    ]
