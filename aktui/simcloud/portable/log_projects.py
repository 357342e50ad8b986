"""Projects of the log service, from a checked document into an account, and back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aktui.simcloud.clock import iso
from aktui.simcloud.logs.store import (
    DELIMITERS,
    FieldIndex,
    Index,
    ListedRows,
    LogProject,
    Logstore,
    Row,
    RowSource,
)
from aktui.simcloud.portable.log_rows import FROM_EVENTS, CsvRows, csv_of, read_listed, read_rows
from aktui.simcloud.portable.log_shape import moment_of
from aktui.simcloud.portable.people import Reader
from aktui.simcloud.stories.traillog import TrailRows

Shape = Mapping[str, Any]

_TTL = 30


def read_projects(reader: Reader, shapes: list[Shape]) -> None:
    """The projects; the account's events must be in place already."""
    for at, shape in enumerate(shapes):
        path, name = f"projects[{at}]", shape["projectName"]
        reader.once(("project", name), f"{path}.projectName", name)
        created = moment_of(shape.get("createTime", "")) or reader.account.created
        project = LogProject(name, shape["region"], created, shape.get("description", ""))
        reader.account.projects[name] = project
        for number, one in enumerate(shape.get("logstores", [])):
            place = f"{path}.logstores[{number}]"
            reader.once(("logstore", name, one["logstoreName"]), f"{place}.logstoreName", one["logstoreName"])
            project.logstores[one["logstoreName"]] = _read_logstore(reader, one, place, created)


def _read_logstore(reader: Reader, shape: Shape, path: str, made: datetime) -> Logstore:
    account = reader.account
    rows = read_rows(shape.get("rows", []), f"{path}.rows", reader.problems)
    days = shape.get("ttl", _TTL)
    return Logstore(
        shape["logstoreName"],
        days,
        moment_of(shape.get("createTime", "")) or made,
        _read_index(shape.get("index")),
        TrailRows(account, days) if rows is None else rows,
        shape.get("incomplete", 0),
        list[Row](read_listed(shape.get("added", []), f"{path}.added", reader.problems)),
    )


def _read_index(shape: Shape | None) -> Index | None:
    if shape is None:
        return None
    fields = {name: _read_field(one) for name, one in shape.get("keys", {}).items()}
    return Index(fields, "line" in shape, shape.get("immutable", False))


def _read_field(shape: Shape) -> FieldIndex:
    return FieldIndex(
        shape["type"],
        shape.get("caseSensitive", False),
        shape.get("doc_value", True),
        shape.get("searchable", True),
        "".join(shape["token"]) if "token" in shape else DELIMITERS,
        {name: _read_field(one) for name, one in shape.get("json_keys", {}).items()},
        shape.get("index_all", True),
    )


def project_shape(project: LogProject) -> dict[str, Any]:
    """A project as it stands in an account file."""
    return {
        "projectName": project.name,
        "region": project.region,
        "description": project.description,
        "createTime": iso(project.created),
        "logstores": [_logstore_shape(one) for one in project.logstores.values()],
    }


def _logstore_shape(logstore: Logstore) -> dict[str, Any]:
    return {
        "logstoreName": logstore.name,
        "ttl": logstore.ttl_days,
        "createTime": iso(logstore.created),
        "index": _index_shape(logstore.index) if logstore.index else None,
        "incomplete": logstore.incomplete,
        "rows": _rows_shape(logstore.rows),
        "added": [dict(row) for row in logstore.added],
    }


def _rows_shape(rows: RowSource) -> Any:
    """Listed rows one by one; events stand for the rows made from them; anything else line by line."""
    if isinstance(rows, ListedRows):
        return [dict(row) for row in rows]
    if isinstance(rows, TrailRows):
        return FROM_EVENTS
    return {"csv": list(rows.lines) if isinstance(rows, CsvRows) else csv_of(rows)}


def _index_shape(index: Index) -> dict[str, Any]:
    shape: dict[str, Any] = {"keys": {name: _field_shape(one) for name, one in index.fields.items()}}
    if index.full_text:
        shape["line"] = {"token": list(DELIMITERS), "caseSensitive": False, "chn": False}
    if index.immutable:
        shape["immutable"] = True
    return shape


def _field_shape(field: FieldIndex) -> dict[str, Any]:
    shape: dict[str, Any] = {"type": field.type, "doc_value": field.doc_value}
    if field.type in ("text", "json") or field.tokens != DELIMITERS:
        shape |= {"caseSensitive": field.case_sensitive, "token": list(field.tokens)}
    if not field.searchable:
        shape["searchable"] = False
    if field.type == "json" or field.keys:
        shape |= {
            "index_all": field.every_key,
            "json_keys": {name: _field_shape(one) for name, one in field.keys.items()},
        }
    return shape
