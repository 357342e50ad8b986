"""IMS: what is told of the account as a whole, its settings, and service credentials."""

import base64
import csv
import io
from datetime import timedelta

import pytest

from aktui.simcloud import preferences
from aktui.simcloud.account import Account, LoginProfile
from aktui.simcloud.clock import iso
from tests.simcloud.accounts import DEPLOYER_ID, DEPLOYER_KEY, NOBODY_ID, small_account
from tests.simcloud.asking import ask, refused

NOBODY = {"UserPrincipalName": "nobody@acme.onaliyun.com"}


@pytest.fixture
def account() -> Account:
    return small_account()


def report(account: Account) -> dict[str, dict[str, str]]:
    """The rows of a fresh credential report by user."""
    ask(account, "Ims", "GenerateCredentialReport")
    text = base64.b64decode(ask(account, "Ims", "GetCredentialReport")["Content"]).decode()
    return {row["user"]: row for row in csv.DictReader(io.StringIO(text))}


def test_a_report_is_started_and_then_complete(account: Account) -> None:
    assert ask(account, "Ims", "GenerateCredentialReport") == {"State": "STARTED"}
    assert ask(account, "Ims", "GenerateCredentialReport") == {"State": "COMPLETED"}


def test_a_report_that_was_never_generated_does_not_exist(account: Account) -> None:
    with refused("EntityNotExist.CredentialReport", 404):
        ask(account, "Ims", "GetCredentialReport")


def test_the_report_tells_of_the_account_itself_and_every_user(account: Account) -> None:
    rows = report(account)
    assert next(iter(rows)) == "<root>"
    assert set(rows) == {"<root>", *(f"{user.name}@acme.onaliyun.com" for user in account.users.values())}
    assert rows["<root>"]["access_key_1_exist"] == "TRUE"
    assert rows["<root>"]["password_active"] == "N/A"


def test_the_report_tells_of_keys_without_their_ids(account: Account) -> None:
    moment = iso(account.clock.now() - timedelta(hours=5))
    event = {"eventId": "1", "eventTime": moment, "serviceName": "Ecs", "eventName": "RunInstances"}
    account.trail.add({**event, "userIdentity": {"accessKeyId": DEPLOYER_KEY}})
    row = report(account)["ci-deployer@acme.onaliyun.com"]
    assert [row[f"access_key_1_{what}"] for what in ("exist", "active", "last_used")] == [
        "TRUE",
        "TRUE",
        moment,
    ]
    assert [row[f"access_key_2_{what}"] for what in ("exist", "active", "last_used")] == [
        "TRUE",
        "FALSE",
        "N/A",
    ]
    assert row["additional_access_key_1_exist"] == "FALSE"
    assert row["additional_access_key_1_last_used"] == "-"
    assert DEPLOYER_KEY not in str(row)


def test_the_report_tells_of_passwords(account: Account) -> None:
    ask(account, "Ims", "SetPasswordPolicy", MaxPasswordAge=90)
    changed = account.clock.now()
    account.users[NOBODY_ID].login = LoginProfile("secret-secret", "Inactive", changed)
    rows = report(account)
    nobody, responder = rows["nobody@acme.onaliyun.com"], rows["responder@acme.onaliyun.com"]
    assert (nobody["password_exist"], nobody["password_active"]) == ("TRUE", "FALSE")
    assert nobody["password_last_changed"] == iso(changed)
    assert nobody["password_next_rotation"] == iso(changed + timedelta(days=90))
    assert (responder["password_exist"], responder["password_active"]) == ("FALSE", "N/A")
    assert "secret-secret" not in str(rows)


def test_a_report_is_a_picture_of_its_moment(account: Account) -> None:
    before = report(account)
    ask(account, "Ram", "CreateUser", UserName="late")
    assert report(account) == before
    account.clock.advance(4 * 3600)
    assert "late@acme.onaliyun.com" in report(account)


def test_a_report_comes_page_by_page(account: Account) -> None:
    ask(account, "Ims", "GenerateCredentialReport")
    whole = base64.b64decode(ask(account, "Ims", "GetCredentialReport")["Content"])
    text, token, flags = b"", "", []
    while True:
        page = ask(account, "Ims", "GetCredentialReport", MaxItems=3, NextToken=token)
        text += base64.b64decode(page["Content"])
        flags.append(page["IsTruncated"])
        if "NextToken" not in page:
            break
        token = page["NextToken"]
    assert text == whole
    assert flags == ["true", "false"]


