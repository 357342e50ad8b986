"""A plan to read: what would be changed, by which calls, what that would break, and the way back."""

from collections.abc import Iterable
from datetime import datetime

from textual.content import Content

from aktui.contain.action import action_named, change_named
from aktui.contain.impact import Impact, Line
from aktui.contain.plan import Danger, Plan
from aktui.contain.step import Step
from aktui.errors import AktuiError
from aktui.text import clip, pad, visible
from screens.widgets.display import Part, beside_label, line, lines, stamp, stamp_short

DANGERS = {
    Danger.LOW: ("nothing that works today stops", "$success"),
    Danger.BUSINESS: ("calls of the business may be refused; the way back is quick", "$warning"),
    Danger.HIGH: ("hard to take back, or not at all", "bold $error"),
}
MOST_LINES = 12
"""Lines of each part of an impact; how many more there are is said."""


def plan_page(plan: Plan, width: int, now: datetime | None = None) -> Content:
    """All of a plan, laid out for so many cells."""
    rows: list[Content] = []
    for number, step in enumerate(plan.steps, 1):
        rows += _step(number, len(plan.steps), step, width)
    if plan.impact is not None:
        rows += [line(""), *impact_lines(plan.impact, width, now)]
    rows += [line(""), line(("To be known before", "bold"))] if plan.warnings else []
    for warning in plan.warnings:
        rows.append(beside_label("  ·", [(warning, "$warning")], 4, width))
    rows += [line(""), *_facts(plan, width)]
    if plan.impact is not None and plan.impact.gaps:
        rows += [line(""), line(("What could not be seen", "bold")), *_unseen(plan.impact, width)]
    return lines(*rows)


def _step(number: int, count: int, step: Step, width: int) -> list[Content]:
    """What one step does, from what to what, and exactly what it sends."""
    change = change_named(step.change)
    label = f"{number} of {count}" if count > 1 else ""
    rows = [beside_label(label, [(change.title(step), "bold")], 8 if label else 0, width)]
    before, after = change.told(step.before), change.told(step.after)
    if len(before) + len(after) + 16 <= width:
        rows.append(line(("  now  ", "$muted"), before, ("  →  then  ", "$muted"), (after, "bold")))
    else:
        rows += [
            beside_label("  now", [before], 8, width),
            beside_label("  then", [(after, "bold")], 8, width),
        ]
    for call in change.calls(step):
        region = f" in {call.region}" if call.region else ""
        shown = call.shown()["params"]
        rows.append(line(("  sends ", "$muted"), (f"{call.name}{region}", "$primary")))
        names = max((len(str(name)) for name in shown), default=0)
        for name, value in shown.items():
            rows += _parameter(f"        {name:<{names}}  ", f"{value}", width)
    return rows


def _parameter(label: str, value: str, width: int) -> list[Content]:
    """A parameter exactly as it is sent, nothing of it left out or moved to where it could not be copied."""
    text, room = visible(value), max(10, width - len(label))
    pieces = [text[at : at + room] for at in range(0, len(text), room)] or [""]
    labels = [label, *[" " * len(label)] * (len(pieces) - 1)]
    return [line((before, "$muted"), piece) for before, piece in zip(labels, pieces, strict=True)]


def impact_lines(impact: Impact, width: int, now: datetime | None = None) -> list[Content]:
    """What would have been refused, whose calls that are, and what can not be told."""
    rows = [beside_label("", [("What this would have done", "bold"), f": {impact.sentence}"], 0, width)]
    parts: list[tuple[str, str, Iterable[Line]]] = [
        ("Trusted calls that would have been refused", "bold $warning", impact.trusted),
        ("Other calls that would have been refused", "bold", impact.other),
        ("What others keep", "bold $warning", impact.kept),
        ("Can not be told", "bold $muted", impact.unsure),
    ]
    for title, style, found in parts:
        told = tuple(found)
        if told:
            rows += [line(""), line((title, style)), _heads(width)]
            rows += [_calls(one, width, now, style) for one in told[:MOST_LINES]]
        if len(told) > MOST_LINES:
            rest = told[MOST_LINES:]
            rows.append(
                line((f"  and {sum(one.calls for one in rest)} calls in {len(rest)} more lines", "$muted"))
            )
    return rows


def _unseen(impact: Impact, width: int) -> list[Content]:
    told: list[list[Part]] = [[(f"{gap.what}: ", "bold $muted"), gap.detail] for gap in impact.gaps]
    return [beside_label("", parts, 2, width) for parts in told]


def _heads(width: int) -> Content:
    room, _ = _shares(width)
    return line((f"  {'newest':<11} {'calls':>7}  {pad('operation', room)} from", "$muted"))


def _shares(width: int) -> tuple[int, int]:
    """Cells for an operation, and for where it was called from."""
    left = max(30, width - 24)
    return min(40, left * 3 // 5), left - min(40, left * 3 // 5)


def _calls(one: Line, width: int, now: datetime | None, style: str) -> Content:
    when = stamp_short(one.newest, now) if one.newest else ""
    source = one.vpc or one.source or "unknown source"
    room, rest = _shares(width)
    who = f" {one.kind} {one.identity}".rstrip() if one.kind != "key" else ""
    alarm = "$warning" if "warning" in style else ""
    return line(
        (f"  {when:<11} ", "$muted"),
        f"{one.calls:>7,}  ",
        (pad(visible(one.operation), room), alarm),
        " ",
        clip(visible(f"{source}{who}{' through a signed link' if one.link else ''}"), rest),
    )


def _facts(plan: Plan, width: int) -> list[Content]:
    """Who, where, how dangerous, how back, and what stands for exactly this plan."""
    told, style = DANGERS[plan.danger]
    facts: list[tuple[str, list[Part]]] = [
        ("danger", [(f"{plan.danger}", style), f": {told}"]),
        ("way back", [way_back(plan)]),
        ("as", [f"{plan.identity} in {plan.account_id}"]),
        (
            "plan",
            [
                (plan.digest[:12], "bold"),
                ("  what runs must have this digest", "$muted"),
            ],
        ),
    ]
    return [beside_label(name, parts, 10, width) for name, parts in facts]


def way_back(plan: Plan) -> str:
    """How the plan is taken back, in a sentence."""
    if plan.undoes:
        return "This takes a run back; the action itself can be planned again."
    try:
        return action_named(plan.action).way_back
    except AktuiError:
        return "Not known to this aktui."


def summary(plan: Plan, width: int) -> Content:
    """A plan in as few lines as tell what is confirmed: title, steps, what breaks."""
    told, style = DANGERS[plan.danger]
    count = f"  {len(plan.steps)} step{'' if len(plan.steps) == 1 else 's'} in account {plan.account_id}"
    rows = [beside_label("", [(plan.title, "bold"), (count, "$muted")], 0, width)]
    rows += [
        beside_label("", [f"· {change_named(step.change).title(step)}"], 2, width) for step in plan.steps
    ]
    rows.append(beside_label("", [(f"danger {plan.danger}", style), f": {told}"], 0, width))
    impact = plan.impact
    if impact is not None:
        alarm = "bold $warning" if impact.breaks or not impact.marked else ""
        rows.append(beside_label("", [(impact.sentence, alarm)], 0, width))
    rows += [beside_label("", [(warning, "$warning")], 0, width) for warning in plan.warnings]
    return lines(*rows)


def moment(text: str) -> str:
    """A time of the journal as the screens write times."""
    try:
        return stamp(datetime.fromisoformat(text))
    except ValueError:
        return text
