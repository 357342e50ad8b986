"""RAM: users."""

from aktui.simcloud import views
from aktui.simcloud.directory import find, names, paging, users
from aktui.simcloud.op import Answer, Call, Integer, Text, op
from aktui.simcloud.products.ims_users import details, living


@op("Ram", "GetUser", Text("UserName", required=True), resource=find.user_resource)
def get_user(call: Call) -> Answer:
    return {"User": views.ram_user_detail(find.ram_user(call))}


@op("Ram", "ListUsers", Text("Marker"), Integer("MaxItems", low=1, high=1000), resource=find.all_of("user"))
def list_users(call: Call) -> Answer:
    shown, more = paging.paged(call, living(call.account), identity=lambda user: user.id)
    return more | {"Users": {"User": [views.ram_user(user) for user in shown]}}


@op(
    "Ram",
    "CreateUser",
    Text("UserName", required=True),
    Text("DisplayName"),
    Text("MobilePhone"),
    Text("Email"),
    Text("Comments"),
    resource=find.user_resource,
)
def create_user(call: Call) -> Answer:
    name = names.checked("UserName", call["UserName"], names.USER, 64)
    user = users.create(call.account, name, details(call.params), call.now, tags={}, display=128)
    shape = views.ram_user(user)
    del shape["UpdateDate"]  # This one answer does not have it.
    return {"User": shape}


@op(
    "Ram",
    "UpdateUser",
    Text("UserName", required=True),
    Text("NewUserName"),
    Text("NewDisplayName"),
    Text("NewMobilePhone"),
    Text("NewEmail"),
    Text("NewComments"),
    resource=find.user_resource,
)
def update_user(call: Call) -> Answer:
    user = find.ram_user(call)
    name = call.get("NewUserName", "")
    if name:
        names.checked("NewUserName", name, names.USER, 64)
    users.update(call.account, user, name, details(call.params, "New"), call.now, display=128)
    return {"User": views.ram_user(user)}


@op("Ram", "DeleteUser", Text("UserName", required=True), resource=find.user_resource)
def delete_user(call: Call) -> Answer:
    user = find.ram_user(call)
    users.require_bare(call.account, user)
    users.delete(call.account, user, call.now)
    return {}
