"""An answer as bytes: JSON, or the XML that the older generation gets unless it asks otherwise."""

import html
import json
import re
from collections.abc import Mapping
from typing import Any

JSON_TYPE = "application/json;charset=utf-8"
XML_TYPE = "text/xml;charset=utf-8"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 has no way to write."""


def as_json(answer: Mapping[str, Any]) -> bytes:
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode("utf-8", errors="replace")


def json_texts(text: str) -> list[str] | None:
    """The texts in a JSON array, which is how ECS takes lists; None when it is no such array."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    listed = isinstance(found, list) and all(isinstance(one, str) for one in found)
    return found if listed else None


def as_xml(root: str, answer: Mapping[str, Any]) -> bytes:
    """A list becomes its element repeated, as the vendor writes them."""
    text = f'<?xml version="1.0" encoding="UTF-8"?><{root}>{_children(answer)}</{root}>'
    return text.encode("utf-8", errors="replace")


def _children(answer: Mapping[str, Any]) -> str:
    return "".join(_element(name, value) for name, value in answer.items())


def _element(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(_element(name, item) for item in value)
    return f"<{name}>{_text(value)}</{name}>"


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return _children(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else html.escape(_NOT_XML.sub("\ufffd", str(value)), quote=False)
