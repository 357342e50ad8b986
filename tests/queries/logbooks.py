"""Log projects for a small account: rows written one by one, as the services would write them."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from aktui.simcloud.account import Account
from aktui.simcloud.clock import iso
from aktui.simcloud.logs.store import Index, ListedRows, LogProject, Logstore, Row
from aktui.simcloud.stories import operationlog, osslog, traillog
from tests.simcloud.accounts import ACCOUNT_ID, DEPLOYER_KEY, REGION, small_account

NOW = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1)
"""When the newest rows are written; everything else is told in seconds before it."""
SHANGHAI = "cn-shanghai"
OTHER_KEY = "LTAI5tSOMEBODYSOMEBODY01"
TRAIL_PROJECT = "acme-audit"


def oss_project(region: str = REGION) -> str:
    return f"oss-log-{ACCOUNT_ID}-{region}"


def sls_project(region: str = REGION) -> str:
    return f"log-service-{ACCOUNT_ID}-{region}"


def keep(
    account: Account,
    project: str,
    logstore: str,
    rows: Iterable[Row] = (),
    *,
    region: str = REGION,
    index: Index | None = None,
    days: int = 30,
    age: float = 300,
    incomplete: int = 0,
) -> Logstore:
    """A Logstore that has been there for `age` days, in a project made for it unless it is there."""
    created = NOW - timedelta(days=age)
    home = account.projects.setdefault(project, LogProject(project, region, created))
    store = Logstore(logstore, days, created, index, ListedRows(rows), incomplete)
    home.logstores[logstore] = store
    return store


def keep_oss(account: Account, rows: Iterable[Row] = (), region: str = REGION, **rest: Any) -> Logstore:
    rest = {"index": osslog.INDEX, **rest}
    return keep(account, oss_project(region), "oss-log-store", rows, region=region, **rest)


def keep_sls(account: Account, rows: Iterable[Row] = (), region: str = REGION, **rest: Any) -> Logstore:
    rest = {"index": operationlog.INDEX, **rest}
    return keep(account, sls_project(region), "internal-operation_log", rows, region=region, **rest)


def keep_trail(
    account: Account, events: Iterable[Mapping[str, Any]] = (), name: str = "all", **rest: Any
) -> Logstore:
    """A trail and its Logstore; what `trail` says replaces what DescribeTrails would."""
    told = rest.pop("trail", {})
    project = rest.pop("project", TRAIL_PROJECT)
    account.trails.append(
        {
            "Name": name,
            "HomeRegion": REGION,
            "TrailRegion": "All",
            "EventRW": "All",
            "Status": "Enable",
            "IsOrganizationTrail": False,
            "CreateTime": iso(NOW - timedelta(days=390)),
            "StartLoggingTime": iso(NOW - timedelta(days=390)),
            "SlsProjectArn": f"acs:log:{REGION}:{ACCOUNT_ID}:project/{project}",
            **told,
        }
    )
    rest = {"index": traillog.INDEX, "days": 180, **rest}
    return keep(account, project, f"actiontrail_{name}", [event_row(event) for event in events], **rest)


def access(ago: float, operation: str = "GetObject", name: str = "", **told: str) -> dict[str, str]:
    """A row of the OSS access log, so many seconds ago, with the object's name as a person writes it."""
    at = int(NOW.timestamp() - ago)
    return {
        "__time__": str(at),
        "__topic__": "oss_access_log",
        "__source__": "",
        "access_id": DEPLOYER_KEY,
        "bucket": "acme-backups",
        "client_ip": "192.0.2.66",
        "content_length_out": "100",
        "ec": "-",
        "error_code": "-",
        "extend_information": "-",
        "http_status": "200",
        "object": quote(name, safe="") or "-",
        "operation": operation,
        "request_id": f"R{at}{len(name)}{operation}",
        "requester_id": "200000000000000002",
        "response_body_length": "100",
        "sign_type": "NormalSign",
        "user_agent": "ossutil",
        "vpc_id": "-",
        **told,
    }


def batch_deleted(request: Mapping[str, str], *names: str) -> list[dict[str, str]]:
    """The rows of the objects that a batch deletion named."""
    shared = {
        field: request[field] for field in ("__time__", "__source__", "bucket", "request_id", "user_agent")
    }
    return [{**shared, "__topic__": "oss_batch_delete_log", "object": quote(name, safe="")} for name in names]


def operation(ago: float, method: str = "GetLogStoreLogs", **told: str) -> dict[str, str]:
    """A row of the operation log of the log service."""
    at = int(NOW.timestamp() - ago)
    return {
        "__time__": str(at),
        "__topic__": "operation_log",
        "__source__": "",
        "AccessKeyId": DEPLOYER_KEY,
        "CallerType": "Subuser",
        "InvokerUid": "200000000000000002",
        "LogStore": "nginx-access",
        "Method": method,
        "NetOutFlow": "1000",
        "Project": "acme-app",
        "RequestId": f"R{at}{method}",
        "SourceIP": "192.0.2.66",
        "Status": "200",
        "UserAgent": "sls-sdk",
        **told,
    }


def event(
    ago: float, name: str = "DescribeInstances", key: str = DEPLOYER_KEY, **told: Any
) -> dict[str, Any]:
    """An event as trails deliver it; without a key it was made in the console."""
    at = NOW - timedelta(seconds=ago)
    who = {"type": "ram-user", "userName": "ci-deployer", "accountId": ACCOUNT_ID, "principalId": "2002"}
    return {
        "acsRegion": REGION,
        "eventId": f"E{int(at.timestamp())}{name}{key[-2:]}",
        "eventName": name,
        "eventRW": "Read",
        "eventTime": iso(at),
        "eventType": "ApiCall",
        "recipientAccountId": ACCOUNT_ID,
        "requestId": f"R{int(at.timestamp())}",
        "serviceName": "Ecs",
        "sourceIpAddress": "192.0.2.66",
        "userAgent": "test",
        "userIdentity": {**who, "accessKeyId": key} if key else who,
        **told,
    }


def event_row(told: Mapping[str, Any]) -> dict[str, str]:
    at = int(datetime.fromisoformat(told["eventTime"]).timestamp())
    return {
        "__time__": str(at),
        "__topic__": "actiontrail_audit_event",
        "__source__": "actiontrail_internal",
        "event": json.dumps(told),
    }


def account() -> Account:
    """A small account without any log."""
    return small_account()
