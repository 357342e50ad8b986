"""IMS: settings of the whole account."""

import json
from ipaddress import ip_network

from aktui.simcloud import preferences
from aktui.simcloud.fault import ApiError, invalid
from aktui.simcloud.op import Answer, Boolean, Call, Integer, Text, op

_IDLE_DAYS = (90, 180, 365, 730)


def keep(call: Call, settings: dict[str, object], names: dict[str, str] | None = None) -> None:
    """Stores the given parameters, under other names where `names` says so.

    An empty text clears a setting, but is no choice where there is a list of choices.
    """
    for param in call.op.params:
        if param.name in call.params and not (param.choices and call[param.name] == ""):
            settings[(names or {}).get(param.name, param.name)] = call[param.name]


def check_masks(call: Call) -> None:
    """LoginNetworkMasks: at most 40 addresses or blocks, by semicolons, in 512 characters."""
    masks = call.get("LoginNetworkMasks", "")
    parts = [part for part in masks.replace(" ", ";").split(";") if part]
    if len(masks) > 512 or len(parts) > 40:
        raise ApiError(
            400, "InvalidParameter.LoginNetworkMasks.Length", "There are too many LoginNetworkMasks."
        )
    for part in parts:
        try:
            ip_network(part, strict=False)
        except ValueError:
            raise ApiError(
                400,
                "InvalidParameter.LoginNetworkMasks.Format",
                f"{part!r} in LoginNetworkMasks is no network.",
            ) from None


@op("Ims", "GetSecurityPreference")
def get_security_preference(call: Call) -> Answer:
    return {"SecurityPreference": preferences.ims_security(call.account)}


@op(
    "Ims",
    "SetSecurityPreference",
    Boolean("AllowUserToChangePassword"),
    Boolean("AllowUserToLoginWithPasskey"),
    Boolean("AllowUserToManageAccessKeys"),
    Boolean("AllowUserToManageMFADevices"),
    Boolean("AllowUserToManagePersonalDingTalk"),
    Boolean("AllowUserToManageServiceCredentials"),
    Boolean("EnableSaveMFATicket"),
    Text("LoginNetworkMasks"),
    Integer("LoginSessionDuration", low=1, high=24),
    Text("MFAOperationForLogin", choices=("mandatory", "independent", "adaptive")),
    Integer("MaxIdleDaysForAccessKeys"),
    Integer("MaxIdleDaysForUsers"),
    Text("OperationForRiskLogin", choices=("autonomous", "enforceVerify")),
    Text("VerificationTypes"),
)
def set_security_preference(call: Call) -> Answer:
    check_masks(call)
    for name in ("MaxIdleDaysForAccessKeys", "MaxIdleDaysForUsers"):
        if call.get(name, _IDLE_DAYS[0]) not in _IDLE_DAYS:
            raise invalid(name, "must be one of " + ", ".join(map(str, _IDLE_DAYS)))
    types = _verification_types(call)
    keep(call, call.account.security_preference)
    if types is not None:
        call.account.security_preference["VerificationTypes"] = types
    return {"SecurityPreference": preferences.ims_security(call.account)}


def _verification_types(call: Call) -> list[str] | None:
    """The parameter is a JSON list in one text."""
    if "VerificationTypes" not in call.params:
        return None
    if not call["VerificationTypes"]:
        return []
    try:
        types = json.loads(call["VerificationTypes"])
    except ValueError:
        types = None
    if not isinstance(types, list) or not all(one in ("sms", "email") for one in types):
        raise invalid("VerificationTypes", "must be a JSON list of sms and email")
    return types


@op("Ims", "GetPasswordPolicy")
def get_password_policy(call: Call) -> Answer:
    return {"PasswordPolicy": preferences.ims_password(call.account)}


@op(
    "Ims",
    "SetPasswordPolicy",
    Boolean("HardExpire"),
    Integer("InitialPasswordAge", low=0, high=90),
    Boolean("InterceptRiskPasswordOnApi"),
    Integer("MaxLoginAttemps", low=0, high=32),
    Integer("MaxPasswordAge", low=0, high=1095),
    Integer("MinimumPasswordDifferentCharacter", low=0, high=8),
    Integer("MinimumPasswordLength", low=8, high=32),
    Boolean("PasswordNotContainUserName"),
    Integer("PasswordReusePrevention", low=0, high=24),
    Boolean("RequireLowercaseCharacters"),
    Boolean("RequireNumbers"),
    Boolean("RequireSymbols"),
    Boolean("RequireUppercaseCharacters"),
)
def set_password_policy(call: Call) -> Answer:
    keep(call, call.account.password_policy)
    return {"PasswordPolicy": preferences.ims_password(call.account)}


@op("Ims", "GetUserSsoSettings")
def get_user_sso_settings(call: Call) -> Answer:
    return {"UserSsoSettings": preferences.sso(call.account)}


@op(
    "Ims",
    "SetUserSsoSettings",
    Text("AuthnSignAlgo", choices=("rsa-sha256", "rsa-sha1")),
    Text("AuxiliaryDomain"),
    Text("MetadataDocument"),
    Boolean("SsoEnabled"),
    Boolean("SsoLoginWithDomain"),
)
def set_user_sso_settings(call: Call) -> Answer:
    keep(call, call.account.user_sso)
    return {"UserSsoSettings": preferences.sso(call.account)}
