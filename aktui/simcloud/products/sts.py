"""STS: who is calling, and role sessions."""

from aktui.simcloud import views
from aktui.simcloud.op import Answer, Call, op


@op("Sts", "GetCallerIdentity", permission="", write=False)
def get_caller_identity(call: Call) -> Answer:
    """Needs no permission."""
    account, caller = call.account, call.caller
    if caller.user:
        return {
            "IdentityType": "RAMUser",
            "AccountId": account.id,
            "UserId": caller.user.id,
            "PrincipalId": caller.user.id,
            "Arn": views.user_arn(account, caller.user),
        }
    if caller.role and caller.session:
        return {
            "IdentityType": "AssumedRoleUser",
            "AccountId": account.id,
            "RoleId": caller.role.id,
            "PrincipalId": f"{caller.role.id}:{caller.session.name}",
            "Arn": f"acs:ram::{account.id}:assumed-role/{caller.role.name}/{caller.session.name}",
        }
    return {
        "IdentityType": "Account",
        "AccountId": account.id,
        "UserId": account.id,
        "PrincipalId": account.id,
        "Arn": f"acs:ram::{account.id}:root",
    }
