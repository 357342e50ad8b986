"""The recycle bins: what was deleted is kept for thirty days and can come back."""

from datetime import datetime

from aktui.simcloud.account import ROOT, AccessKey, Account, User
from aktui.simcloud.directory import quotas
from aktui.simcloud.fault import absent, exists
from aktui.simcloud.views import BIN_KEEPS


def throw_key(account: Account, key: AccessKey, now: datetime) -> None:
    """Deletes a key. Keys of the account itself have no bin and are gone at once."""
    if key.owner == ROOT:
        del account.keys[key.id]
        return
    key.recycled = now
    surplus = len(account.keys_of(key.owner, recycled=True)) - quotas.RECYCLED_KEYS_PER_USER
    for oldest in _by_bin_date(account.keys_of(key.owner, recycled=True))[: max(0, surplus)]:
        del account.keys[oldest.id]


def throw_user(account: Account, user: User, now: datetime) -> None:
    """Deletes a user together with the keys; whatever else was attached is lost."""
    for key in account.keys_of(user.id):
        throw_key(account, key, now)
    for device in account.mfa_devices.values():
        if device.user == user.id:
            device.user, device.activated = "", None
    for held in (user.groups, user.policies, user.left, user.detached):
        held.clear()
    user.credentials.clear()
    user.login = None
    user.recycled = now
    surplus = sum(bool(one.recycled) for one in account.users.values()) - quotas.RECYCLED_USERS
    for oldest in sorted(binned_users(account, now), key=_bin_date)[: max(0, surplus)]:
        purge_user(account, oldest)


def restore_key(account: Account, key: AccessKey) -> None:
    """Brings a key back, disabled, if its user lives and has room for it."""
    user = account.users.get(key.owner)
    if user is None or user.recycled:
        raise absent("User", "user the access key belongs to")
    held = len(account.keys_of(key.owner))
    quotas.require_room(account, "AccessKeysPerUserQuota", held, "User.AccessKey", "access keys of the user")
    key.recycled, key.settling = None, None
    # How a restored key comes back is not documented; a deleted one must not start working unasked.
    key.status = "Inactive"


def restore_user(account: Account, user: User, now: datetime) -> None:
    """Brings a user back; the keys stay in the bin until each is restored."""
    if account.user_named(user.name):
        raise exists("User", "user")
    living = sum(not one.recycled for one in account.users.values())
    quotas.require_room(account, "UsersQuota", living, "User", "users")
    user.recycled = None
    user.updated = now


def purge_user(account: Account, user: User) -> None:
    """Removes a user from the bin for good, and the keys with it."""
    for key in account.keys_of(user.id, recycled=True):
        del account.keys[key.id]
    del account.users[user.id]


def binned_users(account: Account, now: datetime) -> list[User]:
    """The users in the bin, after removing those whose time is over."""
    _sweep(account, now)
    return [user for user in account.users.values() if user.recycled]


def binned_user(account: Account, user_id: str, now: datetime) -> User:
    _sweep(account, now)
    user = account.users.get(user_id)
    if user is None or not user.recycled:
        raise absent("User", "user in the recycle bin")
    return user


def binned_key(account: Account, key_id: str, now: datetime, owner: str | None = None) -> AccessKey:
    """The key in the bin; of that owner, where one is given."""
    _sweep(account, now)
    key = account.keys.get(key_id)
    in_bin = key is not None and key.recycled and key.owner != ROOT
    if key is None or not in_bin or (owner is not None and key.owner != owner):
        raise absent("User.AccessKey", "user access key in the recycle bin")
    return key


def _sweep(account: Account, now: datetime) -> None:
    for user in list(account.users.values()):
        if user.recycled and user.recycled + BIN_KEEPS <= now:
            purge_user(account, user)
    for key in list(account.keys.values()):
        if key.recycled and key.recycled + BIN_KEEPS <= now:
            del account.keys[key.id]


def _bin_date(thing: User | AccessKey) -> datetime:
    assert thing.recycled is not None, f"{thing.id} is not in the recycle bin"
    return thing.recycled


def _by_bin_date(keys: list[AccessKey]) -> list[AccessKey]:
    return sorted(keys, key=_bin_date)
