"""IMS: user groups and memberships."""

from aktui.simcloud import views
from aktui.simcloud.clock import iso
from aktui.simcloud.directory import find, groups, paging
from aktui.simcloud.op import Answer, Call, Integer, Text, op


@op(
    "Ims",
    "CreateGroup",
    Text("GroupName", required=True),
    Text("DisplayName"),
    Text("Comments"),
    resource=find.group_resource,
)
def create_group(call: Call) -> Answer:
    group = groups.create(
        call.account, call["GroupName"], call.get("Comments", ""), call.get("DisplayName", ""), call.now
    )
    return {"Group": views.ims_group(group)}


@op("Ims", "GetGroup", Text("GroupName", required=True), resource=find.group_resource)
def get_group(call: Call) -> Answer:
    return {"Group": views.ims_group(find.group(call.account, call["GroupName"]))}


@op(
    "Ims",
    "UpdateGroup",
    Text("GroupName", required=True),
    Text("NewGroupName"),
    Text("NewDisplayName"),
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
        display_name=call.get("NewDisplayName"),
        now=call.now,
    )
    return {"Group": views.ims_group(group)}


@op("Ims", "DeleteGroup", Text("GroupName", required=True), resource=find.group_resource)
def delete_group(call: Call) -> Answer:
    groups.delete(call.account, find.group(call.account, call["GroupName"]))
    return {}


@op("Ims", "ListGroups", Text("Marker"), Integer("MaxItems", low=1, high=1000), resource=find.all_of("group"))
def list_groups(call: Call) -> Answer:
    shown, more = paging.paged(call, list(call.account.groups.values()), identity=lambda group: group.name)
    return more | {"Groups": {"Group": [views.ims_group(group) for group in shown]}}


@op(
    "Ims",
    "AddUserToGroup",
    Text("UserPrincipalName", required=True),
    Text("GroupName", required=True),
    resource=find.user_resource,
)
def add_user_to_group(call: Call) -> Answer:
    groups.add(call.account, find.ims_user(call), call["GroupName"], call.now)
    return {}


@op(
    "Ims",
    "RemoveUserFromGroup",
    Text("UserPrincipalName", required=True),
    Text("GroupName", required=True),
    resource=find.user_resource,
)
def remove_user_from_group(call: Call) -> Answer:
    groups.remove(call.account, find.ims_user(call), call["GroupName"], call.now)
    return {}


@op("Ims", "ListGroupsForUser", Text("UserPrincipalName", required=True), resource=find.user_resource)
def list_groups_for_user(call: Call) -> Answer:
    return {"Groups": {"Group": views.ims_membership(call.account, find.ims_user(call))}}


@op(
    "Ims",
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
                {**views.user_basics(call.account, user), "JoinDate": iso(user.groups[group.name])}
                for user in shown
            ]
        }
    }
