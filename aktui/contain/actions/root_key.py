"""A key of the account itself (root): what can be done from here, and what only its owner can do."""

from collections.abc import Mapping

from aktui.contain.action import Action, Draft, Look, Phase
from aktui.contain.ground import Ground
from aktui.contain.plan import Danger
from aktui.errors import NotPossible
from queries.base import Result
from queries.owners.holder import RAM_USER, ROOT, Holder

WAY = (
    "The key belongs to the account itself (root). No RAM identity can list, disable or delete it, and no "
    "RAM policy takes a permission from it. "
    "From here: the account's network policy for AccessKeys (restrict-account); whether it binds keys of the "
    "account itself is not confirmed, so watch afterwards whether the key still gets through. "
    "Only the account's owner, in the console, in this order: "
    "1. sign in as the account itself and open the AccessKey page (under the account's picture); "
    "2. if nothing of the business uses the key, disable it there; "
    "3. if something does, make a RAM user for it with just the permissions it needs, move it to a key of "
    "that user (or, in a hurry, to a second key of the account), and disable this one then; "
    "4. see that the business goes on; if not, enable the key again and find what was missed; "
    "5. delete the key: keys of the account have no recycle bin, so this can not be taken back; "
    "6. change the account's password, check its MFA device, phone and mail address, and look at what was "
    "done as root (events, console-events)."
)
UNSURE = (
    "No RAM user of this account is known to hold the key. Root keys that were never used look the same: if "
    "it is the account's own, this is the way. "
)


async def look(ground: Ground) -> Look:
    holder = await ground.holder()
    if holder.kind == RAM_USER:
        return Look("a RAM user's key", _not_root(holder))
    owner: Result = await ground.inquiry.ask("owner")
    status = f"{owner.rows[0].values['status'] or 'unknown'}" if owner.rows else "unknown"
    whose = "the account's own key" if holder.kind == ROOT else "perhaps the account's own key"
    return Look(f"{whose}, {status}", _way(holder))


async def plan(ground: Ground, params: Mapping[str, str]) -> Draft:
    holder = await ground.holder()
    raise NotPossible(_not_root(holder) if holder.kind == RAM_USER else _way(holder))


def _not_root(holder: Holder) -> str:
    return f"The key belongs to the RAM user {holder.name}, not to the account itself: use the other actions."


def _way(holder: Holder) -> str:
    return WAY if holder.kind == ROOT else f"{UNSURE}{WAY}"


ACTION = Action(
    id="root-key",
    title="The way for a key of the account itself",
    phase=Phase.DISABLE,
    about="Says what can be done about a root key from here, and what only the account's owner can do.",
    danger=Danger.HIGH,
    way_back="Nothing is changed from here.",
    look=look,
    plan=plan,
    changes=(),
    order=90,
)
