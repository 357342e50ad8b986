"""How much an account may hold, where an action has to know it before it is refused."""

from aktui.contain.ground import Ground
from aktui.models import Reply
from queries.asking.reading import count, record
from queries.asking.together import settled

KEYS_PER_USER = 2
"""What the vendor documents; used where the account does not tell."""


async def keys_allowed(ground: Ground) -> int:
    """How many AccessKeys a RAM user may have, disabled ones included."""
    reply = await settled(ground.inquiry.asking({}).once.call("ims", "GetAccountSummary"))
    summary = record(reply.body.get("SummaryMap")) if isinstance(reply, Reply) else {}
    return count(summary.get("AccessKeysPerUserQuota")) or KEYS_PER_USER
