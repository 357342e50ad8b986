"""How far an answer can be trusted: the line under a table, and what stands where one is empty."""

from datetime import datetime, timedelta

from textual.content import Content

from aktui.text import cells, clip, visible
from queries.base import Gap, Result, Status
from screens.widgets.display import Part, beside_label, duration, line, lines, stamp, stamp_short

WORDS = {
    Status.RUNNING: "loading",
    Status.COMPLETE: "complete",
    Status.PARTIAL: "partial",
    Status.DENIED: "denied",
    Status.FAILED: "failed",
    Status.NOT_COVERED: "not covered",
}
STYLES = {
    Status.RUNNING: "$muted",
    Status.COMPLETE: "$success",
    Status.PARTIAL: "$warning",
    Status.DENIED: "$warning",
    Status.FAILED: "$error",
    Status.NOT_COVERED: "$warning",
}
RETRY = "Press r to ask again."
PATIENT = 3.0
"""Seconds of loading before the time spent is worth showing."""


def progress(result: Result | None, seconds: float) -> str:
    """`loading  120 of 400 rows  3 pages  12 s`."""
    parts = ["loading"]
    if result is not None and result.pages:
        rows = f"{len(result.rows)} rows"
        if result.expected is not None:
            rows = f"{len(result.rows)} of {result.expected}"
        parts.append(rows)
        parts.append("1 page" if result.pages == 1 else f"{result.pages} pages")
    if seconds >= PATIENT:
        parts.append(duration(seconds))
    return "  ".join(parts)


def coverage(result: Result, *, shown: int, width: int, now: datetime | None = None) -> Content:
    """The lines under a table: state, rows, gaps, as of when, how far behind, which window, the note.

    At most two lines of `width` cells, broken between the parts; where they do not suffice, the last parts
    are left out (`i` has them all).
    """
    parts: list[tuple[str, str]] = [(WORDS[result.status], STYLES[result.status])]
    total = len(result.rows)
    if total or not result.gaps:
        count = f"{shown} of {total}" if shown != total else f"{total}"
        parts.append((f"{count} row{'' if total == 1 else 's'}", ""))
    if result.gaps:
        parts.append((f"{_count(result.gaps)}: i tells", "$warning"))
    parts.extend((text, "$muted") for text in _when(result, now))
    return lines(*(line(*row) for row in _broken(parts, width)))


def _broken(parts: list[tuple[str, str]], width: int) -> list[list[Part]]:
    """The parts on one line or two, as many as fit; the last one may be cut."""
    rows: list[list[Part]] = [[]]
    room = width
    for text, style in parts:
        need = cells(visible(text)) + (2 if rows[-1] else 0)
        if need > room and rows[-1]:
            if len(rows) == 2:
                break
            rows.append([])
            room, need = width, need - 2
        rows[-1].extend(["  "] if rows[-1] else [])
        rows[-1].append((clip(visible(text), room), style))
        room -= need
    return rows


def _count(gaps: tuple[Gap, ...]) -> str:
    return "1 gap" if len(gaps) == 1 else f"{len(gaps)} gaps"


def _when(result: Result, now: datetime | None) -> list[str]:
    parts = []
    if result.as_of is not None:
        parts.append(f"as of {result.as_of.strftime('%H:%M:%S')} UTC")
    if result.query.lag:
        parts.append(f"up to {duration(result.query.lag.total_seconds())} behind")
    if result.covered is not None:
        start, end = stamp_short(result.covered.start, now), stamp_short(result.covered.end, now)
        parts.append(f"covers {start} to {end}")
    if result.note:
        parts.append(result.note)
    return parts


def emptiness(result: Result, width: int) -> Content:
    """What an answer without rows means: none, not yet, not covered, denied, failed or cut off."""
    if result.status is Status.RUNNING:
        return line(("Nothing yet; still loading.", "$muted"))
    if result.status is Status.COMPLETE:
        return _none(result, width)
    heads = {
        Status.DENIED: "Denied: this is not a 'none'.",
        Status.FAILED: "Failed: this is not a 'none'.",
        Status.NOT_COVERED: "Not covered by this source: this is not a 'none'.",
        Status.PARTIAL: "Cut off before the first row: this is not a 'none'.",
    }
    head: list[Part] = [(heads[result.status], f"bold {STYLES[result.status]}"), (f" {RETRY}", "$muted")]
    return lines(beside_label("", head, 0, width), Content(""), *gap_lines(result, width))


