"""Who asks: the identity behind the responder's own credentials."""

from collections.abc import AsyncIterator

from aktui.errors import BadReply, CallRef
from queries.asking.reading import ident, text
from queries.base import Asking, Column, Page, Query, Row


async def run(asking: Asking) -> AsyncIterator[Page]:
    reply = await asking.once.call("sts", "GetCallerIdentity")
    body = reply.body
    account_id = ident(body.get("AccountId"))
    if not account_id:
        raise BadReply(
            CallRef("sts", "GetCallerIdentity"),
            "The answer names no account, so it is unknown as whom aktui asks.",
            request_id=reply.request_id,
        )
    arn = ident(body.get("Arn"))
    values = {
        "name": _name(arn),
        "type": text(body.get("IdentityType")),
        "account_id": account_id,
        "arn": arn,
        "user_id": ident(body.get("UserId")),
        "role_id": ident(body.get("RoleId")),
        "principal_id": ident(body.get("PrincipalId")),
    }
    yield Page((Row(values, body),), reply.request_id)


def _name(arn: str) -> str:
    """`acs:ram::1:user/ada` is ada, an assumed role is `role/session`, the account itself is root."""
    path = arn.rpartition(":")[2]
    return path.partition("/")[2] or path


QUERY = Query(
    id="caller",
    title="Caller",
    question="As whom does aktui ask?",
    columns=(
        Column("name", "Name"),
        Column("type", "Type"),
        Column("account_id", "Account", "id"),
        Column("arn", "ARN"),
        Column("user_id", "User ID", "id"),
        Column("role_id", "Role ID", "id"),
        Column("principal_id", "Principal ID", "id"),
    ),
    calls=("sts:GetCallerIdentity",),
    needs=("sts:GetCallerIdentity",),
    run=run,
    source="STS",
)
