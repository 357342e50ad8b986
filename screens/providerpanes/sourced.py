"""A pane of one of the provider's sources: what it comes to stands first, in words of ours."""

from collections.abc import Iterable
from typing import Any, ClassVar

from queries.base import Result, Row, Status
from screens.noted import NotedPane
from screens.widgets.coverage import STYLES, WORDS
from screens.widgets.display import Part

QUIET, WORRY, DANGER = "bold", "bold $warning", "bold $error"


class SourcePane(NotedPane):
    """Says for itself what its answer comes to, and how grave that is."""

    note_repeats: ClassVar[bool] = False
    """Whether the first sentence of the answer's note is what the headline says."""

    def sums(self, result: Result) -> Part:
        """What the rows come to."""
        raise NotImplementedError

    @property
    def headline(self) -> Part:
        """In one line: what the rows come to, or why nothing can be said."""
        result = self.result
        if self.fault:
            return (self.fault, "$error")
        if result is None or result.status is Status.RUNNING:
            return ("", "$muted")
        if not result.rows and result.status is not Status.COMPLETE:
            return (_unknown(result), STYLES[result.status])
        return self.sums(result)

    def note(self) -> list[Part]:
        result = self.result
        if result is None or result.status is Status.RUNNING or self.fault:
            return []
        if not result.rows and result.status is not Status.COMPLETE:
            return []
        said = self.sums(result)
        more = result.note.partition(". ")[2] if self.note_repeats else result.note
        return [said, (f"  {more}" if more not in said[0] else "", "$muted")]

    def state(self) -> tuple[str, str]:
        """How far the answer goes, in a word, and its style."""
        if self.loading_now or self.result is None:
            return WORDS[Status.RUNNING], "$muted"
        status = Status.FAILED if self.fault else self.result.status
        gaps = len(self.result.gaps) if status is Status.COMPLETE else 0
        return f"{WORDS[status]}, {many(gaps, 'gap')}" if gaps else WORDS[status], STYLES[status]


def _unknown(result: Result) -> str:
    """Why nothing can be said: the missing permission where that is it, else what went wrong."""
    missing = list(dict.fromkeys(gap.missing for gap in result.gaps if gap.missing))
    if missing:
        return f"not known: needs the RAM action {', '.join(missing[:3])}"
    return next((f"not known: {gap.what}: {gap.detail}" for gap in result.gaps), "not known")


def many(count: int, what: str) -> str:
    """`1 report`, `2 reports`."""
    return f"{count} {what}{'' if count == 1 else 's'}"


def counted(rows: Iterable[Row], column: str, *values: Any) -> int:
    """How many rows have one of these values."""
    return sum(row.values.get(column) in values for row in rows)
