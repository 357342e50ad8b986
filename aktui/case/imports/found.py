"""What readers give: rows of a table, and what could not be read, kept as it was."""

from dataclasses import dataclass

OSS_ACCESS = "oss_access"
SLS_OPERATIONS = "sls_operations"
EVENTS = "trail_events"
OTHER = "other_logs"
REJECTED = "rejected"


@dataclass(frozen=True)
class Found:
    """One row, in the fields the log service would have it in."""

    table: str
    line: int
    """Where it begins in the file, from 1."""
    fields: dict[str, str]
    weight: int
    """About how many characters it is."""


@dataclass(frozen=True)
class Bad:
    """Something that is no row: why, and the text itself."""

    line: int
    reason: str
    text: str

    def as_row(self) -> Found:
        return Found(REJECTED, self.line, {"reason": self.reason, "raw": self.text}, len(self.text))
