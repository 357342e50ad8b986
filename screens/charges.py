"""The Charges screen: what was spent when, what of it is unusual and why, and what runs on since."""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Static

from queries.base import Row
from queries.charges.money import NOTHING
from screens.billpanes.abnormal import AbnormalPane
from screens.billpanes.bills import amount_of
from screens.billpanes.daypane import DayPane
from screens.billpanes.instances import InstancesPane, site_hint
from screens.billpanes.lines import LinesScreen
from screens.billpanes.months import MonthsPane
from screens.billpanes.running import RunningPane
from screens.billpanes.series import Span
from screens.billpanes.stopping import contain_row
from screens.desk import Desk
from screens.manypanes import TALL, PanesScreen
from screens.pane import Pane
from screens.widgets.display import line
from screens.widgets.header import Standing
from screens.widgets.tell import tell

NOT_YET = "This day is not billed yet: bills come a day late. What runs since is estimated under 3."


class ChargesScreen(PanesScreen):
    """The chart above; unusual charges, running cost, instances or months below it."""

    DEFAULT_CSS = """
    ChargesScreen BillPane > .status { max-height: 1; }
    ChargesScreen.-tall BillPane > .status { max-height: 2; }
    ChargesScreen #body > #by-day { height: 8; border: none; padding: 0; }
    ChargesScreen.-tall #body > #by-day { height: 15; border: round $border-blurred; }
    ChargesScreen.-tall #body > #by-day:focus-within { border: heavy $border; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "days", "Its days", id="charges.days", tooltip="The charges of this row, day by day"),
        Binding("t", "turn", "Total", id="charges.turn", tooltip="Chart: by product, or sums"),
        Binding(
            "dollar_sign",
            "currency",
            "Currency",
            id="charges.currency",
            tooltip="Chart: another currency; amounts of two are never added",
        ),
        Binding("b", "leave", "Back", show=False, id="charges.back", tooltip="Back to where you were"),
    ]

    def make(self) -> list[Pane]:
        self.days = DayPane()
        self.abnormal = AbnormalPane(self._unusual)
        self.running = RunningPane()
        self.instances = InstancesPane(self._billed)
        return [self.days, self.abnormal, self.running, self.instances, MonthsPane()]

    def _billed(self, pane: InstancesPane) -> None:
        """Bills came: the chart grows with them."""
        if pane.inquiry is None or pane.result is None:
            return
        span = Span.of(pane.inquiry.window, pane.inquiry.cloud.now())
        self.days.show(pane.bills, pane.result, span, loading=pane.loading_now)
        hint, notice = site_hint(pane.result), self.query_one("#notice", Static)
        notice.update(line((hint, "bold $warning")))
        notice.display = bool(hint)
        self.refresh_bindings()

    def _unusual(self, rows: Iterable[Row]) -> None:
        self.days.mark(rows)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Another currency is offered where there is one."""
        if action == "currency":
            return len(self.days.currencies) > 1
        return super().check_action(action, parameters)

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self.days.set_class(event.size.height < TALL, "-low")

    # Actions

    @property
    def row(self) -> Row | None:
        """The row that the keys are about."""
        pane = self.written()
        return None if pane is None else pane.table.row

    def action_turn(self) -> None:
        self.days.turn()

    def action_currency(self) -> None:
        self.days.other_currency()

    def action_contain(self) -> None:
        row = None if self.pane is self.days else self.row
        contain_row(self, self.desk, self.standing, row, self.running)

    def on_day_pane_day_chosen(self, event: DayPane.DayChosen) -> None:
        event.stop()
        self._show_day(event.day)

    def on_abnormal_pane_days_wanted(self, event: AbnormalPane.DaysWanted) -> None:
        event.stop()
        self._show_days(event.row)

    def on_instances_pane_days_wanted(self, event: InstancesPane.DaysWanted) -> None:
        event.stop()
        self._show_days(event.row)

    def action_days(self) -> None:
        if self.pane is self.days and self.days.chart.bar is not None:
            self._show_day(self.days.chart.bar.day)
        elif self.row is None or not self.row.values.get("product", self.row.values.get("instance")):
            tell(self.app, "There is no charge under the cursor.")
        else:
            self._show_days(self.row)

    def _show_day(self, day: date) -> None:
        rows = [row for row in self._lines() if row.values.get("day") == day.isoformat()]
        rows.sort(key=lambda row: amount_of(row) or NOTHING, reverse=True)
        late = "" if rows or self.days.known(day) else NOT_YET
        self._open(f"{day}", rows, late)

    def _show_days(self, row: Row) -> None:
        """The lines behind a row: of its instance; where it has none, of its product there."""
        values = row.values
        names = [name for name in ("instance", "product", "region", "currency") if values.get(name)]
        if values.get("instance"):
            names = ["instance"]
        rows = [one for one in self._lines() if all(one.values.get(name) == values[name] for name in names)]
        rows.sort(key=lambda one: str(one.values.get("day")), reverse=True)
        self._open(" ".join(str(values[name]) for name in names[:3]), rows, "")

    def _lines(self) -> tuple[Row, ...]:
        return self.instances.result.rows if self.instances.result is not None else ()

    def _open(self, title: str, rows: list[Row], empty: str) -> None:
        self.app.push_screen(LinesScreen(self.desk, self.standing, title, rows, self.running, empty))


def open_charges(screen: Screen[Any], desk: Desk, standing: Standing) -> None:
    """Show the Charges screen over this one."""
    if desk.investigation is None:
        tell(screen.app, "Charges can be asked for once the key is open.")
        return
    screen.app.push_screen(ChargesScreen(desk, standing, desk.investigation))
