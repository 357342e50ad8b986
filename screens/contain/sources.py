"""From where the key was used, to be marked: what previews and proposals are made from."""

import time
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen

from aktui.case.marks import Kind, Marks, Stance
from aktui.errors import AktuiError
from queries.base import Row
from queries.inquiry import Inquiry
from queries.usage import UsageReport, usage_of
from screens.background import in_background
from screens.contain.bysource import COLUMNS, Source, marked_only, sources_of
from screens.contain.containing import Containment
from screens.contain.overlay import OverScreen
from screens.desk import Desk
from screens.marked import MARK_BINDINGS
from screens.pane import TablePane
from screens.raw import RawScreen
from screens.widgets.display import beside_label, duration, line, lines, stamp, value_text
from screens.widgets.header import Standing
from screens.widgets.table import RowTable
from screens.widgets.tell import tell
from screens.widgets.trouble import trouble

SINCE = (1.0, 7.0, 30.0, 90.0)
"""Days back."""


class Sources(TablePane):
    """One row a source, those with most calls first."""

    number = 1
    name_short = "Sources"
    place = "top"
    help_text = (
        "From where the key, its user and the role sessions it opened called, counted in the best source "
        "there is. t marks the source under the cursor as trusted, h as hostile, u takes the mark off. Marks "
        "are kept in the case; the preview of an action counts the calls of trusted sources apart, and the "
        "proposed network policy lets in what is trusted and nothing else. w looks further back."
    )

    def __init__(self, containment: Containment, inquiry: Inquiry) -> None:
        super().__init__(id="by-source")
        self.containment = containment
        self.inquiry = inquiry
        self.days = SINCE[1]
        self.report: UsageReport | None = None
        self.sources: list[Source] = []
        self.fault: Exception | None = None
        self._since = 0.0

    def on_mount(self) -> None:
        self.again()

    def again(self) -> None:
        self.fault, self.loading_now, self._since = None, True, time.monotonic()
        self.border_title = line(f"{self.name_short} · {duration(self.days * 86400)}")
        in_background(self, self._count, "usage", "count calls by source")
        self.draw()

    async def _count(self) -> None:
        try:
            await self.containment.marking.read()
            self.report = await usage_of(self.inquiry, self.days)
            self.sources = sources_of(self.report.usages)
        except Exception as error:
            # Whatever it is, it must show here, and nowhere else.
            self.fault = error
        self.loading_now = False
        self.draw()

    def draw(self) -> None:
        if not self.is_mounted:
            return
        marks = self.containment.marking.marks
        rows = [source.row(marks) for source in self.sources]
        self.table.now = self.inquiry.cloud.now()
        self.table.fill([*rows, *marked_only(marks, self.sources)], COLUMNS)
        super().draw()

    def empty(self) -> Content:
        width = max(20, self.size.width - 6)
        if self.fault is not None:
            return trouble(self.fault, width, "r counts again.")
        if self.report is None:
            spent = time.monotonic() - self._since
            return line((f"Counting calls…  {duration(spent) if spent >= 2 else ''}", "$muted"))
        if self.table.rows:
            return self.no_match()
        gaps = [
            beside_label("", [(f"{gap.what}: ", "bold"), gap.detail], 2, width) for gap in self.report.gaps
        ]
        head = "No call was seen; what could not be read:" if gaps else "No call was seen."
        return lines(line((head, "bold")), *gaps)

    def status(self) -> Content:
        if self.loading_now:
            return line(("counting", "$muted"))
        report = self.report
        if report is None:
            return line("")
        covered = report.covered
        since = f"  since {stamp(covered.start)} UTC" if covered else ""
        gaps = (
            f"  {len(report.gaps)} gap{'' if len(report.gaps) == 1 else 's'}: i tells" if report.gaps else ""
        )
        where = ", ".join(report.sources) or "nothing"
        many = f"{len(self.sources)} source{'' if len(self.sources) == 1 else 's'}"
        told = f"{many}  from {where}"
        fits = len(told) + len(since) + len(gaps) < self.size.width - 4
        return line(f"{told}{since if fits else ''}", (gaps, "$warning"))

    def about(self, width: int) -> Content:
        rows = [super().about(width), line("")]
        for gap in self.report.gaps if self.report else ():
            rows.append(beside_label("", [(f"{gap.what}: ", "bold"), gap.detail], 2, width))
        return lines(*rows)

    def tick(self) -> None:
        if self.report is None and self.loading_now:
            self.draw()

    def open_row(self, row: Row) -> bool:
        fields = [
            (each.title, value_text(row.values.get(each.id), each.kind, whole=True))
            for each in COLUMNS
            if row.values.get(each.id) not in (None, "")
        ]
        self.app.push_screen(RawScreen.of_row("Source", row.raw, fields))
        return True


class SourcesScreen(OverScreen):
    """The sources, and their marks."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *MARK_BINDINGS,
        Binding("w", "widen", "Wider", id="window", tooltip="Look back 30, 90, 1, again 7 days"),
    ]

    def __init__(self, desk: Desk, standing: Standing, containment: Containment) -> None:
        super().__init__(desk, standing)
        self.containment = containment
        assert desk.investigation is not None
        self.inquiry = desk.investigation.inquiry

    @property
    def pane(self) -> Sources:
        return self.query_one(Sources)

    def body(self) -> ComposeResult:
        yield Sources(self.containment, self.inquiry)

    def on_mount(self) -> None:
        self.pane.table.focus()
        self.set_interval(1.0, self.pane.tick)

    @on(RowTable.Moved)
    def _moved(self, event: RowTable.Moved) -> None:
        event.stop()

    def action_widen(self) -> None:
        pane = self.pane
        pane.days = SINCE[(SINCE.index(pane.days) + 1) % len(SINCE)]
        pane.again()

    def action_mark(self, stance: str) -> None:
        row = self.pane.table.row
        if row is None:
            tell(self.app, "There is no source under the cursor.")
            return
        source = str(row.raw["markable"])

        async def put() -> None:
            await put_mark(self, self.containment, source, stance)
            self.pane.draw()

        in_background(self, put, "mark", "mark a source")


async def put_mark(
    screen: Screen[Any], containment: Containment, value: str, stance: str, kind: Kind = Kind.SOURCE
) -> None:
    """Mark something; what can not be marked is said."""
    try:
        marks = await containment.marking.put(value, Stance(stance) if stance else None, kind)
    except AktuiError as error:
        tell(screen.app, f"{error.message} {error.hint}".strip(), severity="warning")
        return
    left = _left(marks, kind, value)
    if not stance and left is not None:
        wider = "network or VPC" if kind is Kind.SOURCE else "mark with * or ?"
        tell(screen.app, f"{value} is still {left.value}: a wider {wider} is marked so.")


def _left(marks: Marks, kind: Kind, value: str) -> Stance | None:
    """What the marks still say of it."""
    if kind is Kind.SOURCE:
        return marks.stance_of_source(value)
    return (
        marks.stance_of(operation=value) if kind is Kind.OPERATION else marks.stance_of(identities=(value,))
    )
