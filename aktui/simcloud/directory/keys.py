"""AccessKeys: making, switching, and when they were last used."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta

from aktui.simcloud.account import ROOT, AccessKey, Account
from aktui.simcloud.directory import ids, quotas
from aktui.simcloud.fault import ApiError, absent
from aktui.simcloud.trail import Event


def owned_key(account: Account, owner: str, key_id: str) -> AccessKey:
    """The living key of that user id (or `ROOT`)."""
    key = account.keys.get(key_id)
    if key is None or key.recycled or key.owner != owner:
        raise absent("User.AccessKey", "user access key")
    return key


def by_owner(account: Account) -> defaultdict[str, list[AccessKey]]:
    """All living keys by the id of their user (or `ROOT`), oldest first."""
    owned: defaultdict[str, list[AccessKey]] = defaultdict(list)
    for key in sorted(account.keys.values(), key=lambda key: (key.created, key.id)):
        if not key.recycled:
            owned[key.owner].append(key)
    return owned


def create(account: Account, owner: str, now: datetime) -> AccessKey:
    held = len(account.keys_of(owner))
    name = "AccountAccessKeysPerAccountQuota" if owner == ROOT else "AccessKeysPerUserQuota"
    quotas.require_room(account, name, held, "User.AccessKey", "access keys of the user")
    key = AccessKey(ids.key_id(), ids.key_secret(), owner, "Active", now, now)
    account.keys[key.id] = key
    return key


def bound_status(key: AccessKey, now: datetime) -> str:
    """The status that binds at that moment; what lists show changes at once."""
    return key.settling[0] if key.settling and now < key.settling[1] else key.status


def switch(account: Account, key: AccessKey, status: str, now: datetime) -> None:
    """Enables or disables a key; the same status again changes nothing."""
    if status not in {"Active", "Inactive"}:
        raise ApiError(400, "InvalidParameter.Status", "The parameter Status must be Active or Inactive.")
    if key.status != status:
        key.settling = (bound_status(key, now), now + timedelta(seconds=account.settings.status_lag))
        key.status = status
        key.updated = now


def last_use(account: Account, key_id: str, now: datetime) -> Event | None:
    """The newest event of a key that the audit has taken in by now."""
    return account.trail.last_used(key_id, audited_until(account, now))


def audited_until(account: Account, now: datetime) -> datetime:
    """The audit takes events in at whole multiples of its refresh interval."""
    step = account.settings.audit_refresh
    if step <= 0:
        return now
    return datetime.fromtimestamp(now.timestamp() // step * step, UTC)