def test_a_page_of_an_older_report_is_refused(account: Account) -> None:
    ask(account, "Ims", "GenerateCredentialReport")
    token = ask(account, "Ims", "GetCredentialReport", MaxItems=1)["NextToken"]
    account.clock.advance(5 * 3600)
    ask(account, "Ims", "GenerateCredentialReport")
    for bad in (token, "garbage"):
        with refused("InvalidParameter.NextToken", 400):
            ask(account, "Ims", "GetCredentialReport", NextToken=bad)


@pytest.mark.parametrize("size", ["0", "3502", "many"])
def test_a_page_of_the_report_has_1_to_3501_rows(account: Account, size: str) -> None:
    ask(account, "Ims", "GenerateCredentialReport")
    with refused("InvalidParameter.MaxItems", 400):
        ask(account, "Ims", "GetCredentialReport", MaxItems=size)


def test_a_user_name_with_a_comma_stays_one_cell(account: Account) -> None:
    account.users[NOBODY_ID].name = 'no,"body"\n'
    assert 'no,"body"\n@acme.onaliyun.com' in report(account)


def test_the_summary_counts_what_there_is_and_what_may_be(account: Account) -> None:
    ask(account, "Ims", "DeleteUser", UserId=DEPLOYER_ID)
    account.settings.quotas["UsersQuota"] = 7
    summary = ask(account, "Ims", "GetAccountSummary")["SummaryMap"]
    assert (summary["Users"], summary["UsersQuota"]) == (2, 7)
    assert (summary["AccessKeysPerUserQuota"], summary["PolicySizeQuota"]) == (2, 6144)


def test_the_practice_report_counts_old_and_unused_keys(account: Account) -> None:
    info = ask(account, "Ims", "GetAccountSecurityPracticeReport")["AccountSecurityPracticeInfo"]
    counted = info["AccountSecurityPracticeUserInfo"]
    assert counted["RootWithAccessKey"] == 1
    assert (counted["OldAkNum"], counted["SubUserWithOldAccessKey"]) == (4, 3)
    moment = iso(account.clock.now() - timedelta(hours=5))
    event = {"eventId": "1", "eventTime": moment, "serviceName": "Ecs", "eventName": "RunInstances"}
    account.trail.add({**event, "userIdentity": {"accessKeyId": DEPLOYER_KEY}})
    again = ask(account, "Ims", "GetAccountSecurityPracticeReport")["AccountSecurityPracticeInfo"]
    assert again["AccountSecurityPracticeUserInfo"]["UnusedAkNum"] == counted["UnusedAkNum"] - 1


def test_ram_and_ims_show_one_set_of_settings(account: Account) -> None:
    ask(account, "Ims", "SetSecurityPreference", LoginSessionDuration=2, AllowUserToManageAccessKeys=True)
    ram = ask(account, "Ram", "GetSecurityPreference")["SecurityPreference"]
    assert ram["LoginProfilePreference"]["LoginSessionDuration"] == 2
    assert ram["AccessKeyPreference"]["AllowUserToManageAccessKeys"] is True
    ask(account, "Ram", "SetPasswordPolicy", HardExpiry=True, MinimumPasswordLength=14)
    ims = ask(account, "Ims", "GetPasswordPolicy")["PasswordPolicy"]
    assert (ims["HardExpire"], ims["MinimumPasswordLength"]) == (True, 14)


def test_settings_not_named_stay(account: Account) -> None:
    ask(account, "Ims", "SetSecurityPreference", MFAOperationForLogin="mandatory")
    ask(account, "Ims", "SetSecurityPreference", MaxIdleDaysForAccessKeys=90)
    preference = ask(account, "Ims", "GetSecurityPreference")["SecurityPreference"]
    assert preference["LoginProfilePreference"]["MFAOperationForLogin"] == "mandatory"
    assert preference["MaxIdleDays"] == {"MaxIdleDaysForAccessKeys": 90, "MaxIdleDaysForUsers": 730}


