"""The watch after a change: looks every so often, and shows what it means; the way back is one key away."""

import asyncio
from contextlib import aclosing
from datetime import datetime
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen

from aktui.case.journal import read_journal
from aktui.contain.history import Run
from aktui.contain.watch import watch
from aktui.contain.watched import Watched
from screens.background import in_background
from screens.contain.containing import Containment
from screens.contain.overlay import OverScreen
from screens.contain.page import Page
from screens.contain.undoing import preview_undo
from screens.contain.watchpage import watch_page
from screens.desk import Desk
from screens.widgets.display import line, lines
from screens.widgets.header import Standing
from screens.widgets.tell import tell
from screens.widgets.trouble import trouble


class WatchPage(Page):
    """What the newest look showed."""

    name_short = "Watch"
    help_text = (
        "Whether the key is still used since the newest change: the last call that was accepted, the first "
        "that was refused, how many since; those of trusted sources apart, for they are the business. Every "
        "source is behind: until when it can know is said, and nothing is called silent before. u previews "
        "taking the change back."
    )


class WatchScreen(OverScreen):
    """Watches as long as it is open."""

    DEFAULT_CSS = """
    WatchScreen WatchPage { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u", "undo", "Undo…", id="contain.undo", tooltip="Preview taking the change back"),
        Binding("J", "journal", "Journal", id="contain.journal", tooltip="What was done, and its undoing"),
        Binding("S", "sources", "Sources", id="contain.sources", tooltip="Sources: trusted or hostile"),
    ]

    def __init__(self, desk: Desk, standing: Standing, containment: Containment) -> None:
        super().__init__(desk, standing)
        self.containment = containment
        assert desk.investigation is not None
        self.inquiry = desk.investigation.inquiry
        self.since: datetime | None = None
        self.run: Run | None = None
        """What was changed last; None: nothing was, and it is watched from now on."""
        self.seen: Watched | None = None
        self.fault: Exception | None = None

    @property
    def pane(self) -> WatchPage:
        return self.query_one(WatchPage)

    def body(self) -> ComposeResult:
        yield WatchPage(self._page, self._record)

    def on_mount(self) -> None:
        self.pane.focus()

    def on_screen_resume(self) -> None:
        """Begin, or begin anew: marks or the newest change may be others now."""
        self.action_again()

    def action_again(self) -> None:
        self.fault = None
        in_background(self, self._watch, "watch", "watch the key")
        self._draw()

    async def _watch(self) -> None:
        try:
            self.run, self.since = await self._change()
            marks = await self.containment.marking.read()
            self._draw()
            async with aclosing(watch(self.inquiry, self.since, marks=marks)) as looks:  # type: ignore[type-var]
                async for self.seen in looks:
                    self._draw()
        except Exception as error:
            # Whatever it is, it must show here, and nowhere else.
            self.fault = error
            self._draw()

    async def _change(self) -> tuple[Run | None, datetime]:
        """The newest run that changed something and was not taken back, and when it began."""
        history = await self.containment.refresh()
        changed = [run for run in history.runs if run.changed and not run.undone_by and not run.plan.undoes]
        if not changed:
            return None, self.inquiry.cloud.now()
        run = changed[-1]
        contents = await asyncio.to_thread(read_journal, self.containment.engine.journal.directory)
        began = [one for one in contents.lines if one.kind == "plan" and one["run"] == run.id]
        return run, datetime.fromisoformat(str(began[0]["cloud_time"]))

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        title = self.run.plan.title if self.run else "from now on"
        self.pane.border_title = line(f"Watch: {title}")
        self.pane.draw()

    def _page(self, width: int) -> Content:
        if self.fault is not None:
            return trouble(self.fault, width, "r watches again, Esc goes back.")
        if self.seen is None or self.since is None:
            return lines(
                line(("Looking for a source that tells what the key is used for…", "$muted")),
                line(("The first look may take a while; it only reads.", "$muted")),
            )
        return watch_page(self.seen, self.since, width)

    def _record(self) -> tuple[str, Any] | None:
        return None if self.seen is None else ("the newest look", {"sentence": self.seen.sentence})

    def action_undo(self) -> None:
        if self.run is None:
            tell(self.app, "Nothing was changed that could be taken back.")
        else:
            preview_undo(self, self.containment, self.run)

    def action_sources(self) -> None:
        self.show_sources(self.containment)


def open_watch(screen: Screen[Any], desk: Desk, standing: Standing) -> None:
    """Show the watch over this screen."""
    if desk.containment is None:
        tell(screen.app, "There is something to watch once the key is open.")
    else:
        screen.app.push_screen(WatchScreen(desk, standing, desk.containment))
