"""The impact of a plan, for people and for scripts: whose calls it would have refused."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from aktui.contain.impact import Impact, Line, Tally
from aktui.headless import gaps
from aktui.headless.containing import lines
from aktui.headless.table import shown_value

_MOST = 10
"""Lines of each kind that people are shown; documents have all."""


def document(impact: Impact) -> dict[str, Any]:
    """All of it. `trusted` and `other` would have been denied, `kept` not, `unsure` perhaps."""
    return {
        "sentence": impact.sentence,
        "breaks": impact.breaks,
        "marked": impact.marked,
        "trusted_calls": _tally(impact.of_trusted),
        "other_calls": _tally(impact.of_other),
        "trusted": [asdict(line) for line in impact.trusted],
        "other": [asdict(line) for line in impact.other],
        "unsure": [asdict(line) for line in impact.unsure],
        "kept": [asdict(line) for line in impact.kept],
        "window": impact.window,
        "covered": impact.covered,
        "sources": list(impact.sources),
        "gaps": [gaps.as_document(gap) for gap in impact.gaps],
    }


def _tally(tally: Tally) -> dict[str, int]:
    return {"denied": tally.denied, "kept": tally.kept, "unsure": tally.unsure}


def text(impact: Impact) -> str:
    """The sentence, then the largest lines of each kind."""
    return lines(
        ("impact", impact.sentence),
        *_group("breaks", impact.trusted),
        *_group("stops", impact.other),
        *_group("unsure", impact.unsure),
        *_group("goes on", impact.kept),
        *(("not seen", gaps.sentence(gap)) for gap in impact.gaps),
    )


def _group(name: str, found: tuple[Line, ...]) -> Iterator[tuple[str, str]]:
    for line in found[:_MOST]:
        yield name, _line(line)
    if len(found) > _MOST:
        left = sum(line.calls for line in found[_MOST:])
        yield name, f"and {len(found) - _MOST} more lines with {left:,} calls (--json has them)"


def _line(line: Line) -> str:
    where = f"{line.source} in {line.vpc}" if line.vpc else line.source or "an unknown source"
    who = f" ({line.kind} {line.identity})" if line.kind == "session" else ""
    mark = f", {line.stance}" if line.stance else ""
    newest = f", newest {shown_value(line.newest, seconds=False)}" if line.newest else ""
    refused = f", {line.refused:,} of them refused anyway" if line.refused else ""
    why = f": {line.why}" if line.why else ""
    return f"{line.calls:,} × {line.operation} from {where}{who}{mark}{newest}{refused}{why}"
