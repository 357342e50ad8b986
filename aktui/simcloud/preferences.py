"""Account-wide settings: what they are unless set otherwise, and the shapes in which RAM and IMS show them.

An account keeps only what was set, flat, by the names of the parameters that set it.
"""

from collections.abc import Mapping
from typing import Any

from aktui.simcloud.account import Account

Shape = dict[str, Any]

SECURITY: Mapping[str, Any] = {
    "AllowUserToChangePassword": True,
    "AllowUserToLoginWithPasskey": True,
    "AllowUserToManageAccessKeys": False,
    "AllowUserToManageMFADevices": True,
    "AllowUserToManagePersonalDingTalk": True,
    "AllowUserToManagePublicKeys": False,
    "AllowUserToManageServiceCredentials": False,
    "EnableSaveMFATicket": False,
    "LoginNetworkMasks": "",
    "LoginSessionDuration": 6,
    "MFAOperationForLogin": "independent",
    "MaxIdleDaysForAccessKeys": 730,
    "MaxIdleDaysForUsers": 730,
    "OperationForRiskLogin": "autonomous",
    "VerificationTypes": (),
}

PASSWORD: Mapping[str, Any] = {
    "HardExpire": False,
    "InitialPasswordAge": 14,
    "InterceptRiskPasswordOnApi": False,
    "MaxLoginAttemps": 0,
    "MaxPasswordAge": 0,
    "MinimumPasswordDifferentCharacter": 0,
    "MinimumPasswordLength": 8,
    "PasswordNotContainUserName": False,
    "PasswordReusePrevention": 0,
    "RequireLowercaseCharacters": False,
    "RequireNumbers": False,
    "RequireSymbols": False,
    "RequireUppercaseCharacters": False,
}

SSO: Mapping[str, Any] = {
    "AuthnSignAlgo": "rsa-sha1",
    "AuxiliaryDomain": "",
    "MetadataDocument": "",
    "SsoEnabled": False,
    "SsoLoginWithDomain": False,
}

_IMS_SECTIONS = {
    "AccessKeyPreference": ("AllowUserToManageAccessKeys", "AllowUserToManageServiceCredentials"),
    "LoginProfilePreference": (
        "AllowUserToChangePassword",
        "AllowUserToLoginWithPasskey",
        "EnableSaveMFATicket",
        "LoginNetworkMasks",
        "LoginSessionDuration",
        "MFAOperationForLogin",
        "OperationForRiskLogin",
    ),
    "MFAPreference": ("AllowUserToManageMFADevices",),
    "MaxIdleDays": ("MaxIdleDaysForAccessKeys", "MaxIdleDaysForUsers"),
    "PersonalInfoPreference": ("AllowUserToManagePersonalDingTalk",),
    "VerificationPreference": ("VerificationTypes",),
}
_RAM_SECTIONS = {
    "AccessKeyPreference": ("AllowUserToManageAccessKeys",),
    "LoginProfilePreference": (
        "AllowUserToChangePassword",
        "EnableSaveMFATicket",
        "LoginNetworkMasks",
        "LoginSessionDuration",
    ),
    "MFAPreference": ("AllowUserToManageMFADevices",),
    "PublicKeyPreference": ("AllowUserToManagePublicKeys",),
}


def ims_security(account: Account) -> Shape:
    """As IMS GetSecurityPreference returns it."""
    return _sectioned(account, _IMS_SECTIONS)


def ram_security(account: Account) -> Shape:
    """As RAM GetSecurityPreference returns it."""
    return _sectioned(account, _RAM_SECTIONS)


def ims_password(account: Account) -> Shape:
    """As IMS GetPasswordPolicy returns it."""
    return {**PASSWORD, **account.password_policy}


def ram_password(account: Account) -> Shape:
    """As RAM GetPasswordPolicy returns it: fewer settings, one under another name."""
    policy = ims_password(account)
    names = (
        "MaxLoginAttemps",
        "MaxPasswordAge",
        "MinimumPasswordLength",
        "PasswordReusePrevention",
        "RequireLowercaseCharacters",
        "RequireNumbers",
        "RequireSymbols",
        "RequireUppercaseCharacters",
    )
    return {"HardExpiry": policy["HardExpire"], **{name: policy[name] for name in names}}


def sso(account: Account) -> Shape:
    return {**SSO, **account.user_sso}


def flat(sections: Mapping[str, Any]) -> dict[str, Any]:
    """The settings in a GetSecurityPreference answer, as an account keeps them."""
    return {name: value for section in sections.values() for name, value in section.items()}


def _sectioned(account: Account, sections: Mapping[str, tuple[str, ...]]) -> Shape:
    settings = {**SECURITY, **account.security_preference}
    settings["VerificationTypes"] = list(settings["VerificationTypes"])
    return {section: {name: settings[name] for name in names} for section, names in sections.items()}
