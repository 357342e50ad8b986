"""IMS: service credentials, the keys of single services that live beside the AccessKeys."""

from datetime import timedelta

from aktui.simcloud import views
from aktui.simcloud.account import ServiceCredential, User
from aktui.simcloud.directory import find, ids, names, paging, quotas
from aktui.simcloud.fault import absent, missing
from aktui.simcloud.op import Answer, Boolean, Call, Integer, Text, op

_USER = Text("UserPrincipalName")
_ID = Text("ServiceCredentialId", required=True)


@op(
    "Ims",
    "ListServiceCredentials",
    _USER,
    Boolean("AllUsers"),
    Text("ServiceName"),
    Integer("MaxResults", low=1, high=100),
    Text("NextToken"),
    resource=find.user_resource,
)
def list_service_credentials(call: Call) -> Answer:
    users = call.account.users.values() if call.get("AllUsers") else [_owner(call)]
    service = call.get("ServiceName")
    found = [
        (user, one)
        for user in users
        for one in user.credentials
        if not user.recycled and (not service or one.service == service)
    ]
    size = call.get("MaxResults", 100)
    shown, token = paging.page(call, "NextToken", found, size, identity=_identity)
    shapes = [views.service_credential(call.account, user, one) for user, one in shown]
    answer = {"IsTruncated": bool(token), "MaxResults": size, "ServiceCredentials": shapes}
    return answer | ({"NextToken": token} if token else {})


def _identity(pair: tuple[User, ServiceCredential]) -> str:
    return pair[1].id


@op(
    "Ims",
    "CreateServiceCredential",
    _USER,
    Text("ServiceName", required=True),
    Text("ServiceCredentialName"),
    Integer("CredentialAgeDays", low=1, high=36600),
    resource=find.user_resource,
)
def create_service_credential(call: Call) -> Answer:
    """The secret is told only now and kept nowhere: no service here takes it."""
    user = _owner(call)
    name = names.short("ServiceCredentialName", call.get("ServiceCredentialName", ""), 64)
    held = sum(one.service == call["ServiceName"] for one in user.credentials)
    quotas.require_room(
        call.account,
        "ServiceCredentialsPerUserPerServiceQuota",
        held,
        "User.ServiceCredential",
        "credentials of the user for the service",
    )
    days = call.get("CredentialAgeDays")
    expires = call.now + timedelta(days=days) if days else None
    one = ServiceCredential(ids.credential_id(), call["ServiceName"], name, "Active", call.now, expires)
    user.credentials.append(one)
    shape = views.service_credential(call.account, user, one)
    return {"ServiceCredential": {**shape, "ServiceCredentialSecret": ids.credential_secret()}}


@op("Ims", "GetServiceCredential", _USER, _ID, resource=find.user_resource)
def get_service_credential(call: Call) -> Answer:
    user = _owner(call)
    return {"ServiceCredential": views.service_credential(call.account, user, _credential(call, user))}


@op(
    "Ims",
    "UpdateServiceCredential",
    _USER,
    _ID,
    Text("ServiceCredentialName"),
    Text("Status", choices=("Active", "Inactive")),
    resource=find.user_resource,
)
def update_service_credential(call: Call) -> Answer:
    one = _credential(call, _owner(call))
    one.name = names.short("ServiceCredentialName", call.get("ServiceCredentialName", one.name), 64)
    one.status = call.get("Status") or one.status
    return {}


@op("Ims", "DeleteServiceCredential", _USER, _ID, resource=find.user_resource)
def delete_service_credential(call: Call) -> Answer:
    user = _owner(call)
    user.credentials.remove(_credential(call, user))
    return {}


def _owner(call: Call) -> User:
    user = find.owner(call)
    if user is None:
        raise missing("UserPrincipalName")
    return user


def _credential(call: Call, user: User) -> ServiceCredential:
    wanted = call["ServiceCredentialId"]
    found = next((one for one in user.credentials if one.id == wanted), None)
    if found is None:
        raise absent("User.ServiceCredential", "service credential")
    return found
