"""A pane of what is billed: that the newest days are not billed yet is usual, and no trouble."""

from queries.base import Status
from screens.noted import NotedPane
from screens.widgets.display import Part


class BillPane(NotedPane):
    """Its tab warns of what could not be read; the days to come are said on the chart."""

    def note(self) -> list[Part]:
        """Its first sentence where lines are few."""
        told = super().note()
        if self.screen.has_class("-tall") or self.result is None:
            return told
        return [(f"{self.result.note.partition('. ')[0].rstrip('.')}.", "bold")] if self.result.note else []

    @property
    def sign(self) -> str:
        gaps = self.result.gaps if self.result is not None else ()
        if self.loading_now:
            return "…"
        missing = self.fault or any(gap.status is not Status.NOT_COVERED for gap in gaps)
        return "!" if missing else " "
