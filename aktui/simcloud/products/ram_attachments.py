"""RAM: which policies are attached to which users, groups and roles."""

from collections.abc import Callable

from aktui.simcloud import views
from aktui.simcloud.account import Group, Role, User
from aktui.simcloud.clock import iso
from aktui.simcloud.directory import find, policies, roles
from aktui.simcloud.op import Answer, Call, Text, op

Holder = User | Group | Role


def _group(call: Call) -> Group:
    return find.group(call.account, call["GroupName"])


def _role(call: Call) -> Role:
    return roles.find(call.account, call["RoleName"])


def _declare(kind: str, holder: Callable[[Call], Holder], resource: Callable[[Call], str]) -> None:
    """The three operations that users, groups and roles have alike."""
    named = Text(f"{kind}Name", required=True)
    policy = (Text("PolicyType", required=True), Text("PolicyName", required=True))

    @op("Ram", f"AttachPolicyTo{kind}", *policy, named, resource=resource)
    def attach(call: Call) -> Answer:
        policies.attach(call.account, holder(call), call["PolicyType"], call["PolicyName"], call.now)
        return {}

    @op("Ram", f"DetachPolicyFrom{kind}", *policy, named, resource=resource)
    def detach(call: Call) -> Answer:
        policies.detach(call.account, holder(call), call["PolicyType"], call["PolicyName"], call.now)
        return {}

    @op("Ram", f"ListPoliciesFor{kind}", named, resource=resource)
    def list_policies(call: Call) -> Answer:
        attached = [views.attached_policy(call.account, one) for one in holder(call).policies]
        return {"Policies": {"Policy": attached}}


_declare("User", find.ram_user, find.user_resource)
_declare("Group", _group, find.group_resource)
_declare("Role", _role, find.role_resource)


@op(
    "Ram",
    "ListEntitiesForPolicy",
    Text("PolicyType", required=True),
    Text("PolicyName", required=True),
    resource=find.policy_resource,
)
def list_entities_for_policy(call: Call) -> Answer:
    policy = policies.find(call.account, call["PolicyType"], call["PolicyName"])
    users, groups, holding_roles = policies.holders(call.account, policy)

    def attached(holder: Holder) -> str:
        attachment = views.attached_to(holder, policy)
        return iso(attachment.attached if attachment else None)

    return {
        "Users": {
            "User": [
                {
                    "UserId": user.id,
                    "UserName": user.name,
                    "DisplayName": user.display_name,
                    "AttachDate": attached(user),
                }
                for user in users
            ]
        },
        "Groups": {
            "Group": [
                {"GroupName": group.name, "Comments": group.comments, "AttachDate": attached(group)}
                for group in groups
            ]
        },
        "Roles": {
            "Role": [
                {
                    "RoleId": role.id,
                    "RoleName": role.name,
                    "Arn": views.role_arn(call.account, role),
                    "Description": role.description,
                    "AttachDate": attached(role),
                }
                for role in holding_roles
            ]
        },
    }
