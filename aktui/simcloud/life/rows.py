"""Rows that a call leaves in the access log of OSS and in the operation log of the log service.

What a scenario holds when it starts is spelt out by SQL, many rows at once; here it is one row at a time, in
the same columns. A test holds the two against each other.
"""

from datetime import UTC, datetime, timedelta
from random import Random

from aktui.simcloud.account import Account
from aktui.simcloud.fault import ApiError
from aktui.simcloud.life.habit import Habit
from aktui.simcloud.logs.store import Logstore
from aktui.simcloud.stories import access as accesses
from aktui.simcloud.stories import operation as operations
from aktui.simcloud.stories.access import HEADER_V4, LINK, NONE, Access
from aktui.simcloud.stories.operation import LogCall
from aktui.simcloud.trail import Event

_ZONE = timedelta(hours=8)
_EC = {"AccessDenied": "0003-00000202", "InvalidAccessKeyId": "0002-00000902"}
"""Detail codes of the vendor's error reference: no permission, no such key."""
_DISABLED, _BARRED = "0002-00000903", "0002-00000904"


def bucket_of(habit: Habit) -> str:
    """The bucket a call to OSS is about, or empty."""
    return habit.params.get("bucketName") or next(iter(habit.resources.get("ACS::OSS::Bucket", ())), "")


def access(account: Account, habit: Habit, event: Event, refusal: ApiError | None, rng: Random) -> None:
    """A request to OSS, where its region keeps an access log and the call names a bucket."""
    bucket = bucket_of(habit)
    log = _logstore(account, f"oss-log-{account.id}-{habit.region}", "oss-log-store")
    if log is None or not bucket:
        return
    about = Access(
        bucket,
        habit.params.get("objectName", ""),
        habit.size,
        sign=LINK if habit.link else HEADER_V4,
    )
    if refusal is not None:
        about = about._replace(status=refusal.status, error=refusal.code, ec=_detail(refusal))
    log.add(spelt_access(accesses.row_of(event, about, account), account.id, habit.region))


def _detail(refusal: ApiError) -> str:
    """The detail code (`ec`) that says why."""
    if "disabled" in refusal.message:
        return _DISABLED
    return _BARRED if "access policy" in refusal.message else _EC.get(refusal.code, NONE)


def operation(account: Account, habit: Habit, event: Event, refusal: ApiError | None, rng: Random) -> None:
    """A request to the log service, where the region of its project keeps an operation log."""
    params = habit.params
    log = _logstore(account, f"log-service-{account.id}-{habit.region}", "internal-operation_log")
    if log is None or params.get("ProjectName") not in account.projects:
        return
    end = int(datetime.fromisoformat(event["eventTime"]).timestamp())
    window = (end - 86400, end) if params.get("Query") else (0, 0)
    asked = LogCall(
        params["ProjectName"], params.get("LogStoreName", ""), params.get("Query", ""), window, habit.size
    )
    log.add(spelt_operation(operations.row_of(event, asked, rng)))


def _logstore(account: Account, project: str, name: str) -> Logstore | None:
    found = account.projects.get(project)
    return found.logstores.get(name) if found else None


def spelt_access(row: accesses.Row, owner: str, region: str) -> dict[str, str]:
    """The row in the columns of the log."""
    cost = 12 + row.size // 2097152 + ord(row.request_id[-1]) % 9
    inside = "-internal" if row.ip.startswith("10.") else ""
    path = "" if row.object == NONE else row.object
    return {
        "__time__": str(row.time),
        "__topic__": "oss_access_log",
        "__source__": "",
        "acc_access_region": NONE,
        "access_id": row.key,
        "bucket": row.bucket,
        "bucket_location": f"oss-{region}",
        "bucket_storage_type": "ia" if "backup" in row.bucket else "standard",
        "client_ip": row.ip,
        "content_length_in": _number(row.received),
        "content_length_out": _number(row.sent),
        "delta_data_size": _number(row.received if row.method == "PUT" else 0),
        "ec": row.ec,
        "error_code": row.error,
        "extend_information": row.extend,
        "host": f"{row.bucket}.oss-{region}{inside}.aliyuncs.com",
        "http_method": row.method,
        "http_status": str(row.status),
        "http_type": "https",
        "logging_flag": "true",
        "object": row.object,
        "object_size": _number(row.size),
        "operation": row.operation,
        "owner_id": owner,
        "referer": NONE,
        "request_id": row.request_id,
        "request_length": str(310 + len(row.object) + len(row.agent) + len(row.query)),
        "request_uri": f"/{path}{'?' if row.query else ''}{row.query} HTTP/1.1",
        "requester_id": row.requester,
        "response_body_length": _number(row.sent),
        "response_time": str(cost + 3 + row.size // 524288),
        "restore_priority": NONE,
        "server_cost_time": str(cost),
        "sign_type": row.sign,
        "sync_request": row.sync,
        "time": f"{_local(row.time):%d/%b/%Y:%H:%M:%S}",
        "user_agent": row.agent,
        "user_defined_log_fields": NONE,
        "vpc_addr": NONE if row.vpc == NONE else "1734815756",
        "vpc_id": row.vpc,
    }


def spelt_operation(row: operations.Row) -> dict[str, str]:
    """The row in the columns of the log; a field it does not have is absent."""
    told = {
        "__time__": str(row.time),
        "__topic__": "operation_log",
        "__source__": "",
        "APIVersion": "0.6.0",
        "AccessKeyId": row.key,
        "CallerType": row.caller,
        "InvokerUid": row.uid,
        "Latency": str(row.latency),
        "LogStore": row.logstore,
        "Method": row.method,
        "Project": row.project,
        "RequestId": row.request_id,
        "SourceIP": row.ip,
        "ClientIp": row.ip,
        "Time": f"{_local(row.time):%Y-%m-%d %H:%M:%S}",
        "Status": str(row.status),
        "UserAgent": row.agent,
        "NetOutFlow": str(row.sent),
        "NetworkOut": str(0 if row.ip.startswith("10.") else row.sent),
    }
    if row.session:
        told["RoleSessionName"] = row.session
    if row.error:
        told["ErrorCode"] = row.error
    if row.ends:
        told |= {"BeginTime": str(row.begins), "EndTime": str(row.ends), "Offset": "0"}
    return told | ({"Query": row.query} if row.query != NONE else {})


def _number(value: int) -> str:
    return str(value) if value else NONE


def _local(time: int) -> datetime:
    return datetime.fromtimestamp(time, UTC) + _ZONE
