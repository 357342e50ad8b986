"""One finding: what was seen, what would be harmless, what the provider does about it, and its evidence."""

from collections.abc import Mapping
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from queries.base import Row
from screens.desk import Desk
from screens.investigation import Investigation
from screens.judgement.behind import BehindScreen
from screens.judgement.evidence import evidence_rows
from screens.judgement.telling import SIDES, records, texts, whole
from screens.widgets.display import Part, as_moment, beside_label, line, lines, stamp, stamp_short
from screens.widgets.header import Standing

LABEL = 13
MOST = 12
"""Sources and identities that are named; the list has them all."""
MOST_OPERATIONS = 4
NOT_SEEN = "no protection seen"
SEVERE = {"critical": "bold $error", "high": "bold $warning"}
NO_EVENTS = "It is told of sources, not of single events: d shows them, with what speaks for each."


def told(row: Row, key_id: str, width: int) -> Content:
    """All about a finding but its evidence."""
    values = row.values
    side = str(values["side"])
    head: list[Part] = [(str(values["title"]), "bold"), "  "]
    head += [(str(values["severity"]), SEVERE.get(str(values["severity"]), "bold")), "  "]
    head.append((side, SIDES.get(side, "")))
    rows = [beside_label("", head, 0, width), beside_label("", [str(values["sentence"])], 0, width)]
    rows += [beside_label(name, parts, LABEL, width) for name, parts in _facts(row, key_id) if any(parts)]
    return lines(*rows)


def told_short(row: Row, key_id: str, width: int) -> Content:
    """What the list has no room for, in three lines: what was done, when and how, what the provider does."""
    values = row.values
    first, last = as_moment(values["first"]), as_moment(values["last"])
    span = f"{stamp_short(first)} to {stamp_short(last)}  " if first and last else ""
    how = line((span, ""), f"{values['technique']} {values['technique_name']}")
    blocked = line(("provider  ", "$muted"), provider(row, key_id))
    told = (line(str(values["sentence"])), how, blocked)
    return lines(*(each.truncate(width, ellipsis=True) for each in told))


def _facts(row: Row, key_id: str) -> list[tuple[str, list[Part]]]:
    values = row.values
    first, last = as_moment(values["first"]), as_moment(values["last"])
    counted: list[Part] = [(f"{values['succeeded']} succeeded", "bold"), f", {values['refused']} refused"]
    span = f"  {stamp(first)} to {stamp(last)} UTC" if first and last else ""
    return [
        ("calls", [*counted, span]),
        ("harmless if", [str(values["benign"] or "")]),
        ("provider", [provider(row, key_id)]),
        ("ATT&CK", [f"{values['technique']}  {values['technique_name']}"]),
        ("sources", [_some(texts(values["sources"]))]),
        ("identities", [_some(texts(values["identities"]))]),
    ]


def provider(row: Row, key_id: str) -> str:
    """What the provider's protection did about it; where none was seen, what it would do."""
    from queries.provider.restricted import blocks

    if done := str(row.values["provider_blocks"] or ""):
        return done
    calls = records(row.raw.get("calls"))
    called = [(str(call.get("service")), str(call.get("operation"))) for call in calls if _own(call, key_id)]
    if not called:
        return f"{NOT_SEEN}; it would stop only the key, not what it made" if calls else NOT_SEEN
    names = list(dict.fromkeys(called))
    stopped = [f"{service}:{operation}" for service, operation in names if blocks(service, operation)]
    if not stopped:
        return f"{NOT_SEEN}; were it on, all of this would stay open"
    part = "all" if len(stopped) == len(names) else "some"
    return f"{NOT_SEEN}; were it on, it would block {part}: {_some(stopped, MOST_OPERATIONS)}"


def _own(call: Mapping[str, Any], key_id: str) -> bool:
    """Whether it was signed with the key itself: protection is put on a key."""
    return call.get("key_id") == key_id


def _some(names: list[str], most: int = MOST) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


class FindingScreen(BehindScreen):
    """The finding above, the events it is made of below; Enter on one shows its record."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "identities", "Whose", id="identities", tooltip="Sources and identities: whose is what"),
    ]

    def __init__(
        self, desk: Desk, standing: Standing, investigation: Investigation, row: Row, *, action: str = ""
    ) -> None:
        super().__init__(
            desk,
            standing,
            investigation,
            lambda width: told(row, investigation.key_id, width),
            evidence_rows(row),
            none=NO_EVENTS,
            whole=whole(row.values["count"]),
            action=action,
        )
        self.row = row

    def action_identities(self) -> None:
        from screens.judgement.identities import open_identities

        open_identities(self, self.desk, self.standing)
