"""What Cloud Governance Center finds wrong with an account, every night or when it is asked to look.

Ids of metrics are opaque, as the vendor's are. The vendor's metrics are far more, and its score is not
published; the ones here are those about keys and logons, and each weighs alike.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from aktui.simcloud.account import ROOT, AccessKey, Account, User
from aktui.simcloud.billing.charge import ZONE
from aktui.simcloud.clock import iso
from aktui.simcloud.directory import keys, mfa
from aktui.simcloud.evaluation import Evaluation, Finding

OLD = timedelta(days=90)
RUNS = timedelta(seconds=20)
"""How long an evaluation takes that was asked for."""

_NIGHT = 2
"""Hour, in China, at which everything is evaluated."""

Found = tuple[list[Finding], int]
"""What is wrong, and of how many things looked at."""


class Metric(NamedTuple):
    """One thing that is looked at."""

    id: str
    english: str
    chinese: str
    classification: str
    level: str
    """High, Medium or Suggestion."""
    properties: tuple[tuple[str, str], ...]
    """(name, display name) of what is told of each resource."""
    look: Callable[[Account, datetime], Found]


def latest(account: Account, now: datetime) -> Evaluation:
    """The newest evaluation: of the last night, or what was asked for since, if that is done."""
    asked = account.evaluation.asked if account.evaluation else None
    night = last_night(now)
    if account.evaluation is None or account.evaluation.when < night:
        account.evaluation = Evaluation(night, _look(account, now, METRICS), asked)
    done = account.evaluation
    if done.asked and now >= done.asked.ready:
        chosen = {name: METRICS[name] for name in done.asked.metrics}
        account.evaluation = Evaluation(done.asked.ready, {**done.found, **_look(account, now, chosen)})
    return account.evaluation


def last_night(now: datetime) -> datetime:
    """When the last nightly evaluation was."""
    night = now.astimezone(ZONE).replace(hour=_NIGHT, minute=0, second=0, microsecond=0)
    return night if night <= now else night - timedelta(days=1)


def _look(account: Account, now: datetime, metrics: Mapping[str, Metric]) -> dict[str, Found]:
    return {name: metric.look(account, now) for name, metric in metrics.items()}


def _root_key(account: Account, now: datetime) -> Found:
    active = [key for key in account.keys_of(ROOT) if key.status == "Active"]
    return [_of_account(account, _used(account, key, now)) for key in active[:1]], 1


def _root_mfa(account: Account, now: datetime) -> Found:
    return ([] if account.root_mfa else [_of_account(account, {})]), 1


def _unused(account: Account, now: datetime) -> Found:
    pairs = list(_active(account))
    limit = iso(now - OLD)
    told = [(user, key, _used(account, key, now)) for user, key in pairs]
    idle = [one for one in told if (one[2]["AkLastUsedTime"] or iso(one[1].created)) < limit]
    return [_of_user(account, user, "UnusedAccessKeyInRamUser", more) for user, _, more in idle], len(pairs)


def _old(account: Account, now: datetime) -> Found:
    pairs = list(_active(account))
    overdue = [(user, key) for user, key in pairs if now - key.created > OLD]
    rows = [
        _of_user(account, user, "OverdueAccessKeyInRamUser", _used(account, key, now))
        for user, key in overdue
    ]
    return rows, len(pairs)


def _no_mfa(account: Account, now: datetime) -> Found:
    people = [user for user in _living(account) if user.login and user.login.status == "Active"]
    open_ones = [user for user in people if mfa.of(account, user) is None]
    rows = [
        _of_user(account, user, "RamUserWithoutMfa", {"LastLoginTime": iso(user.last_login)})
        for user in open_ones
    ]
    return rows, len(people)


def _living(account: Account) -> list[User]:
    return [user for user in account.users.values() if not user.recycled]


def _active(account: Account) -> Iterator[tuple[User, AccessKey]]:
    for user in _living(account):
        for key in account.keys_of(user.id):
            if key.status == "Active":
                yield user, key


def _used(account: Account, key: AccessKey, now: datetime) -> dict[str, str]:
    event = keys.last_use(account, key.id, now)
    return {
        "AkId": key.id,
        "AkCreateTime": iso(key.created),
        "AkLastUsedTime": event["eventTime"] if event else "",
    }


def _of_account(account: Account, more: Mapping[str, str]) -> Finding:
    return Finding("ACS::Account", account.id, account.alias, "Account", dict(more))


def _of_user(account: Account, user: User, classification: str, more: Mapping[str, str]) -> Finding:
    told = {"DisplayName": user.display_name, **more}
    return Finding("ACS::RAM::User", user.id, user.name, classification, told)


_KEY = (
    ("AkId", "AccessKey ID"),
    ("AkCreateTime", "Time when the AccessKey pair was created"),
    ("AkLastUsedTime", "Last time the AccessKey pair was used"),
)

METRICS: dict[str, Metric] = {
    metric.id: metric
    for metric in (
        Metric(
            "pxgtda7c2e",
            "An AccessKey pair is enabled for the Alibaba Cloud account.",
            "主账号启用了 AccessKey",
            "AccessKeyInRootAccount",
            "High",
            _KEY,
            _root_key,
        ),
        Metric(
            "r7xdcu0k9m",
            "Multi-factor authentication is disabled for the Alibaba Cloud account.",
            "主账号未开启 MFA",
            "RootAccountWithoutMfa",
            "High",
            (),
            _root_mfa,
        ),
        Metric(
            "nq4w8hv1zt",
            "A RAM user has an idle AccessKey pair.",
            "RAM 用户存在闲置的 AccessKey",
            "UnusedAccessKeyInRamUser",
            "Medium",
            (("DisplayName", "Display name"), *_KEY),
            _unused,
        ),
        Metric(
            "e2ml6yb3ao",
            "An AccessKey pair of a RAM user has not been rotated for 90 days.",
            "RAM 用户的 AccessKey 未在 90 天内轮转",
            "OverdueAccessKeyInRamUser",
            "Medium",
            (("DisplayName", "Display name"), *_KEY),
            _old,
        ),
        Metric(
            "u9sf5rj8dp",
            "Multi-factor authentication is disabled for a RAM user that can log on to the console.",
            "可登录控制台的 RAM 用户未开启 MFA",
            "RamUserWithoutMfa",
            "High",
            (("DisplayName", "Display name"), ("LastLoginTime", "Last logon")),
            _no_mfa,
        ),
    )
}
"""By id."""
