"""How much of what an account may hold, by the names of GetAccountSummary."""

from aktui.simcloud.account import Account, Group, Role, User
from aktui.simcloud.fault import over_limit

DEFAULTS = {
    "AccessKeysPerUserQuota": 2,
    "AccountAccessKeysPerAccountQuota": 5,
    "AttachedPoliciesPerGroupQuota": 5,
    "AttachedPoliciesPerRoleQuota": 5,
    "AttachedPoliciesPerUserQuota": 10,
    "AttachedSystemPoliciesPerGroupQuota": 20,
    "AttachedSystemPoliciesPerRoleQuota": 20,
    "AttachedSystemPoliciesPerUserQuota": 20,
    "ConditionsPerAKPolicyQuota": 8,
    "GroupsPerUserQuota": 5,
    "GroupsQuota": 50,
    "IPItemsPerAKPolicyQuota": 50,
    "PoliciesQuota": 1500,
    "PolicySizeQuota": 6144,
    "RolesQuota": 1000,
    "ServiceCredentialsPerUserPerServiceQuota": 2,
    "UsersQuota": 1000,
    "VersionsPerPolicyQuota": 5,
    "VirtualMFADevicesQuota": 1000,
}

RECYCLED_KEYS_PER_USER = 3
RECYCLED_USERS = 1000


def quota(account: Account, name: str) -> int:
    return account.settings.quotas.get(name, DEFAULTS[name])


def require_room(account: Account, name: str, held: int, kind: str, what: str) -> None:
    """Refuses one more when `held` has reached the quota: 409 LimitExceeded.<kind>."""
    limit = quota(account, name)
    if held >= limit:
        raise over_limit(kind, f"The count of {what} is at its limit of {limit}.")


def require_room_for_attachment(account: Account, holder: User | Group | Role, kind: str) -> None:
    """Custom and system policies have limits of their own."""
    entity = type(holder).__name__
    system = "System" if kind == "System" else ""
    held = sum(one.policy_type == kind for one in holder.policies)
    name = f"Attached{system}PoliciesPer{entity}Quota"
    require_room(account, name, held, f"{entity}.Policy", f"{kind} policies attached to the {entity.lower()}")


def summary(account: Account) -> dict[str, int]:
    """What GetAccountSummary tells: the quotas and how much of them is used."""
    living = [user for user in account.users.values() if not user.recycled]
    devices = account.mfa_devices.values()
    return {name: quota(account, name) for name in DEFAULTS} | {
        "Users": len(living),
        "Groups": len(account.groups),
        "Roles": len(account.roles),
        "Policies": sum(policy.kind == "Custom" for policy in account.policies.values()),
        "MFADevices": len(devices),
        "MFADevicesInUse": sum(device.activated is not None for device in devices),
    }
