"""A service credential of a RAM user, the key of a single service: Active, Inactive, or not there.

Target: `id`, `user` (logon name), `service`.
"""

from aktui.contain.step import Call, Change, State, Step, Target
from aktui.errors import NotPossible
from queries.asking.reading import absent, ident, listed, member, text
from queries.base import Caller

ACTIVE, INACTIVE = "Active", "Inactive"
_MOST_PAGES = 50


async def held(cloud: Caller, user: str) -> dict[str, dict[str, str]]:
    """The user's service credentials by id: their `status`, `service` and `name`."""
    found: dict[str, dict[str, str]] = {}
    token = ""
    for _ in range(_MOST_PAGES):
        more = {"NextToken": token} if token else {}
        reply = await cloud.call(
            "ims", "ListServiceCredentials", UserPrincipalName=user, MaxResults=100, **more
        )
        for one in listed(reply, "ims:ListServiceCredentials", "ServiceCredentials"):
            found[ident(one.get("ServiceCredentialId"))] = {
                "status": ident(one.get("Status")),
                "service": text(one.get("ServiceName")),
                "name": text(one.get("ServiceCredentialName")),
            }
        token = text(reply.body.get("NextToken"))
        if not token:
            break
    return found


async def observe(cloud: Caller, target: Target) -> State:
    asked = {"UserPrincipalName": target["user"], "ServiceCredentialId": target["id"]}
    try:
        reply = await cloud.call("ims", "GetServiceCredential", **asked)
    except Exception as error:
        if not absent(error):
            raise
        return None
    return ident(member(reply, "ims:GetServiceCredential", "ServiceCredential").get("Status"))


def calls(step: Step) -> tuple[Call, ...]:
    params = {"UserPrincipalName": step.target["user"], "ServiceCredentialId": step.target["id"]}
    if step.before is None:
        raise NotPossible("A service credential that was deleted can not be brought back.")
    if step.after is None:
        return (Call("ims", "DeleteServiceCredential", params),)
    return (Call("ims", "UpdateServiceCredential", {**params, "Status": step.after}),)


def undo(step: Step, observed: State) -> Step | None:
    return None if step.after is None else Step(step.change, step.target, step.after, step.before)


def loss(step: Step) -> str:
    return "A service credential that is deleted is lost for good." if step.after is None else ""


def title(step: Step) -> str:
    verb = {ACTIVE: "Enable", INACTIVE: "Disable", None: "Delete"}.get(step.after, "Change")
    name, service = step.target["user"].partition("@")[0], step.target["service"]
    return f"{verb} the service credential {step.target['id']} of {name} for {service}"


CHANGE = Change(
    id="service-credential",
    title=title,
    observe=observe,
    calls=calls,
    reads=("ram:GetServiceCredential",),
    writes=("ram:UpdateServiceCredential", "ram:DeleteServiceCredential"),
    undo=undo,
    no_way_back=loss,
)