def test_an_empty_text_clears_masks_and_leaves_choices(account: Account) -> None:
    ask(account, "Ims", "SetSecurityPreference", LoginNetworkMasks="10.0.0.0/8", VerificationTypes='["sms"]')
    cleared = {"LoginNetworkMasks": "", "VerificationTypes": "", "MFAOperationForLogin": ""}
    shown = ask(account, "Ims", "SetSecurityPreference", **cleared)["SecurityPreference"]
    assert shown["LoginProfilePreference"]["LoginNetworkMasks"] == ""
    assert shown["LoginProfilePreference"]["MFAOperationForLogin"] == "independent"
    assert shown["VerificationPreference"]["VerificationTypes"] == []


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"MaxIdleDaysForAccessKeys": "91"}, "InvalidParameter.MaxIdleDaysForAccessKeys"),
        ({"LoginSessionDuration": "25"}, "InvalidParameter.LoginSessionDuration"),
        ({"MFAOperationForLogin": "always"}, "InvalidParameter.MFAOperationForLogin"),
        ({"VerificationTypes": '["fax"]'}, "InvalidParameter.VerificationTypes"),
        ({"VerificationTypes": "sms"}, "InvalidParameter.VerificationTypes"),
        ({"VerificationTypes": '[["sms"]]'}, "InvalidParameter.VerificationTypes"),
        ({"LoginNetworkMasks": "10.0.0.0/33"}, "InvalidParameter.LoginNetworkMasks.Format"),
        ({"LoginNetworkMasks": ";".join(["10.0.0.1"] * 41)}, "InvalidParameter.LoginNetworkMasks.Length"),
    ],
)
def test_a_bad_setting_changes_none(account: Account, params: dict[str, str], code: str) -> None:
    with refused(code, 400):
        ask(account, "Ims", "SetSecurityPreference", EnableSaveMFATicket=True, **params)
    assert account.security_preference == {}


def test_settings_shown_can_be_read_back_into_an_account(account: Account) -> None:
    ask(account, "Ims", "SetSecurityPreference", VerificationTypes='["sms"]', LoginSessionDuration=3)
    shown = preferences.ims_security(account)
    other = small_account()
    other.security_preference = preferences.flat(shown)
    assert preferences.ims_security(other) == shown


def test_sign_on_settings_are_kept(account: Account) -> None:
    ask(account, "Ims", "SetUserSsoSettings", SsoEnabled=True)
    assert ask(account, "Ims", "GetUserSsoSettings")["UserSsoSettings"]["SsoEnabled"] is True


def test_a_service_credential_tells_its_secret_once(account: Account) -> None:
    made = ask(account, "Ims", "CreateServiceCredential", **NOBODY, ServiceName="milvus.aliyuncs.com")
    secret = made["ServiceCredential"]["ServiceCredentialSecret"]
    listed = ask(account, "Ims", "ListServiceCredentials", **NOBODY)
    assert secret not in str(listed)
    (one,) = listed["ServiceCredentials"]
    assert (one["Status"], one["ExpirationTime"]) == ("Active", "")


def test_service_credentials_are_disabled_and_deleted(account: Account) -> None:
    for service in ("a", "a", "b"):
        made = ask(account, "Ims", "CreateServiceCredential", **NOBODY, ServiceName=service)[
            "ServiceCredential"
        ]
    with refused("LimitExceeded.User.ServiceCredential", 409):
        ask(account, "Ims", "CreateServiceCredential", **NOBODY, ServiceName="a")
    one = {**NOBODY, "ServiceCredentialId": made["ServiceCredentialId"]}
    ask(account, "Ims", "UpdateServiceCredential", **one, Status="Inactive", ServiceCredentialName="old")
    shown = ask(account, "Ims", "GetServiceCredential", **one)["ServiceCredential"]
    assert (shown["Status"], shown["ServiceCredentialName"]) == ("Inactive", "old")
    ask(account, "Ims", "DeleteServiceCredential", **one)
    with refused("EntityNotExist.User.ServiceCredential", 404):
        ask(account, "Ims", "GetServiceCredential", **one)
    left = ask(account, "Ims", "ListServiceCredentials", AllUsers=True, ServiceName="a")
    assert len(left["ServiceCredentials"]) == 2
