"""A judgement from events alone, with no cloud asked: rows of a case, imported or downloaded before."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from aktui.case.marks import Marks
from aktui.case.rows.asking import Condition, Filter
from aktui.case.rows.table import LogTable
from aktui.models import Window
from queries.attribution.judging import weigh
from queries.attribution.values import Side, Weighed
from queries.evidence.local import LocalTeller
from queries.evidence.teller import Teller, tokens
from queries.evidence.values import Cell, Evidence, Key, Source
from queries.judgement.judging import Judged, Trace
from queries.usage.values import By

_MOST_NAMES = 40


_NOT_ASKED = Source(
    "cloud", "not-asked", "Only events that are in the case were looked at: no audit, no log, no owner.", 0.2
)


@dataclass(frozen=True)
class Holder:
    """Whose key it is, as its events tell."""

    name: str
    root: bool
    account: str


async def holder_in(table: LogTable, key_id: str) -> Holder:
    """From the identity that most of the key's events name; empty where there are none. Raises CaseError."""
    columns = tuple(name for name in ("user", "user_type", "account") if name in table.columns)
    signed = Filter((Condition("access_id", "in", (key_id,)),))
    groups = await table.groups(columns, signed, top=1) if "access_id" in table.columns else ()
    told = dict(zip(columns, groups[0].values, strict=True)) if groups else {}
    name, kind, account = (str(told.get(column) or "") for column in ("user", "user_type", "account"))
    return Holder(name, kind == "root-account", account)


async def judged_offline(table: LogTable, key: Key, window: Window, marks: Marks) -> Judged:
    """From the events in a table. What is known begins with its first row. Raises CaseError."""
    known = min((part.first for part in table.parts if part.first is not None), default=None)
    since = known if known is not None else int(window.start.timestamp())
    return await judge_with(LocalTeller(table, window, since), key, marks, (_NOT_ASKED,))


async def judge_with(
    teller: Teller, key: Key, marks: Marks, sources: tuple[Source, ...] = (), weight: float = 0.1
) -> Judged:
    """From what one teller knows. `sources` are said besides; `weight` is what events alone leave open."""
    signed = await teller.cells("key", [key.id])
    cells = [*signed.items, *await _more(teller, key, signed.items)]
    main = Source("events in the case", "partial" if signed.gaps else "complete", weight=weight)
    evidence = Evidence(
        key, teller.window, teller.known_since, tuple(cells), sources=(main, *sources), gaps=signed.gaps
    )
    evidence = await _neighbourhood(teller, evidence, weigh(evidence, marks))
    trace = Trace(None, teller, evidence, weigh(evidence, marks))
    await trace.follow()
    return trace.judged()


async def _more(teller: Teller, key: Key, signed: Iterable[Cell]) -> list[Cell]:
    """The console of the key's user, and the sessions that the key opened."""
    found: list[Cell] = []
    if key.owner:
        got = await teller.cells("user", [key.owner])
        found += (cell for cell in got.items if cell.who.kind is By.CONSOLE)
    if any(cell.operation == "AssumeRole" and not cell.code for cell in signed):
        opened = await teller.sessions(key.id)
        if ids := tokens(opened.items):
            found += (await teller.cells("key", ids)).items
    return found


async def _neighbourhood(teller: Teller, evidence: Evidence, units: Iterable[Weighed]) -> Evidence:
    sources = [one.unit.source for one in units if one.side is not Side.BUSINESS and not one.established]
    if not sources:
        return evidence
    there = (await teller.cells("ip", sources)).items
    names = sorted({cell.who.name for cell in there if cell.who.name} - {evidence.key.owner})[:_MOST_NAMES]
    elsewhere = (await teller.cells("user", names)).items if names else ()
    return replace(evidence, neighbours=there, elsewhere=elsewhere)
