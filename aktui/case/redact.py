"""Secrets taken out of what the cloud answered, before it is stored.

An answer without secrets is left byte for byte. One with secrets is written anew as JSON with the values
replaced; in what is not JSON (cut off, HTML, XML) the text after a secret's name is replaced.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from aktui.redact import SECRET_NAMES, STARS, is_secret

_ANY_NAME = "|".join(name.replace("-", "[_-]?") for name in SECRET_NAMES)

_MENTIONS = (
    b"\\u00",
    *sorted({name.replace("-", mark).encode() for name in SECRET_NAMES for mark in ("", "_", "-")}),
)
"""A cheap look for a reason to read the answer at all; an escaped letter could hide a name."""

_AFTER_NAME = re.compile(
    rf"""(?isx) ( \\*" [\w.-]* (?:{_ANY_NAME}) \\*" \s* : \s* )
    (?: (?P<quote>\\*") .*? (?: (?<!\\)(?P=quote) | \Z ) | (?!true|false|null) [\w.+-]+ )"""
)
_IN_ELEMENT = re.compile(rf"(?is)(<([\w.-]*(?:{_ANY_NAME}))\b[^>]*>).*?(</\2|\Z)")

_LEAK_REPORT = re.compile("accesskeyleak", re.IGNORECASE)


def redact_body(body: bytes, *, action: str = "") -> tuple[bytes, tuple[str, ...]]:
    """An answer fit to be stored, and the paths of what was replaced (none: the bytes are those given)."""
    leak_report = bool(_LEAK_REPORT.search(action))
    if not leak_report and not _may_hold_secrets(body):
        return body, ()
    found: list[str] = []
    try:
        clean = _Cleaner(found, leak_report).value(json.loads(body), "")
    except (ValueError, RecursionError):
        if leak_report and body:
            return STARS.encode(), ("text",)
        text, count = _redact_text(body.decode("utf-8", "surrogateescape"))
        return (text.encode("utf-8", "surrogateescape"), ("text",)) if count else (body, ())
    if not found:
        return body, ()
    return json.dumps(clean, separators=(",", ":")).encode(), tuple(found)


def _may_hold_secrets(body: bytes) -> bool:
    lower = body.lower()
    return any(mention in lower for mention in _MENTIONS)


def _redact_text(text: str) -> tuple[str, int]:
    """For what can not be parsed; rather takes out too much than too little."""
    text, count = _AFTER_NAME.subn(rf'\1"{STARS}"', text)
    text, more = _IN_ELEMENT.subn(rf"\1{STARS}\3", text)
    return text, count + more


class _Cleaner:
    """Walks an answer; notes the path of each value it replaces."""

    def __init__(self, found: list[str], leak_report: bool) -> None:
        self._found = found
        self._leak_report = leak_report

    def value(self, value: Any, path: str) -> Any:
        if isinstance(value, dict):
            return {
                name: self._blank(item, f"{path}/{name}")
                if is_secret(name) or self._published(name, value)
                else self.value(item, f"{path}/{name}")
                for name, item in value.items()
            }
        if isinstance(value, list | tuple):
            return [self.value(item, f"{path}/{index}") for index, item in enumerate(value)]
        if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
            return self._nested(value, path)
        return value

    def _published(self, name: str, siblings: Mapping[str, Any]) -> bool:
        """In a leak report `Code` is the published text, secret included; beside a Message it is an error."""
        return self._leak_report and name == "Code" and "Message" not in siblings

    def _blank(self, value: Any, path: str) -> Any:
        """Flags and absent values are no secrets; everything else below a secret name is."""
        if value is None or isinstance(value, bool) or value == "":
            return value
        if isinstance(value, dict):
            return {name: self._blank(item, f"{path}/{name}") for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [self._blank(item, f"{path}/{index}") for index, item in enumerate(value)]
        self._found.append(path)
        return STARS

    def _nested(self, text: str, path: str) -> str:
        """A field that holds JSON as text, `Detail` and the like; untouched when there is no secret in it."""
        before = len(self._found)
        try:
            clean = json.dumps(self.value(json.loads(text), f"{path}#"))
        except ValueError:
            clean, count = _redact_text(text)
            self._found.extend([f"{path}#"] * count)
        return clean if len(self._found) > before else text
