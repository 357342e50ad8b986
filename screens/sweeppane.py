"""The keys of the account in a table, the gravest first; below it all that speaks against one of them."""

from collections.abc import Iterator, Mapping
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from queries.base import Row
from screens.pane import TablePane
from screens.sweepwork import SweepWork
from screens.widgets.display import Part, beside_label, line, lines, stamp, stamp_short
from screens.widgets.table import RowTable
from screens.widgets.trouble import trouble

_LABEL = 10
_LINES = 6
"""Of all that is told of a key in a small terminal."""


class SweepPane(TablePane):
    """Follows the work of the desk; the screen tells it when to look."""

    DEFAULT_CSS = """
    SweepPane > .detail { height: 7; padding: 0 1; border-top: solid $border-blurred; }
    SweepPane.-tall > .detail { height: 14; }
    """

    number = 1
    name_short = "Keys of the account"
    help_text = (
        "All keys of the account, root's included, the gravest first, with what speaks against each: leaked "
        "(Security Center's list), root, admin (the owner's policies), abnormal (a trail: new sources, or "
        "storms of refused calls), idle, no-mfa, old, inactive. A + after the risk: at least so grave, since "
        "something is not known of the key; the line below tells what. Root's keys come from the credential "
        "report, which has no key ids. Enter opens a key, which stops the sweep; r goes on, R begins anew. "
        "Words after / must all occur in a row: a reason, a user, a state."
    )

    class Opened(Message):
        """Somebody wants to look at a key."""

        def __init__(self, row: Row) -> None:
            super().__init__()
            self.row = row

    def __init__(self) -> None:
        super().__init__(id="sweep")
        self.work: SweepWork | None = None
        self._seen = (-1, False)

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield Static(classes="detail")

    def on_resize(self) -> None:
        self.draw()

    def look(self) -> None:
        """Draw what is new, if anything is."""
        work = self.work
        if work is None or work.session is None:
            self.draw()
            return
        now = (work.version, work.busy)
        self.loading_now, self.troubled = work.busy, work.fault is not None or bool(self._missing())
        if now != self._seen:
            self._seen = now
            self._fill(work)
            self.call_after_refresh(self.draw)  # the scroll bar takes a column away once there is one
        self.draw()

    def _fill(self, work: SweepWork) -> None:
        from queries.sweep.ranking import COLUMNS

        table, here = self.table, self.table.row
        table.now = work.session.cloud.now() if work.session else None
        table.fill(work.rows(), COLUMNS)
        if here is not None and table.row is not None and not _same(here, table.row):
            place = next((at for at, row in enumerate(table.shown) if _same(row, here)), None)
            if place is not None:
                table.cursor = place  # its row has other facts by now

    # What stands around the rows

    def draw(self) -> None:
        if not self.is_mounted:
            return
        self.border_title = self._label()
        self.query_one(".detail", Static).update(self.detail())
        super().draw()

    def _label(self) -> Content:
        counts: dict[str, int] = {}
        for row in self.table.rows:
            level = str(row.values["risk"]).rstrip("+")
            counts[level] = counts.get(level, 0) + 1
        told = ", ".join(f"{many} {level}" for level, many in counts.items())
        return line(f"{self.name_short} {len(self.table.rows)}{f' · {told}' if told else ''}")

    def empty(self) -> Content:
        work = self.work
        if work is not None and work.fault is not None:
            return trouble(work.fault, max(20, self.size.width - 6), "Press r to try again.")
        if work is None or work.session is None:
            return line(("Opening the account.", "$muted"))
        if self.table.rows:
            return self.no_match()
        return line(("No key is known yet.", "$muted") if work.busy else ("No key is known. r goes on.", ""))

    def status(self) -> Content:
        work = self.work
        if work is None or work.session is None:
            return Content("")
        done, everybody = work.session.done
        known = work.session.known
        at = f"{stamp(known.updated)} UTC" if known.updated else "never"
        parts: list[Part] = []
        if len(self.table.shown) != len(self.table.rows):
            parts.append((f"{len(self.table.shown)} of {len(self.table.rows)} keys  ", "bold"))
        if work.busy:
            parts += [(f"{done} of {everybody or '…'} users asked. x stops.", "$muted")]
        elif work.fault is not None:
            parts += [("failed", "$error"), f"  {work.fault}"]
        elif known.ended:
            parts += [f"Complete as of {at}." if not self._missing() else f"As of {at}."]
        else:
            parts += [("stopped", "$warning"), f"  Facts until {at}; r goes on, R begins anew."]
        if missing := self._missing():
            parts += ["  ", ("Not known: ", "$warning"), f"{missing}. i tells why."]
        return line(*parts)

    def _missing(self) -> str:
        """Which aspects have a source that did not give all it has."""
        from queries.sweep.declared import SOURCES

        work = self.work
        if work is None or work.session is None:
            return ""
        known = work.session.known
        found = [name for name in SOURCES if known.source(name).ended and not known.source(name).complete]
        aspects = dict.fromkeys(aspect for name in found for aspect in SOURCES[name].serves)
        return ", ".join(aspects)

    def detail(self) -> Content:
        """What speaks against the key under the cursor, and from when that is."""
        row, width = self.table.row, max(20, self.size.width - 4)
        if row is None:
            return Content("")
        told: Mapping[str, Any] = row.raw
        title: list[Part] = [
            (f"{told['key_id'] or 'id not told'}", "bold"),
            f"  {told['owner']}  {told['status']}",
        ]
        if told["candidates"]:
            title.append(f"  perhaps {', '.join(told['candidates'])}")
        facts = [f"{name} {stamp_short(at)}" for name, at in told["facts_from"].items()]
        since: tuple[str, list[Part]] = ("from", [(", ".join(facts) + " UTC", "$muted")])
        against = list(_against(told))
        if self.has_class("-tall"):
            rows = [beside_label(label, words, _LABEL, width) for label, words in (*against, since)]
            return lines(line(*title), *rows)
        rows = [line((label.ljust(_LABEL), "$muted"), *words) for label, words in (*against, since)]
        return lines(*_fitting([line(*title), *rows], width))

    def about(self, width: int) -> Content:
        """Each source: how much it gave, from when, what it can't see."""
        from queries.sweep.declared import SOURCES

        work = self.work
        if work is None or work.session is None:
            return super().about(width)
        rows: list[Content] = []
        for name, about in SOURCES.items():
            source = work.session.known.source(name)
            state = source.status if source.ended else "not asked yet"
            when = f", as of {stamp(source.at)} UTC" if source.at else ""
            serves = f"for: {', '.join(about.serves)}"
            rows.append(line((about.title, "bold"), f"  {state}{when}  ", (serves, "$muted")))
            missing = f" Missing permission: {source.missing}." if source.missing else ""
            for text in (f"{source.detail}{missing}".strip(), about.limits):
                rows += line(text).wrap(width) if text else []
            rows.append(Content(""))
        return lines(*rows)

    @on(RowTable.Moved)
    def _moved(self) -> None:
        self.query_one(".detail", Static).update(self.detail())

    def open_row(self, row: Row) -> bool:
        self.post_message(self.Opened(row))
        return True


def _against(told: Mapping[str, Any]) -> Iterator[tuple[str, list[Part]]]:
    """What speaks against a key, and what is not known of it."""
    for reason in told["reasons"]:
        yield reason["code"], [reason["words"]]
    for doubt in told["not_known"]:
        yield doubt["aspect"], [("not known: ", "$warning"), (doubt["why"], "$muted")]


def _fitting(rows: list[Content], width: int) -> list[Content]:
    """A line each, so that none hides another; what has no room is counted, but for the last one."""
    if len(rows) > _LINES + 1:
        more = f"and {len(rows) - _LINES} more: y shows all"
        rows = [*rows[: _LINES - 1], line((more, "$muted"))]
    return [row.truncate(width, ellipsis=True) for row in rows]


def _same(one: Row, other: Row) -> bool:
    """The same key, whatever is known of it."""
    return bool(
        one.raw["key_id"] == other.raw["key_id"]
        and one.raw["owner"] == other.raw["owner"]
        and (one.raw["key_id"] or one.raw["created"] == other.raw["created"])
    )
