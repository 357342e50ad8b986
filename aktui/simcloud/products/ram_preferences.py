"""RAM: settings of the whole account."""

from aktui.simcloud import preferences
from aktui.simcloud.op import Answer, Boolean, Call, Integer, Text, op
from aktui.simcloud.products.ims_preferences import check_masks, keep


@op("Ram", "GetSecurityPreference")
def get_security_preference(call: Call) -> Answer:
    return {"SecurityPreference": preferences.ram_security(call.account)}


@op(
    "Ram",
    "SetSecurityPreference",
    Boolean("AllowUserToChangePassword"),
    Boolean("AllowUserToManageAccessKeys"),
    Boolean("AllowUserToManageMFADevices"),
    Boolean("AllowUserToManagePublicKeys"),
    Boolean("EnableSaveMFATicket"),
    Text("LoginNetworkMasks"),
    Integer("LoginSessionDuration", low=1, high=24),
)
def set_security_preference(call: Call) -> Answer:
    check_masks(call)
    keep(call, call.account.security_preference)
    return {"SecurityPreference": preferences.ram_security(call.account)}


@op("Ram", "GetPasswordPolicy")
def get_password_policy(call: Call) -> Answer:
    return {"PasswordPolicy": preferences.ram_password(call.account)}


@op(
    "Ram",
    "SetPasswordPolicy",
    Boolean("HardExpiry"),
    Integer("MaxLoginAttemps", low=0, high=32),
    Integer("MaxPasswordAge", low=0, high=1095),
    Integer("MinimumPasswordLength", low=8, high=32),
    Integer("PasswordReusePrevention", low=0, high=24),
    Boolean("RequireLowercaseCharacters"),
    Boolean("RequireNumbers"),
    Boolean("RequireSymbols"),
    Boolean("RequireUppercaseCharacters"),
)
def set_password_policy(call: Call) -> Answer:
    keep(call, call.account.password_policy, {"HardExpiry": "HardExpire"})
    return {"PasswordPolicy": preferences.ram_password(call.account)}


@op("Ram", "GetAccountAlias")
def get_account_alias(call: Call) -> Answer:
    return {"AccountAlias": call.account.alias}
