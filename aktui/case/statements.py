"""The query texts a person edited in a case, kept so that they can be used again.

One small file in the case's directory, `statements.json`; for each question and parameter the newest texts
first. These functions touch the disk: on the event loop, call them in a thread.
"""

from pathlib import Path
from typing import Any

from aktui.case import smallfile
from aktui.case.directory import make_private

FILE = "statements.json"
SCHEMA = "aktui.statements/1"
MOST = 20
"""Texts kept for one question."""
_WHAT = "query texts"


def remembered(directory: Path, query_id: str, param: str = "text") -> list[str]:
    """The texts kept for a question, newest first. Raises CaseError when the file can not be read."""
    kept = _read(directory).get(query_id)
    texts = kept.get(param) if isinstance(kept, dict) else None
    return [text for text in texts if isinstance(text, str)] if isinstance(texts, list) else []


def newest(directory: Path) -> dict[tuple[str, str], str]:
    """The newest text of each question and parameter. Raises CaseError when the file can not be read."""
    kept = _read(directory)
    asked = [(query, param) for query, texts in kept.items() if isinstance(texts, dict) for param in texts]
    found = {(query, param): remembered(directory, query, param) for query, param in asked}
    return {which: texts[0] for which, texts in found.items() if texts}


def remember(directory: Path, query_id: str, text: str, param: str = "text") -> None:
    """Keep a text as the newest one of a question. Raises CaseError when it can not be kept."""
    make_private(directory)
    others = [other for other in remembered(directory, query_id, param) if other != text]
    _write(directory, query_id, param, [text, *others][:MOST])


def forget(directory: Path, query_id: str, param: str = "text") -> None:
    """Drop the texts of a question, so that the built one is used again. Raises CaseError."""
    if remembered(directory, query_id, param):
        _write(directory, query_id, param, [])


def _write(directory: Path, query_id: str, param: str, texts: list[str]) -> None:
    kept = _read(directory)
    of_query = kept.get(query_id)
    of_query = of_query if isinstance(of_query, dict) else {}
    kept[query_id] = {**of_query, param: texts}
    smallfile.write(directory / FILE, SCHEMA, "texts", kept, _WHAT)


def _read(directory: Path) -> dict[str, Any]:
    kept: dict[str, Any] | None = smallfile.read(directory / FILE, SCHEMA, "texts", dict, _WHAT)
    return kept or {}
