"""Mark the key's leak reports in Security Center as dealt with."""

from collections.abc import Mapping

from aktui.contain.action import Action, Draft, Look, Phase
from aktui.contain.actions.changes.leak_report import BY_DISABLING, BY_HAND, CHANGE, PENDING
from aktui.contain.ground import Ground
from aktui.contain.plan import Danger
from aktui.contain.step import Step
from aktui.errors import NotPossible, UsageError
from queries.asking.reading import Record, count, ident
from queries.base import Param
from queries.provider.leaks import LEAK_NEEDS, Leaks, leaks_of

NOTHING_ELSE = (
    "This is a note in Security Center and changes nothing else: the key goes on working, what was published "
    "stays published, and the provider's restriction of the key ends only when the key is deleted or rotated."
)


async def look(ground: Ground) -> Look:
    leaks = await _leaks(ground)
    waiting = len(_waiting(leaks))
    state = f"{waiting} of {len(leaks.found)} reports not dealt with" if leaks.found else "no leak report"
    return Look(state, "" if waiting else _nothing(leaks))


async def plan(ground: Ground, params: Mapping[str, str]) -> Draft:
    how = params["how"]
    if how not in (BY_HAND, BY_DISABLING):
        raise UsageError(f"how is '{how}'; it takes {BY_HAND} or {BY_DISABLING}.")
    leaks = await _leaks(ground)
    steps = []
    for report in _waiting(leaks):
        target = {"report": f"{count(report.get('Id'))}", "key": ground.key_id}
        state = await CHANGE.observe(ground.cloud, target)
        if state == PENDING:
            steps.append(Step(CHANGE.id, target, state, how))
    if not steps:
        raise NotPossible(_nothing(leaks))
    unread = [f"Not everything could be read: {gap.what}: {gap.detail}" for gap in leaks.gaps]
    return Draft(tuple(steps), (NOTHING_ELSE, *unread))


async def _leaks(ground: Ground) -> Leaks:
    """Raises NotPossible when no report could be read."""
    leaks = await leaks_of(ground.inquiry.asking({}))
    if leaks.gaps and not leaks.found:
        gap = leaks.gaps[0]
        raise NotPossible(f"Leak reports could not be read: {gap.detail}")
    return leaks


def _waiting(leaks: Leaks) -> list[Record]:
    told = ("Status", "DealType")
    return [
        one
        for one in leaks.found
        if count(one.get("Id")) is not None and any(ident(one.get(name)) == PENDING for name in told)
    ]


def _nothing(leaks: Leaks) -> str:
    return (
        "All reports are dealt with already." if leaks.found else "Security Center has no report of this key."
    )


ACTION = Action(
    id="mark-leak-handled",
    title="Mark the leak reports as dealt with",
    phase=Phase.LONG_TERM,
    about="Tells Security Center, and whoever looks there, that the reports of this key were seen to. Right "
    "once the key is disabled or deleted.",
    danger=Danger.LOW,
    way_back="There is none: a report can not be marked as not dealt with again.",
    look=look,
    plan=plan,
    changes=(CHANGE.id,),
    params=(Param("how", "manual: seen to by hand; disable: the key was disabled", default=BY_HAND),),
    needs=LEAK_NEEDS,
    order=90,
)
