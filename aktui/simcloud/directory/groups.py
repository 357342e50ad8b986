"""User groups and who is in them."""

from datetime import datetime, timedelta

from aktui.simcloud import permissions
from aktui.simcloud.account import Account, Group, User
from aktui.simcloud.directory import find, ids, names, quotas
from aktui.simcloud.fault import absent, exists, in_use


def create(account: Account, name: str, comments: str, display_name: str, now: datetime) -> Group:
    names.checked("GroupName", name, names.GROUP, 64)
    names.short("Comments", comments, 128)
    names.short("DisplayName", display_name, 24)
    if name in account.groups:
        raise exists("Group", "group")
    quotas.require_room(account, "GroupsQuota", len(account.groups), "Group", "groups")
    group = Group(ids.group_id(), name, now, now, comments, display_name)
    account.groups[name] = group
    return group


def update(
    account: Account,
    group: Group,
    *,
    name: str | None,
    comments: str | None,
    display_name: str | None,
    now: datetime,
) -> None:
    """Changes what is given; members and policies follow a new name."""
    if comments is not None:
        names.short("NewComments", comments, 128)
    if display_name is not None:
        names.short("NewDisplayName", display_name, 24)
    if name and name != group.name:
        _rename(account, group, name)
    group.comments = group.comments if comments is None else comments
    group.display_name = group.display_name if display_name is None else display_name
    group.updated = now


def _rename(account: Account, group: Group, name: str) -> None:
    names.checked("NewGroupName", name, names.GROUP, 64)
    if name in account.groups:
        raise exists("Group", "group")
    for user in members(account, group):
        user.groups[name] = user.groups.pop(group.name)
    account.groups[name] = account.groups.pop(group.name)
    group.name = name


def delete(account: Account, group: Group) -> None:
    if members(account, group):
        raise in_use("Group.User", "The group still has members.")
    if group.policies:
        raise in_use("Group.Policy", "The group still has policies attached.")
    del account.groups[group.name]


def members(account: Account, group: Group) -> list[User]:
    return [user for user in account.users.values() if not user.recycled and group.name in user.groups]


def add(account: Account, user: User, group_name: str, now: datetime) -> None:
    group = find.group(account, group_name)
    if group.name in user.groups:
        raise exists("User.Group", "membership of the user in the group")
    quotas.require_room(account, "GroupsPerUserQuota", len(user.groups), "User.Group", "groups of the user")
    user.groups[group.name] = now


def remove(account: Account, user: User, group_name: str, now: datetime) -> None:
    group = find.group(account, group_name)
    if group.name not in user.groups:
        raise absent("User.Group", "membership of the user in the group")
    if permissions.is_bound(account, user.groups.pop(group.name), now):
        user.left[group.name] = now + timedelta(seconds=account.settings.permission_lag)
