"""What more can be asked about a value: among these rows, or of the log service."""

from dataclasses import dataclass, field
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from aktui.case.rows.asking import Value
from queries.base import Column, Row
from screens.logpanes.filtering import cell_of
from screens.widgets.display import line
from screens.widgets.table import RowTable

_CHOICES = (Column("what", "What"), Column("where", "Where"))
HERE = "these rows"


@dataclass(frozen=True)
class Pivot:
    """One thing to ask about a value."""

    what: str
    where: str = HERE
    column: str = ""
    value: Value = None
    without: bool = False
    query_id: str = ""
    """Set: a question to the log service, with `params`."""
    params: dict[str, str] = field(default_factory=dict)


_ADDRESSES = ("ip", "source_ip")
_ASKED: dict[str, tuple[tuple[str, str, dict[str, str]], ...]] = {
    "ip": (
        ("Every key seen from this address", "keys-by-ip", {}),
        ("Everything done from this address, with any key", "events-by-ip", {}),
        ("OSS requests from this address, with any key", "oss-by-operation", {"who": "everyone"}),
        ("Log service calls from this address, with any key", "sls-by-method", {"who": "everyone"}),
    ),
    "bucket": (
        ("Who else reads this bucket, by address", "oss-by-ip", {"who": "everyone"}),
        ("What the key did in this bucket", "oss-by-operation", {}),
        ("Folders of this bucket", "oss-by-prefix", {}),
    ),
    "operation": (("This operation of the key, by address", "oss-by-ip", {}),),
    "project": (("Who else reads this project, by address", "sls-by-ip", {"who": "everyone"}),),
    "method": (("This operation of the key, by address", "sls-by-ip", {}),),
}


def pivots(column: Column, value: Value) -> list[Pivot]:
    """All that can be asked about a value of a column."""
    from queries import catalogue

    found = [
        Pivot("Only rows with this value", column=column.id, value=value),
        Pivot("Only rows without it", column=column.id, value=value, without=True),
    ]
    name = "ip" if column.id in _ADDRESSES else column.id
    known = catalogue()
    for what, query_id, params in _ASKED.get(name, ()) if value else ():
        query = known.get(query_id)
        if query is not None and name in {param.name for param in query.params}:
            asked = {**params, name: str(value)}
            found.append(Pivot(what, f"asks: {query.title}", query_id=query_id, params=asked))
    return found


class PivotScreen(ModalScreen[Pivot | None]):
    """A short list to choose from."""

    DEFAULT_CSS = """
    PivotScreen { align: center middle; }
    PivotScreen > Vertical {
        width: 90%; max-width: 92; height: auto; max-height: 80%; border: heavy $border; background: $surface;
        border-title-color: $foreground; border-title-style: bold; border-subtitle-color: $muted;
    }
    PivotScreen RowTable { height: 9; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,p", "dismiss", "Back", id="page.back", tooltip="Back"),
    ]

    def __init__(self, column: Column, value: Value, *, local: bool = False) -> None:
        super().__init__()
        self.heading = f"{column.title}: {cell_of(value, column)}"
        self.choices = pivots(column, value)

    def compose(self) -> ComposeResult:
        with Vertical():
            yield RowTable()

    def on_mount(self) -> None:
        box = self.query_one(Vertical)
        box.border_title = line(self.heading)
        box.border_subtitle = line("Enter chooses, Esc goes back")
        table = self.query_one(RowTable)
        table.fill([Row({"what": one.what, "where": one.where}, {}) for one in self.choices], _CHOICES)
        table.focus()

    @on(RowTable.Chosen)
    def _chosen(self, event: RowTable.Chosen) -> None:
        event.stop()
        self.dismiss(self.choices[event.table.cursor])

    @on(RowTable.Moved)
    def _moved(self, event: RowTable.Moved) -> None:
        event.stop()
