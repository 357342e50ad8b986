"""IMS and RAM: console logon, passwords and second factors."""

import base64
from datetime import UTC, datetime

import pytest

from aktui.simcloud.account import Account
from aktui.simcloud.directory import totp
from tests.simcloud.accounts import NOBODY_ID, ROOT_KEY, small_account
from tests.simcloud.asking import ask, refused
from tests.simcloud.everything import codes

NOBODY = {"UserPrincipalName": "nobody@acme.onaliyun.com"}
PASSWORD = "correct-horse"


@pytest.fixture
def account() -> Account:
    return small_account()


def test_a_user_without_console_access_has_no_login_profile(account: Account) -> None:
    for action in ("GetLoginProfile", "UpdateLoginProfile", "DeleteLoginProfile"):
        with refused("EntityNotExist.User.LoginProfile", 404):
            ask(account, "Ims", action, **NOBODY)


def test_console_access_is_given_taken_and_given_back(account: Account) -> None:
    ask(account, "Ims", "CreateLoginProfile", **NOBODY, Password=PASSWORD, MFABindRequired=True)
    ask(account, "Ims", "UpdateLoginProfile", **NOBODY, Status="Inactive")
    profile = ask(account, "Ims", "GetLoginProfile", **NOBODY)["LoginProfile"]
    assert (profile["Status"], profile["MFABindRequired"]) == ("Inactive", True)
    assert PASSWORD not in str(profile)
    ask(account, "Ims", "UpdateLoginProfile", **NOBODY, Status="Active", MFABindRequired=False)
    profile = ask(account, "Ims", "GetLoginProfile", **NOBODY)["LoginProfile"]
    assert (profile["Status"], profile["MFABindRequired"]) == ("Active", False)


def test_a_second_login_profile_is_refused(account: Account) -> None:
    ask(account, "Ram", "CreateLoginProfile", UserName="nobody", Password=PASSWORD)
    with refused("EntityAlreadyExists.User.LoginProfile", 409):
        ask(account, "Ims", "CreateLoginProfile", **NOBODY, Password=PASSWORD)


@pytest.mark.parametrize(
    "password", ["short", "x" * 33, "nodigitshere", "12345678901", "1nobody1nobody", "1111a1111"]
)
def test_a_password_keeps_to_the_policy(account: Account, password: str) -> None:
    ask(
        account,
        "Ims",
        "SetPasswordPolicy",
        RequireNumbers=True,
        RequireLowercaseCharacters=True,
        PasswordNotContainUserName=True,
        MinimumPasswordDifferentCharacter=4,
    )
    with refused("InvalidParameter.Password.TooWeak", 400):
        ask(account, "Ims", "CreateLoginProfile", **NOBODY, Password=password)
    ask(account, "Ims", "CreateLoginProfile", **NOBODY, Password="good4enough")


def test_codes_are_those_of_the_standard() -> None:
    """The SHA-1 vectors of RFC 6238, their last six digits."""
    seed = base64.b32encode(b"12345678901234567890").decode()
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        assert totp.code(seed, datetime.fromtimestamp(seconds, UTC)) == code


def new_device(account: Account, name: str = "phone") -> tuple[str, str]:
    """Serial number and seed."""
    made = ask(account, "Ims", "CreateVirtualMFADevice", VirtualMFADeviceName=name)["VirtualMFADevice"]
    return made["SerialNumber"], made["Base32StringSeed"]


def bind(account: Account, serial: str, first: str, second: str) -> None:
    ask(
        account,
        "Ims",
        "BindMFADevice",
        **NOBODY,
        SerialNumber=serial,
        AuthenticationCode1=first,
        AuthenticationCode2=second,
    )


def test_two_codes_in_a_row_bind_a_device(account: Account) -> None:
    serial, seed = new_device(account)
    assert ask(account, "Ims", "GetUserMFAInfo", **NOBODY) == {"IsMFAEnable": False}
    bind(account, serial, *codes(account, seed))
    info = ask(account, "Ims", "GetUserMFAInfo", **NOBODY)
    assert info == {"IsMFAEnable": True, "MFADevice": {"SerialNumber": serial, "Type": "VMFA"}}
    listed = ask(account, "Ims", "ListVirtualMFADevices")["VirtualMFADevices"]["VirtualMFADevice"]
    assert listed[0]["User"]["UserId"] == NOBODY_ID
    assert listed[0]["ActivateDate"]


