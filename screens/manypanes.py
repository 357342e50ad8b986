"""A screen of several panes: one at the head where there is room, one of the others below it."""

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from aktui.case.rows.asking import Filter, Order
from screens.answer import QueryPane
from screens.contain.overlay import OverScreen
from screens.desk import Desk
from screens.investigation import Investigation
from screens.noted import Telling
from screens.pane import Pane, TablePane
from screens.widgets.display import lines
from screens.widgets.header import Standing
from screens.widgets.table import RowTable
from screens.widgets.tabs import Tab, TabStrip
from screens.widgets.tell import tell

TALL = 38
"""From so many lines all of the row under the cursor is told below it."""


class PanesScreen(OverScreen):
    """The panes ask by themselves, all at once; digits and Tab go from one to the next."""

    DEFAULT_CSS = """
    PanesScreen #body { height: 1fr; }
    PanesScreen #body > Pane { height: 1fr; }
    PanesScreen #row { height: auto; max-height: 5; padding: 0 2; scrollbar-size-vertical: 1; }
    PanesScreen.-tall #row { max-height: 14; }
    PanesScreen #row > Static { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "go(1)", "Pane", id="pane.next", tooltip="Next pane"),
        Binding("shift+tab", "go(-1)", "Pane back", show=False, id="pane.previous", tooltip="Previous pane"),
        *(
            Binding(n, f"pane('{n}')", f"Pane {n}", show=False, id=f"pane.{n}", tooltip="Pane by number")
            for n in "12345678"
        ),
        Binding(
            "ctrl+s", "export", "Export", id="rows.export", tooltip="Write these rows to a file: CSV, JSONL"
        ),
        Binding("exclamation_mark", "contain", "Contain", id="contain", tooltip="What can be done about it"),
        Binding(
            "R", "again_all", "All anew", show=False, id="refresh.all", tooltip="Ask every question again"
        ),
    ]
    head_from: ClassVar[int] = 0
    """Lines from which the first pane stands above the others; below that it is one of them."""

    def __init__(self, desk: Desk, standing: Standing, investigation: Investigation) -> None:
        super().__init__(desk, standing)
        self.investigation = investigation
        self.panes = {pane.id or "": pane for pane in self.make()}
        self.current = next(iter(self.panes))
        self.below = list(self.panes)[1]
        """The pane in view below the one at the head."""

    def make(self) -> list[Pane]:
        """The panes in their order, the one for the head first."""
        raise NotImplementedError

    @property
    def pane(self) -> Pane:
        return self.panes[self.current]

    @property
    def head(self) -> Pane:
        return next(iter(self.panes.values()))

    def body(self) -> ComposeResult:
        yield Static(id="notice")
        with Vertical(id="body"):
            yield self.head
            yield TabStrip(id="strip")
            yield from list(self.panes.values())[1:]
        with VerticalScroll(id="row", can_focus=False):
            yield Static()

    def on_mount(self) -> None:
        for pane in self.panes.values():
            pane.begin(self.investigation.inquiry)
        self.set_interval(1.0, self._tick_panes)
        self.arrange_panes()
        self.call_after_refresh(self.attend, self.first())

    def first(self) -> str:
        """The pane that has the focus at first."""
        return self.below if self.together else self.current

    def _tick_panes(self) -> None:
        for pane in self.panes.values():
            pane.tick()

    # What is in view

    @property
    def together(self) -> bool:
        """Whether the first pane stands above another one."""
        return self.size.height >= self.head_from

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.height >= TALL, "-tall")
        self.call_after_refresh(self.arrange_panes)

    def arrange_panes(self) -> None:
        """Show what belongs in view at this size."""
        view = {next(iter(self.panes)), self.below} if self.together else {self.current}
        for name, pane in self.panes.items():
            pane.display = name in view
        self._label()
        self._tell()

    def _label(self) -> None:
        strip = self.query_one(TabStrip)
        strip.tabs = tuple(
            Tab(name, pane.digit, pane.name_tab or pane.name_short, pane.sign)
            for name, pane in self.panes.items()
            if pane is not self.head or not self.together
        )
        strip.current = self.below if self.together else self.current

    def on_pane_changed(self) -> None:
        self._label()

    @on(TabStrip.Picked)
    def _picked(self, event: TabStrip.Picked) -> None:
        self.attend(event.tab_id)

    def attend(self, name: str) -> None:
        """Bring a pane into view and give it the focus."""
        self._notice(name)
        self.set_focus(self.panes[name].target())

    def _notice(self, name: str) -> None:
        self.current = name
        if self.panes[name] is not self.head:
            self.below = name
        self.arrange_panes()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        name = next((node.id for node in event.widget.ancestors if node.id in self.panes), None)
        if name is not None and name != self.current:
            self._notice(name)

    def action_pane(self, digit: str) -> None:
        for name, pane in self.panes.items():
            if pane.digit == digit:
                self.attend(name)

    def action_go(self, step: int) -> None:
        names = list(self.panes)
        self.attend(names[(names.index(self.current) + step) % len(names)])

    @on(RowTable.Moved)
    def _moved(self, event: RowTable.Moved) -> None:
        event.stop()
        self._tell()

    @property
    def shown(self) -> Pane:
        """The pane whose row is told below: the one under the head, where there is one."""
        return self.panes[self.below] if self.together else self.pane

    def _tell(self) -> None:
        """All of the row under the cursor, or what is most telling of it."""
        pane = self.shown
        row = pane.table.row if isinstance(pane, TablePane) and pane.is_mounted else None
        told, width = Content(""), max(20, self.size.width - 5)
        if isinstance(pane, Telling) and row is not None:
            told = pane.told(row, width) if self.has_class("-tall") else pane.told_short(row, width)
        box = self.query_one("#row")
        box.query_one(Static).update(lines(told))
        box.display = bool(told.plain)

    # Actions

    def action_again(self) -> None:
        pane = self.pane
        pane.again()
        for query_id, params in pane.questions():
            for other in self.panes.values():
                if other is not pane:
                    other.followed(query_id, params)

    def action_again_all(self) -> None:
        for pane in self.panes.values():
            pane.renew()

    def action_contain(self) -> None:
        from screens.contain.menu import open_containment

        open_containment(self, self.desk, self.standing)

    def action_export(self) -> None:
        """The rows of the pane in view, as its table has them."""
        from screens.export import ExportScreen, Offer
        from screens.judgement.writing import Answer, AnswerTable

        pane, work = self.written(), self.investigation.work
        if pane is None or not pane.table.rows or work is None:
            tell(self.app, "There are no rows to write here yet.")
            return
        rows = pane.table.rows
        places = {id(row): at for at, row in enumerate(rows)}
        shown = tuple(places[id(row)] for row in pane.table.shown)
        views = {"view": (Filter(ids=shown), len(shown)), "all": (Filter(), len(rows))}
        answer = Answer(pane.name_short, AnswerTable(pane.table.columns, rows))
        folder = work.directory / "exports"
        self.app.push_screen(ExportScreen(Offer(answer, views, Order(), folder, forms=("csv", "jsonl"))))

    def written(self) -> QueryPane | None:
        """The pane whose rows are written."""
        pane = self.pane if isinstance(self.pane, QueryPane) else self.panes[self.below]
        return pane if isinstance(pane, QueryPane) else None
