"""What a plan would do, to read in full; nothing is sent from here. `a` goes on to the confirmation."""

import time
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from aktui.contain.action import change_named
from aktui.contain.plan import Plan
from aktui.errors import AktuiError, CaseError, CloudError
from screens.background import in_background
from screens.contain.confirm import Answer, ConfirmScreen
from screens.contain.containing import Containment
from screens.contain.overlay import OverScreen
from screens.contain.page import Page
from screens.contain.planpage import plan_page
from screens.desk import Desk
from screens.widgets.display import beside_label, duration, line, lines
from screens.widgets.header import Standing
from screens.widgets.tell import tell
from screens.widgets.trouble import trouble

Make = Callable[[], Awaitable[Plan]]

NOT_SENT = "Nothing has been sent. "
PLANNING = (
    "Asking the cloud how things are and what was called with the key lately. Nothing is changed by that; "
    "Esc leaves."
)


class PreviewPage(Page):
    """The plan, or what stands in its place while there is none."""

    name_short = "Preview"
    help_text = (
        "What would be changed, from what to what, and by exactly which calls; then what the same change "
        "would have done to the calls of the last days, those of trusted sources apart. Nothing is sent "
        "until the confirmation that a opens is given. The digest stands for exactly these steps: if "
        "anything differs when it runs, it does not run."
    )


class PreviewScreen(OverScreen):
    """Plans in a worker; on an error says what to do about it."""

    DEFAULT_CSS = """
    PreviewScreen PreviewPage { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "confirm", "Apply…", id="contain.apply", tooltip="Go on to the confirmation"),
        Binding("S", "sources", "Sources", id="contain.sources", tooltip="Sources: trusted or hostile"),
    ]

    def __init__(
        self, desk: Desk, standing: Standing, containment: Containment, title: str, make: Make
    ) -> None:
        super().__init__(desk, standing)
        self.containment = containment
        self.heading = title
        self.make = make
        self.plan: Plan | None = None
        self.fault: Exception | None = None
        self._since = 0.0

    @property
    def pane(self) -> PreviewPage:
        return self.query_one(PreviewPage)

    def body(self) -> ComposeResult:
        yield PreviewPage(self._page, self._record)

    def on_mount(self) -> None:
        self.pane.border_title = line(f"Preview: {self.heading}")
        self.set_interval(1.0, self._wait)
        self.pane.focus()
        self.action_again()

    def action_again(self) -> None:
        """Plan anew, from how things are now."""
        self.plan, self.fault, self._since = None, None, time.monotonic()
        in_background(self, self._plan, "plan", "plan an action")
        self._draw()

    async def _plan(self) -> None:
        try:
            self.plan = await self.make()
        except AktuiError as error:
            self.fault = error
        except Exception as error:
            # A bug of ours, or an answer nobody foresaw: it must show, and only here.
            self.fault = error
        self._draw()

    def _wait(self) -> None:
        if self.plan is None and self.fault is None:
            self._draw()

    def _draw(self) -> None:
        self.pane.draw()
        self.pane.border_subtitle = line(self._foot())
        self.refresh_bindings()

    def _foot(self) -> str:
        if self.plan is None:
            return "r plans anew" if self.fault is not None else ""
        if not self.plan.steps:
            return "Nothing to do"
        if not self.containment.engine.armed:
            return "READ-ONLY: nothing can be sent"
        return "Nothing has been sent. a goes on to the confirmation"

    def _page(self, width: int) -> Content:
        if self.fault is not None:
            return lines(trouble(self.fault, width), line(""), line((_what_to_press(self.fault), "$muted")))
        if self.plan is None:
            spent = time.monotonic() - self._since
            since = f"  {duration(spent)}" if spent >= 2 else ""
            return beside_label("", [("Planning.", "bold"), f" {PLANNING}", (since, "$muted")], 0, width)
        investigation = self.desk.investigation
        return plan_page(self.plan, width, investigation.cloud.now() if investigation else None)

    def _record(self) -> tuple[str, Any] | None:
        return None if self.plan is None else (self.plan.title, self.plan.as_json())

    def action_sources(self) -> None:
        self.show_sources(self.containment)

    def action_confirm(self) -> None:
        plan = self.plan
        if plan is None:
            tell(self.app, "There is nothing to confirm before the plan is here.")
            return
        if not plan.steps:
            tell(self.app, "There is nothing to do: everything is as the plan would make it.")
            return
        gives = any(change_named(step.change).gives for step in plan.steps)
        dialog = ConfirmScreen(plan, armed=self.containment.engine.armed, gives=gives)
        self.app.push_screen(dialog, self._answered)

    def _answered(self, answer: Answer | None) -> None:
        if answer is None or self.plan is None:
            tell(self.app, "Not confirmed: nothing was sent.")
            return
        try:
            doing = self.containment.begin(self.plan, answer.approval, answer.handover)
        except AktuiError as error:
            tell(self.app, f"{error.message} {error.hint}".strip(), severity="warning")
            return
        from screens.contain.progress import ProgressScreen

        self.app.switch_screen(ProgressScreen(self.desk, self.standing, self.containment, doing))


def _what_to_press(fault: Exception) -> str:
    if isinstance(fault, CloudError | CaseError):
        return "r plans again, l on the key screen shows every call, Esc goes back."
    return "S marks sources as trusted, r plans again, Esc goes back."
