"""A call that was made, as the event ActionTrail keeps of it, in the shape of `LookupEvents`."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from aktui.simcloud.account import Account, Identity
from aktui.simcloud.clock import iso
from aktui.simcloud.fault import ApiError
from aktui.simcloud.masking import masked, without_secrets
from aktui.simcloud.op import Answer, Operation
from aktui.simcloud.render import json_texts
from aktui.simcloud.request import Request
from aktui.simcloud.services import event_source, is_global
from aktui.simcloud.signatures.claim import SIGNED_TEXT
from aktui.simcloud.trail import Event

_REFERRED = {
    "UserName": "ACS::RAM::User",
    "UserPrincipalName": "ACS::RAM::User",
    "GroupName": "ACS::RAM::Group",
    "PolicyName": "ACS::RAM::Policy",
    "RoleName": "ACS::RAM::Role",
    "RamRoleName": "ACS::RAM::Role",
    "RoleArn": "ACS::RAM::Role",
    "UserAccessKeyId": "ACS::RAM::AccessKey",
    "SerialNumber": "ACS::RAM::MFADevice",
    "InstanceId": "ACS::ECS::Instance",
}
"""Parameters and answer fields that name a resource, and of which type."""


def from_call(
    account: Account,
    caller: Identity,
    operation: Operation,
    request: Request,
    *,
    request_id: str,
    now: datetime,
    answer: Answer | None = None,
    error: ApiError | None = None,
) -> Event:
    """The event of one call: `answer` when it succeeded, `error` when it was refused."""
    everywhere = is_global(operation.product)
    event: Event = {
        "eventId": request_id,
        "eventVersion": 1,
        "eventName": operation.action,
        "eventSource": request.host or event_source(operation.product, request.region),
        "eventTime": iso(now),
        "eventType": "ApiCall",
        "eventCategory": "Management",
        "eventRW": "Write" if operation.write else "Read",
        "requestId": request_id,
        "requestParameters": masked(request.params),
        "serviceName": operation.product,
        "sourceIpAddress": request.source_ip,
        "userAgent": request.user_agent,
        "acsRegion": account.settings.global_region if everywhere else request.region,
        "apiVersion": operation.version,
        "isGlobal": everywhere,
        "userIdentity": identity_of(caller),
    }
    if error is not None:
        event |= {"errorCode": error.code, "errorMessage": error.message.partition(SIGNED_TEXT)[0].strip()}
    if answer is not None and operation.write:
        event["responseElements"] = {**without_secrets(answer), "RequestId": request_id}
    return event | _resources(request.params, answer if operation.write else None)


def identity_of(caller: Identity) -> dict[str, Any]:
    """The `userIdentity` of what this caller does."""
    common = {"accountId": caller.account_id, "accessKeyId": caller.key_id}
    if caller.user is not None:
        user = caller.user
        return {"type": "ram-user", "principalId": user.id, "userName": user.name, **common}
    session = caller.session
    if session is None:
        return {"type": "root-account", "principalId": caller.account_id, "userName": "root", **common}
    role = caller.role.id if caller.role else session.role
    return {
        "type": "assumed-role",
        "principalId": f"{role}:{session.name}",
        "userName": f"{session.role}:{session.name}",
        "sessionContext": {"attributes": {"mfaAuthenticated": "false"}},
        **common,
    }


def _resources(params: Mapping[str, str], answer: Answer | None) -> dict[str, Any]:
    """The same resources in both forms that events use; nothing when none is named."""
    found = dict.fromkeys([*_named(params), *_named_in(answer or {})])
    if not found:
        return {}
    referenced: dict[str, list[str]] = {}
    for kind, name in found:
        referenced.setdefault(kind, []).append(name)
    return {
        "referencedResources": referenced,
        "resourceType": ";".join(kind for kind, _ in found),
        "resourceName": ";".join(name for _, name in found),
    }


def _named(params: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for field, kind in _REFERRED.items():
        if params.get(field):
            yield kind, _short(field, str(params[field]))
    numbered = [params[name] for name in params if name.startswith("InstanceId.")]
    for instance in json_texts(params.get("InstanceIds", "")) or numbered:
        yield "ACS::ECS::Instance", instance


def _named_in(answer: Answer) -> Iterator[tuple[str, str]]:
    """What a write created: `{"User": {"UserName": …}}`, `{"AccessKey": {"AccessKeyId": …}}`."""
    for part, value in answer.items():
        if isinstance(value, dict):
            yield from _named({name: text for name, text in value.items() if isinstance(text, str)})
            if part == "AccessKey" and value.get("AccessKeyId"):
                yield "ACS::RAM::AccessKey", value["AccessKeyId"]


def _short(field: str, name: str) -> str:
    """Users go by their name before the @, roles by what follows the last slash of their ARN."""
    if field == "UserPrincipalName":
        return name.partition("@")[0]
    return name.rpartition("/")[2] if field == "RoleArn" else name
