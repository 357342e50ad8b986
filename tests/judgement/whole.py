"""A whole judgement in memory: from an account's events to findings and a verdict, with no cloud between."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from aktui.case.marks import Marks
from aktui.models import Window
from queries.base import Row
from queries.evidence.reading import act_of, cells_of
from queries.evidence.teller import Told, fits
from queries.evidence.values import Act, Cell, Key, Source
from queries.judgement.judging import Judged
from queries.judgement.looking import rows, seen
from queries.judgement.offline import judge_with
from queries.judgement.verdict import Verdict, conclude
from tests.judgement.told import KEPT, Case

AUDIT = Source("AccessKey audit", "complete")
_BY: dict[str, Callable[[Act], str]] = {
    "ip": lambda act: act.source,
    "key": lambda act: act.who.key_id,
    "user": lambda act: act.who.name,
    "role": lambda act: act.who.name.partition(":")[0],
}


class Memory:
    """Tells of events that are at hand, all of them."""

    origin = "local"

    def __init__(self, case: Case, window: Window, known_since: int) -> None:
        self.window, self.known_since = window, known_since
        self._by: dict[str, dict[str, list[Act]]] = {name: {} for name in _BY}
        for event in case.events:
            if act := act_of(event, "local"):
                for name, of in _BY.items():
                    self._by[name].setdefault(of(act), []).append(act)

    async def cells(self, by: str, values: Iterable[str], *, step: int = 3600) -> Told[Cell]:
        return Told(cells_of((await self.acts(by, values)).items))

    async def acts(self, by: str, values: Iterable[str]) -> Told[Act]:
        wanted = frozenset(values)
        found = (act for value in wanted for act in self._by[by].get(value, ()))
        return Told(tuple(act for act in found if fits(act, by, wanted)))

    async def sessions(self, key_id: str) -> Told[Act]:
        got = await self.acts("key", [key_id])
        return Told(tuple(act for act in got.items if act.operation == "AssumeRole"))


@dataclass(frozen=True)
class Answer:
    """What is said of one key, and what is true of it."""

    judged: Judged
    verdict: Verdict
    findings: tuple[Row, ...]
    intruder: frozenset[str]

    @property
    def told(self) -> frozenset[str]:
        """The events that findings call an intruder's, or may be."""
        theirs = [row.values for row in self.findings if row.values["side"] in ("intruder", "unclear")]
        return frozenset(one for values in theirs for one in values["event_ids"])

    @property
    def recall(self) -> float:
        return len(self.told & self.intruder) / len(self.intruder) if self.intruder else 1.0

    @property
    def precision(self) -> float:
        return len(self.told & self.intruder) / len(self.told) if self.told else 1.0

    def why(self) -> str:
        """For the message of a test."""
        units = "".join(
            f"\n  {one.unit.source}: {one.side} {one.points}: {one.why}" for one in self.judged.units
        )
        said = f"{self.verdict.verdict}, {self.verdict.confidence}, recall {self.recall:.3f}"
        return f"{said}, precision {self.precision:.3f}{units}"


async def answer(case: Case, marks: Marks | None = None) -> Answer:
    window = Window(case.now - (KEPT / 2), case.now)
    since = int((case.now - KEPT).timestamp())
    used = [event["eventTime"] for event in case.events if _signed(event) == case.key_id]
    newest = int(datetime.fromisoformat(max(used)).timestamp()) if used else None
    key = Key(case.key_id, case.owner, case.root, int(case.created.timestamp()), "Active", newest)
    judged = await judge_with(Memory(case, window, since), key, marks or Marks(), (AUDIT,), 0.0)
    told = conclude(judged, seen(judged), keys_of_owner=1, rotatable=None)
    return Answer(judged, told, rows(judged), case.intruder & {event["eventId"] for event in case.events})


def _signed(event: object) -> object:
    return event["userIdentity"].get("accessKeyId")  # type: ignore[index]
