"""A run as it goes on: each step, each call, what is looked at and until when. Leaving it stops nothing."""

from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from aktui.contain.history import Ended, Run
from screens.contain.containing import Containment, Doing
from screens.contain.overlay import OverScreen
from screens.contain.page import Page
from screens.contain.runpage import ENDS, run_lines, steps_ahead
from screens.contain.undoing import preview_undo
from screens.desk import Desk
from screens.widgets.display import beside_label, line, lines
from screens.widgets.header import Standing
from screens.widgets.tell import tell
from screens.widgets.trouble import trouble

FRAME = 0.2


class StepsPage(Page):
    """What is done, step by step."""

    name_short = "Run"
    help_text = (
        "Each step with the calls it sends. Accepted is not done: after each step aktui looks until the "
        "change shows. Verified: it was observed. Unverified: accepted, and not observed until the time "
        "given. In doubt: no answer came; it may still come, and is never sent again. Leaving this screen "
        "stops nothing."
    )


class SaidPage(Page):
    """The sentences of the run, newest at the end."""

    name_short = "As it went"
    help_text = StepsPage.help_text


class ProgressScreen(OverScreen):
    """Looks at a `Doing`; owns nothing of it."""

    DEFAULT_CSS = """
    ProgressScreen StepsPage { height: 3fr; }
    ProgressScreen SaidPage { height: 2fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "stop", "Stop looking", id="contain.stop", tooltip="Do not wait for it to show"),
        Binding("u", "undo", "Undo…", id="contain.undo", tooltip="Preview the way back"),
        Binding(
            "v", "secret", "Secret", id="contain.secret", tooltip="Look at the secret that was made, once"
        ),
        Binding("w", "watch", "Watch", id="contain.watch", tooltip="Who still uses the key, and who is hurt"),
        Binding("J", "journal", "Journal", id="contain.journal", tooltip="What was done, and its undoing"),
        Binding("R", "recover", "Recover", id="contain.recover", tooltip="Look up what was cut off"),
        Binding("tab", "other", "Pane", show=False, id="pane.next", tooltip="Between steps and sentences"),
    ]

    def __init__(self, desk: Desk, standing: Standing, containment: Containment, doing: Doing) -> None:
        super().__init__(desk, standing)
        self.containment = containment
        self.doing = doing
        self._drawn: tuple[object, ...] = ()

    @property
    def pane(self) -> Page:
        said = self.query_one(SaidPage)
        return said if said.has_focus else self.query_one(StepsPage)

    def body(self) -> ComposeResult:
        with Vertical():
            yield StepsPage(self._steps, self._record)
            yield SaidPage(self._said, self._record)

    def on_mount(self) -> None:
        self.query_one(StepsPage).border_title = line(self.doing.title)
        self.query_one(SaidPage).border_title = line("As it went")
        self.query_one(StepsPage).focus()
        self.set_interval(FRAME, self.renew)
        self.renew()

    def renew(self) -> None:
        """Draw when something new was said, or it has ended."""
        doing = self.doing
        now = (len(doing.said), len(doing.lines), doing.running, doing.secret is not None)
        if now == self._drawn:
            return
        self._drawn = now
        if not doing.running and self.app.screen is self:
            doing.seen = True
        said = self.query_one(SaidPage)
        self.query_one(StepsPage).draw()
        said.draw()
        said.call_after_refresh(said.box.scroll_end, animate=False)
        self.refresh_bindings()

    def _steps(self, width: int) -> Content:
        doing = self.doing
        rows = [*self._head(width), line("")]
        if doing.run is not None:
            rows += run_lines(doing.run, width)
        elif doing.plan is not None:
            rows += steps_ahead(doing.plan, width)
        for run in doing.recovered:
            rows += [line((run.plan.title, "bold")), *run_lines(run, width), line("")]
        return lines(*rows)

    def _head(self, width: int) -> list[Content]:
        """How it stands, and what can be done now."""
        doing = self.doing
        if doing.running:
            said = (
                "Running. It goes on when this screen is left; x ends the waiting for what has not shown yet."
            )
            return [beside_label("", [("RUNNING  ", "bold $warning"), said], 0, width)]
        if doing.secret is not None:
            return [line(("A secret was made: v shows it once.", "bold $warning")), *self._end(width)]
        return self._end(width)

    def _end(self, width: int) -> list[Content]:
        doing = self.doing
        if doing.error is not None:
            begun = doing.run is not None
            said = "BROKEN OFF  R looks it up." if begun else "NOT BEGUN  Nothing was sent."
            return [line((said, "bold $error")), trouble(doing.error, width)]
        if doing.plan is None:
            many = f"{len(doing.recovered)} looked up" if doing.recovered else "Nothing had to be looked up"
            return [line((many, "bold"))]
        return [end_line(doing.run, width)] if doing.run is not None else []

    def _said(self, width: int) -> Content:
        rows = [beside_label(f"{one.at:%H:%M:%S}", [one.text], 10, width) for one in self.doing.said]
        return lines(*rows) if rows else line(("Looking who asks, and whether anything changed.", "$muted"))

    def _record(self) -> tuple[str, Any] | None:
        entries = [{"kind": one.kind, "at": one.at, **one.body} for one in self.doing.lines]
        return (f"journal of {self.doing.title}", entries) if entries else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What does not fit the moment is greyed, or not there at all."""
        doing = self.doing
        if action == "stop":
            return doing.running
        if action == "secret":
            return doing.secret is not None
        if action == "recover":
            return bool(self.containment.history.open) and not doing.running
        return super().check_action(action, parameters)

    def action_stop(self) -> None:
        self.containment.stop_looking()
        tell(self.app, "Not waiting any longer: what has not shown by now is called unverified.")

    def action_undo(self) -> None:
        if self.doing.running or self.doing.run is None:
            tell(self.app, "There is nothing to take back before it has ended.")
        else:
            preview_undo(self, self.containment, self.doing.run)

    def action_secret(self) -> None:
        from screens.contain.secret import SecretScreen

        if self.doing.secret is not None:
            self.app.push_screen(SecretScreen(self.doing.secret))

    def action_recover(self) -> None:
        self.dismiss()
        self.recover(self.containment)

    def action_other(self) -> None:
        said = self.query_one(SaidPage)
        (self.query_one(StepsPage) if said.has_focus else said).focus()

    def on_screen_resume(self, _event: events.ScreenResume) -> None:
        self._drawn = ()
        self.renew()


def end_line(run: Run, width: int) -> Content:
    """How a run ended, and what that means."""
    word, style, means = ENDS[run.ended]
    note = run.note if run.ended is not Ended.VERIFIED else ""
    return beside_label("", [(f"{word}  ", style), means, f" {note}" if note else ""], 0, width)
