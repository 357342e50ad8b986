"""The roles of the account, the newest first: what an intruder made is among those made lately.

Their names are untrusted: they go into parameters of calls and, as they are, into texts.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aktui.contain.ground import Ground
from aktui.contain.lastuse import shared
from aktui.errors import BadReply, CallRef
from queries.asking.reading import Record, flag, ident, listed, moment, text

LATELY = timedelta(days=30)
LINKED = "AliyunServiceRole"
"""How the names of roles begin that belong to a service of the vendor."""
_MOST_PAGES = 100
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Part:
    """A RAM role."""

    name: str
    created: datetime | None
    description: str


def since(created: datetime | None, now: datetime) -> str:
    """`made 3 days ago (2026-11-19)`."""
    if created is None:
        return "made at an unknown time"
    return f"made {max(0, (now - created).days)} days ago ({created:%Y-%m-%d})"


def lately(created: datetime | None, now: datetime) -> bool:
    return created is not None and now - created <= LATELY


async def roles(ground: Ground) -> list[Part]:
    """All roles but those of the vendor's services, the newest first. Raises CloudError."""
    made = [
        Part(ident(one.get("RoleName")), moment(one.get("CreateDate")), text(one.get("Description")))
        for one in await _all(ground)
    ]
    own = [one for one in made if not one.name.startswith(LINKED)]
    return sorted(own, key=lambda one: one.created or _LONG_AGO, reverse=True)


async def _all(ground: Ground) -> list[Record]:
    found: list[Record] = []
    marker: dict[str, str] = {}
    for _ in range(_MOST_PAGES):
        reply = await shared(ground.inquiry).call("ram", "ListRoles", MaxItems=1000, **marker)
        found += listed(reply, "ram:ListRoles", "Roles", "Role")
        following = text(reply.body.get("Marker"))
        if flag(reply.body.get("IsTruncated")) is not True or not following:
            return found
        marker = {"Marker": following}
    raise BadReply(CallRef("ram", "ListRoles"), f"The list has more than {_MOST_PAGES} pages.")
