"""The credential report, and how far the account follows good practice."""

import base64
import csv
import io
from datetime import datetime, timedelta
from typing import Any

from aktui.simcloud import preferences, views
from aktui.simcloud.account import ROOT, AccessKey, Account, CredentialReport, User
from aktui.simcloud.clock import iso
from aktui.simcloud.directory import keys, mfa
from aktui.simcloud.fault import absent, invalid

GOOD_FOR = timedelta(hours=4)
"""A report younger than this is given again instead of making a new one."""
OLD_KEY = timedelta(days=90)
PAGE = 3501

_SLOTS = (
    "access_key_1",
    "access_key_2",
    "additional_access_key_1",
    "additional_access_key_2",
    "additional_access_key_3",
)
_COLUMNS = (
    "user",
    "user_creation_time",
    "user_last_logon",
    "password_exist",
    "password_active",
    "password_last_changed",
    "password_next_rotation",
    "mfa_active",
    *(f"{slot}_{what}" for slot in _SLOTS for what in ("exist", "active", "last_rotated", "last_used")),
)
_NEVER = "N/A"
_NOTHING = "-"


def generate(account: Account, now: datetime) -> str:
    """`STARTED` when this call began a report, `COMPLETED` when there is one to fetch."""
    if account.report and now - account.report.generated < GOOD_FOR:
        return "COMPLETED"
    living = [user for user in account.users.values() if not user.recycled]
    users = sorted(living, key=lambda user: (user.created, user.id))
    owned = keys.by_owner(account)
    rows = [
        _COLUMNS,
        _root_row(account, owned[ROOT], now),
        *(_user_row(account, user, owned[user.id], now) for user in users),
    ]
    account.report = CredentialReport(now, tuple(_line(row) for row in rows))
    return "STARTED"


def page(account: Account, size: int, token: str) -> dict[str, Any]:
    """A page of rows as base-64 CSV; only the first page has the header."""
    report = account.report
    if report is None:
        raise absent("CredentialReport", "credential report")
    start = _start(report, token) if token else 0
    header = report.lines[:1] if start == 0 else ()
    rows = report.lines[1:]
    text = "".join([*header, *rows[start : start + size]])
    answer: dict[str, Any] = {
        "GeneratedTime": iso(report.generated),
        "Content": base64.b64encode(text.encode()).decode(),
        "IsTruncated": "false",
    }
    if start + size < len(rows):
        answer |= {"IsTruncated": "true", "NextToken": _token(report, start + size)}
    return answer


def practice(account: Account, now: datetime) -> dict[str, Any]:
    """What GetAccountSecurityPracticeReport counts, and a score of it."""
    living = [user for user in account.users.values() if not user.recycled]
    owned = keys.by_owner(account)
    of_users = [found for owner, found in owned.items() if owner != ROOT]
    unused = [sum(_is_unused(account, key, now) for key in found) for found in of_users]
    old = [sum(now - key.created > OLD_KEY for key in found) for found in of_users]
    info = {
        "BindMfa": account.root_mfa,
        "RootWithAccessKey": len(owned[ROOT]),
        "SubUser": len(living),
        "SubUserBindMfa": sum(mfa.of(account, user) is not None for user in living),
        "SubUserPwdLevel": _password_level(account),
        "OldAkNum": sum(old),
        "SubUserWithOldAccessKey": sum(map(bool, old)),
        "UnusedAkNum": sum(unused),
        "SubUserWithUnusedAccessKey": sum(map(bool, unused)),
    }
    return {"AccountSecurityPracticeInfo": {"AccountSecurityPracticeUserInfo": info, "Score": _score(info)}}


def _score(info: dict[str, Any]) -> int:
    """Our own weights: how the vendor computes its score is not published."""
    lost = 20 * (not info["BindMfa"]) + 20 * bool(info["RootWithAccessKey"])
    lost += 10 * bool(info["OldAkNum"]) + 10 * bool(info["UnusedAkNum"])
    lost += 10 * (info["SubUserBindMfa"] < info["SubUser"]) + 10 * (info["SubUserPwdLevel"] != "high")
    return 100 - int(lost)


def _password_level(account: Account) -> str:
    policy = preferences.ims_password(account)
    kinds = sum(policy[name] for name in policy if name.startswith("Require"))
    return "low" if kinds < 2 else "high" if kinds > 2 and policy["MinimumPasswordLength"] >= 12 else "mid"


def _is_unused(account: Account, key: AccessKey, now: datetime) -> bool:
    event = keys.last_use(account, key.id, now)
    since = event["eventTime"] if event else iso(key.created)
    return bool(since < iso(now - OLD_KEY))


def _root_row(account: Account, owned: list[AccessKey], now: datetime) -> tuple[str, ...]:
    return (
        "<root>",
        iso(account.created),
        iso(account.root_last_login) or _NOTHING,
        *("TRUE", _NEVER, _NEVER, _NEVER),
        _flag(account.root_mfa),
        *_key_cells(account, owned, now),
    )


def _user_row(account: Account, user: User, owned: list[AccessKey], now: datetime) -> tuple[str, ...]:
    return (
        views.principal_name(account, user),
        iso(user.created),
        iso(user.last_login) or _NOTHING,
        *_password_cells(account, user),
        _flag(mfa.of(account, user) is not None),
        *_key_cells(account, owned, now),
    )


def _password_cells(account: Account, user: User) -> tuple[str, str, str, str]:
    if user.login is None:
        return "FALSE", _NEVER, _NEVER, _NEVER
    days = preferences.ims_password(account)["MaxPasswordAge"]
    rotation = iso(user.login.updated + timedelta(days=days)) if days else _NOTHING
    return "TRUE", _flag(user.login.status == "Active"), iso(user.login.updated), rotation


def _key_cells(account: Account, owned: list[AccessKey], now: datetime) -> list[str]:
    cells: list[str] = []
    for key in owned[: len(_SLOTS)]:
        event = keys.last_use(account, key.id, now)
        used = event["eventTime"] if event else _NEVER
        cells += ["TRUE", _flag(key.status == "Active"), iso(key.created), used]
    empty = len(_SLOTS) - len(cells) // 4
    return cells + ["FALSE", _NOTHING, _NOTHING, _NOTHING] * empty


def _flag(value: bool) -> str:
    return "TRUE" if value else "FALSE"


def _line(row: tuple[str, ...]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(row)
    return text.getvalue()


def _token(report: CredentialReport, start: int) -> str:
    return base64.urlsafe_b64encode(f"{iso(report.generated)}/{start}".encode()).decode()


def _start(report: CredentialReport, token: str) -> int:
    """Where the page begins; the token of another report is refused, as its rows are not these."""
    for start in range(1, len(report.lines)):
        if token == _token(report, start):
            return start
    raise invalid("NextToken", "is not one that was given out for the current report")
