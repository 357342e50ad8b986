"""Roles and their trust policies."""

from datetime import datetime

from aktui.simcloud.account import Account, Role
from aktui.simcloud.directory import documents, ids, names, quotas
from aktui.simcloud.fault import ApiError, absent, exists, in_use

_TRUST_SIZE = 2048


def find(account: Account, name: str) -> Role:
    role = account.roles.get(name)
    if role is None:
        names.checked("RoleName", name, names.ROLE, 64)
        raise absent("Role", "role")
    return role


def create(
    account: Account, name: str, trust: str, description: str, longest_session: int, now: datetime
) -> Role:
    names.checked("RoleName", name, names.ROLE, 64)
    names.short("Description", description, 1024)
    documents.require_trust("AssumeRolePolicyDocument", trust, _TRUST_SIZE)
    _require_session("MaxSessionDuration", longest_session)
    if name in account.roles:
        raise exists("Role", "role")
    quotas.require_room(account, "RolesQuota", len(account.roles), "Role", "roles")
    role = Role(ids.numeric("3"), name, now, now, trust, description, longest_session)
    account.roles[name] = role
    return role


def update(
    role: Role, *, trust: str | None, description: str | None, longest_session: int | None, now: datetime
) -> None:
    """Changes what is given."""
    if trust is not None:
        documents.require_trust("NewAssumeRolePolicyDocument", trust, _TRUST_SIZE)
    if description is not None:
        names.short("NewDescription", description, 1024)
    if longest_session is not None:
        _require_session("NewMaxSessionDuration", longest_session)
    role.trust = role.trust if trust is None else trust
    role.description = role.description if description is None else description
    role.max_session = role.max_session if longest_session is None else longest_session
    role.updated = now


def delete(account: Account, role: Role) -> None:
    if role.policies:
        raise in_use("Role.Policy", "The role still has a policy attached.")
    for session in account.sessions.values():
        session.dead = session.dead or session.role == role.name
    del account.roles[role.name]


def _require_session(param: str, seconds: int) -> None:
    if not 3600 <= seconds <= 43200:
        raise ApiError(
            400, f"InvalidParameter.{param}", f"The parameter {param} must be 3600 to 43200 seconds."
        )
