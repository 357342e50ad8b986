"""IMS: console logon of users."""

from aktui.simcloud import views
from aktui.simcloud.directory import find, logins
from aktui.simcloud.op import Answer, Boolean, Call, Text, op

_USER = Text("UserPrincipalName", required=True)
_STATUS = Text("Status", choices=("Active", "Inactive"))
_FLAGS = (Boolean("PasswordResetRequired"), Boolean("MFABindRequired"))


@op("Ims", "GetLoginProfile", _USER, resource=find.user_resource)
def get_login_profile(call: Call) -> Answer:
    user = find.ims_user(call)
    return {"LoginProfile": views.ims_login_detail(call.account, user, logins.of(user))}


@op(
    "Ims",
    "CreateLoginProfile",
    _USER,
    Text("Password", required=True),
    _STATUS,
    *_FLAGS,
    resource=find.user_resource,
)
def create_login_profile(call: Call) -> Answer:
    user = find.ims_user(call)
    login = logins.create(
        call.account,
        user,
        call["Password"],
        call.now,
        status=call.get("Status") or "Active",
        mfa_bind_required=call.get("MFABindRequired", False),
        password_reset_required=call.get("PasswordResetRequired", False),
    )
    return {"LoginProfile": views.ims_login(call.account, user, login)}


@op("Ims", "UpdateLoginProfile", _USER, Text("Password"), _STATUS, *_FLAGS, resource=find.user_resource)
def update_login_profile(call: Call) -> Answer:
    user = find.ims_user(call)
    login = logins.update(
        call.account,
        user,
        call.now,
        password=call.get("Password"),
        status=call.get("Status") or None,
        mfa_bind_required=call.get("MFABindRequired"),
        password_reset_required=call.get("PasswordResetRequired"),
    )
    return {"LoginProfile": views.ims_login(call.account, user, login)}


@op("Ims", "DeleteLoginProfile", _USER, resource=find.user_resource)
def delete_login_profile(call: Call) -> Answer:
    logins.delete(find.ims_user(call))
    return {}
