"""How much of a file is held at once, and where a file stops being a log and becomes an attack."""

CHUNK = 1 << 20
"""Bytes read or unpacked at a time."""

LONGEST = 8 << 20
"""Characters of one line or one JSON value; real ones have a few thousand."""

KEPT_OF_LONGER = 64 << 10
"""Characters kept of a line that is longer than that."""

MOST_UNPACKED = 64 << 30
"""Bytes that may come out of one gzip file."""

RATIO = 200
"""How many times larger a gzip file may become; logs become 5 to 40 times larger."""

RATIO_FROM = 64 << 20
"""Bytes unpacked from which on the ratio counts: a short file of equal lines packs better than any log."""

BATCH_ROWS = 20_000
BATCH_BYTES = 16 << 20
"""What is gathered before it is stored, whichever is reached first."""
