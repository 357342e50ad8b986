"""State to the vendor's shapes: what RAM, IMS and account files show of users, keys, groups, policies, roles.

Pure functions: nothing here changes the account or asks for the time.
"""

from collections import Counter
from datetime import timedelta
from typing import Any

from aktui.simcloud.account import (
    AccessKey,
    Account,
    Attachment,
    Group,
    LoginProfile,
    MfaDevice,
    Policy,
    PolicyVersion,
    Role,
    ServiceCredential,
    User,
)
from aktui.simcloud.clock import iso

Shape = dict[str, Any]

BIN_KEEPS = timedelta(days=30)
"""How long a deleted user or key stays in the recycle bin."""


# Names


def domain(account: Account) -> str:
    """The domain of logon names, `acme-prod.onaliyun.com`."""
    return f"{account.alias or account.id}.onaliyun.com"


def principal_name(account: Account, user: User) -> str:
    """How IMS names a user, `alice@acme-prod.onaliyun.com`."""
    return f"{user.name}@{domain(account)}"


def user_arn(account: Account, user: User) -> str:
    return f"acs:ram::{account.id}:user/{user.name}"


def role_arn(account: Account, role: Role) -> str:
    return f"acs:ram::{account.id}:role/{role.name}"


# Users


def _person(user: User) -> Shape:
    return {
        "UserId": user.id,
        "DisplayName": user.display_name,
        "Email": user.email,
        "MobilePhone": user.mobile,
        "Comments": user.comments,
        "CreateDate": iso(user.created),
        "UpdateDate": iso(user.updated),
    }


def ims_user(account: Account, user: User) -> Shape:
    """As IMS GetUser and ListUsers return a user."""
    return {
        **_person(user),
        "UserPrincipalName": principal_name(account, user),
        "LastLoginDate": iso(user.last_login),
        "ProvisionType": user.provision_type,
        "Tags": tags(user.tags),
    }


def ram_user(user: User) -> Shape:
    """As RAM ListUsers and UpdateUser return a user."""
    return {**_person(user), "UserName": user.name}


def ram_user_detail(user: User) -> Shape:
    """As RAM GetUser returns a user: with the last logon."""
    return {**ram_user(user), "LastLoginDate": iso(user.last_login)}


def user_basics(account: Account, user: User) -> Shape:
    """The three facts that IMS gives of a user in passing."""
    return {
        "UserPrincipalName": principal_name(account, user),
        "DisplayName": user.display_name,
        "UserId": user.id,
    }


def recycled_user(account: Account, user: User) -> Shape:
    """A user in the recycle bin; `user.recycled` must be set."""
    return {
        **user_basics(account, user),
        "CreateDate": iso(user.created),
        **_bin_dates(user),
    }


def tags(pairs: dict[str, str]) -> Shape:
    return {"Tag": [{"TagKey": key, "TagValue": value} for key, value in pairs.items()]}


def _bin_dates(thing: User | AccessKey) -> Shape:
    assert thing.recycled is not None, f"{thing.id} is not in the recycle bin"
    return {"RecycleDate": iso(thing.recycled), "DeleteDate": iso(thing.recycled + BIN_KEEPS)}


# Keys


def ram_key(key: AccessKey) -> Shape:
    """As RAM ListAccessKeys returns a key."""
    return {"AccessKeyId": key.id, "Status": key.status, "CreateDate": iso(key.created)}


def ims_key(key: AccessKey) -> Shape:
    """As IMS ListAccessKeys returns a key."""
    return {**ram_key(key), "UpdateDate": iso(key.updated)}


def new_key(key: AccessKey) -> Shape:
    """As CreateAccessKey returns it: the only time the secret is told."""
    return {**ram_key(key), "AccessKeySecret": key.secret}


def recycled_key(key: AccessKey) -> Shape:
    """A key in the recycle bin; `key.recycled` must be set."""
    return {"AccessKeyId": key.id, "CreateDate": iso(key.created), **_bin_dates(key)}


def recycled_key_detail(account: Account, key: AccessKey) -> Shape:
    """As GetAccessKeyInfoInRecycleBin returns it: with the user, who may be in the bin too."""
    user = account.users[key.owner]
    return {
        **recycled_key(key),
        "UserId": user.id,
        "UserPrincipalName": principal_name(account, user),
        "UserRecycled": user.recycled is not None,
    }


def service_credential(account: Account, user: User, credential: ServiceCredential) -> Shape:
    return {
        "ServiceCredentialId": credential.id,
        "ServiceCredentialName": credential.name,
        "ServiceName": credential.service,
        "Status": credential.status,
        "CreateTime": iso(credential.created),
        "ExpirationTime": iso(credential.expires),
        "UserPrincipalName": principal_name(account, user),
    }


# Groups


