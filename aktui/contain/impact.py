"""What a change would have done to the calls of the last days: whom it stops, whom it lets go on.

Calls of sources that the responder trusts are told apart from all others; what can not be told is counted as
such, on neither side.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from aktui.case.marks import Marks, Stance
from aktui.contain.judge.verdict import Answer, Judge, Verdict
from aktui.models import Window
from queries.base import Gap
from queries.usage.values import By, Usage, UsageReport, stance

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Line:
    """Calls of one operation from one source, as one kind of identity."""

    operation: str
    """`Ecs:RunInstances`, for people."""
    action: str
    source: str
    vpc: str
    kind: str
    identity: str
    stance: str
    """trusted, hostile, or empty for what is not marked."""
    link: bool
    calls: int
    refused: int
    """Of these, how many were refused anyway."""
    newest: datetime | None
    newest_id: str
    why: str
    """Why these are denied, are not, or can not be told."""


@dataclass(frozen=True)
class Tally:
    """How many calls are denied, go on, or can not be told."""

    denied: int = 0
    kept: int = 0
    unsure: int = 0

    @property
    def all(self) -> int:
        return self.denied + self.kept + self.unsure


@dataclass(frozen=True)
class Impact:
    """What a change would have done; the largest lines come first."""

    trusted: tuple[Line, ...]
    """Would have been denied, and are trusted: what breaks."""
    other: tuple[Line, ...]
    """Would have been denied, and are not trusted."""
    unsure: tuple[Line, ...]
    """Can not be told."""
    kept: tuple[Line, ...]
    """Not trusted, and would have gone on: what an intruder keeps."""
    of_trusted: Tally
    of_other: Tally
    window: Window
    covered: Window | None
    gaps: tuple[Gap, ...]
    sources: tuple[str, ...] = ()
    marked: bool = True
    """Whether anything is marked as trusted; without that all calls are others."""
    sentence: str = field(default="", compare=False)
    """The whole in a sentence or three, for people."""

    @property
    def breaks(self) -> bool:
        """Whether calls of the business would have been denied, or may have been."""
        return bool(self.of_trusted.denied or self.of_trusted.unsure)


def impact(report: UsageReport, denied: Judge, marks: Marks) -> Impact:
    """What a change would have done to the calls of a report. `denied`: a judge for the change."""
    lines: dict[tuple[bool, Answer], list[Line]] = {}
    for usage in report.usages:
        verdict, held = denied(usage), stance(usage, marks)
        lines.setdefault((held is Stance.TRUSTED, verdict.answer), []).append(_line(usage, held, verdict))

    def of(trusted: bool, answer: Answer) -> tuple[Line, ...]:
        return _grouped(lines.get((trusted, answer), ()))

    made = Impact(
        trusted=of(True, Answer.DENIED),
        other=of(False, Answer.DENIED),
        unsure=_ordered((*of(True, Answer.UNKNOWN), *of(False, Answer.UNKNOWN))),
        kept=of(False, Answer.PASSES),
        of_trusted=_tally(lines, trusted=True),
        of_other=_tally(lines, trusted=False),
        window=report.window,
        covered=report.covered,
        gaps=report.gaps,
        sources=report.sources,
        marked=any(one.stance is Stance.TRUSTED for one in marks.all),
    )
    return replace(made, sentence=_sentence(made))


def _line(usage: Usage, held: Stance | None, verdict: Verdict) -> Line:
    return Line(
        operation=usage.name,
        action=usage.action,
        source=usage.source,
        vpc=usage.vpc,
        kind=usage.kind.value,
        identity=usage.identity,
        stance=held.value if held else "",
        link=usage.link,
        calls=usage.count,
        refused=usage.refused,
        newest=usage.newest,
        newest_id=usage.newest_id,
        why=verdict.why,
    )


def _grouped(lines: Iterable[Line]) -> tuple[Line, ...]:
    """One line for each source and operation; the same calls to several buckets are one line."""
    found: dict[tuple[object, ...], Line] = {}
    for line in lines:
        who = (line.kind, line.identity if line.kind == By.SESSION else "", line.stance, line.link)
        key = (line.source, line.vpc, line.operation, *who, line.why)
        found[key] = _joined(found[key], line) if key in found else line
    return _ordered(found.values())


def _joined(one: Line, other: Line) -> Line:
    newer = other if (other.newest or _LONG_AGO) > (one.newest or _LONG_AGO) else one
    return replace(newer, calls=one.calls + other.calls, refused=one.refused + other.refused)


def _ordered(lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple(
        sorted(lines, key=lambda line: (-line.calls, line.source, line.vpc, line.operation, line.why))
    )


def _tally(lines: dict[tuple[bool, Answer], list[Line]], *, trusted: bool) -> Tally:
    def calls(answer: Answer) -> int:
        return sum(line.calls for line in lines.get((trusted, answer), ()))

    return Tally(calls(Answer.DENIED), calls(Answer.PASSES), calls(Answer.UNKNOWN))


def _sentence(made: Impact) -> str:
    days = (made.window.end - made.window.start).total_seconds() / 86400
    when = f"In the last {days:.0f} days" if days >= 1.5 else f"In the last {days * 24:.0f} hours"
    if not made.of_trusted.all and not made.of_other.all:
        return f"{when} no call was seen{_though(made)}: what this would break is not known."
    if made.marked:
        trusted, other = made.of_trusted, made.of_other
        stops = f"{_calls(trusted.denied)} of trusted sources and {other.denied:,} of others"
        parts = [f"{when} this would have denied {stops}{_though(made)}."]
    else:
        parts = [f"{when} this would have denied {_calls(made.of_other.denied)}{_though(made)}."]
        parts.append("Nothing is marked as trusted, so whose calls these are is not known.")
    links = sum(line.calls for line in (*made.trusted, *made.other) if line.link)
    if links:
        parts.append(f"{_calls(links)} of these came through links signed with the key.")
    parts.append(_goes_on(made))
    unsure = made.of_trusted.unsure + made.of_other.unsure
    if unsure:
        parts.append(f"{_calls(unsure)} can not be judged ({made.of_trusted.unsure:,} of trusted sources).")
    return " ".join(part for part in parts if part)


def _goes_on(made: Impact) -> str:
    whose = "Others" if made.marked else "They"
    if not made.of_other.kept:
        return f"{whose} keep nothing that is known of." if made.marked else ""
    sessions = sum(line.calls for line in made.kept if line.kind == By.SESSION)
    of_these = f", {sessions:,} of them in role sessions" if sessions else ""
    return f"{whose} keep what they did in {_calls(made.of_other.kept)}{of_these}."


def _though(made: Impact) -> str:
    return " (not everything could be seen)" if made.gaps else ""


def _calls(number: int) -> str:
    return f"{number:,} call{'' if number == 1 else 's'}"
