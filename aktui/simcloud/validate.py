"""From wire text to typed parameters, as an operation declares them.

A list comes as `Name.1`, `Name.2` …, a list of objects as `Name.1.Key`; either may also come as one JSON
array. Parameters that an operation does not declare are ignored, as the real gateway ignores them.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from aktui.simcloud.fault import ApiError, invalid, missing
from aktui.simcloud.op import Operation, Param


def typed(operation: Operation, sent: Mapping[str, str]) -> dict[str, Any]:
    """Wire name to value; absent parameters are absent. Raises 400 Missing… and Invalid… refusals."""
    values: dict[str, Any] = {}
    for param in operation.params:
        value = _read(param, sent)
        if value is None:
            if param.required:
                raise missing(param.name)
            continue
        values[param.name] = value
    _check_alternatives(operation, values)
    return values


def _check_alternatives(operation: Operation, values: Mapping[str, Any]) -> None:
    names = operation.exactly_one
    given = [name for name in names if values.get(name) not in (None, "")]
    if names and not given:
        raise ApiError(400, "MissingParameter", f"One of the parameters {', '.join(names)} is required.")
    if len(given) > 1:
        text = f"The parameters {', '.join(given)} exclude each other."
        raise ApiError(400, "InvalidParameterCombination", text)


def _read(param: Param, sent: Mapping[str, str]) -> Any:
    if param.kind == "list":
        return _texts(param, sent)
    if param.kind == "objects":
        return _objects(param, sent)
    text = sent.get(param.name)
    if text is None or (text == "" and (param.required or param.kind != "text")):
        return None
    if text == "":
        return ""
    return {"text": _text, "integer": _integer, "boolean": _boolean}[param.kind](param, text)


def _text(param: Param, text: str) -> str:
    if param.choices and text not in param.choices:
        raise invalid(param.name, f"must be one of {', '.join(param.choices)}")
    if param.pattern and not re.fullmatch(param.pattern, text):
        raise invalid(param.name, "is not well formed")
    if param.low is not None and len(text) < param.low:
        raise invalid(param.name, f"must have at least {param.low} characters")
    if param.high is not None and len(text) > param.high:
        raise invalid(param.name, f"must have at most {param.high} characters")
    return text


def _integer(param: Param, text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", text):
        raise invalid(param.name, "must be a whole number")
    number = int(text)
    if param.low is not None and number < param.low:
        raise invalid(param.name, f"must be at least {param.low}")
    if param.high is not None and number > param.high:
        raise invalid(param.name, f"must be at most {param.high}")
    return number


def _boolean(param: Param, text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise invalid(param.name, "must be true or false")
    return text.lower() == "true"


def _texts(param: Param, sent: Mapping[str, str]) -> list[str] | None:
    numbered = re.compile(rf"{re.escape(param.name)}\.(\d{{1,6}})")
    found = [(int(match[1]), text) for name, text in sent.items() if (match := numbered.fullmatch(name))]
    if found:
        return [_text(param, text) for _, text in sorted(found)]
    array = _array(param, sent)
    if array is None:
        return None
    if not all(isinstance(item, str) for item in array):
        raise invalid(param.name, "must be a list of texts")
    return [_text(param, item) for item in array]


def _objects(param: Param, sent: Mapping[str, str]) -> list[dict[str, Any]] | None:
    numbered = re.compile(rf"{re.escape(param.name)}\.(\d{{1,6}})\.(\w+)(?:\.(\d{{1,6}}))?")
    rows: dict[int, dict[str, Any]] = {}
    inner: dict[tuple[int, str], dict[int, str]] = {}
    for name, text in sent.items():
        match = numbered.fullmatch(name)
        if not match or match[2] not in param.fields:
            continue
        row = rows.setdefault(int(match[1]), {})
        if match[3] and match[2] in param.nested:
            inner.setdefault((int(match[1]), match[2]), {})[int(match[3])] = text
        elif not match[3]:
            row[match[2]] = [text] if match[2] in param.nested else text
    for (number, field), values in inner.items():
        rows[number][field] = [values[at] for at in sorted(values)]
    if rows:
        return [rows[number] for number in sorted(rows)]
    array = _array(param, sent)
    if array is None:
        return None
    if not all(isinstance(item, dict) for item in array):
        raise invalid(param.name, "must be a list of objects")
    return [
        {name: _inner(param, name, item[name]) for name in param.fields if name in item} for item in array
    ]


def _inner(param: Param, name: str, value: Any) -> Any:
    if name not in param.nested:
        return str(value)
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _array(param: Param, sent: Mapping[str, str]) -> list[Any] | None:
    """The JSON array sent as one text; a lone text that is no JSON is a list of one."""
    text = sent.get(param.name)
    if not text:
        return None
    if not text.lstrip().startswith("["):
        return [text]
    try:
        array = json.loads(text)
    except (ValueError, RecursionError):
        raise invalid(param.name, "is not a well-formed JSON array") from None
    return array if isinstance(array, list) else [array]