def test_codes_that_are_not_the_latest_two_in_order_bind_nothing(account: Account) -> None:
    serial, seed = new_device(account)
    first, second = codes(account, seed)
    wrong = f"{(int(second) + 1) % 10**6:06}"
    for pair in ((second, first), (first, first), (first, wrong)):
        with refused("CheckAuthenticationCodeFail", 403):
            bind(account, serial, *pair)
    with refused("InvalidParameter.AuthenticationCode.Format", 400):
        bind(account, serial, "12345", second)
    assert account.mfa_devices[serial].user == ""


def test_codes_of_an_hour_ago_bind_nothing(account: Account) -> None:
    serial, seed = new_device(account)
    hour_ago = account.clock.wall().timestamp() - 3600
    first, second = (totp.code(seed, datetime.fromtimestamp(hour_ago + at, UTC)) for at in (0, 30))
    with refused("CheckAuthenticationCodeFail", 403):
        bind(account, serial, first, second)


def test_a_device_and_a_user_are_bound_once(account: Account) -> None:
    serial, seed = new_device(account)
    bind(account, serial, *codes(account, seed))
    with refused("EntityAlreadyExists.VirtualMFADevice.User", 409):
        bind(account, serial, *codes(account, seed))
    other, other_seed = new_device(account, "tablet")
    with refused("EntityAlreadyExists.User.MFADevice", 409):
        bind(account, other, *codes(account, other_seed))
    with refused("DeleteConflict.VirtualMFADevice.User", 409):
        ask(account, "Ims", "DeleteVirtualMFADevice", SerialNumber=serial)


def test_an_unbound_device_stays_and_can_be_deleted(account: Account) -> None:
    serial, seed = new_device(account)
    bind(account, serial, *codes(account, seed))
    assert ask(account, "Ims", "UnbindMFADevice", **NOBODY)["MFADevice"]["SerialNumber"] == serial
    with refused("EntityNotExist.User.MFADevice", 404):
        ask(account, "Ims", "UnbindMFADevice", **NOBODY)
    with refused("EntityNotExist.User.MFADevice", 404):
        ask(account, "Ram", "GetUserMFAInfo", UserName="nobody")
    (listed,) = ask(account, "Ims", "ListVirtualMFADevices")["VirtualMFADevices"]["VirtualMFADevice"]
    assert listed == {"SerialNumber": serial}
    ask(account, "Ims", "DeleteVirtualMFADevice", SerialNumber=serial)
    with refused("EntityNotExist.VirtualMFADevice", 404):
        ask(account, "Ims", "DeleteVirtualMFADevice", SerialNumber=serial)


def test_disabling_unbinds_and_deletes(account: Account) -> None:
    serial, seed = new_device(account)
    bind(account, serial, *codes(account, seed))
    ask(account, "Ims", "DisableVirtualMFA", **NOBODY)
    assert serial not in account.mfa_devices


def test_a_second_device_of_the_name_is_refused(account: Account) -> None:
    new_device(account)
    with refused("EntityAlreadyExists.VirtualMFADevice", 409):
        new_device(account)
    with refused("InvalidParameter.VirtualMFADeviceName.InvalidChars", 400):
        new_device(account, "my phone")


def test_the_seed_is_told_once_with_a_picture(account: Account) -> None:
    made = ask(account, "Ims", "CreateVirtualMFADevice", VirtualMFADeviceName="phone")["VirtualMFADevice"]
    assert len(base64.b32decode(made["Base32StringSeed"])) == 40
    assert base64.b64decode(made["QRCodePNG"]).startswith(b"\x89PNG")
    assert made["Base32StringSeed"] not in str(ask(account, "Ims", "ListVirtualMFADevices"))


def test_the_account_itself_must_say_whose_second_factor_it_means(account: Account) -> None:
    with refused("MissingParameter", 400):
        ask(account, "Ims", "GetUserMFAInfo", by=ROOT_KEY)
    assert ask(account, "Ims", "GetUserMFAInfo") == {"IsMFAEnable": False}


def test_the_second_factor_of_the_account_itself_is_told(account: Account) -> None:
    assert ask(account, "Ims", "GetAccountMFAInfo") == {"IsMFAEnable": False}
    account.root_mfa = True
    assert ask(account, "Ims", "GetAccountMFAInfo") == {"IsMFAEnable": True}
