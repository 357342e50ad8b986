"""IMS: users."""

from collections.abc import Mapping
from typing import Any

from aktui.simcloud import views
from aktui.simcloud.account import Account, User
from aktui.simcloud.directory import find, names, paging, users
from aktui.simcloud.fault import ApiError
from aktui.simcloud.op import Answer, Call, Integer, Objects, Text, op

_DETAILS = ("DisplayName", "Email", "MobilePhone", "Comments")


def details(params: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """The describing parameters that were given, without their prefix."""
    return {name: params[prefix + name] for name in _DETAILS if prefix + name in params}


def tag_pairs(call: Call) -> dict[str, str]:
    """The `Tag` parameter as a mapping."""
    return {one["Key"]: one.get("Value", "") for one in call.get("Tag", []) if one.get("Key")}


@op(
    "Ims",
    "GetUser",
    Text("UserPrincipalName"),
    Text("UserId"),
    Text("UserAccessKeyId"),
    exactly_one=("UserPrincipalName", "UserId", "UserAccessKeyId"),
    resource=find.user_resource,
)
def get_user(call: Call) -> Answer:
    if call.get("UserAccessKeyId"):
        user = find.user_of_key(call.account, call["UserAccessKeyId"])
    else:
        user = find.ims_user_or_id(call)
    return {"User": views.ims_user(call.account, user)}


@op(
    "Ims",
    "ListUsers",
    Text("Marker"),
    Integer("MaxItems", low=1, high=1000),
    Text("Status", choices=("active", "freeze")),
    Objects("Tag", ("Key", "Value")),
    resource=find.all_of("user"),
)
def list_users(call: Call) -> Answer:
    shown, more = paging.paged(call, _wanted(call), identity=lambda user: user.id, default=1000)
    return more | {"Users": {"User": [views.ims_user(call.account, user) for user in shown]}}


@op(
    "Ims",
    "ListUserBasicInfos",
    Text("Marker"),
    Integer("MaxItems", low=1, high=1000),
    Text("Status", choices=("active", "freeze")),
    Objects("Tag", ("Key", "Value")),
    resource=find.all_of("user"),
)
def list_user_basic_infos(call: Call) -> Answer:
    shown, more = paging.paged(call, _wanted(call), identity=lambda user: user.id, default=1000)
    return more | {
        "UserBasicInfos": {"UserBasicInfo": [views.user_basics(call.account, user) for user in shown]}
    }


def _wanted(call: Call) -> list[User]:
    """The living users with all the tags asked for; none of them is ever frozen."""
    if call.get("Status") == "freeze":
        return []
    wanted = tag_pairs(call).items()
    return [
        user for user in living(call.account) if all(user.tags.get(key) == value for key, value in wanted)
    ]


def living(account: Account) -> list[User]:
    return [user for user in account.users.values() if not user.recycled]


@op(
    "Ims",
    "CreateUser",
    Text("UserPrincipalName", required=True),
    Text("DisplayName", required=True),
    Text("MobilePhone"),
    Text("Email"),
    Text("Comments"),
    Objects("Tag", ("Key", "Value")),
    resource=find.user_resource,
)
def create_user(call: Call) -> Answer:
    name = _new_name(call, "UserPrincipalName")
    user = users.create(call.account, name, details(call.params), call.now, tags=tag_pairs(call), display=24)
    return {"User": views.ims_user(call.account, user)}


def _new_name(call: Call, param: str) -> str:
    try:
        name = find.local_name(call.account, call[param], param)
    except ApiError as error:
        if error.status == 404:
            raise names.malformed(param) from None
        raise
    return names.checked(param, name, names.USER, 64)


@op(
    "Ims",
    "UpdateUser",
    Text("UserPrincipalName"),
    Text("UserId"),
    Text("NewUserPrincipalName"),
    Text("NewDisplayName"),
    Text("NewMobilePhone"),
    Text("NewEmail"),
    Text("NewComments"),
    exactly_one=("UserPrincipalName", "UserId"),
    resource=find.user_resource,
)
def update_user(call: Call) -> Answer:
    user = find.ims_user_or_id(call)
    name = _new_name(call, "NewUserPrincipalName") if call.get("NewUserPrincipalName") else ""
    users.update(call.account, user, name, details(call.params, "New"), call.now, display=24)
    shape = views.ims_user(call.account, user)
    del shape["Tags"]  # This one answer does not have them.
    return {"User": shape}


@op(
    "Ims",
    "DeleteUser",
    Text("UserPrincipalName"),
    Text("UserId"),
    exactly_one=("UserPrincipalName", "UserId"),
    resource=find.user_resource,
)
def delete_user(call: Call) -> Answer:
    users.delete(call.account, find.ims_user_or_id(call), call.now)
    return {}
