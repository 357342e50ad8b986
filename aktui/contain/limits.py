"""How much an account may hold, as it tells itself: what is too much is refused before anything is sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aktui.contain.ground import Ground
from aktui.errors import AktuiError
from queries.asking.reading import count, record
from queries.asking.together import settled

NEEDS = ("ram:GetAccountSummary",)
KEYS_PER_USER = "AccessKeysPerUserQuota"
"""AccessKeys of a RAM user, disabled ones included."""

_DOCUMENTED = {
    KEYS_PER_USER: 2,
    "AttachedPoliciesPerUserQuota": 10,
    "AttachedSystemPoliciesPerUserQuota": 20,
    "AttachedPoliciesPerGroupQuota": 5,
    "AttachedPoliciesPerRoleQuota": 5,
    "ConditionsPerAKPolicyQuota": 8,
    "IPItemsPerAKPolicyQuota": 50,
    "PoliciesQuota": 1500,
    "PolicySizeQuota": 6144,
    "VersionsPerPolicyQuota": 5,
}
"""Where the account does not tell: what the vendor documents."""


@dataclass(frozen=True)
class Limits:
    """Quotas by the names of GetAccountSummary, and how much of them is used."""

    told: Mapping[str, int] = field(default_factory=dict)
    problem: str = ""
    """Why the account did not tell; empty when it did."""

    def __getitem__(self, name: str) -> int:
        """A quota: as told, else as documented."""
        return self.told.get(name, _DOCUMENTED[name])

    def used(self, name: str) -> int | None:
        """How many there are (`Policies`), or None where that is not told."""
        return self.told.get(name)

    @property
    def warnings(self) -> tuple[str, ...]:
        if not self.problem:
            return ()
        return (f"The account's quotas could not be read, so the documented ones were used: {self.problem}",)


async def limits_of(ground: Ground) -> Limits:
    """The account's quotas. Never raises for a refusal."""
    reply = await settled(ground.inquiry.asking({}).once.call("ims", "GetAccountSummary"))
    if isinstance(reply, AktuiError):
        return Limits(problem=f"{reply}")
    summary = record(reply.body.get("SummaryMap"))
    return Limits({name: number for name, value in summary.items() if (number := count(value)) is not None})
