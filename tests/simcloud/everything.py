"""One account in which every operation of RAM, IMS and STS has been called, with the answer each gave."""

import base64
import hashlib
import hmac
import struct
from dataclasses import dataclass, field
from typing import Any

from aktui.simcloud.account import Account
from aktui.simcloud.op import Answer
from tests.simcloud.accounts import DEPLOYER_ID, DEPLOYER_KEY, DEPLOYER_OLD_KEY, EVERYTHING, small_account
from tests.simcloud.asking import ask

READING = '{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:Get*","Resource":"*"}]}'
TRUST = (
    '{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",'
    '"Principal":{"RAM":["acs:ram::1234567890123456:root"]}}]}'
)
ALLOW_LIST = '{"Status":"Active","Statements":[{"Type":"ClassicWhiteList","IPList":["203.0.113.0/24"]}]}'


def codes(account: Account, seed: str) -> tuple[str, str]:
    """What an authenticator app shows for this seed: the last code and the one before it."""
    step = int(account.clock.wall().timestamp()) // 30
    return _code(seed, step - 1), _code(seed, step)


def _code(seed: str, step: int) -> str:
    digest = hmac.new(base64.b32decode(seed), struct.pack(">Q", step), hashlib.sha1).digest()
    (number,) = struct.unpack_from(">I", digest, digest[19] % 16)
    return str((number % 2**31) % 10**6).zfill(6)


@dataclass
class Everything:
    """Call by call through the life of an account."""

    account: Account = field(default_factory=small_account)
    answers: list[tuple[str, str, Answer]] = field(default_factory=list)
    """(product, action, answer) of each call."""

    def ask(self, product: str, action: str, **params: Any) -> Answer:
        answer = ask(self.account, product, action, **params)
        self.answers.append((product, action, answer))
        return answer


def everything() -> Everything:
    log = Everything()
    log.account.trail.add(
        {
            "eventId": "00000001",
            "eventTime": "2026-01-02T03:04:05Z",
            "serviceName": "Ecs",
            "eventName": "DescribeInstances",
            "userIdentity": {"accessKeyId": DEPLOYER_KEY},
        }
    )
    _users(log)
    _groups(log)
    _policies(log)
    _roles(log)
    _keys(log)
    _logins(log)
    _mfa(log)
    _preferences(log)
    _reports(log)
    _credentials(log)
    _deletions(log)
    return log


def principal(name: str) -> str:
    return f"{name}@acme.onaliyun.com"


def _users(log: Everything) -> None:
    log.ask("Ram", "CreateUser", UserName="alice", DisplayName="Alice", Comments="engineer")
    tag = [{"Key": "operator", "Value": "li"}]
    log.ask(
        "Ims",
        "CreateUser",
        UserPrincipalName=principal("bob"),
        DisplayName="Bob",
        Email="bob@example.com",
        Tag=tag,
    )
    log.ask("Ims", "CreateUser", UserPrincipalName=principal("carol"), DisplayName="Carol")
    log.ask("Ram", "GetUser", UserName="alice")
    log.ask("Ims", "GetUser", UserPrincipalName=principal("bob"))
    log.ask("Ram", "UpdateUser", UserName="alice", NewMobilePhone="86-18600008888")
    log.ask("Ims", "UpdateUser", UserPrincipalName=principal("bob"), NewComments="left the company")
    for product in ("Ram", "Ims"):
        log.ask(product, "ListUsers", MaxItems=2)
    log.ask("Ims", "ListUsers", Tag=tag)
    log.ask("Ims", "ListUserBasicInfos", MaxItems=2)


def _groups(log: Everything) -> None:
    log.ask("Ram", "CreateGroup", GroupName="dev", Comments="developers")
    log.ask("Ims", "CreateGroup", GroupName="ops", DisplayName="Operations")
    log.ask("Ram", "AddUserToGroup", UserName="alice", GroupName="dev")
    log.ask("Ims", "AddUserToGroup", UserPrincipalName=principal("alice"), GroupName="ops")
    for product in ("Ram", "Ims"):
        log.ask(product, "GetGroup", GroupName="dev")
        log.ask(product, "ListGroups", MaxItems=1)
        log.ask(product, "UpdateGroup", GroupName="dev", NewComments="all developers")
        log.ask(product, "ListUsersForGroup", GroupName="dev")
    log.ask("Ram", "ListGroupsForUser", UserName="alice")
    log.ask("Ims", "ListGroupsForUser", UserPrincipalName=principal("alice"))


