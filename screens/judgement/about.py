"""What stands behind a source or an identity: the sentences with their points, how far it reached."""

from collections.abc import Callable

from textual.content import Content

from queries.base import Row
from screens.judgement.telling import SIDES, records, texts
from screens.judgement.whose import Judged, Others, Sources
from screens.widgets.display import Part, as_moment, beside_label, line, lines, stamp

Page = Callable[[int], Content]
LABEL = 12
POINTS = 8


def page_of(pane: Judged, row: Row) -> Page | None:
    """The page on a row; None where the row's own values are all there is."""
    if isinstance(pane, Sources):
        return lambda width: _source(row, width)
    if isinstance(pane, Others):
        return lambda width: _identity(row, width)
    return None


def _source(row: Row, width: int) -> Content:
    values = row.values
    side = str(values["side"])
    head: list[Part] = [(side, f"bold {SIDES.get(side, '')}"), f"  {values['points']} points"]
    head.append(("  business up to 1, intruder from 3", "$muted"))
    rows = [beside_label("", head, 0, width), line("")]
    for each in records(row.raw.get("signals")):
        points = each.get("points")
        told = f"{points:+.1f}" if isinstance(points, int | float) else ""
        rows.append(beside_label(told, [str(each.get("sentence") or "")], POINTS, width))
    if len(rows) == 2:
        rows.append(beside_label("", [str(values["why"])], 0, width))
    calls = f"{values['calls']}, {values['refused']} refused or failed, by {values['by']}"
    facts = [("calls", calls), ("seen", _span(row)), ("agents", "; ".join(texts(values["agents"])))]
    facts.append(("regions", ", ".join(texts(values["regions"]))))
    return lines(*rows, line(""), *_facts(facts, width))


def _identity(row: Row, width: int) -> Content:
    values = row.values
    until = as_moment(values["until"])
    facts = [
        ("why", str(values["why"])),
        ("calls", f"{values['calls']}, {values['succeeded']} of them succeeded"),
        ("seen", _span(row)),
        ("lives until", f"{stamp(until)} UTC" if until else ""),
        ("services", ", ".join(texts(values["services"]))),
        ("changed", ", ".join(texts(values["things"])) or "nothing that was seen"),
        ("sources", ", ".join(texts(values["sources"]))),
        ("stopped by", _title(str(values["action"]))),
        ("events", ", ".join(texts(values["event_ids"])[:20])),
    ]
    head: list[Part] = [(f"{values['kind']} ", "$muted"), (str(values["name"]), "bold")]
    return lines(beside_label("", head, 0, width), line(""), *_facts(facts, width))


def _title(action: str) -> str:
    from aktui.contain.action import actions

    known = actions().get(action)
    return f"{known.title} (! opens it)" if known is not None else action


def _span(row: Row) -> str:
    first, last = as_moment(row.values["first"]), as_moment(row.values["last"])
    return f"{stamp(first)} to {stamp(last)} UTC" if first and last else ""


def _facts(facts: list[tuple[str, str]], width: int) -> list[Content]:
    return [beside_label(name, [value], LABEL, width) for name, value in facts if value]
