"""Which rows of a subject are looked at: by time, by what was picked, by what was typed."""

from dataclasses import dataclass

from aktui.case.rows.asking import EVERYTHING, Filter
from screens.logpanes.filtering import said
from screens.logpanes.subject import Subject
from screens.logpanes.timespan import Span
from screens.widgets.moments import tick, zone


@dataclass(frozen=True)
class Sight:
    """A subject, and what of it is in view."""

    subject: Subject
    span: Span | None = None
    """None while it is not known over which time there are rows."""
    chosen: Filter = EVERYTHING
    """What was picked among the values."""
    typed: Filter = EVERYTHING
    """What the filter line says."""

    @classmethod
    def of(cls, subject: Subject) -> "Sight":
        """All of a subject."""
        return cls(subject, Span.whole_of(*subject.window) if subject.window else None)

    @property
    def where(self) -> Filter:
        """The rows that are shown."""
        base = self.subject.base
        where = Filter(
            (*base.conditions, *self.chosen.conditions, *self.typed.conditions),
            (*base.words, *self.typed.words),
        )
        return (
            where if self.span is None or self.span.whole else where.between(self.span.start, self.span.end)
        )

    @property
    def open_ended(self) -> bool:
        """Nobody asked about a time, and all rows are in view: they tell over which time they are."""
        return self.subject.window is None and (self.span is None or self.span.whole)

    @property
    def narrowed(self) -> bool:
        """Whether not all rows of the subject are shown."""
        return bool(self.chosen) or bool(self.typed) or (self.span is not None and not self.span.whole)

    def told(self, *, local: bool) -> str:
        """What the rows are narrowed to; empty when they are all shown."""
        columns = self.subject.columns
        parts = [said(one, columns) for one in (*self.chosen.conditions, *self.typed.conditions)]
        parts += self.typed.words
        span = self.span
        if span is not None and not span.whole:
            step = 1 if span.length < 600 else 60
            ends = (tick(end, step, local=local) for end in (span.start, span.end))
            parts.append(f"{' to '.join(ends)} {zone(local)}")
        return "  ".join(parts)
