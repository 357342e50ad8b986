"""What an action is planned on: the cloud seen anew, whose key it is, who asks, what was marked and done."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from aktui.case.marks import Marks, read_marks
from aktui.cloud.session import Cloud
from aktui.contain.history import History
from aktui.contain.journal import Journal
from aktui.errors import NotPossible
from aktui.models import Window
from queries.asking.reading import ident
from queries.inquiry import Inquiry
from queries.owners.holder import ROOT, Holder, find_holder

if TYPE_CHECKING:
    from queries.usage.values import UsageReport

DAYS = 7
"""How many days of calls an impact looks at unless told."""


@dataclass(frozen=True)
class Responder:
    """Who asks, as the cloud sees it."""

    account_id: str
    arn: str
    key_id: str
    """The AccessKey (or STS token) id that signs."""


class Ground:
    """One look at the situation. It asks nothing twice; a new plan needs a new one."""

    def __init__(
        self, cloud: Cloud, key_id: str, directory: Path, responder: Responder, marks: Marks, history: History
    ) -> None:
        self.cloud = cloud
        self.key_id = key_id
        self.directory = directory
        self.responder = responder
        self.marks = marks
        self.history = history
        now = cloud.now()
        self.inquiry = Inquiry(cloud, key_id, Window(now - timedelta(days=DAYS), now))
        self._holder: Holder | None = None
        self._usage: UsageReport | None = None

    @classmethod
    async def survey(cls, cloud: Cloud, key_id: str, journal: Journal) -> "Ground":
        """Look who asks, and what was marked and done. Raises CloudError, CaseError."""
        responder = await whoami(cloud)
        marks = await asyncio.to_thread(read_marks, journal.directory)
        return cls(cloud, key_id, journal.directory, responder, marks, await journal.history())

    async def aclose(self) -> None:
        await self.inquiry.aclose()

    async def holder(self) -> Holder:
        """Whose key it is."""
        if self._holder is None:
            self._holder = await find_holder(self.inquiry.asking({}))
        return self._holder

    async def usage(self, days: float = DAYS) -> "UsageReport":
        """What was called with the key in the last days; whoever asks first says how many."""
        if self._usage is None:
            from queries.usage import usage_of

            self._usage = await usage_of(self.inquiry, days)
        return self._usage

    async def user(self) -> Holder:
        """The living RAM user who holds the key. Raises NotPossible, saying why there is none."""
        holder = await self.holder()
        if holder.alive and holder.principal:
            return holder
        if holder.gaps:
            gap = holder.gaps[0]
            raise NotPossible(f"Whose key it is could not be told: {gap.what}: {gap.detail}")
        if holder.kind == ROOT:
            raise NotPossible(
                "The key belongs to the account itself (root); no other identity can change it.",
                hint="Sign in as the account's owner; see `root-key` for the way.",
            )
        if holder.recycled:
            raise NotPossible(
                f"The user {holder.name} is in the recycle bin.", hint="Restore the user first."
            )
        raise NotPossible("No RAM user of this account holds the key.", hint="Check account and key id.")

    async def living_key(self) -> Holder:
        """The user, where the key itself is not in the recycle bin either. Raises NotPossible."""
        holder = await self.user()
        if holder.key_recycled:
            raise NotPossible(
                "The key is in the recycle bin: it works no more.", hint="`restore-key` brings it back."
            )
        return holder


async def whoami(cloud: Cloud) -> Responder:
    """Who the cloud takes the caller for, asked anew."""
    reply = await cloud.call("sts", "GetCallerIdentity")
    credentials = await cloud.credentials.get()
    return Responder(ident(reply.body.get("AccountId")), ident(reply.body.get("Arn")), credentials.key_id)
