"""Policies, their versions, and what they are attached to."""

from datetime import datetime, timedelta

from aktui.simcloud import permissions, views
from aktui.simcloud.account import Account, Attachment, Group, Policy, PolicyVersion, Role, User
from aktui.simcloud.directory import documents, names, quotas
from aktui.simcloud.fault import ApiError, absent, exists, in_use, over_limit

ROTATE = "DeleteOldestNonDefaultVersionWhenLimitExceeded"


def find(account: Account, kind: str, name: str) -> Policy:
    if kind not in {"Custom", "System"}:
        raise ApiError(
            400, "InvalidParameter.PolicyType", "The parameter PolicyType must be Custom or System."
        )
    policy = account.policies.get((kind, name))
    if policy is None:
        names.checked("PolicyName", name, names.POLICY, 128)
        raise absent("Policy", "policy")
    return policy


def custom(account: Account, name: str) -> Policy:
    """A policy that may be changed: the vendor's own may not."""
    return find(account, "Custom", name)


def create(
    account: Account, name: str, document: str, description: str, now: datetime, tags: dict[str, str]
) -> Policy:
    names.checked("PolicyName", name, names.POLICY, 128)
    names.short("Description", description, 1024)
    documents.require_policy("PolicyDocument", document, quotas.quota(account, "PolicySizeQuota"))
    # One name is enough for both kinds: a custom policy may not pass for one of the vendor's.
    if ("Custom", name) in account.policies or ("System", name) in account.policies:
        raise exists("Policy", "policy")
    held = sum(policy.kind == "Custom" for policy in account.policies.values())
    quotas.require_room(account, "PoliciesQuota", held, "Policy", "policies")
    policy = Policy(name, "Custom", now, now, description, [PolicyVersion("v1", document, now)], tags=tags)
    account.policies[("Custom", name)] = policy
    return policy


def add_version(
    account: Account, policy: Policy, document: str, *, default: bool, rotate: str, now: datetime
) -> PolicyVersion:
    documents.require_policy("PolicyDocument", document, quotas.quota(account, "PolicySizeQuota"))
    if rotate not in {"", "None", ROTATE}:
        raise ApiError(400, "InvalidParameter.RotateStrategy", f"RotateStrategy must be None or {ROTATE}.")
    limit = quotas.quota(account, "VersionsPerPolicyQuota")
    if len(policy.versions) >= limit:
        if rotate != ROTATE:
            raise over_limit("Policy.Version", f"The count of policy versions is at its limit of {limit}.")
        policy.versions.remove(next(one for one in policy.versions if one.id != policy.default))
    number = 1 + max(int(one.id.removeprefix("v")) for one in policy.versions)
    version = PolicyVersion(f"v{number}", document, now)
    policy.versions.append(version)
    policy.updated = now
    if default:
        make_default(account, policy, version.id, now)
    return version


def make_default(account: Account, policy: Policy, version_id: str, now: datetime) -> None:
    """The document of that version counts from `permission_lag` seconds on."""
    found = version(policy, version_id)
    until = now + timedelta(seconds=account.settings.permission_lag)
    policy.settling = (permissions.bound_document(policy, now), until)
    policy.default = found.id
    policy.updated = now


def version(policy: Policy, version_id: str) -> PolicyVersion:
    number = version_id.removeprefix("v")
    if not (version_id.startswith("v") and number.isascii() and number.isdigit()):
        raise names.malformed("VersionId")
    found = next((one for one in policy.versions if one.id == version_id), None)
    if found is None:
        raise absent("Policy.Version", "policy version")
    return found


def drop_version(policy: Policy, version_id: str, now: datetime) -> None:
    found = version(policy, version_id)
    if found.id == policy.default:
        raise in_use("Policy.Version.Default", "The default version of a policy cannot be deleted.")
    policy.versions.remove(found)
    policy.updated = now


def delete(account: Account, policy: Policy, *, cascade: bool) -> None:
    """Refused while the policy is attached, or has further versions, unless these are to go with it."""
    users, groups, roles = holders(account, policy)
    for kind, held in (("User", users), ("Group", groups), ("Role", roles)):
        if held:
            raise in_use(f"Policy.{kind}", f"The policy is still attached to a {kind.lower()}.")
    if len(policy.versions) > 1 and not cascade:
        raise in_use("Policy.Version", "The policy still has versions besides the default one.")
    del account.policies[(policy.kind, policy.name)]


def holders(account: Account, policy: Policy) -> tuple[list[User], list[Group], list[Role]]:
    """The living users, the groups and the roles a policy is attached to."""
    users = [user for user in account.users.values() if not user.recycled and views.attached_to(user, policy)]
    groups = [group for group in account.groups.values() if views.attached_to(group, policy)]
    roles = [role for role in account.roles.values() if views.attached_to(role, policy)]
    return users, groups, roles


def attach(account: Account, holder: User | Group | Role, kind: str, name: str, now: datetime) -> None:
    policy = find(account, kind, name)
    if views.attached_to(holder, policy):
        entity = type(holder).__name__
        raise exists(f"{entity}.Policy", f"attachment of the policy to the {entity.lower()}")
    quotas.require_room_for_attachment(account, holder, policy.kind)
    holder.policies.append(Attachment(policy.kind, policy.name, now))


def detach(account: Account, holder: User | Group | Role, kind: str, name: str, now: datetime) -> None:
    attachment = views.attached_to(holder, find(account, kind, name))
    if attachment is None:
        entity = type(holder).__name__
        raise absent(f"{entity}.Policy", f"attachment of the policy to the {entity.lower()}")
    holder.policies.remove(attachment)
    until = now + timedelta(seconds=account.settings.permission_lag)
    holder.detached = [one for one in holder.detached if now < one[1]]
    if permissions.is_bound(account, attachment.attached, now):
        holder.detached.append((attachment, until))
