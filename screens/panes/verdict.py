"""The verdict: whose use it is, how sure that is, why, what was not seen, and what to do next."""

import asyncio
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static
from textual.worker import Worker, get_current_worker

from queries.base import Result, Status
from queries.inquiry import Inquiry
from screens.judgement.telling import headline, incomplete, next_action, points, verdict_of
from screens.pane import Pane
from screens.widgets.coverage import RETRY, STYLES, WORDS, account_of, emptiness
from screens.widgets.display import duration, line, lines, plain
from screens.widgets.points import Points

if TYPE_CHECKING:
    from aktui.case.marks import Marks

QUERY = "verdict"
PATIENCE = 6.0
"""Seconds that the other panes get for their answers before the judgement is asked for beside them."""
READING = (
    "Reading what was done with the key, by whom and from where: events, logs of data, the owner's other "
    "ways in. That takes from seconds to minutes; the other panes do not wait for it."
)


WAITING = "It is judged once the other panes have their answers, so that none of them waits for it."


class Verdict(Pane):
    """A head and a list of points: the next step, the reasons in order, what was not seen."""

    DEFAULT_CSS = """
    Verdict > .status { height: 1; padding: 0 1; color: $muted; }
    Verdict > .head { height: auto; padding: 0 1; display: none; }
    Verdict > .head.-on { display: block; }
    Verdict > Points { padding: 0 0 0 1; }
    """

    number = 11
    rank = 1.5
    letter = "v"
    name_short = "Verdict"
    place = "top"
    help_text = (
        "Whose use it is: the business's, an intruder's, both, nobody's, or not to be told; how sure that is "
        "and why, the weightiest reason first. Enter on the next step opens it in containment, on a reason "
        "what was found and its evidence. What could not be read is named at the end and makes it less sure. "
        "d shows which sources and identities are whose; mark one with t or h and the verdict follows."
    )

    def __init__(self) -> None:
        super().__init__(id="verdict")
        self.inquiry: Inquiry | None = None
        self.result: Result | None = None
        self.fault = ""
        self.waiting = False
        """It will be asked for once the other panes have their answers."""
        self._asked_with: Marks | None = None
        self._until = 0.0
        self._since = 0.0
        self._worker: Worker[None] | None = None

    def compose(self) -> ComposeResult:
        yield Static(classes="head")
        yield Points()
        yield Static(classes="status")

    def on_mount(self) -> None:
        self.draw()

    def on_resize(self) -> None:
        self.draw()

    def target(self) -> Any:
        return self.query_one(Points)

    @property
    def next_action(self) -> str:
        """The action that the verdict's next step names; empty while there is none."""
        return next_action(self.result)

    # Asking

    def begin(self, inquiry: Inquiry) -> None:
        self.inquiry, self.result, self.fault = inquiry, None, ""
        self._wait()

    def _wait(self) -> None:
        self.waiting, self._until = True, time.monotonic() + PATIENCE
        self.loading_now = True
        self.draw()

    def come(self, *, others_busy: bool) -> None:
        """Ask, if it is time: the others have their answers, or have had long enough."""
        if self.waiting and (not others_busy or time.monotonic() >= self._until):
            self.ask()

    def ask(self) -> None:
        """Follow the verdict from now on; what was known before stays until it is there."""
        if self.inquiry is None:
            return
        self.waiting, self.fault, self._since = False, "", time.monotonic()
        self._asked_with = self.inquiry.marks
        self.loading_now = True
        self._worker = self.run_worker(
            self._follow(self.inquiry),
            name=QUERY,
            group=QUERY,
            description="the verdict",
            exclusive=True,
            exit_on_error=False,
        )
        self.draw()

    async def _follow(self, inquiry: Inquiry) -> None:
        worker = get_current_worker()
        try:
            self.result = await inquiry.ask(QUERY)
        except asyncio.CancelledError:
            if worker.is_cancelled:
                raise
            self.fault = "Stopped before there was a verdict."
        except Exception as error:
            # A bug of ours, or an answer of a shape nobody foresaw: it must show, and only here.
            self.fault = f"aktui could not judge ({type(error).__name__}: {error})."
        self.loading_now = False
        self.draw()

    def follow_marks(self, marks: "Marks") -> None:
        """The responder marked something, or took a mark off: judge by that."""
        if self.inquiry is None:
            return
        if marks != self.inquiry.marks:
            self.inquiry.mark(marks)
        if not self.waiting and self._asked_with is not None and marks != self._asked_with:
            self.ask()

    def again(self) -> None:
        if self.inquiry is not None:
            # Findings and all else that is judged are asked anew, too, when somebody looks at them.
            self.inquiry.mark(self.inquiry.marks)
            self.ask()

    def renew(self) -> None:
        if self.inquiry is not None:
            self.inquiry.mark(self.inquiry.marks)
            self._wait()

    def questions(self) -> list[tuple[str, Mapping[str, str]]]:
        return [(QUERY, {})]

    def stop(self) -> None:
        if self.loading_now and self.inquiry is not None:
            if self._worker is not None:
                self._worker.cancel()
            self.inquiry.forget(QUERY)
            self.waiting = self.loading_now = False
            self.fault = "Stopped before there was a verdict."
            self.draw()

    def tick(self) -> None:
        if self.loading_now:
            self.draw()

    # Showing

    def draw(self) -> None:
        """Put the newest verdict on the screen, or why there is none."""
        if not self.is_mounted:
            return
        result = self.result
        values, head = verdict_of(result), self.query_one(".head", Static)
        gaps = result is not None and bool(result.gaps)
        self.troubled = bool(self.fault) or gaps or bool(incomplete(values))
        self.border_title = line(f"{self.digit} {self.name_short}")
        head.set_class(values is not None, "-on")
        if values is not None:
            head.update(line(*headline(values)))
        told = points(result) if result is not None and result.rows else []
        self.query_one(Points).show(told)
        if not told:
            self.query_one(Points).explain(self._empty(max(20, self.size.width - 4)))
        self.query_one(".status", Static).update(self._status())

    def _empty(self, width: int) -> Content:
        if self.fault:
            return line((self.fault, "$error"), f" {RETRY}")
        if self.inquiry is None:
            return line(("Waiting for the connection.", "$muted"))
        if self.loading_now or self.result is None:
            return lines(*plain(WAITING if self.waiting else READING).wrap(width)).stylize("$muted")
        return emptiness(self.result, width)

    def _status(self) -> Content:
        """How far the judgement is, or of when it is and what else there is to see."""
        result = self.result
        if self.inquiry is None:
            return Content("")
        if self.waiting:
            return line(("waiting", "$muted"))
        if self.loading_now:
            spent = duration(time.monotonic() - self._since)
            again = "judging again by your marks" if result is not None else "judging"
            return line((f"{again}  {spent}", "bold" if result is not None else "$muted"))
        if self.fault or result is None:
            return line(("failed", "$error"), f" {self.fault} {RETRY}")
        as_of = f"  as of {result.as_of:%H:%M:%S} UTC" if result.as_of else ""
        gaps = (
            f"  {len(result.gaps)} gap{'' if len(result.gaps) == 1 else 's'}: i tells" if result.gaps else ""
        )
        status = result.status
        if status is Status.COMPLETE and incomplete(verdict_of(result)):
            # Every call was answered, but not all that is to be known can be known from the answers.
            status = Status.PARTIAL
        word = (WORDS[status], STYLES[status])
        return line(word, (as_of, "$muted"), (gaps, "$warning"), ("  f findings  d whose", "$muted"))

    def record(self) -> tuple[str, Any] | None:
        result = self.result
        if result is None or not result.rows:
            return None
        row = result.rows[0]
        return self.name_short, {**row.values, **row.raw}

    def copyable(self, *, whole: bool) -> str:
        found = self.query_one(Points)
        told = found.points if whole else [found.point] if found.point else []
        return "\n".join(each.text for each in told)

    def about(self, width: int) -> Content:
        return account_of(self.result, width) if self.result is not None else super().about(width)


PANE = Verdict
