"""RAM: roles."""

from aktui.simcloud import views
from aktui.simcloud.directory import find, paging, roles
from aktui.simcloud.op import Answer, Call, Integer, Objects, Text, op

_NAME = Text("RoleName", required=True)


@op(
    "Ram",
    "CreateRole",
    _NAME,
    Text("AssumeRolePolicyDocument", required=True),
    Text("Description"),
    Integer("MaxSessionDuration"),
    Objects("Tag", ("Key", "Value")),
    resource=find.role_resource,
)
def create_role(call: Call) -> Answer:
    role = roles.create(
        call.account,
        call["RoleName"],
        call["AssumeRolePolicyDocument"],
        call.get("Description", ""),
        call.get("MaxSessionDuration", 3600),
        call.now,
    )
    shape = views.role(call.account, role)
    del shape["UpdateDate"]  # This one answer does not have it.
    return {"Role": shape}


@op("Ram", "GetRole", _NAME, resource=find.role_resource)
def get_role(call: Call) -> Answer:
    return {"Role": views.role(call.account, roles.find(call.account, call["RoleName"]))}


@op(
    "Ram",
    "UpdateRole",
    _NAME,
    Text("NewAssumeRolePolicyDocument"),
    Text("NewDescription"),
    Integer("NewMaxSessionDuration"),
    resource=find.role_resource,
)
def update_role(call: Call) -> Answer:
    role = roles.find(call.account, call["RoleName"])
    roles.update(
        role,
        trust=call.get("NewAssumeRolePolicyDocument"),
        description=call.get("NewDescription"),
        longest_session=call.get("NewMaxSessionDuration"),
        now=call.now,
    )
    return {"Role": views.role(call.account, role)}


@op("Ram", "DeleteRole", _NAME, resource=find.role_resource)
def delete_role(call: Call) -> Answer:
    roles.delete(call.account, roles.find(call.account, call["RoleName"]))
    return {}


@op(
    "Ram",
    "ListRoles",
    Text("Marker"),
    Integer("MaxItems", low=1, high=1000),
    Objects("Tag", ("Key", "Value")),
    resource=find.all_of("role"),
)
def list_roles(call: Call) -> Answer:
    shown, more = paging.paged(call, list(call.account.roles.values()), identity=lambda role: role.name)
    return more | {"Roles": {"Role": [views.role_listed(call.account, role) for role in shown]}}
