"""A file as text, piece by piece: unpacked when it is gzip, as far as it can be and may be."""

import codecs
import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from aktui.case.imports import limits

_GZIP = b"\x1f\x8b"


@dataclass
class Opened:
    """One file on its way through."""

    path: Path
    sha256: str
    """Of the file as it lies on disk."""
    size: int
    packed: bool
    read: int = 0
    """Bytes read of the file so far."""
    unpacked: int = 0
    """Bytes that came out of it so far."""
    problems: list[str] = field(default_factory=list)
    """Why the text ended before the file did, and the like."""

    def pieces(self) -> Iterator[str]:
        """The text of the file, in pieces. Bytes that are no UTF-8 come as lone surrogates: none is lost."""
        decoder = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape")
        first = True
        for chunk in self._chunks():
            self.unpacked += len(chunk)
            text = decoder.decode(chunk)
            if first and text:
                text, first = text.removeprefix("\ufeff"), False
            yield text
        yield decoder.decode(b"", final=True)

    def _chunks(self) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            if self.packed:
                yield from _unpacked(self, file)
            else:
                while chunk := self._more(file):
                    yield chunk

    def _more(self, file: IO[bytes]) -> bytes:
        chunk = file.read(limits.CHUNK)
        self.read += len(chunk)
        return chunk


def opened(path: Path) -> Opened:
    """The file, hashed; nothing else of it is looked at. Raises OSError."""
    with path.open("rb") as file:
        packed = file.read(2) == _GZIP
        file.seek(0)
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return Opened(path, sha256, file.tell(), packed)


def _unpacked(source: Opened, file: IO[bytes]) -> Iterator[bytes]:
    """Member by member, as gzip files may be glued together; never more at a time than a chunk."""
    unpacker, made, waiting = zlib.decompressobj(wbits=31), 0, b""
    while True:
        waiting = waiting or source._more(file)
        if not waiting and not unpacker.unconsumed_tail:
            source.problems.append(_cut(made))
            return
        try:
            chunk = unpacker.decompress(unpacker.unconsumed_tail or waiting, limits.CHUNK)
        except zlib.error as error:
            source.problems.append(f"The gzip data is damaged after {made:,} bytes unpacked ({error}).")
            return
        if not unpacker.unconsumed_tail:
            waiting = b""
        made += len(chunk)
        if chunk:
            yield chunk
        if problem := _too_much(made, source.read - len(unpacker.unconsumed_tail)):
            source.problems.append(problem)
            return
        if unpacker.eof:
            rest = (unpacker.unused_data or source._more(file)).lstrip(b"\0")
            if not rest.startswith(_GZIP):
                if rest:
                    source.problems.append(
                        "Behind the gzip data there is something else, which was not read."
                    )
                return
            unpacker, waiting = zlib.decompressobj(wbits=31), rest


def _cut(made: int) -> str:
    return f"The gzip data is cut off: it gave {made:,} bytes, and more would have followed."


def _too_much(made: int, read: int) -> str:
    if made > limits.MOST_UNPACKED:
        return f"It unpacks to more than {limits.MOST_UNPACKED:,} bytes; reading stopped there."
    if made > limits.RATIO_FROM and made > read * limits.RATIO:
        return (
            f"It unpacks to more than {limits.RATIO} times its size, as no log does and a zip bomb does; "
            f"reading stopped after {made:,} bytes."
        )
    return ""
