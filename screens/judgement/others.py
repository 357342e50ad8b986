"""Who else is hit: what the intruder made, took, or was seen to hold; its reach, and what stops it."""

from datetime import datetime

from aktui.case.marks import Kind, Stance
from queries.base import Column, Result, Row
from screens.judgement.whose import MARKING, Judged
from screens.widgets.display import as_moment

ENDED = "ended by itself"


def title_of(action: str) -> str:
    """An action of containment as the screens call it."""
    from aktui.contain.action import actions

    known = actions().get(action)
    return known.title if known is not None else action


def ended(row: Row, now: datetime) -> bool:
    """Whether a session can not live any more, whatever its length was asked to be."""
    until = as_moment(row.values["until"])
    return until is not None and until <= now


def meant(kind: str, name: str) -> dict[str, str]:
    """What the action that stops an identity is told; without it, it would be about the key's own user."""
    param = {"user": "user", "logon": "user", "key": "key", "seen": "key", "role": "role"}.get(kind)
    return {param: name} if param and not name.startswith("STS.") else {}


class Others(Judged):
    """One row an identity that an intruder made, took, or was seen to hold."""

    number = 2
    name_short = "Other identities"
    name_tab = "Identities"
    query_id = "identities"
    kind = Kind.IDENTITY
    shown = ("name", "kind", "calls", "succeeded", "last", "until", "reach", "things", "why")
    help_text = (
        "Users, keys, logons, roles and sessions that an intruder made, and what those made in turn; other "
        "keys used from where the intruder calls. How far each reached: calls, what was changed, until "
        "when a session lives at the longest. Enter tells all of it and shows its calls, ! opens what would "
        f"stop it. {MARKING}"
    )

    def quiet(self, row: Row) -> bool:
        return row.values.get("reach") == ENDED

    def all_columns(self, result: Result) -> tuple[Column, ...]:
        return (*result.query.columns, Column("reach", "Stopped by"))

    def made(self, result: Result) -> tuple[Row, ...]:
        return tuple(Row({**row.values, "reach": self._reach(row)}, row.raw) for row in result.rows)

    def _reach(self, row: Row) -> str:
        gone = self.inquiry is not None and ended(row, self.inquiry.cloud.now())
        return ENDED if gone else title_of(str(row.values["action"]))

    def stance(self, row: Row) -> Stance | None:
        return self.marks.stance_of(identities=(self.markable(row),))
