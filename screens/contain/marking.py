"""The responder's marks while the console runs: read once, kept in the case as soon as one changes."""

import asyncio
from pathlib import Path

from aktui.case.marks import Kind, Marks, Stance, mark, read_marks, write_marks
from aktui.models import utc_now


class Marking:
    """The marks of one case."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.marks = Marks()
        """As they are on disk, once `read` was awaited."""
        self._line = asyncio.Lock()

    async def read(self) -> Marks:
        """The marks as they are on disk. Raises CaseError."""
        async with self._line:
            self.marks = await asyncio.to_thread(read_marks, self.directory)
        return self.marks

    async def put(self, value: str, stance: Stance | None, kind: Kind = Kind.SOURCE) -> Marks:
        """Mark something, or take its mark off. Raises UsageError, CaseError; then nothing has changed."""
        async with self._line:
            before = await asyncio.to_thread(read_marks, self.directory)
            if stance is None:
                after = before.without(kind, value)
            else:
                after = before.with_mark(mark(kind, value, stance, utc_now()))
            await asyncio.to_thread(write_marks, self.directory, after)
            self.marks = after
        return after
