"""The Sweep screen: which keys of the account deserve a look first."""

from dataclasses import replace
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from aktui.errors import UsageError
from aktui.models import utc_now
from aktui.text import parse_key_id
from screens.background import in_background
from screens.desk import Desk
from screens.sweeppane import SweepPane
from screens.sweepwork import SweepWork
from screens.widgets.header import HeaderLine
from screens.widgets.hints import Hints
from screens.widgets.tell import tell
from screens.working import WorkingScreen

FRAME = 0.5
"""Seconds between two looks at what has come."""
_TALL = 40


class SweepScreen(WorkingScreen):
    """A table over the whole screen. The account is opened by the desk's work; leaving stops the asking."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r,ctrl+r", "again", "Go on", id="refresh", tooltip="Ask for what is not known yet"),
        Binding("R", "anew", "Anew", id="sweep.anew", tooltip="Forget what is known and sweep anew"),
        Binding("x", "stop", "Stop", id="stop", tooltip="Stop asking; what is known is kept"),
        Binding("q", "leave", "Back", id="rows.back", tooltip="Back to where you were"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        if desk.sweep is None:
            desk.sweep = SweepWork(desk)
        self.work = desk.sweep

    @property
    def pane(self) -> SweepPane:
        return self.query_one(SweepPane)

    def compose(self) -> ComposeResult:
        header = HeaderLine()
        header.standing = self.desk.standing()
        yield header
        yield SweepPane()
        yield Hints()

    def on_mount(self) -> None:
        self.pane.work = self.work
        self.pane.table.focus()
        self.set_interval(FRAME, self._tick)
        self._tick()
        self.call_after_refresh(self._open)

    def on_unmount(self) -> None:
        self.work.stop()

    def on_resize(self, event: events.Resize) -> None:
        self.pane.set_class(event.size.height >= _TALL, "-tall")

    def _open(self) -> None:
        in_background(self, self._opened, "open", "the account")

    async def _opened(self) -> None:
        """Open the account; where nothing is known of its keys yet, begin."""
        self.work.fault = None
        try:
            session = await self.work.open()
        except Exception as error:
            # Whatever it is, it stands in the table's place and can be tried again.
            self.work.fault = error
        else:
            standing = self.desk.standing(session.settings.region)
            self.query_one(HeaderLine).standing = replace(
                standing, account=session.account, caller=session.caller
            )
            if session.known.begun is None:
                self.work.go_on(anew=True)
        self._tick()

    def _tick(self) -> None:
        session = self.work.session
        self.query_one(HeaderLine).now = session.cloud.now() if session else utc_now()
        self.pane.look()
        if session is not None:
            cloud = session.cloud
            newest = cloud.exchanges[-1].number if cloud.exchanges else 0
            self.query_one(Hints).activity = f"calls {newest}  wait {cloud.waiting}"

    # Actions

    def action_again(self) -> None:
        self._go(anew=False)

    def action_anew(self) -> None:
        self._go(anew=True)

    def _go(self, *, anew: bool) -> None:
        if self.work.session is None:
            self._open()
        elif self.work.busy:
            tell(self.app, "The sweep is under way; x stops it.")
        else:
            self.work.go_on(anew=anew)
            self._tick()

    def action_stop(self) -> None:
        if not self.work.busy:
            tell(self.app, "Nothing is being asked.")
        self.work.stop()

    def action_leave(self) -> None:
        self.leave()

    def leave(self) -> None:
        self.dismiss()

    @on(SweepPane.Opened)
    def _key_wanted(self, event: SweepPane.Opened) -> None:
        """Show the key in place of the screen that this one was opened from."""
        told = event.row.raw
        ids = [told["key_id"]] if told["key_id"] else list(told["candidates"])
        if len(ids) != 1:
            tell(self.app, "The id of this key is not told, so it can not be opened: see i.")
            return
        try:
            key_id = parse_key_id(ids[0])
        except UsageError as error:
            tell(self.app, error.message, severity="warning")
            return
        there = self.desk.containment
        if there is not None and (there.busy or there.secret):
            tell(self.app, "A plan runs, or a secret of it waits: that comes first. ! shows it.")
            return
        from screens.key import KeyScreen

        self.app.pop_screen()
        self.app.switch_screen(KeyScreen(self.desk, key_id))


def open_sweep(screen: Screen[Any], desk: Desk) -> None:
    """Show the Sweep screen over this one."""
    screen.app.push_screen(SweepScreen(desk))
