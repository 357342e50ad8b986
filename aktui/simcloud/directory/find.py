"""Who and what a call is about: users by either product's name for them, groups, and the caller's own."""

from collections.abc import Callable

from aktui.simcloud import views
from aktui.simcloud.account import ROOT, Account, Group, User
from aktui.simcloud.directory import names
from aktui.simcloud.fault import absent, missing
from aktui.simcloud.op import Call


def user_named(account: Account, name: str, param: str = "UserName") -> User:
    """The living user of that name.

    An existing user is found whatever the name looks like: an account file may hold names that
    could not be created today.
    """
    user = account.user_named(name)
    if user is None:
        names.checked(param, name, names.USER, 64)
        raise absent("User", "user")
    return user


def local_name(account: Account, principal: str, param: str = "UserPrincipalName") -> str:
    """The user name in `alice@acme-prod.onaliyun.com`, which must be of this account."""
    name, at, where = principal.rpartition("@")
    if not at:
        raise names.malformed(param)
    if where.lower() not in {views.domain(account).lower(), f"{account.id}.onaliyun.com"}:
        raise absent("User", "user")
    return name


def user_of_principal(account: Account, principal: str) -> User:
    return user_named(account, local_name(account, principal), "UserPrincipalName")


def user_of_id(account: Account, user_id: str) -> User:
    """The living user of that id."""
    user = account.users.get(user_id)
    if user is None or user.recycled:
        raise absent("User", "user")
    return user


def user_of_key(account: Account, key_id: str) -> User:
    """The living user a living key belongs to; keys of the account itself belong to no user."""
    key = account.keys.get(key_id)
    if key is None or key.recycled or key.owner == ROOT:
        raise absent("User.AccessKey", "user access key")
    return user_of_id(account, key.owner)


def ram_user(call: Call) -> User:
    return user_named(call.account, call["UserName"])


def ims_user(call: Call) -> User:
    return user_of_principal(call.account, call["UserPrincipalName"])


def ims_user_or_id(call: Call) -> User:
    """By UserPrincipalName or UserId, whichever was given."""
    if call.get("UserId"):
        return user_of_id(call.account, call["UserId"])
    if not call.get("UserPrincipalName"):
        raise missing("UserPrincipalName")
    return ims_user(call)


def owner(call: Call) -> User | None:
    """The user that was named in either product's way, else the caller's own; None is the account itself."""
    if call.get("UserName"):
        return ram_user(call)
    if call.get("UserPrincipalName"):
        return ims_user(call)
    if call.caller.kind == "role":
        # A role session has no keys or devices of its own.
        raise missing("UserName" if call.op.product == "Ram" else "UserPrincipalName")
    return call.caller.user


def owner_id(call: Call) -> str:
    user = owner(call)
    return user.id if user else ROOT


def group(account: Account, name: str, param: str = "GroupName") -> Group:
    if not name:
        raise missing(param)
    found = account.groups.get(name)
    if found is None:
        names.checked(param, name, names.GROUP, 64)
        raise absent("Group", "group")
    return found


# Resources, on which a permission is checked before the operation runs: so nothing here may refuse.


def user_resource(call: Call) -> str:
    """`acs:ram:*:<uid>:user/<name>` of the user a call is about."""
    name = call.get("UserName") or str(call.get("UserPrincipalName", "")).rpartition("@")[0]
    if not name and call.get("UserId"):
        name = _name_of(call.account, call["UserId"])
    if not name and call.op.action in _FOUND_BY_KEY:
        key = call.account.keys.get(call.get("UserAccessKeyId", ""))
        name = _name_of(call.account, key.owner) if key else ""
    elif not name and call.caller.user:
        name = call.caller.user.name
    return f"acs:ram:*:{call.account.id}:user/{name or '*'}"


def all_of(kind: str) -> Callable[[Call], str]:
    """The resource of operations on all users, groups, policies, roles or MFA devices."""
    return lambda call: f"acs:ram:*:{call.account.id}:{kind}/*"


def group_resource(call: Call) -> str:
    return f"acs:ram:*:{call.account.id}:group/{call.get('GroupName', '*')}"


def role_resource(call: Call) -> str:
    return f"acs:ram:*:{call.account.id}:role/{call.get('RoleName', '*')}"


def policy_resource(call: Call) -> str:
    owner = "system" if call.get("PolicyType") == "System" else call.account.id
    return f"acs:ram:*:{owner}:policy/{call.get('PolicyName', '*')}"


_FOUND_BY_KEY = {"GetUser", "GetUserInRecycleBin", "GetAccessKeyInfoInRecycleBin"}


def _name_of(account: Account, user_id: str) -> str:
    user = account.users.get(user_id)
    return user.name if user else ""
