"""What the judgement tells apart, to be marked: sources, other identities, operations."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from textual.content import Content
from textual.message import Message

from aktui.case.marks import Kind, Marks, Stance
from queries.base import Column, Result, Row
from queries.usage.ramactions import ram_action
from screens.answer import QueryPane
from screens.marked import MARK
from screens.widgets.coverage import STYLES, WORDS
from screens.widgets.display import line

MARKING = (
    "t trusts, h calls it hostile, u takes the mark off: it is judged again at once, and the verdict follows."
)


_ORDER = {"intruder": 1, "unclear": 2, "business": 3}


class Judged(QueryPane):
    """Rows of the judgement, with the marks on them. While it is judged again, the rows before stay."""

    place = "top"
    kind: ClassVar[Kind]
    """What a mark here is put on."""
    shown: ClassVar[tuple[str, ...]]
    """The columns, the most telling first."""

    class Chosen(Message):
        """Enter on a row."""

        def __init__(self, pane: "Judged", row: Row) -> None:
            super().__init__()
            self.pane = pane
            self.row = row

    def __init__(self) -> None:
        super().__init__()
        self.marks = Marks()
        self._rows: tuple[Row, ...] = ()

    def on_mount(self) -> None:
        super().on_mount()
        self.table.quiet = lambda row: row.values.get("side") == "business"

    def markable(self, row: Row) -> str:
        """What a mark on this row names."""
        return str(row.values.get(self.shown[0]) or "")

    def stance(self, row: Row) -> Stance | None:
        """What the marks say of it."""
        raise NotImplementedError

    def draw(self) -> None:
        """With the cursor on what it was on, also where that is judged otherwise now."""
        row = self.table.row if self.is_mounted else None
        here = "" if row is None else self.markable(row)
        super().draw()
        places = [self.markable(each) for each in self.table.shown] if here else []
        if here in places and self.table.row is not None and self.markable(self.table.row) != here:
            self.table.cursor = places.index(here)

    def show_marks(self, marks: Marks) -> None:
        self.marks = marks
        self.draw()

    def shown_rows(self, result: Result) -> tuple[Row, ...]:
        if result.rows or result.done:
            self._rows = self.made(result)
        return tuple(self._with_mark(row) for row in self._rows)

    def made(self, result: Result) -> tuple[Row, ...]:
        """The rows as they are shown, but for the marks."""
        return result.rows

    def _with_mark(self, row: Row) -> Row:
        stance = self.stance(row)
        return Row({**row.values, MARK.id: stance.value}, row.raw) if stance else row

    def columns(self, result: Result) -> tuple[Column, ...]:
        """The mark right after what the row is about."""
        known = {column.id: column for column in self.all_columns(result)}
        first, *others = (known[name] for name in self.shown if name in known)
        return (first, MARK, *others)

    def all_columns(self, result: Result) -> tuple[Column, ...]:
        return result.query.columns

    def count(self, result: Result) -> int:
        return len(self._rows)

    def open_row(self, row: Row) -> bool:
        self.post_message(self.Chosen(self, row))
        return True


class Sources(Judged):
    """One row a source, as it was weighed."""

    number = 1
    name_short = "Sources"
    query_id = "attribution"
    kind = Kind.SOURCE
    shown = ("source_ip", "side", "points", "calls", "refused", "first", "last", "by", "why")
    help_text = (
        "From where the key, its sessions and its user in the console called, and whose each source is: the "
        "business's up to 1 point, an intruder's from 3. Enter shows what speaks for it, with its points. "
        f"{MARKING}"
    )

    def stance(self, row: Row) -> Stance | None:
        return self.marks.stance_of_source(self.markable(row))

    def made(self, result: Result) -> tuple[Row, ...]:
        return tuple(sorted(result.rows, key=lambda row: _ORDER.get(str(row.values["side"]), 0)))


class Others(Judged):
    """One row an identity that an intruder made, took, or was seen to hold."""

    number = 2
    name_short = "Other identities"
    name_tab = "Identities"
    query_id = "identities"
    kind = Kind.IDENTITY
    shown = ("name", "kind", "calls", "succeeded", "until", "last", "things", "why")
    help_text = (
        "Users, keys, logons, roles and sessions that an intruder made, and what those made in turn; other "
        "keys used from where the intruder calls. How far each reached: calls, what was changed, until "
        f"when a session lives. Enter tells all of it, ! opens what would stop it. {MARKING}"
    )

    def stance(self, row: Row) -> Stance | None:
        return self.marks.stance_of(identities=(self.markable(row),))


@dataclass
class _Operation:
    """The calls of one operation, by whose sources made them."""

    sides: dict[str, int] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)

    def row(self, name: str) -> Row:
        whose = "both" if len(self.sides) > 1 else next(iter(self.sides))
        side = "unclear" if "unclear" in self.sides else whose
        values = {
            "operation": name,
            "side": side,
            "calls": sum(self.sides.values()),
            "hostile": self.sides.get("intruder") or None,
            "sources": list(self.sources),
        }
        return Row(values, {**values, "as logged": dict(self.names), "by side": dict(self.sides)})


class Operations(Judged):
    """One row an operation, by the RAM action that guards it."""

    number = 3
    name_short = "Operations"
    own_id = "operations"
    query_id = "attribution"
    kind = Kind.OPERATION
    shown = ("operation", "side", "calls", "hostile", "sources")
    help_text = (
        "What was called, of each source the 50 operations it called most, and whose sources called it. A "
        "source that calls a hostile operation is an intruder's unless it belongs to the key's past; one "
        f"all of whose calls are trusted is the business's. {MARKING}"
    )

    def stance(self, row: Row) -> Stance | None:
        return self.marks.stance_of(operation=self.markable(row))

    def made(self, result: Result) -> tuple[Row, ...]:
        found: dict[str, _Operation] = {}
        for row in result.rows:
            for logged, count in _counted(row.raw.get("operations")):
                name = ram_action(*_parted(logged)).name
                if name:
                    _add(found.setdefault(name, _Operation()), row, logged, count)
        ordered = sorted(found.items(), key=lambda one: (-one[1].sides.get("intruder", 0), one[0]))
        return tuple(one.row(name) for name, one in ordered)

    def status(self) -> Content:
        """The rows are no answer's rows, so that their number has to be told apart."""
        if self.loading_now or self.fault or self.result is None:
            return super().status()
        result, shown = self.result, len(self.table.shown)
        many = f"{shown} of {len(self._rows)}" if shown != len(self._rows) else f"{shown}"
        return line((WORDS[result.status], STYLES[result.status]), f"  {many} operations")

    def all_columns(self, result: Result) -> tuple[Column, ...]:
        return (
            Column("operation", "Operation", "id"),
            Column("side", "Whose"),
            Column("calls", "Calls", "count"),
            Column("hostile", "Intruder's", "count"),
            Column("sources", "Sources", "ip"),
        )


def _add(one: _Operation, row: Row, logged: str, count: int) -> None:
    side, source = str(row.values["side"]), str(row.values["source_ip"])
    one.sides[side] = one.sides.get(side, 0) + count
    one.names[logged] = one.names.get(logged, 0) + count
    if source not in one.sources:
        one.sources.append(source)


def _counted(value: object) -> Iterable[tuple[str, int]]:
    known: Mapping[object, object] = value if isinstance(value, Mapping) else {}
    return [(str(name), count) for name, count in known.items() if isinstance(count, int)]


def _parted(logged: str) -> tuple[str, str]:
    service, _, operation = logged.partition(":")
    return service, operation
