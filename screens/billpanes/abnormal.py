"""The unusual charges: what they were compared with, and which event explains them, or none."""

from collections.abc import Callable

from textual.content import Content
from textual.message import Message

from queries.base import Result, Row
from screens.billpanes.billpane import BillPane
from screens.raw import RawScreen
from screens.widgets.display import Part, line, lines

STYLES = {"explained": "bold", "related": "bold", "unexplained": "bold $warning"}


class AbnormalPane(BillPane):
    """Enter goes to the event that explains the charge, or to what was charged day by day."""

    number = 2
    name_short = "Unusual charges"
    name_tab = "Unusual"
    query_id = "abnormal-charges"
    first_columns = (
        "product",
        "region",
        "amount",
        "currency",
        "linked",
        "event",
        "kind",
        "since",
        "instance",
        "spec",
        "by",
        "event_at",
        "until",
        "why",
        "explanation",
    )
    help_text = (
        "Charges out of the ordinary for this account, each held against its own past: a new product or "
        "region, a level, a climb, a new fee; the words say what it was compared with. 'explained' names "
        "the event of the key, or of what it made; 'related': the key used the service there on those days; "
        "'unexplained': no event that was read. Unusual is not wrong. Enter shows the event's record where "
        "there is one, else the days of the charge; d shows the days always. ! on an instance "
        "that the key started goes to stopping it."
    )

    said_before = ("why", "explanation")

    class DaysWanted(Message):
        """What was charged, day by day, is to be shown."""

        def __init__(self, row: Row) -> None:
            super().__init__()
            self.row = row

    def __init__(self, told: Callable[[tuple[Row, ...]], None]) -> None:
        super().__init__()
        self._told = told

    def shown_rows(self, result: Result) -> tuple[Row, ...]:
        self._told(result.rows)
        return result.rows

    def open_row(self, row: Row) -> bool:
        event = row.raw.get("event")
        if event:
            self.app.push_screen(RawScreen.of_record(f"Event {row.values['event_id']}", event))
        else:
            self.post_message(self.DaysWanted(row))
        return True

    def told_short(self, row: Row, width: int) -> Content:
        """What explains it, in at most two lines, and why it is unusual, in at most three."""
        told = (_most(parts, width, most) for parts, most in zip(_words(row), (2, 3), strict=True))
        return lines(*(each for some in told for each in some))

    def told(self, row: Row, width: int) -> Content:
        """The words first, then the figures."""
        whole = [each for parts in _words(row) for each in _broken(parts, width)]
        return lines(*whole, Content(""), super().told(row, width))


def _words(row: Row) -> list[list[Part]]:
    linked = str(row.values["linked"])
    said = str(row.values["explanation"] or linked)
    event = f"  {row.values['event_id'] or ''}".rstrip()
    return [[(said, STYLES.get(linked, "")), (event, "$muted")], [str(row.values["why"])]]


def _most(parts: list[Part], width: int, count: int) -> list[Content]:
    """So many lines of it; where there are more, the last one says so."""
    broken = _broken(parts, width)
    if len(broken) <= count:
        return broken
    return [*broken[: count - 1], line(f"{broken[count - 1].plain} …").truncate(width, ellipsis=True)]


def _broken(parts: list[Part], width: int) -> list[Content]:
    return list(line(*parts).wrap(width))
