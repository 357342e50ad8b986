"""The responder's marks on the key screen: read when it comes into view, changed by keys, told to panes."""

from typing import TYPE_CHECKING

from aktui.errors import AktuiError
from screens.background import in_background
from screens.desk import Desk
from screens.widgets.tell import tell
from screens.working import WorkingScreen

if TYPE_CHECKING:
    from aktui.case.marks import Marks
    from screens.contain.containing import Containment
    from screens.marked import MarkedPane


class MarkedScreen(WorkingScreen):
    """A screen with panes whose rows can be marked."""

    desk: Desk

    def on_screen_resume(self) -> None:
        """Back from another screen: marks may have been made there."""
        self._renew_marks()

    def _renew_marks(self) -> None:
        there = self.desk.containment
        if there is not None:
            in_background(self, lambda: self._read_marks(there), "marks", "read the marks")

    async def _read_marks(self, there: "Containment") -> None:
        try:
            self._show_marks(await there.marking.read())
        except AktuiError as error:
            tell(self.app, f"{error.message} {error.hint}".strip(), severity="warning")

    def _show_marks(self, marks: "Marks") -> None:
        from screens.marked import MarkedPane
        from screens.panes.verdict import Verdict

        for pane in self.query(MarkedPane):
            pane.show_marks(marks)
        for judged in self.query(Verdict):
            judged.follow_marks(marks)

    def on_marked_pane_wanted(self, event: "MarkedPane.Wanted") -> None:
        """A source is to be marked."""
        there = self.desk.containment
        if there is None or not event.source:
            tell(self.app, "There is no source under the cursor.")
            return
        in_background(self, lambda: self._mark(there, event.source, event.stance), "mark", "mark a source")

    async def _mark(self, there: "Containment", source: str, stance: str) -> None:
        from screens.contain.sources import put_mark

        await put_mark(self, there, source, stance)
        self._show_marks(there.marking.marks)
