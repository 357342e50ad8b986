"""What is known of the columns of the tables a case has: which hold numbers, and which come first."""

TIME = "__time__"
NANOSECONDS = "__time_ns_part__"
ROW = "_row"
SOURCE = "_source"
"""Where the row is from: a Logstore, a file."""
SOURCE_FILE = "_source_file"
LINE = "_line"
"""The name of the file it was imported from, and where in it."""
OURS = (SOURCE, SOURCE_FILE, LINE)
"""What is said of a row and is not in it: no word is looked for there."""
TIME_TEXT = "_time_text"
"""What a row gave for its time when that is no time in seconds."""

LATEST = 9_000_000_000
"""Seconds; from here on (year 2255) nanoseconds no longer fit the numbers times are sorted by."""

FIRST = (TIME, NANOSECONDS, "__topic__", "__source__")
"""Columns every table has, whether or not a row has come that fills them."""

NUMBERS = {
    "oss_access": frozenset(
        (
            *("http_status", "content_length_in", "content_length_out", "delta_data_size", "object_size"),
            *("request_length", "response_body_length", "response_time", "server_cost_time"),
        )
    ),
    "sls_operations": frozenset(
        ("Status", "Latency", "NetOutFlow", "NetworkOut", "BeginTime", "EndTime", "Offset", "InFlow", "Line")
    ),
}
"""Columns whose text is compared, sorted and added up as numbers. The text itself stays as the log had it."""

_EVERYWHERE = frozenset((NANOSECONDS, LINE, "status", "bytes_out"))


def seconds_of(given: object) -> int | None:
    """Whole seconds since 1970, as SLS writes them; None for what is no such number."""
    text = str(given)
    if not text.isascii() or not text.isdigit() or len(text) > 10:
        return None
    seconds = int(text)
    return seconds if seconds < LATEST else None


def is_number(table: str, column: str) -> bool:
    return column in _EVERYWHERE or column in NUMBERS.get(table, ())