def ram_group(group: Group) -> Shape:
    return {
        "GroupId": group.id,
        "GroupName": group.name,
        "Comments": group.comments,
        "CreateDate": iso(group.created),
        "UpdateDate": iso(group.updated),
    }


def ims_group(group: Group) -> Shape:
    return {**ram_group(group), "DisplayName": group.display_name}


def ram_membership(account: Account, user: User) -> list[Shape]:
    """The groups of a user as RAM ListGroupsForUser returns them."""
    return [
        {
            "GroupId": account.groups[name].id,
            "GroupName": name,
            "Comments": account.groups[name].comments,
            "JoinDate": iso(joined),
        }
        for name, joined in user.groups.items()
    ]


def ims_membership(account: Account, user: User) -> list[Shape]:
    """The groups of a user as IMS ListGroupsForUser returns them."""
    return [
        {**shape, "DisplayName": account.groups[shape["GroupName"]].display_name}
        for shape in ram_membership(account, user)
    ]


# Policies


def policy(policy: Policy) -> Shape:
    """What every answer about a policy has."""
    return {
        "PolicyName": policy.name,
        "PolicyType": policy.kind,
        "Description": policy.description,
        "DefaultVersion": policy.default,
        "CreateDate": iso(policy.created),
    }


def policy_listed(account: Account, one: Policy, counts: Counter[tuple[str, str]] | None = None) -> Shape:
    """As ListPolicies returns a policy. Whoever shows many counts the attachments once."""
    counted = attachment_counts(account) if counts is None else counts
    attachments = counted[one.kind, one.name]
    return {**policy(one), "UpdateDate": iso(one.updated), "AttachmentCount": attachments}


def policy_version(policy: Policy, version: PolicyVersion) -> Shape:
    return {
        "VersionId": version.id,
        "IsDefaultVersion": version.id == policy.default,
        "PolicyDocument": version.document,
        "CreateDate": iso(version.created),
    }


def attached_policy(account: Account, attachment: Attachment) -> Shape:
    """As ListPoliciesForUser, -Group and -Role return a policy."""
    one = account.policies[(attachment.policy_type, attachment.policy_name)]
    return {
        "PolicyName": one.name,
        "PolicyType": one.kind,
        "Description": one.description,
        "DefaultVersion": one.default,
        "AttachDate": iso(attachment.attached),
    }


def attachment_counts(account: Account) -> Counter[tuple[str, str]]:
    """How many living users, groups and roles hold a policy, by its kind and name."""
    holders: list[User | Group | Role] = [
        *(user for user in account.users.values() if not user.recycled),
        *account.groups.values(),
        *account.roles.values(),
    ]
    return Counter((one.policy_type, one.policy_name) for holder in holders for one in holder.policies)


def attached_to(holder: User | Group | Role, policy: Policy) -> Attachment | None:
    """The attachment of the policy to that user, group or role."""
    return next(
        (one for one in holder.policies if (one.policy_type, one.policy_name) == (policy.kind, policy.name)),
        None,
    )


# Roles


def role_listed(account: Account, role: Role) -> Shape:
    """As ListRoles returns a role: without its trust policy."""
    return {
        "RoleId": role.id,
        "RoleName": role.name,
        "Arn": role_arn(account, role),
        "Description": role.description,
        "MaxSessionDuration": role.max_session,
        "CreateDate": iso(role.created),
        "UpdateDate": iso(role.updated),
    }


def role(account: Account, role: Role) -> Shape:
    """As GetRole returns it."""
    return {**role_listed(account, role), "AssumeRolePolicyDocument": role.trust}


# Console logon


def ims_login(account: Account, user: User, login: LoginProfile) -> Shape:
    """As IMS CreateLoginProfile and UpdateLoginProfile return it."""
    return {
        "UserPrincipalName": principal_name(account, user),
        "Status": login.status,
        "MFABindRequired": login.mfa_bind_required,
        "PasswordResetRequired": login.password_reset_required,
        "UpdateDate": iso(login.updated),
    }


def ims_login_detail(account: Account, user: User, login: LoginProfile) -> Shape:
    """As IMS GetLoginProfile returns it: with the last logon."""
    return {**ims_login(account, user, login), "LastLoginTime": iso(login.last_login)}


def ram_login(user: User, login: LoginProfile) -> Shape:
    return {
        "UserName": user.name,
        "MFABindRequired": login.mfa_bind_required,
        "PasswordResetRequired": login.password_reset_required,
        "CreateDate": iso(login.updated),
    }


def mfa_device(device: MfaDevice, user: Shape | None) -> Shape:
    """A device as ListVirtualMFADevices returns it; `user` is its owner in the product's own terms."""
    shape: Shape = {"SerialNumber": device.serial}
    if user is not None:
        shape |= {"ActivateDate": iso(device.activated), "User": user}
    return shape
