"""A screen on logs that looks at a stretch of time: its bars, and the keys that zoom and move it."""

from datetime import UTC, datetime, timedelta
from functools import partial

from textual import on
from textual.binding import Binding
from textual.timer import Timer

from aktui.models import Window
from queries.base import Result
from queries.inquiry import Inquiry
from screens.background import in_background
from screens.logpanes.catalogue import Catalogue
from screens.logpanes.groups import Groups
from screens.logpanes.hours import bars_of
from screens.logpanes.questions import BY_HOUR, Question
from screens.logpanes.timespan import Span
from screens.logpanes.work import LogWork
from screens.lookup import SPANS
from screens.widgets.activity import ActivityChart
from screens.working import WorkingScreen

SETTLE = 0.6
"""Seconds after a change of the time until what was asked is asked anew."""

TIME_BINDINGS = (
    Binding("w", "widen", "Wider", id="window", tooltip="Look back 30, 90, again 7 days"),
    Binding("plus,equals_sign", "zoom('closer')", "Zoom", id="time.closer", tooltip="Half the time, closer"),
    Binding("minus", "zoom('wider')", "Wider", show=False, id="time.wider", tooltip="Twice the time"),
    Binding(
        "left_square_bracket",
        "zoom('earlier')",
        "Earlier",
        show=False,
        id="time.earlier",
        tooltip="Earlier",
    ),
    Binding("right_square_bracket", "zoom('later')", "Later", show=False, id="time.later", tooltip="Later"),
    Binding("0", "zoom('all')", "All time", show=False, id="time.all", tooltip="The whole time"),
    Binding(
        "t",
        "clock",
        "Local",
        id="time.zone",
        tooltip="The time line in UTC, or as this machine's clock has it",
    ),
)


class TimedScreen(WorkingScreen):
    """Keeps the span, shows the bars of what is asked over it, asks anew when it changes."""

    def __init__(self, work: LogWork) -> None:
        super().__init__()
        self.work = work
        self.span = _span_of(work.inquiry.window)
        self._settling: Timer | None = None
        self._hours: tuple[object, ...] = ()

    @property
    def params(self) -> dict[str, str]:
        """The parameters of what is asked."""
        raise NotImplementedError

    def show_question(self) -> None:
        """Draw what is asked, over the span as it is now."""
        raise NotImplementedError

    def label(self) -> None:
        """Renew titles and the tab strip."""
        raise NotImplementedError

    @property
    def catalogue(self) -> Catalogue:
        return self.query_one(Catalogue)

    @property
    def groups(self) -> Groups:
        return self.query_one(Groups)

    @property
    def chart(self) -> ActivityChart:
        return self.query_one(ActivityChart)

    @property
    def inquiry(self) -> Inquiry:
        """The inquiry over the time that is looked at."""
        return self.work.at(_window_of(self.span)) if not self.span.whole else self.work.at(self.window)

    @property
    def window(self) -> Window:
        """The whole time that is asked about."""
        return Window(
            datetime.fromtimestamp(self.span.first, UTC), datetime.fromtimestamp(self.span.last, UTC)
        )

    def follow_hours(self, question: Question) -> None:
        """The question by hour, for the bars."""
        hourly = BY_HOUR.get(question.log, "")
        query = next((one.query for one in self.catalogue.asked if one.query.id == hourly), None)
        if query is None:
            self.chart.note = "This log has no question that counts by hour."
            self.chart.bars = None
            return
        takes = {param.name for param in query.params}
        params = {name: value for name, value in self.params.items() if name in takes and name != "text"}
        known = (self.inquiry, hourly, tuple(params.items()))
        if known != self._hours:
            self._hours = known
            self.chart.note, self.chart.bars = "counting…", None
            in_background(
                self, partial(self._count_hours, self.inquiry, hourly, params), "hours", "activity by hour"
            )

    async def _count_hours(self, inquiry: Inquiry, query_id: str, params: dict[str, str]) -> None:
        result: Result = await inquiry.ask(query_id, **params)
        self.chart.ends = (self.span.start, self.span.end)
        self.chart.bars = bars_of(result, self.span.start, self.span.end, self.chart.room)
        if self.chart.bars is None:
            self.chart.note = result.detail or "No row."
        self.label()

    @on(ActivityChart.Picked)
    def _stretch_picked(self, event: ActivityChart.Picked) -> None:
        event.stop()
        self._look_at(self.span.at(event.start, event.end))

    def action_zoom(self, how: str) -> None:
        span = self.span
        steps = {
            "closer": span.closer(None),
            "wider": span.wider(),
            "later": span.moved(1),
            "earlier": span.moved(-1),
            "all": span.all(),
        }
        self._look_at(steps[how])

    def _look_at(self, span: Span) -> None:
        """Another time: what was asked is asked anew over it, once the hand rests."""
        if span == self.span:
            return
        asked = self.groups.result is not None or self.groups.loading_now
        self.span = span
        self.show_question()
        if asked:
            if self._settling is not None:
                self._settling.stop()
            self._settling = self.set_timer(SETTLE, self._ask_again)

    def _ask_again(self) -> None:
        question = self.catalogue.chosen
        if question is not None and not question.many:
            self.groups.ask_now()
            self.follow_hours(question)

    def action_widen(self) -> None:
        """The next span of days, up to the end that all questions share."""
        days = round((self.span.last - self.span.first) / 86_400)
        wider = next((each for each in SPANS if each > days), SPANS[0])
        end = self.work.inquiry.window.end
        self._look_at(_span_of(Window(end - timedelta(days=wider), end)))

    def action_clock(self) -> None:
        self.work.local = not self.work.local
        self.chart.local = self.work.local
        self.label()


def _span_of(window: Window) -> Span:
    return Span.whole_of(int(window.start.timestamp()), int(window.end.timestamp()))


def _window_of(span: Span) -> Window:
    return Window(datetime.fromtimestamp(span.start, UTC), datetime.fromtimestamp(span.end, UTC))
