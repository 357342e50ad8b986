"""The operations that were called, by whose sources; a mark says of one that no business calls it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from textual.content import Content

from aktui.case.marks import Kind, Stance
from queries.base import Column, Result, Row
from queries.usage.ramactions import ram_action
from screens.judgement.whose import MARKING, Judged
from screens.widgets.coverage import STYLES, WORDS
from screens.widgets.display import line


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
