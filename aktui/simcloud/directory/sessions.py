"""Role sessions: who may open one, and what is handed out."""

import re
from datetime import datetime, timedelta

from aktui.simcloud import permissions
from aktui.simcloud.account import Account, Identity, Role, Session
from aktui.simcloud.directory import documents, ids
from aktui.simcloud.fault import ApiError, absent

_ARN = re.compile(r"acs:ram::(?P<account>[^:]+):role/(?P<name>[^/]+)")
_NAME = re.compile(r"[A-Za-z0-9.@_-]{2,64}")
_EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)
_POLICY_SIZE = 2048
_SHORTEST = 900
_USUAL = 3600


def role_of_arn(account: Account, arn: str) -> Role:
    found = _ARN.fullmatch(arn)
    if not found:
        raise _malformed("RoleArn")
    role = account.roles.get(found["name"]) if found["account"] == account.id else None
    if role is None:
        raise absent("Role", "role")
    return role


def check_texts(name: str, external_id: str, policy: str) -> None:
    """Session name, external id and session policy, the latter two where given."""
    if not _NAME.fullmatch(name):
        raise _malformed("RoleSessionName")
    if external_id and not _EXTERNAL_ID.fullmatch(external_id):
        raise _malformed("ExternalId")
    if len(policy) > _POLICY_SIZE:
        raise ApiError(
            400, "InvalidParameter.PolicySize", f"The policy must have at most {_POLICY_SIZE} characters."
        )
    if policy:
        try:
            documents.permission(policy)
        except documents.MalformedDocument as error:
            raise ApiError(
                400, "InvalidParameter.PolicyGrammar", f"The policy is malformed: {error}."
            ) from None


def lifetime(role: Role, asked: int | None) -> timedelta:
    seconds = _USUAL if asked is None else asked
    if not _SHORTEST <= seconds <= role.max_session:
        raise ApiError(
            400,
            "InvalidParameter.DurationSeconds",
            f"The parameter DurationSeconds must be {_SHORTEST} to {role.max_session}.",
        )
    return timedelta(seconds=seconds)


def require_trust(
    account: Account, role: Role, caller: Identity, *, source_ip: str, external_id: str, now: datetime
) -> None:
    """Roles trust users and roles; a key of the account itself can assume none."""
    facts = {"acs:SourceIp": source_ip, "acs:CurrentTime": now, "acs:MFAPresent": "false"}
    if external_id:
        facts["sts:ExternalId"] = external_id
    trusted = caller.kind != "root" and permissions.trusts(role.trust, account, caller, facts).allowed
    if not trusted:
        raise ApiError(
            403,
            "NoPermission",
            "You are not authorized to do this action. The role does not trust the caller.",
        )


def open_session(
    account: Account, role: Role, name: str, policy: str, opened_by: str, expires: datetime
) -> Session:
    session = Session(
        ids.session_key_id(),
        ids.session_secret(),
        ids.session_token(),
        role.name,
        name,
        expires,
        opened_by,
        policy,
    )
    account.sessions[session.id] = session
    return session


def _malformed(param: str) -> ApiError:
    return ApiError(400, f"InvalidParameter.{param}", f"The parameter {param} is wrongly formed.")
