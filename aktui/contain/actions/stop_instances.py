"""Stop or release instances that the key, or whom it made, started; never any that were there before."""

from collections.abc import Mapping

from aktui.contain.action import Action, Choice, Draft, Look, Phase
from aktui.contain.actions.changes.instance_status import CHANGE, RUNNING, STOPPED
from aktui.contain.ground import Ground
from aktui.contain.plan import Danger
from aktui.contain.step import Step
from aktui.contain.strangers import DAYS, NEEDS, Stranger, Strangers, chosen, strangers
from aktui.errors import NotPossible, UsageError
from queries.base import Param
from queries.charges.started import started
from queries.charges.tracing import Trace

STOP, RELEASE = "stop", "release"
EVIDENCE = (
    "What runs in memory is lost. For evidence take snapshots of the disks first, in the console; a stopped "
    "instance keeps its disks, a released one does not."
)
STILL = (
    "Whoever has the key, or a key, user or role session made with it, can start others: disable those as "
    "well. Disks, addresses and traffic may go on costing."
)


async def look(ground: Ground) -> Look:
    """What the key's own calls of the last days tell; planning looks further, and at what the key made."""
    seen = await ground.inquiry.ask("recent-events")
    trace = Trace(ground.key_id)
    trace.hear(row.raw for row in seen.rows)
    found = len(started(trace.acts()))
    if found:
        return Look(f"{found} instance{'s' if found > 1 else ''} started with the key of late")
    return Look("no instance is seen to be started with the key of late")


async def plan(ground: Ground, params: Mapping[str, str]) -> Draft:
    how = params["how"]
    if how not in (STOP, RELEASE):
        raise UsageError(f"how is '{how}'; it takes {STOP} or {RELEASE}.")
    known = await strangers(ground)
    picked, unknown = chosen(known.found, params["instances"])
    if unknown:
        raise NotPossible(_not_a_strangers(unknown, known))
    steps, warnings = [], [*known.spared]
    for one in picked:
        before = await CHANGE.observe(ground.cloud, {"instance": one.made.id, "region": one.made.region})
        step, why = _step(one, before, how)
        steps += [step] if step else []
        warnings += [why] if why else []
    if not steps:
        raise NotPossible(" ".join(warnings) or "There is nothing to stop or release.")
    warnings += [_seen(one) for one in picked[:20]]
    warnings += [f"Not everything could be read: {gap.what}: {gap.detail}" for gap in known.gaps[:5]]
    several = f"{len(steps)} instances" if len(steps) > 1 else f"the instance {steps[0].target['instance']}"
    title = f"{how.capitalize()} {several} started with the key"
    return Draft(tuple(steps), (EVIDENCE, STILL, *warnings), danger=Danger.HIGH, title=title)


def _step(one: Stranger, before: str | None, how: str) -> tuple[Step | None, str]:
    """The step for an instance as it is now, or why there is none."""
    target = {"instance": one.made.id, "region": one.made.region}
    if before is None:
        return None, f"{one.value} is gone already."
    if how == RELEASE and one.protected:
        return (
            None,
            f"{one.value} is protected from release: take that off in the console, or stop it.",
        )
    if how == RELEASE and before in (RUNNING, STOPPED):
        return Step(CHANGE.id, target, before, None), ""
    if how == STOP and before == RUNNING:
        return Step(CHANGE.id, target, before, STOPPED), ""
    return None, f"{one.value} is {before} now: there is nothing to {how}, or it has to settle first."


def _not_a_strangers(unknown: list[str], known: Strangers) -> str:
    said = [why for why in known.spared if any(name in why for name in unknown)]
    unread = " Not all events could be read." if known.gaps else ""
    return (
        f"{', '.join(unknown)}: no event of the last {DAYS} days tells that the key, or whom it made, "
        f"started that. Only such instances are stopped from here.{unread} {' '.join(said)}"
    ).strip()


def _seen(one: Stranger) -> str:
    return f"{one.value}: {one.label} (event {one.made.act.event_id})."


async def choices(ground: Ground) -> tuple[Choice, ...]:
    """All that was started from one address together, then each for itself."""
    found = (await strangers(ground)).found
    by_source: dict[str, int] = {}
    for one in found:
        by_source[one.source] = by_source.get(one.source, 0) + 1
    groups = [
        Choice(source, f"all {many} started from there") for source, many in by_source.items() if many > 1
    ]
    return (*groups, *(Choice(one.value, one.label) for one in found))


ACTION = Action(
    id="stop-instances",
    title="Stop or release instances that were started with the key",
    phase=Phase.PERSISTENCE,
    about="Ends what an intruder runs at your cost. Only instances that the key, its role sessions or users "
    "made with it started in the last 90 days are offered; none that were there before.",
    danger=Danger.HIGH,
    way_back="There is none from here: a stopped instance is started in the console, a released one is gone.",
    look=look,
    plan=plan,
    changes=(CHANGE.id,),
    params=(
        Param(
            "instances",
            "`region/id`s separated by commas, or an address: all started from there",
            required=True,
        ),
        Param("how", "stop: disks stay, for evidence; release: gone for good", default=STOP),
    ),
    choices={"instances": choices},
    needs=NEEDS,
    order=60,
)
