"""RAM: user groups and memberships."""

from aktui.simcloud import views
from aktui.simcloud.clock import iso
from aktui.simcloud.directory import find, groups, paging
from aktui.simcloud.op import Answer, Call, Integer, Text, op


@op("Ram", "CreateGroup", Text("GroupName", required=True), Text("Comments"), resource=find.group_resource)
def create_group(call: Call) -> Answer:
    group = groups.create(call.account, call["GroupName"], call.get("Comments", ""), "", call.now)
    shape = views.ram_group(group)
    del shape["UpdateDate"]  # This one answer does not have it.
    return {"Group": shape}


@op("Ram", "GetGroup", Text("GroupName", required=True), resource=find.group_resource)
def get_group(call: Call) -> Answer:
    return {"Group": views.ram_group(find.group(call.account, call["GroupName"]))}


@op(
    "Ram",
    "UpdateGroup",
    Text("GroupName", required=True),
    Text("NewGroupName"),
    Text("NewComments"),
    resource=find.group_resource,
)
def update_group(call: Call) -> Answer:
    group = find.group(call.account, call["GroupName"])
    groups.update(
        call.account,
        group,
        name=call.get("NewGroupName"),
        comments=call.get("NewComments"),
        display_name=None,
        now=call.now,
    )
    return {"Group": views.ram_group(group)}


@op("Ram", "DeleteGroup", Text("GroupName", required=True), resource=find.group_resource)
def delete_group(call: Call) -> Answer:
    groups.delete(call.account, find.group(call.account, call["GroupName"]))
    return {}


@op("Ram", "ListGroups", Text("Marker"), Integer("MaxItems", low=1, high=1000), resource=find.all_of("group"))
def list_groups(call: Call) -> Answer:
    shown, more = paging.paged(call, list(call.account.groups.values()), identity=lambda group: group.name)
    return more | {"Groups": {"Group": [views.ram_group(group) for group in shown]}}


@op(
    "Ram",
    "AddUserToGroup",
    Text("UserName", required=True),
    Text("GroupName", required=True),
    resource=find.user_resource,
)
def add_user_to_group(call: Call) -> Answer:
    groups.add(call.account, find.ram_user(call), call["GroupName"], call.now)
    return {}


@op(
    "Ram",
    "RemoveUserFromGroup",
    Text("UserName", required=True),
    Text("GroupName", required=True),
    resource=find.user_resource,
)
def remove_user_from_group(call: Call) -> Answer:
    groups.remove(call.account, find.ram_user(call), call["GroupName"], call.now)
    return {}


@op("Ram", "ListGroupsForUser", Text("UserName", required=True), resource=find.user_resource)
def list_groups_for_user(call: Call) -> Answer:
    return {"Groups": {"Group": views.ram_membership(call.account, find.ram_user(call))}}


@op(
    "Ram",
    "ListUsersForGroup",
    Text("GroupName", required=True),
    Text("Marker"),
    Integer("MaxItems", low=1, high=1000),
    resource=find.group_resource,
)
def list_users_for_group(call: Call) -> Answer:
    group = find.group(call.account, call["GroupName"])
    members = groups.members(call.account, group)
    shown, more = paging.paged(call, members, identity=lambda user: user.id, default=1000)
    return more | {
        "Users": {
            "User": [
                {
                    "UserName": user.name,
                    "DisplayName": user.display_name,
                    "JoinDate": iso(user.groups[group.name]),
                }
                for user in shown
            ]
        }
    }
