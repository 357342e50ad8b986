"""One look of the watch to read: is the key still used, by whom, and is the business hurt."""

from datetime import datetime

from textual.content import Content

from aktui.contain.watched import Seen, Side, State, Watched
from aktui.text import clip, pad, visible
from screens.widgets.display import Part, beside_label, duration, line, lines, stamp, stamp_short

STATES = {
    State.TOO_EARLY: "bold $muted",
    State.GOES_ON: "bold $error",
    State.QUIET: "bold $warning",
    State.SILENT: "bold $success",
    State.UNKNOWN: "bold $warning",
}
LABEL = 16
MOST = 8


def watch_page(one: Watched, since: datetime, width: int) -> Content:
    """All of a look, laid out for so many cells."""
    rows = [
        beside_label("", [(one.state.value.upper(), STATES[one.state]), f"  {one.sentence}"], 0, width),
        line(""),
        *_business(one.trusted, width),
        line(""),
        line(("Others: not marked as trusted", "bold")),
        *_side(one.others, width, one.at),
        *_refusals(one.others, width, one.at),
        *_sessions(one, width),
        line(""),
        *_source(one, since, width),
    ]
    return lines(*rows)


def _business(side: Side, width: int) -> list[Content]:
    """What the change does to the business comes first, with the way back beside it."""
    if not side.refused:
        rows = [line(("Trusted sources", "bold"), ("  none of their calls was refused so far", "$muted"))]
        return rows + _side(side, width)
    rows = [line(("IMPACT ON THE BUSINESS: calls of trusted sources are refused", "bold $warning"))]
    rows += [*_side(side, width), *_refusals(side, width, None, alarm=True)]
    reasons = {one.refusal.id: one.refusal for one in side.refusals if one.refusal is not None}
    for reason in reasons.values():
        rows.append(beside_label("  why", [(reason.title, "bold"), f": {reason.meaning}"], 8, width))
        undo: Part = ("  u previews taking our change back", "bold $warning") if reason.by_containment else ""
        rows.append(beside_label("  back", [reason.way_back, undo], 8, width))
    return rows


def _side(side: Side, width: int, now: datetime | None = None) -> list[Content]:
    last = side.last_accepted
    told = (
        f"{stamp(last.at)} UTC  {last.operation} from {last.vpc or last.source}" if last else "none is known"
    )
    facts: list[tuple[str, list[Part]]] = [
        ("  last accepted", [told]),
        ("  since change", [f"{side.accepted:,} accepted, ", (f"{side.refused:,} refused", "bold")]),
    ]
    if side.key_taken:
        facts.append(("  of the refused", [f"{side.key_taken:,} by RAM alone: the key itself was good"]))
    if side.first_refused is not None:
        facts.append(("  first refused", [f"{stamp(side.first_refused)} UTC"]))
    return [beside_label(name, parts, LABEL + 2, width) for name, parts in facts]


def _refusals(side: Side, width: int, now: datetime | None, *, alarm: bool = False) -> list[Content]:
    rows = [_refused(one, width, now, "$warning" if alarm else "") for one in side.refusals[:MOST]]
    left = len(side.refusals) - MOST
    return [*rows, line((f"    and {left} more kinds", "$muted"))] if left > 0 else rows


def _refused(one: Seen, width: int, now: datetime | None, style: str) -> Content:
    room = max(10, (width - 32) // 3)
    why = one.refusal.title if one.refusal else one.code
    return line(
        (f"    {stamp_short(one.at, now):<11} {one.calls:>6,}  ", "$muted"),
        (pad(visible(one.operation), room), style),
        " ",
        pad(visible(one.vpc or one.source), 16),
        " ",
        clip(visible(why), max(8, width - room - 46)),
    )


def _sessions(one: Watched, width: int) -> list[Content]:
    """What goes on whatever is done to the key: tokens that it opened."""
    if not one.session_calls and one.sessions_until is None:
        return []
    until = f"until {stamp(one.sessions_until)} UTC" if one.sessions_until else "none is known to be open"
    most = "" if one.sessions_known or one.sessions_until is None else " at the latest"
    style = "$warning" if one.session_calls else ""
    told: list[Part] = [(f"{one.session_calls:,} accepted calls; ", style), f"tokens may live {until}{most}"]
    return [beside_label("  role sessions", told, LABEL + 2, width)]


def _source(one: Watched, since: datetime, width: int) -> list[Content]:
    """Where this is from, and until when that source can know anything."""
    source = {"trail": "the trail's Logstore", "lookup": "LookupEvents, region by region"}.get(
        one.source, one.source
    )
    lag = duration(one.lag.total_seconds())
    facts: list[tuple[str, list[Part]]] = [
        ("changed", [f"{stamp(since)} UTC"]),
        ("looked", [f"{stamp(one.at)} UTC in {source}, up to {lag} behind"]),
        ("known until", [(f"{stamp(one.known_until)} UTC", "bold"), ": what is newer may not show yet"]),
    ]
    rows = [beside_label(name, parts, LABEL, width) for name, parts in facts]
    for gap in one.gaps:
        rows.append(beside_label("not seen", [(f"{gap.what}: ", "bold"), gap.detail], LABEL, width))
    return rows
