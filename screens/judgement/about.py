"""What stands behind a source, an identity or an operation: why, how far it reached, and its calls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from textual.content import Content

from queries.base import Row
from queries.inquiry import Inquiry
from queries.usage.ramactions import ram_action
from screens.judgement.behind import Page
from screens.judgement.evidence import calls_in, evidence_rows
from screens.judgement.others import Others, ended, meant, title_of
from screens.judgement.sources import Sources
from screens.judgement.telling import SIDES, records, texts
from screens.judgement.whose import Judged
from screens.widgets.display import Part, as_moment, beside_label, lines, stamp

LABEL = 12
POINTS = 8
NO_FINDING = "No finding rests on a call of it. e on the key screen shows all events."
NOT_SEEN = "It was not seen to call anything."


@dataclass(frozen=True)
class Behind:
    """A page, the calls below it, and the action that `!` leads to."""

    page: Page
    calls: Sequence[Row]
    none: str = NO_FINDING
    action: str = ""
    preset: Mapping[str, str] = field(default_factory=dict)
    """What that action is told: about whom it is."""


async def behind(pane: Judged, row: Row, inquiry: Inquiry) -> Behind:
    """All about a row; the calls are those that findings rest on, which were read already."""
    if isinstance(pane, Others):
        gone = ended(row, inquiry.cloud.now())
        action = "" if gone else str(row.values["action"])
        page = partial(_identity, row, inquiry.cloud.now())
        preset = meant(str(row.values["kind"]), str(row.values["name"]))
        return Behind(page, evidence_rows(row), NOT_SEEN, action, preset)
    found = await inquiry.ask("findings")
    name = pane.markable(row)
    if isinstance(pane, Sources):
        calls = calls_in(found.rows, lambda call: call.values["source_ip"] == name)
        return Behind(partial(_source, row, pane.place_of(row)), calls)
    return Behind(partial(_operation, row), calls_in(found.rows, lambda call: _guard(call) == name))


def _guard(call: Row) -> str:
    return ram_action(str(call.values["service"]), str(call.values["event"])).name


def _source(row: Row, places: Sequence[Row], width: int) -> Content:
    values = row.values
    side = str(values["side"])
    head: list[Part] = [(f"{values['source_ip']}  ", "bold"), (side, f"bold {SIDES.get(side, '')}")]
    head += [f"  {values['points']} points", ("  business up to 1, intruder from 3", "$muted")]
    rows = [beside_label("", head, 0, width)]
    for each in records(row.raw.get("signals")):
        points = each.get("points")
        told = f"{points:+.1f}" if isinstance(points, int | float) else ""
        rows.append(beside_label(told, [str(each.get("sentence") or "")], POINTS, width))
    if len(rows) == 1:
        rows.append(beside_label("", [str(values["why"])], 0, width))
    calls = f"{values['calls']}, {values['refused']} refused or failed, by {values['by']}"
    facts = [("calls", calls), ("seen", _span(row)), ("agents", "; ".join(texts(values["agents"])))]
    facts.append(("regions", ", ".join(texts(values["regions"]))))
    facts += [("where", _place(each)) for each in places]
    return lines(*rows, *_facts(facts, width))


def _place(place: Row) -> str:
    """`ours  i-bp1… web-1 instance cn-hangzhou  why`."""
    named = " ".join(
        str(place.values[name])
        for name in ("instance", "name", "kind", "region", "vpc")
        if place.values[name]
    )
    return "  ".join(part for part in (str(place.values["whose"]), named, str(place.values["why"])) if part)


def _identity(row: Row, now: datetime, width: int) -> Content:
    values = row.values
    until = as_moment(values["until"])
    lives = f"{stamp(until)} UTC at the longest" if until else ""
    reach = "nothing: it ended by itself" if ended(row, now) else title_of(str(values["action"]))
    facts = [
        ("why", str(values["why"])),
        ("calls", f"{values['calls']}, {values['succeeded']} of them succeeded"),
        ("seen", _span(row)),
        ("lives until", lives),
        ("services", ", ".join(texts(values["services"]))),
        ("changed", ", ".join(texts(values["things"])) or "nothing that was seen"),
        ("sources", ", ".join(texts(values["sources"]))),
        ("stopped by", reach),
    ]
    head: list[Part] = [(f"{values['kind']} ", "$muted"), (str(values["name"]), "bold")]
    return lines(beside_label("", head, 0, width), *_facts(facts, width))


def _operation(row: Row, width: int) -> Content:
    values = row.values
    sides, names = row.raw.get("by side") or {}, row.raw.get("as logged") or {}
    facts = [
        ("whose", ", ".join(f"{side} {count}" for side, count in sides.items())),
        ("as logged", ", ".join(f"{name} ({count})" for name, count in names.items())),
        ("sources", ", ".join(texts(values["sources"]))),
    ]
    head: list[Part] = [(str(values["operation"]), "bold"), f"  {values['calls']} calls"]
    return lines(beside_label("", head, 0, width), *_facts(facts, width))


def _span(row: Row) -> str:
    first, last = as_moment(row.values["first"]), as_moment(row.values["last"])
    return f"{stamp(first)} to {stamp(last)} UTC" if first and last else ""


def _facts(facts: list[tuple[str, str]], width: int) -> list[Content]:
    return [beside_label(name, [value], LABEL, width) for name, value in facts if value]
