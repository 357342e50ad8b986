"""May the caller do this? Asks the account's policies and, if not, says no the way the real gateway does."""

import base64
import json

from aktui.simcloud.account import Identity
from aktui.simcloud.fault import ApiError
from aktui.simcloud.op import Call
from aktui.simcloud.permissions import Decision, check

_USUAL = (403, "NoPermission", "You are not authorized to do this action. You should be authorized by RAM.")
_NO_RAM = "User not authorized to operate on the specified resource, or this API doesn't support RAM."
_WORDS = {
    "Ecs": (403, "Forbidden.RAM", _NO_RAM),
    "Vpc": (400, "Forbidden.RAM", _NO_RAM),
    "BssOpenApi": (400, "NotAuthorized", "This API is not authorized for caller."),
    "Sas": (403, "NoPermission", "caller has no permission"),
    "ResourceCenter": (400, "NoPermission", "You are not authorized to perform this operation."),
}
"""How a product says that a policy is missing, where it has words of its own: status, code, message."""


def authorise(call: Call, *, deny: bool = False) -> None:
    """Raises 403 NoPermission, naming the missing RAM action; with `deny`, whatever the policies say."""
    action = call.op.permission
    if not action and not deny:
        return
    resource = call.op.resource(call) if call.op.resource else "*"
    decision = check(call.account, call.caller, action, resource, source_ip=call.source_ip, now=call.now)
    if deny:
        decision = Decision(allowed=False, explicit=True)
    if not decision.allowed:
        raise _no_permission(call, resource, decision)


def _no_permission(call: Call, resource: str, decision: Decision) -> ApiError:
    kind, name = _principal(call.caller)
    detail = {
        "PolicyType": "AccountLevelIdentityBasedPolicy",
        "AuthPrincipalOwnerId": call.account.id,
        "EncodedDiagnosticMessage": _diagnosis(call, resource),
        "AuthPrincipalType": kind,
        "AuthPrincipalDisplayName": name,
        "NoPermissionType": "ExplicitDeny" if decision.explicit else "ImplicitDeny",
        "AuthAction": call.op.permission or f"{call.op.product.lower()}:{call.op.action}",
    }
    status, code, message = _WORDS.get(call.op.product, _USUAL)
    help_page = f"https://api.aliyun.com/troubleshoot?q={code}&product={call.op.product}"
    return ApiError(status, code, message, detail={"Recommend": help_page, "AccessDeniedDetail": detail})


def _principal(caller: Identity) -> tuple[str, str]:
    if caller.user is not None:
        return "SubUser", caller.user.id
    if caller.session is not None:
        return "AssumedRoleUser", f"{caller.session.role}:{caller.session.name}"
    return "RootUser", caller.account_id


def _diagnosis(call: Call, resource: str) -> str:
    """An opaque text to the caller; here it holds what was asked, so that a drill can be looked into."""
    asked = {"action": call.op.permission, "resource": resource, "request": call.request_id}
    return "AQEAAAAA" + base64.b64encode(json.dumps(asked).encode()).decode()
