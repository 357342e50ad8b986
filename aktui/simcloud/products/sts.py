"""STS: who is calling, and role sessions."""

from aktui.simcloud import views
from aktui.simcloud.clock import iso
from aktui.simcloud.directory import sessions
from aktui.simcloud.op import Answer, Call, Integer, Text, op


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


def _role(call: Call) -> str:
    """The asked role in the form in which policies name it."""
    name = str(call.get("RoleArn", "")).rpartition("/")[2]
    return f"acs:ram:*:{call.account.id}:role/{name or '*'}"


@op(
    "Sts",
    "AssumeRole",
    Text("RoleArn", required=True),
    Text("RoleSessionName", required=True),
    Integer("DurationSeconds"),
    Text("Policy"),
    Text("ExternalId"),
    Text("SourceIdentity"),
    resource=_role,
)
def assume_role(call: Call) -> Answer:
    account, name = call.account, call["RoleSessionName"]
    policy, external_id = call.get("Policy", ""), call.get("ExternalId", "")
    role = sessions.role_of_arn(account, call["RoleArn"])
    sessions.check_texts(name, external_id, policy)
    expires = call.now + sessions.lifetime(role, call.get("DurationSeconds"))
    sessions.require_trust(
        account, role, call.caller, source_ip=call.source_ip, external_id=external_id, now=call.now
    )
    session = sessions.open_session(account, role, name, policy, call.caller.key_id, expires)
    answer: Answer = {
        "AssumedRoleUser": {
            "AssumedRoleId": f"{role.id}:{name}",
            "Arn": f"{views.role_arn(account, role)}/{name}",
        },
        "Credentials": {
            "AccessKeyId": session.id,
            "AccessKeySecret": session.secret,
            "SecurityToken": session.token,
            "Expiration": iso(session.expires),
        },
    }
    return answer | ({"SourceIdentity": call["SourceIdentity"]} if call.get("SourceIdentity") else {})
