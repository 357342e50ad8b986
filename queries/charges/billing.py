"""Asking BSS: at the endpoint of the configured site, and at the other one when the account belongs there."""

from dataclasses import dataclass
from typing import Any

from aktui.errors import CloudError
from aktui.models import Reply
from queries.asking.reading import Record, listed, record
from queries.asking.together import settled
from queries.base import Asking

PRODUCT = "bssopenapi"
LAG_NOTE = "Bills are a day late, what they tell about an instance two; what is not settled is not in them."
_OTHER_SITE = ("NotApplicable", "NotAuthorized", "InternalError")
"""Codes with which BSS turns away an account of the other site, in the answer or as a refusal."""
_SITES = {"ap-southeast-1": "international", "cn-hangzhou": "china"}
"""A region of each site: naming one chooses the endpoint."""


@dataclass
class Billing:
    """BSS for one question; remembers which site answered."""

    asking: Asking
    region: str = ""
    answered: bool = False
    note: str = ""

    async def call(self, action: str, **params: Any) -> Reply:
        """One call. Raises CloudError; where neither site takes the account, the first refusal says so."""
        try:
            reply = await self._send(self.region, action, params)
        except CloudError as error:
            if self.answered or error.code not in _OTHER_SITE:
                raise
            elsewhere = await self._elsewhere(action, params)
            if elsewhere is None:
                error.hint = _hint(error)
                raise
            reply = elsewhere
        self.answered = True
        return reply

    async def _elsewhere(self, action: str, params: dict[str, Any]) -> Reply | None:
        """The answer of the first site that gives one; one of the two has been asked before, unnamed."""
        for region, site in _SITES.items():
            reply = await settled(self._send(region, action, params))
            if isinstance(reply, Reply):
                self.region = region
                self.note = f"The account is billed at the {site} site: choose it with --site {site}."
                return reply
        return None

    async def _send(self, region: str, action: str, params: dict[str, Any]) -> Reply:
        return await self.asking.cloud.call(PRODUCT, action, region=region, **params)


def _hint(error: CloudError) -> str:
    return (
        f"{error.hint} The endpoints of both sites were asked. If the account is billed at the international "
        "site choose --site international, else --site china; a member of a group may be billed by another "
        "account, whose key has to ask."
    ).strip()


def items(reply: Reply, action: str) -> list[Record]:
    """The lines of a bill, which are a list or a list in `Item`. Raises BadReply where there is none."""
    bare = isinstance(record(reply.body.get("Data")).get("Items"), list)
    path = ("Data", "Items") if bare else ("Data", "Items", "Item")
    return listed(reply, f"{PRODUCT}:{action}", *path)
