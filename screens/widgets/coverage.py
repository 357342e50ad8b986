"""How far an answer can be trusted: the line under a table, and what stands where one is empty."""

from datetime import datetime, timedelta

from textual.content import Content

from queries.base import Gap, Result, Status
from screens.widgets.display import Part, duration, line, lines, stamp, stamp_short

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


def coverage(result: Result, *, shown: int, now: datetime | None = None) -> Content:
    """The line under a table: state, rows, as of when, how far behind, which window."""
    parts: list[Part] = [(WORDS[result.status], STYLES[result.status])]
    total = len(result.rows)
    parts.append(
        f"  {shown} of {total} rows" if shown != total else f"  {total} row{'' if total == 1 else 's'}"
    )
    if result.gaps:
        parts.append((f"  {_count(result.gaps)}: i tells", STYLES[result.status]))
    parts.append((f"  {_when(result, now)}", "$muted"))
    return line(*parts)


def _count(gaps: tuple[Gap, ...]) -> str:
    return "1 gap" if len(gaps) == 1 else f"{len(gaps)} gaps"


def _when(result: Result, now: datetime | None) -> str:
    parts = []
    if result.as_of is not None:
        parts.append(f"as of {result.as_of.strftime('%H:%M:%S')} UTC")
    if result.query.lag:
        parts.append(f"up to {duration(result.query.lag.total_seconds())} behind")
    if result.covered is not None:
        start, end = stamp_short(result.covered.start, now), stamp_short(result.covered.end, now)
        parts.append(f"covers {start} to {end}")
    return "  ".join(parts)


def emptiness(result: Result) -> Content:
    """What an answer without rows means: none, not yet, not covered, denied, failed or cut off."""
    if result.status is Status.RUNNING:
        return line(("Nothing yet; still loading.", "$muted"))
    if result.status is Status.COMPLETE:
        return _none(result)
    heads = {
        Status.DENIED: "Denied: this is not a 'none'.",
        Status.FAILED: "Failed: this is not a 'none'.",
        Status.NOT_COVERED: "Not covered: this source does not record it, so this is not a 'none'.",
        Status.PARTIAL: "Cut off before the first row: this is not a 'none'.",
    }
    return lines(line((heads[result.status], f"bold {STYLES[result.status]}")), *gap_lines(result))


def _none(result: Result) -> Content:
    """None as far as the source can see; what it can not have yet is named beside it."""
    rows = [line(("None.", "bold"), f" {result.note}" if result.note else "")]
    if result.query.lag and result.as_of is not None:
        rows.append(line((f"Not yet: {_not_yet(result.as_of, result.query.lag)}", "$muted")))
    if result.query.limits:
        rows.append(line((f"Not covered: {result.query.limits}", "$muted")))
    return lines(*rows)


def _not_yet(as_of: datetime, lag: timedelta) -> str:
    edge = stamp(as_of - lag)
    return (
        f"the source runs up to {duration(lag.total_seconds())} behind; newer than {edge} UTC may be missing."
    )


def gap_lines(result: Result) -> list[Content]:
    """Each thing that could not be had: what was asked, the call, the code, the permission, what to press."""
    rows: list[Content] = []
    for gap in result.gaps:
        rows.append(line((f"{WORDS[gap.status]}  ", STYLES[gap.status]), (gap.what, "bold")))
        rows.append(line(f"  {gap.detail}"))
        facts = [("call", gap.call), ("code", gap.code), ("request", gap.request_id)]
        known = "  ".join(f"{name} {value}" for name, value in facts if value)
        if known:
            rows.append(line((f"  {known}", "$muted")))
        if gap.missing:
            rows.append(line("  needs the RAM action ", (gap.missing, "bold")))
    rows.append(line((RETRY, "$muted")))
    return rows


def account_of(result: Result) -> Content:
    """All that is known about an answer, for the reader who asks: question, source, window, limits, gaps."""
    query = result.query
    rows = [
        line((query.question, "bold")),
        line(
            ("state    ", "$muted"),
            (WORDS[result.status], STYLES[result.status]),
            f", {len(result.rows)} rows",
        ),
        line(("source   ", "$muted"), query.source or "the calls below"),
        line(("calls    ", "$muted"), ", ".join(query.calls)),
        line(("needs    ", "$muted"), ", ".join(query.needs)),
    ]
    if result.params:
        rows.append(line(("asked    ", "$muted"), ", ".join(f"{k} {v}" for k, v in result.params.items())))
    if result.covered is not None:
        span = f"{stamp(result.covered.start)} to {stamp(result.covered.end)} UTC"
        rows.append(line(("covers   ", "$muted"), span))
    if result.as_of is not None:
        rows.append(line(("as of    ", "$muted"), f"{stamp(result.as_of)} UTC"))
    if query.lag:
        rows.append(line(("behind   ", "$muted"), f"up to {duration(query.lag.total_seconds())}"))
    if query.limits:
        rows.append(line(("can't see ", "$muted"), query.limits))
    if result.note:
        rows.append(line(("note     ", "$muted"), result.note))
    if result.request_ids:
        rows.append(line(("requests ", "$muted"), _some(result.request_ids)))
    if result.gaps:
        rows.extend([Content(""), *gap_lines(result)])
    return lines(*rows)


def _some(ids: tuple[str, ...]) -> str:
    more = f" and {len(ids) - 5} more" if len(ids) > 5 else ""
    return ", ".join(ids[:5]) + more
