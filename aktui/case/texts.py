"""Query texts that a person edited, remembered in the case: one small file, private to its owner."""

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from aktui.errors import CaseError

FILE = "query-texts.json"
_LONGEST = 1 << 20


def read_texts(directory: Path) -> dict[str, str]:
    """The remembered texts by name. Empty when there are none; CaseError when the file can't be used."""
    path = directory / FILE
    try:
        with path.open("rb") as file:
            found = json.loads(file.read(_LONGEST))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise CaseError(
            f"The remembered query texts in {path} can not be read ({error}).",
            hint="Move the file away to begin anew.",
        ) from error
    if not isinstance(found, dict):
        raise CaseError(f"{path} is no list of query texts.", hint="Move the file away to begin anew.")
    return {str(name): text for name, text in found.items() if isinstance(text, str)}


def write_texts(directory: Path, texts: Mapping[str, str]) -> None:
    """Remember these texts and no others, whole or not at all. Raises CaseError."""
    path = directory / FILE
    try:
        handle, draft = tempfile.mkstemp(dir=directory, prefix=f".{FILE}")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(dict(texts), file, ensure_ascii=True, indent=1, sort_keys=True)
            Path(draft).replace(path)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise CaseError(f"The query texts can not be remembered in {path}: {error.strerror}.") from error
