"""The pane of what can be done: the actions in the order of the plan, each as it was seen."""

from collections.abc import Callable

from textual.content import Content

from aktui.errors import AktuiError
from queries.base import Row
from screens.background import in_background
from screens.contain.containing import Containment
from screens.contain.looks import COLUMNS, Looked, look_at_all, unseen
from screens.pane import TablePane
from screens.widgets.display import line
from screens.widgets.trouble import trouble


class Actions(TablePane):
    """The list of actions, phase by phase."""

    number = 1
    name_short = "Containment"
    place = "top"
    help_text = (
        "What can be done about the key, in the order in which it is usually done: restrict it to where the "
        "business calls from, confirm its use, disable it, look for what was left behind, rotate, delete. "
        "Enter shows a preview; a preview sends nothing. What can not be done now says why. S marks sources "
        "as trusted or hostile, from which the preview knows what would break."
    )

    def __init__(self, containment: Containment, chosen: Callable[[Looked], None]) -> None:
        super().__init__(id="actions")
        self._chosen = chosen
        self.containment = containment
        self.looked: dict[str, Looked] = unseen()
        self.fault: Exception | None = None
        self._wanted = ""
        """The action that the cursor is to go to."""
        self._as_of: tuple[object, ...] = ()
        """What was done and marked when the actions were looked at last."""

    def on_mount(self) -> None:
        self.border_title = line(self.name_short)
        self.table.grouped = "phase"
        self.table.quiet = lambda row: str(row.values["can"]) == "no"
        self.again()

    def again(self) -> None:
        """Look at everything anew; what was seen before stays until it is seen again."""
        self.fault, self.loading_now, self._as_of = None, True, self._done()
        self.draw()
        in_background(self, self._look, "looks", "look at the actions")

    def _done(self) -> tuple[object, ...]:
        there = self.containment
        return (id(there.doing), there.busy, there.marking.marks)

    def renew(self) -> None:
        """Look anew where something was done or marked since; looking may cost a minute of rated calls."""
        if self._done() != self._as_of:
            self.again()

    async def _look(self) -> None:
        try:
            await self.containment.refresh()
            async for looked in look_at_all(self.containment.engine):
                self.looked[looked.action.id] = looked
                self.draw()
        except AktuiError as error:
            self.fault = error
        except Exception as error:
            # A bug of ours: it must show, and the list must stay usable.
            self.fault = error
        self.loading_now = False
        self.draw()

    def draw(self) -> None:
        if not self.is_mounted:
            return
        self.table.fill([one.row() for one in self.looked.values()], COLUMNS)
        self._go()
        super().draw()
        self.post_message(self.Changed())

    @property
    def under_cursor(self) -> Looked | None:
        row = self.table.row
        return None if row is None else self.looked.get(str(row.raw["id"]))

    def go_to(self, action_id: str) -> None:
        """Put the cursor on an action, as soon as the actions are there; where there is none, it stays."""
        self._wanted = action_id
        self.draw()

    def _go(self) -> None:
        places = [str(row.raw.get("id")) for row in self.table.shown]
        if self._wanted in places:
            self.table.cursor = places.index(self._wanted)
            self._wanted = ""

    def empty(self) -> Content:
        return self.no_match() if self.looked else line("There is no action.")

    def status(self) -> Content:
        if self.fault is not None:
            return trouble(self.fault, max(20, self.size.width - 4), "r looks again.")
        can = sum(1 for one in self.looked.values() if one.look is not None and not one.blocked)
        if self.loading_now:
            seen = sum(1 for one in self.looked.values() if one.look or one.error)
            return line((f"looking  {seen} of {len(self.looked)}", "$muted"), f"  {can} can be done now")
        return line(f"{len(self.looked)} action{'' if len(self.looked) == 1 else 's'}  {can} can be done now")

    def open_row(self, row: Row) -> bool:
        self._chosen(self.looked[str(row.raw["id"])])
        return True
