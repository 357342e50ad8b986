"""RAM users: making, changing, deleting."""

from collections.abc import Mapping
from datetime import datetime

from aktui.simcloud.account import Account, User
from aktui.simcloud.directory import ids, names, quotas, recycle
from aktui.simcloud.fault import exists, in_use


def create(
    account: Account,
    name: str,
    details: Mapping[str, str],
    now: datetime,
    *,
    tags: dict[str, str],
    display: int,
) -> User:
    """A new user; `details` by wire name (DisplayName, Email, MobilePhone, Comments).

    `display` is how long a display name may be, which the two products see differently.
    """
    if account.user_named(name):
        raise exists("User", "user")
    living = sum(not user.recycled for user in account.users.values())
    quotas.require_room(account, "UsersQuota", living, "User", "users")
    user = User(ids.numeric("2"), name, now, now, tags=tags)
    _set_details(user, details, "", display)
    account.users[user.id] = user
    return user


def update(
    account: Account, user: User, name: str, details: Mapping[str, str], now: datetime, *, display: int
) -> None:
    """Changes the name, if a new one is given, and the given details (by wire name, without `New`)."""
    if name and name != user.name and account.user_named(name):
        raise exists("User", "user")
    _set_details(user, details, "New", display)
    user.name = name or user.name
    user.updated = now


def _set_details(user: User, details: Mapping[str, str], prefix: str, display: int) -> None:
    """Checks all before it sets any."""
    if "DisplayName" in details:
        names.short(f"{prefix}DisplayName", details["DisplayName"], display)
    if "Email" in details:
        names.email(f"{prefix}Email", details["Email"])
    if "MobilePhone" in details:
        names.mobile(f"{prefix}MobilePhone", details["MobilePhone"])
    if "Comments" in details:
        names.short(f"{prefix}Comments", details["Comments"], 128)
    user.display_name = details.get("DisplayName", user.display_name)
    user.email = details.get("Email", user.email)
    user.mobile = details.get("MobilePhone", user.mobile)
    user.comments = details.get("Comments", user.comments)


def require_bare(account: Account, user: User) -> None:
    """RAM deletes a user only after everything that hangs on it is gone."""
    if user.groups:
        raise in_use("User.Group", "The user is still in a group.")
    if account.keys_of(user.id):
        raise in_use("User.AccessKey", "The user still has an access key.")
    if user.login:
        raise in_use("User.LoginProfile", "The user still has a login profile.")
    if any(device.user == user.id for device in account.mfa_devices.values()):
        raise in_use("User.MFADevice", "The user still has an MFA device.")
    if user.policies:
        raise in_use("User.Policy", "The user still has a policy attached.")


def delete(account: Account, user: User, now: datetime) -> None:
    """Moves the user to the recycle bin."""
    recycle.throw_user(account, user, now)
