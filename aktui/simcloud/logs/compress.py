"""Answers made smaller, the way the log service does it: an own header says how, and how long it was."""

import zlib
from collections.abc import Mapping

import lz4.block


def compressed(body: bytes, accepted: str) -> tuple[bytes, Mapping[str, str]]:
    """The body as `Accept-Encoding` asks for it: an lz4 block, gzip, deflate, or else as it is."""
    wanted = accepted.strip().lower()
    if wanted == "lz4":
        small = lz4.block.compress(body, store_size=False)
    elif wanted in ("gzip", "deflate"):
        # Both are a zlib stream: the service's own clients read no gzip header.
        small = zlib.compress(body)
    else:
        # Lists are what HTTP libraries send on their own account; they would not look at our header.
        return body, {}
    return small, {"x-log-compresstype": wanted, "x-log-bodyrawsize": str(len(body))}
