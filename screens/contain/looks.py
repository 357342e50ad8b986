"""What can be done, and how each of it stands: the actions looked at side by side."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from aktui.contain.action import Action, Look, actions
from aktui.contain.engine import Engine
from aktui.contain.ground import Ground
from aktui.errors import AktuiError, NotPossible
from queries.base import Column, Row
from screens.widgets.trouble import in_short

LOOKING = "…"
ROTATE = "rotate"
"""Id of the action that goes on over several runs and days."""

COLUMNS = (
    Column("phase", "Phase"),
    Column("action", "Action"),
    Column("can", "Can"),
    Column("state", "Now"),
    Column("danger", "Danger"),
    Column("why", "Why not"),
)


@dataclass(frozen=True)
class Looked:
    """One action and what was seen of it."""

    action: Action
    look: Look | None = None
    """None: it is being looked at, or could not be."""
    error: Exception | None = None
    more: str = ""
    """How far it is, for what takes more than one run: a rotation."""

    @property
    def blocked(self) -> str:
        """Why it can not be done now; empty: it can, or nobody knows yet."""
        if isinstance(self.error, NotPossible):
            return f"{self.error.message} {self.error.hint}".strip()
        return self.look.blocked if self.look is not None else ""

    def row(self) -> Row:
        """As a row of the list."""
        action, error = self.action, self.error
        state = LOOKING
        if self.look is not None:
            state = self.look.state
        elif error is not None:
            state = "" if isinstance(error, NotPossible) else in_short(error)
        can = "no" if self.blocked else "" if self.look is None else "yes"
        values = {
            "phase": action.phase.value,
            "action": action.title,
            "can": can,
            "state": state,
            "why": self.blocked,
            "danger": action.danger.value,
        }
        raw = {
            "id": action.id,
            **values,
            "about": action.about,
            "way_back": action.way_back,
            "changes": list(action.changes),
        }
        return Row(values, raw)


def unseen() -> dict[str, Looked]:
    """All actions, before anything was looked at."""
    return {action.id: Looked(action) for action in actions().values()}


async def look_at_all(engine: Engine) -> AsyncIterator[Looked]:
    """The actions as they are seen, in the order in which that is known. Raises CloudError, CaseError when
    not even who asks can be told.
    """
    ground = await engine.survey()
    looks = [asyncio.create_task(_look(one, ground)) for one in unseen().values()]
    try:
        for done in asyncio.as_completed(looks):
            yield await done
    finally:
        for each in looks:
            each.cancel()
        await asyncio.gather(*looks, return_exceptions=True)
        await ground.aclose()


async def _look(one: Looked, ground: Ground) -> Looked:
    try:
        seen = replace(one, look=await one.action.look(ground))
        return replace(seen, more=await _how_far(ground)) if one.action.id == ROTATE else seen
    except AktuiError as error:
        return replace(one, error=error)
    except Exception as error:
        # A bug of ours, or an answer of a shape nobody foresaw: the other actions must still be seen.
        return replace(one, error=error)


async def _how_far(ground: Ground) -> str:
    """Where the rotation stands and what comes next, in a few sentences."""
    from aktui.contain.rotation import rotation_of

    found = await rotation_of(ground)
    following = actions().get(found.next)
    return f"{found.sentence} Next: {following.title}." if following else found.sentence
