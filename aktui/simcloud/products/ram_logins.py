"""RAM: console logon of users."""

from aktui.simcloud import views
from aktui.simcloud.directory import find, logins
from aktui.simcloud.op import Answer, Boolean, Call, Text, op

_USER = Text("UserName", required=True)
_FLAGS = (Boolean("PasswordResetRequired"), Boolean("MFABindRequired"))


@op("Ram", "GetLoginProfile", _USER, resource=find.user_resource)
def get_login_profile(call: Call) -> Answer:
    user = find.ram_user(call)
    return {"LoginProfile": views.ram_login(user, logins.of(user))}


@op(
    "Ram",
    "CreateLoginProfile",
    _USER,
    Text("Password", required=True),
    *_FLAGS,
    resource=find.user_resource,
)
def create_login_profile(call: Call) -> Answer:
    user = find.ram_user(call)
    login = logins.create(
        call.account,
        user,
        call["Password"],
        call.now,
        mfa_bind_required=call.get("MFABindRequired", False),
        password_reset_required=call.get("PasswordResetRequired", False),
    )
    return {"LoginProfile": views.ram_login(user, login)}


@op("Ram", "UpdateLoginProfile", _USER, Text("Password"), *_FLAGS, resource=find.user_resource)
def update_login_profile(call: Call) -> Answer:
    logins.update(
        call.account,
        find.ram_user(call),
        call.now,
        password=call.get("Password"),
        status=None,
        mfa_bind_required=call.get("MFABindRequired"),
        password_reset_required=call.get("PasswordResetRequired"),
    )
    return {}


@op("Ram", "DeleteLoginProfile", _USER, resource=find.user_resource)
def delete_login_profile(call: Call) -> Answer:
    logins.delete(find.ram_user(call))
    return {}