def _policies(log: Everything) -> None:
    policy: dict[str, Any] = {"PolicyName": "read-objects"}
    kind = {"PolicyType": "Custom", **policy}
    log.ask("Ram", "CreatePolicy", **policy, PolicyDocument=READING, Description="reads objects")
    log.ask("Ram", "CreatePolicyVersion", **policy, PolicyDocument=EVERYTHING)
    log.ask("Ram", "CreatePolicyVersion", **policy, PolicyDocument=READING, SetAsDefault=True)
    log.ask("Ram", "SetDefaultPolicyVersion", **policy, VersionId="v1")
    log.ask("Ram", "DeletePolicyVersion", **policy, VersionId="v2")
    log.ask("Ram", "GetPolicyVersion", **kind, VersionId="v3")
    log.ask("Ram", "ListPolicyVersions", **kind)
    log.ask("Ram", "UpdatePolicyDescription", **policy, NewDescription="reads all objects")
    log.ask("Ram", "AttachPolicyToUser", **kind, UserName="alice")
    log.ask("Ram", "AttachPolicyToGroup", **kind, GroupName="dev")
    log.ask("Ram", "ListPoliciesForUser", UserName="alice")
    log.ask("Ram", "ListPoliciesForGroup", GroupName="dev")
    log.ask("Ram", "GetPolicy", **kind)
    log.ask("Ram", "GetPolicy", PolicyType="System", PolicyName="AdministratorAccess")
    log.ask("Ram", "ListPolicies", MaxItems=1)


def _roles(log: Everything) -> None:
    role: dict[str, Any] = {"RoleName": "auditor"}
    log.ask("Ram", "CreateRole", **role, AssumeRolePolicyDocument=TRUST, Description="reads the audit")
    log.ask("Ram", "GetRole", **role)
    log.ask("Ram", "UpdateRole", **role, NewMaxSessionDuration=7200)
    log.ask("Ram", "ListRoles", MaxItems=1)
    kind = {"PolicyType": "Custom", "PolicyName": "read-objects"}
    log.ask("Ram", "AttachPolicyToRole", **kind, **role)
    log.ask("Ram", "ListPoliciesForRole", **role)
    log.ask("Ram", "ListEntitiesForPolicy", **kind)
    log.ask("Sts", "AssumeRole", RoleArn="acs:ram::1234567890123456:role/auditor", RoleSessionName="li")
    log.ask("Sts", "GetCallerIdentity")


def _keys(log: Everything) -> None:
    ram = {"UserName": "ci-deployer"}
    ims = {"UserPrincipalName": principal("ci-deployer")}
    log.ask("Ram", "DeleteAccessKey", **ram, UserAccessKeyId=DEPLOYER_OLD_KEY)
    new = log.ask("Ram", "CreateAccessKey", **ram)["AccessKey"]["AccessKeyId"]
    log.ask("Ims", "DeleteAccessKey", **ims, UserAccessKeyId=new)
    log.ask("Ims", "CreateAccessKey", **ims)
    for product, user in (("Ram", ram), ("Ims", ims)):
        log.ask(product, "ListAccessKeys", **user)
        log.ask(product, "UpdateAccessKey", **user, UserAccessKeyId=DEPLOYER_KEY, Status="Inactive")
        log.ask(product, "GetAccessKeyLastUsed", **user, UserAccessKeyId=DEPLOYER_KEY)
    log.ask("Ims", "GetAccessKeyPolicy", **ims, UserAccessKeyId=DEPLOYER_KEY)
    log.ask("Ims", "SetAccessKeyPolicy", **ims, UserAccessKeyId=DEPLOYER_KEY, AccessKeyPolicy=ALLOW_LIST)
    log.ask("Ims", "SetAccessKeyPolicyForAccount", AccessKeyPolicy=ALLOW_LIST)
    log.account.clock.advance(10)
    log.ask("Ims", "GetAccessKeyPolicy", **ims, UserAccessKeyId=DEPLOYER_KEY)
    log.ask("Ims", "GetAccessKeyPolicyForAccount")


def _logins(log: Everything) -> None:
    ram = {"UserName": "alice"}
    ims = {"UserPrincipalName": principal("bob")}
    for product, user in (("Ram", ram), ("Ims", ims)):
        log.ask(product, "CreateLoginProfile", **user, Password="correct-horse", MFABindRequired=True)
        log.ask(product, "GetLoginProfile", **user)
        log.ask(product, "UpdateLoginProfile", **user, PasswordResetRequired=True)
        log.ask(product, "DeleteLoginProfile", **user)


def _mfa(log: Everything) -> None:
    devices = {}
    for product in ("Ram", "Ims"):
        name = f"{product.lower()}-device"
        devices[product] = log.ask(product, "CreateVirtualMFADevice", VirtualMFADeviceName=name)[
            "VirtualMFADevice"
        ]
    for product, user in (("Ram", {"UserName": "alice"}), ("Ims", {"UserPrincipalName": principal("bob")})):
        device = devices[product]
        first, second = codes(log.account, device["Base32StringSeed"])
        log.ask(
            product,
            "BindMFADevice",
            **user,
            SerialNumber=device["SerialNumber"],
            AuthenticationCode1=first,
            AuthenticationCode2=second,
        )
        log.ask(product, "GetUserMFAInfo", **user)
        log.ask(product, "ListVirtualMFADevices")
        log.ask(product, "UnbindMFADevice", **user)
    log.ask("Ims", "ListVirtualMFADevices", MaxItems=1)
    log.ask("Ims", "GetUserMFAInfo", UserPrincipalName=principal("carol"))
    log.ask("Ims", "GetAccountMFAInfo")
    first, second = codes(log.account, devices["Ram"]["Base32StringSeed"])
    log.account.mfa_devices[devices["Ram"]["SerialNumber"]].user = DEPLOYER_ID
    log.ask("Ims", "DisableVirtualMFA", UserPrincipalName=principal("ci-deployer"))
    log.ask("Ims", "DeleteVirtualMFADevice", SerialNumber=devices["Ims"]["SerialNumber"])
    spare = log.ask("Ram", "CreateVirtualMFADevice", VirtualMFADeviceName="spare")["VirtualMFADevice"]
    log.ask("Ram", "DeleteVirtualMFADevice", SerialNumber=spare["SerialNumber"])


