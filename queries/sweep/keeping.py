"""What a sweep knows, as JSON and back: dataclasses of texts, numbers, moments, tuples and dictionaries."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from aktui.errors import CaseError
from queries.sweep.known import Known


def kept(value: Any) -> Any:
    """A value as JSON has it; a moment is ISO text, what is empty in a record is left out, half a
    surrogate pair is written out, as no file can hold it."""
    if is_dataclass(value):
        told = {each.name: getattr(value, each.name) for each in fields(value)}
        return {name: kept(one) for name, one in told.items() if one not in (None, "", (), {})}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, Mapping):
        return {kept(name): kept(one) for name, one in value.items()}
    if isinstance(value, tuple):
        return [kept(one) for one in value]
    return value


def known_of(document: Any) -> Known:
    """The knowledge in a document. Raises CaseError for one of another shape."""
    try:
        found = _value(Known, document)
    except (TypeError, ValueError, AttributeError) as error:
        raise CaseError(
            f"What is kept of the sweep can not be read ({error}).",
            hint="Begin anew, without --resume.",
        ) from error
    assert isinstance(found, Known)
    return found


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind)


def _value(kind: Any, value: Any) -> Any:
    """A value of a kind from its JSON. Raises TypeError or ValueError when it is none."""
    if get_origin(kind) is UnionType:
        kinds = [one for one in get_args(kind) if one is not NoneType]
        return None if value is None else _value(kinds[0], value)
    if get_origin(kind) is tuple:
        return tuple(_value(get_args(kind)[0], one) for one in _checked(list, value))
    if get_origin(kind) is dict:
        return {name: _value(get_args(kind)[1], one) for name, one in _checked(dict, value).items()}
    if kind is datetime:
        moment = datetime.fromisoformat(_checked(str, value))
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if is_dataclass(kind):
        return _record(kind, _checked(dict, value))
    return _checked(kind, value)


def _record(kind: Any, value: dict[str, Any]) -> Any:
    """What was left out as empty comes back as the empty value of its kind."""
    hints = _hints(kind)
    names = [each.name for each in fields(kind)]
    told = {name: _value(hints[name], value[name]) for name in names if name in value}
    empty = {name: _empty(hints[name]) for name in names if name not in value}
    return kind(**empty | told)


def _empty(kind: Any) -> Any:
    if get_origin(kind) is UnionType:
        return None
    return () if get_origin(kind) is tuple else (get_origin(kind) or kind)()


def _checked(kind: type[Any], value: Any) -> Any:
    if not isinstance(value, kind):
        raise TypeError(f"{kind.__name__} expected")
    return value
