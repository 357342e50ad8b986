"""Small files of a case: written whole or not at all, only for their owner, and read with a schema in mind.

These functions touch the disk: on the event loop, call them in a thread.
"""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from aktui.errors import CaseError

_HINT = "Move the file away; a new one is made."


def read(path: Path, schema: str, member: str, kind: type[Any], what: str) -> Any:
    """What a file of this schema keeps under `member`; None when there is no file.

    `what` names the content in sentences: `query texts`. Raises CaseError for a file that is something else.
    """
    try:
        document = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        raise CaseError(f"The {what} kept in {path} can not be read: {error}.", hint=_HINT) from error
    kept = document.get(member) if isinstance(document, dict) else None
    if not isinstance(kept, kind) or document.get("schema") != schema:
        raise CaseError(f"{path} is not a file of {what} ({schema}).", hint=_HINT)
    return kept


def write(path: Path, schema: str, member: str, kept: object, what: str) -> None:
    """Put such a file in the place of the one there. Raises CaseError when it can not be kept."""
    document = json.dumps({"schema": schema, member: kept}, ensure_ascii=False, indent=2)
    try:
        _replace(path, document)
    except (OSError, ValueError) as error:
        raise CaseError(f"The {what} could not be kept in {path}: {error}.") from error


def _replace(path: Path, document: str) -> None:
    number, temporary = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(document)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