def _none(result: Result, width: int) -> Content:
    """None as far as the source can see; what it can not have yet is named beside it."""
    said: list[list[Part]] = [[("None.", "bold"), f" {result.note}" if result.note else ""]]
    if result.query.lag and result.as_of is not None:
        said.append([("Not yet: ", "bold $muted"), (_not_yet(result.as_of, result.query.lag), "$muted")])
    if result.query.limits:
        said.append([("Not covered: ", "bold $muted"), (result.query.limits, "$muted")])
    said.extend([(f"{gap.what}: ", "bold"), gap.detail] for gap in result.gaps)
    return lines(*(beside_label("", parts, 0, width) for parts in said))


def _not_yet(as_of: datetime, lag: timedelta) -> str:
    edge = stamp(as_of - lag)
    return (
        f"the source runs up to {duration(lag.total_seconds())} behind; newer than {edge} UTC may be missing."
    )


def gap_lines(result: Result, width: int) -> list[Content]:
    """Each thing that could not be had: what was asked, why not, the call, the code, the permission."""
    rows: list[Content] = []
    for gap, what in _together(result.gaps):
        head: list[Part] = [(f"{WORDS[gap.status]}  ", STYLES[gap.status]), (what, "bold")]
        rows.append(beside_label("", head, 0, width))
        facts = [("call", gap.call), ("code", gap.code), ("request", gap.request_id)]
        rows.append(beside_label("", [gap.detail], 2, width))
        rows.extend(beside_label(f"  {name}", [value], 10, width) for name, value in facts if value)
        if gap.missing:
            needs: list[Part] = ["the RAM action ", (gap.missing, "bold")]
            rows.append(beside_label("  needs", needs, 10, width))
    return rows


def _together(gaps: tuple[Gap, ...]) -> list[tuple[Gap, str]]:
    """The gaps of one cause as one, with all that it leaves out."""
    by_cause: dict[tuple[str, ...], list[Gap]] = {}
    for gap in gaps:
        cause = (
            (gap.status, gap.call, gap.code, gap.missing) if gap.call else (gap.status, gap.what, gap.detail)
        )
        by_cause.setdefault(cause, []).append(gap)
    return [(alike[0], _listed([gap.what for gap in alike])) for alike in by_cause.values()]


def _listed(names: list[str]) -> str:
    more = f", and {len(names) - 4} more" if len(names) > 4 else ""
    return ", ".join(names[:4]) + more


def account_of(result: Result, width: int) -> Content:
    """All that is known about an answer, for who asks: question, source, window, limits, gaps."""
    rows = [line((result.query.question, "bold"))]
    rows.extend(beside_label(name, parts, 10, width) for name, parts in _facts_of(result))
    if result.gaps:
        rows.extend([Content(""), *gap_lines(result, width)])
    return lines(*rows)


def _facts_of(result: Result) -> list[tuple[str, list[Part]]]:
    query, covered, as_of = result.query, result.covered, result.as_of
    count = f", {len(result.rows)} row{'' if len(result.rows) == 1 else 's'}"
    asked = ", ".join(f"{name} {value}" for name, value in result.params.items())
    said = [
        ("source", query.source),
        ("calls", ", ".join(query.calls)),
        ("needs", ", ".join(query.needs)),
        ("asked", asked),
        ("covers", f"{stamp(covered.start)} to {stamp(covered.end)} UTC" if covered else ""),
        ("as of", f"{stamp(as_of)} UTC" if as_of else ""),
        ("behind", f"up to {duration(query.lag.total_seconds())}" if query.lag else ""),
        ("blind to", query.limits),
        ("note", result.note),
        ("requests", _some(result.request_ids)),
    ]
    state: list[Part] = [(WORDS[result.status], STYLES[result.status]), count]
    facts: list[tuple[str, list[Part]]] = [("state", state)]
    facts.extend((name, [text]) for name, text in said if text)
    return facts


def _some(ids: tuple[str, ...]) -> str:
    more = f" and {len(ids) - 5} more" if len(ids) > 5 else ""
    return ", ".join(ids[:5]) + more
