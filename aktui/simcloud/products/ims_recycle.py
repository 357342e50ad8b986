"""IMS: the recycle bins of users and keys. They are asked by user id, as a deleted user has no logon name."""

from aktui.simcloud import views
from aktui.simcloud.account import ROOT, User
from aktui.simcloud.directory import find, paging, recycle
from aktui.simcloud.fault import absent, invalid
from aktui.simcloud.op import Answer, Call, Integer, Text, op

_USER = Text("UserId", required=True)
_KEY = Text("UserAccessKeyId", required=True)


@op("Ims", "ListAccessKeysInRecycleBin", _USER, resource=find.user_resource)
def list_access_keys_in_recycle_bin(call: Call) -> Answer:
    binned = {user.id for user in recycle.binned_users(call.account, call.now)}
    if call["UserId"] not in binned:
        find.user_of_id(call.account, call["UserId"])
    keys = call.account.keys_of(call["UserId"], recycled=True)
    return {"AccessKeys": {"AccessKey": [views.recycled_key(key) for key in keys]}}


@op("Ims", "GetAccessKeyInfoInRecycleBin", _KEY, resource=find.user_resource)
def get_access_key_info_in_recycle_bin(call: Call) -> Answer:
    key = recycle.binned_key(call.account, call["UserAccessKeyId"], call.now)
    return {"AccessKey": views.recycled_key_detail(call.account, key)}


@op("Ims", "RestoreAccessKeyFromRecycleBin", _USER, _KEY, resource=find.user_resource)
def restore_access_key_from_recycle_bin(call: Call) -> Answer:
    key = recycle.binned_key(call.account, call["UserAccessKeyId"], call.now, call["UserId"])
    recycle.restore_key(call.account, key)
    return {}


@op("Ims", "DeleteAccessKeyInRecycleBin", _USER, _KEY, resource=find.user_resource)
def delete_access_key_in_recycle_bin(call: Call) -> Answer:
    key = recycle.binned_key(call.account, call["UserAccessKeyId"], call.now, call["UserId"])
    del call.account.keys[key.id]
    return {}


@op(
    "Ims",
    "ListUsersInRecycleBin",
    Text("Filter"),
    Text("Marker"),
    Integer("MaxItems", low=1, high=100),
    resource=find.all_of("user"),
)
def list_users_in_recycle_bin(call: Call) -> Answer:
    users = recycle.binned_users(call.account, call.now)
    if call.get("Filter"):
        wanted = _principal(call["Filter"])
        users = [user for user in users if views.principal_name(call.account, user) == wanted]
    shown, more = paging.paged(call, users, identity=lambda user: user.id)
    return more | {"Users": {"User": [views.recycled_user(call.account, user) for user in shown]}}


@op(
    "Ims",
    "GetUserInRecycleBin",
    Text("UserId"),
    Text("UserAccessKeyId"),
    exactly_one=("UserId", "UserAccessKeyId"),
    resource=find.user_resource,
)
def get_user_in_recycle_bin(call: Call) -> Answer:
    return {"User": views.recycled_user(call.account, _binned_user(call))}


@op("Ims", "RestoreUserFromRecycleBin", _USER, resource=find.user_resource)
def restore_user_from_recycle_bin(call: Call) -> Answer:
    user = recycle.binned_user(call.account, call["UserId"], call.now)
    recycle.restore_user(call.account, user, call.now)
    return {}


@op("Ims", "DeleteUserInRecycleBin", _USER, resource=find.user_resource)
def delete_user_in_recycle_bin(call: Call) -> Answer:
    recycle.purge_user(call.account, recycle.binned_user(call.account, call["UserId"], call.now))
    return {}


def _binned_user(call: Call) -> User:
    if call.get("UserId"):
        return recycle.binned_user(call.account, call["UserId"], call.now)
    key = call.account.keys.get(call["UserAccessKeyId"])
    if key is None or key.owner == ROOT:
        raise absent("User.AccessKey", "user access key")
    return recycle.binned_user(call.account, key.owner, call.now)


def _principal(text: str) -> str:
    """The logon name in `UserPrincipalName eq alice@acme-prod.onaliyun.com`."""
    words = text.split()
    if len(words) != 3 or words[:2] != ["UserPrincipalName", "eq"]:
        raise invalid("Filter", "must read `UserPrincipalName eq <logon name>`")
    return words[2].strip("\"'")
