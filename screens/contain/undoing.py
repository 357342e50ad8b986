"""The way back of a run: a preview like any other."""

from typing import TYPE_CHECKING

from aktui.contain.history import Run
from screens.contain.containing import Containment
from screens.widgets.tell import tell

if TYPE_CHECKING:
    from screens.contain.overlay import OverScreen


def preview_undo(screen: "OverScreen", containment: Containment, run: Run) -> None:
    """Show what taking this run back would do, or say why it can not be taken back."""
    from screens.contain.preview import PreviewScreen

    known = containment.history.run(run.id) or run
    if containment.busy:
        tell(screen.app, "A plan runs; one runs at a time.")
    elif known.undone_by:
        tell(screen.app, f"It was taken back already, by {known.undone_by}.")
    elif not known.changed:
        tell(screen.app, "There is nothing to take back: nothing was changed.")
    else:
        engine = containment.engine
        screen.app.push_screen(
            PreviewScreen(
                screen.desk,
                screen.standing,
                containment,
                f"Take back: {run.plan.title}",
                lambda: engine.undo_plan(run.id),
            )
        )
