"""What the operations of the log service answer, apart from queries: projects, Logstores, indexes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aktui.simcloud.account import Account
from aktui.simcloud.logs.refusals import bad_parameter, no_index, no_logstore, no_project
from aktui.simcloud.logs.request import LogRequest
from aktui.simcloud.logs.store import FieldIndex, Index, LogProject, Logstore

MOST_LISTED = 500
_ZONE = timedelta(hours=8)


@dataclass(frozen=True)
class Answer:
    """A good answer: a JSON value and headers of its own."""

    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)
    rows: int = 0


def project_of(account: Account, call: LogRequest) -> LogProject:
    """The project of the call; one of another region is not there. Raises 404 ProjectNotExist."""
    found = account.projects.get(call.project)
    if found is None or (call.region and call.region != found.region):
        raise no_project(call.project)
    return found


def logstore_of(project: LogProject, call: LogRequest) -> Logstore:
    """Raises 404 LogStoreNotExist."""
    found = project.logstores.get(call.logstore)
    if found is None:
        raise no_logstore(call.logstore)
    return found


def list_project(account: Account, call: LogRequest) -> Answer:
    wanted = str(call.asked.get("projectName") or "")
    found = [
        project
        for name, project in sorted(account.projects.items())
        if wanted in name and (not call.region or call.region == project.region)
    ]
    page = _page(found, call.asked, 100)
    listed = [_project(account, project) for project in page]
    return Answer({"count": len(page), "total": len(found), "projects": listed})


def get_project(account: Account, call: LogRequest) -> Answer:
    return Answer(_project(account, project_of(account, call)))


def list_logstores(account: Account, call: LogRequest) -> Answer:
    wanted = str(call.asked.get("logstoreName") or "")
    found = [name for name in sorted(project_of(account, call).logstores) if wanted in name]
    page = _page(found, call.asked, MOST_LISTED)
    return Answer({"count": len(page), "total": len(found), "logstores": page})


def get_logstore(account: Account, call: LogRequest) -> Answer:
    logstore = logstore_of(project_of(account, call), call)
    created = int(logstore.created.timestamp())
    return Answer(
        {
            "logstoreName": logstore.name,
            "ttl": logstore.ttl_days,
            "shardCount": 2,
            "enable_tracking": False,
            "autoSplit": True,
            "maxSplitShard": 64,
            "appendMeta": False,
            "telemetryType": "",
            "mode": "standard",
            "hot_ttl": 0,
            "createTime": created,
            "lastModifyTime": created,
        }
    )


def get_index(account: Account, call: LogRequest) -> Answer:
    """Raises 404 IndexConfigNotExist."""
    logstore = logstore_of(project_of(account, call), call)
    if logstore.index is None:
        raise no_index(404)
    body: dict[str, Any] = {
        "index_mode": "v2",
        "keys": {name: _key(index) for name, index in logstore.index.fields.items() if index.searchable},
        "storage": "pg",
        "ttl": logstore.ttl_days,
        "lastModifyTime": int(logstore.created.timestamp()),
        "log_reduce": False,
        "max_text_len": 2048,
    }
    if logstore.index.full_text:
        line = FieldIndex()
        body["line"] = {"caseSensitive": False, "chn": False, "token": list(line.tokens)}
    return Answer(body)


def queried(logstore: Logstore) -> Index:
    """The index that a query goes by. Raises 400 IndexConfigNotExist."""
    if logstore.index is None:
        raise no_index(400)
    return logstore.index


def _project(account: Account, project: LogProject) -> dict[str, Any]:
    return {
        "projectName": project.name,
        "region": project.region,
        "description": project.description,
        "status": "Normal",
        "owner": account.id,
        "createTime": _local(project.created),
        "lastModifyTime": _local(project.created),
        "resourceGroupId": "",
        "dataRedundancyType": "LRS",
        "quota": {},
    }


def _key(index: FieldIndex) -> dict[str, Any]:
    key: dict[str, Any] = {"type": index.type, "doc_value": index.doc_value, "alias": ""}
    if index.type in ("text", "json"):
        key |= {"caseSensitive": index.case_sensitive, "chn": False, "token": list(index.tokens)}
    if index.type == "json":
        inner = {
            name: {"type": kind.type, "doc_value": kind.doc_value, "alias": ""}
            for name, kind in index.keys.items()
        }
        key |= {"index_all": index.every_key, "max_depth": -1, "json_keys": inner}
    return key


def _local(moment: datetime) -> str:
    return f"{moment + _ZONE:%Y-%m-%d %H:%M:%S}"


def _page(found: Iterable[Any], asked: Mapping[str, Any], default: int) -> list[Any]:
    offset, size = _count(asked, "offset", 0), _count(asked, "size", default)
    return list(found)[offset : offset + min(size, MOST_LISTED)]


def _count(asked: Mapping[str, Any], name: str, default: int) -> int:
    text = str(asked.get(name) or default)
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise bad_parameter(name, f"{name} pair is invalid")
    return int(text)