def _preferences(log: Everything) -> None:
    for product in ("Ram", "Ims"):
        log.ask(product, "SetSecurityPreference", LoginNetworkMasks="10.0.0.0/8;203.0.113.1")
        log.ask(product, "GetSecurityPreference")
        log.ask(product, "SetPasswordPolicy", MinimumPasswordLength=12, RequireNumbers=True)
        log.ask(product, "GetPasswordPolicy")
    log.ask("Ims", "SetSecurityPreference", VerificationTypes='["sms","email"]', MaxIdleDaysForAccessKeys=90)
    log.ask("Ims", "SetUserSsoSettings", SsoEnabled=True, AuxiliaryDomain="sso.example.com")
    log.ask("Ims", "GetUserSsoSettings")
    log.ask("Ims", "GetDefaultDomain")
    log.ask("Ram", "GetAccountAlias")


def _reports(log: Everything) -> None:
    log.ask("Ims", "GetAccountSummary")
    log.ask("Ims", "GetAccountSecurityPracticeReport")
    log.ask("Ims", "GenerateCredentialReport")
    log.ask("Ims", "GetCredentialReport", MaxItems=2)


def _credentials(log: Everything) -> None:
    user = {"UserPrincipalName": principal("bob")}
    for service in ("milvus.aliyuncs.com", "dashscope.aliyuncs.com"):
        made = log.ask("Ims", "CreateServiceCredential", **user, ServiceName=service, CredentialAgeDays=30)[
            "ServiceCredential"
        ]
    one = {**user, "ServiceCredentialId": made["ServiceCredentialId"]}
    log.ask("Ims", "GetServiceCredential", **one)
    log.ask("Ims", "UpdateServiceCredential", **one, Status="Inactive")
    log.ask("Ims", "ListServiceCredentials", AllUsers=True, MaxResults=1)
    log.ask("Ims", "DeleteServiceCredential", **one)


def _deletions(log: Everything) -> None:
    kind = {"PolicyType": "Custom", "PolicyName": "read-objects"}
    log.ask("Ram", "DetachPolicyFromUser", **kind, UserName="alice")
    log.ask("Ram", "DetachPolicyFromGroup", **kind, GroupName="dev")
    log.ask("Ram", "DetachPolicyFromRole", **kind, RoleName="auditor")
    log.ask("Ram", "DeletePolicy", PolicyName="read-objects", CascadingDelete=True)
    log.ask("Ram", "DeleteRole", RoleName="auditor")
    log.ask("Ram", "RemoveUserFromGroup", UserName="alice", GroupName="dev")
    log.ask("Ims", "RemoveUserFromGroup", UserPrincipalName=principal("alice"), GroupName="ops")
    log.ask("Ram", "DeleteGroup", GroupName="dev")
    log.ask("Ims", "DeleteGroup", GroupName="ops")
    _bins(log)


def _bins(log: Everything) -> None:
    owned = {"UserId": DEPLOYER_ID}
    old = {**owned, "UserAccessKeyId": DEPLOYER_OLD_KEY}
    log.ask("Ims", "ListAccessKeysInRecycleBin", **owned)
    log.ask("Ims", "GetAccessKeyInfoInRecycleBin", UserAccessKeyId=DEPLOYER_OLD_KEY)
    user = {"UserPrincipalName": principal("ci-deployer")}
    log.ask("Ims", "DeleteAccessKey", **user, UserAccessKeyId=DEPLOYER_KEY)
    log.ask("Ims", "RestoreAccessKeyFromRecycleBin", **old)
    log.ask("Ims", "DeleteAccessKeyInRecycleBin", **owned, UserAccessKeyId=DEPLOYER_KEY)
    log.ask("Ims", "DeleteUser", **user)
    log.ask("Ram", "DeleteUser", UserName="alice")
    log.ask("Ims", "ListUsersInRecycleBin", MaxItems=1)
    log.ask("Ims", "ListUsersInRecycleBin", Filter=f"UserPrincipalName eq {principal('alice')}")
    log.ask("Ims", "GetUserInRecycleBin", UserAccessKeyId=DEPLOYER_OLD_KEY)
    log.ask("Ims", "GetAccessKeyInfoInRecycleBin", UserAccessKeyId=DEPLOYER_OLD_KEY)
    log.ask("Ims", "RestoreUserFromRecycleBin", **owned)
    log.ask("Ims", "DeleteUser", UserId=DEPLOYER_ID)
    log.ask("Ims", "DeleteUserInRecycleBin", **owned)
