"""What a call to the log service leaves behind: an event of the account, a row of its operation log."""

from dataclasses import dataclass
from datetime import timedelta

from aktui.simcloud.account import Account, Identity
from aktui.simcloud.clock import iso
from aktui.simcloud.events import identity_of
from aktui.simcloud.fault import ApiError
from aktui.simcloud.logs.delivery import happened
from aktui.simcloud.logs.permission import ACTIONS
from aktui.simcloud.logs.request import LogRequest
from aktui.simcloud.logs.store import Logstore
from aktui.simcloud.masking import masked
from aktui.simcloud.services import event_source
from aktui.simcloud.trail import Event

OPERATION_LOG = "internal-operation_log"
_DATA = ("GetLogs", "GetLogsV2", "GetHistograms", "GetContextLogs")
_CALLERS = {"root": "Parent", "user": "Subuser", "role": "Sts"}


@dataclass(frozen=True)
class Done:
    """A call that is over."""

    call: LogRequest
    caller: Identity
    request_id: str
    status: int
    sent: int
    """Bytes of the answer's body."""
    microseconds: int
    error: ApiError | None


def record(account: Account, done: Done) -> None:
    """Write the event, and the row where the project's region has an operation log that covers it."""
    happened(account, _event(account, done))
    log = _operation_log(account, done.call)
    if log is not None:
        log.add(_row(account, done))


def method(call: LogRequest) -> str:
    """The operation as events and the operation log name it."""
    return ACTIONS[call.operation].removeprefix("log:")


def _event(account: Account, done: Done) -> Event:
    call = done.call
    region = _region(account, call)
    named = [("ACS::SLS::Project", call.project), ("ACS::SLS::LogStore", call.logstore)]
    resources = [(kind, name) for kind, name in named if name]
    event: Event = {
        "eventId": done.request_id,
        "eventVersion": 1,
        "eventName": method(call),
        "eventSource": event_source("Sls", region),
        "eventTime": iso(account.clock.now()),
        "eventType": "ApiCall",
        "eventCategory": "Data" if call.operation in _DATA else "Management",
        "eventRW": "Read",
        "requestId": done.request_id,
        "requestParameters": masked(_parameters(call)),
        "serviceName": "Sls",
        "sourceIpAddress": call.http.source_ip,
        "userAgent": call.http.user_agent,
        "acsRegion": region,
        "apiVersion": call.http.headers.get("x-log-apiversion", ""),
        "isGlobal": False,
        "userIdentity": identity_of(done.caller),
    }
    if done.error is not None:
        event |= {"errorCode": done.error.code, "errorMessage": done.error.message}
    if resources:
        event |= {
            "referencedResources": {kind: [name] for kind, name in resources},
            "resourceType": ";".join(kind for kind, _ in resources),
            "resourceName": ";".join(name for _, name in resources),
        }
    return event


def _parameters(call: LogRequest) -> dict[str, str]:
    named = {"project": "ProjectName", "logstore": "LogStoreName"}
    return {named.get(name, name): value for name, value in call.shown().items()}


def _region(account: Account, call: LogRequest) -> str:
    project = account.projects.get(call.project)
    return call.region or (project.region if project else account.region)


def _operation_log(account: Account, call: LogRequest) -> Logstore | None:
    """The operation log of the region, when the call is to a project that is there."""
    project = account.projects.get(call.project)
    if project is None:
        return None
    kept = account.projects.get(f"log-service-{account.id}-{project.region}")
    return kept.logstores.get(OPERATION_LOG) if kept else None


def _row(account: Account, done: Done) -> dict[str, str]:
    call, caller, now = done.call, done.caller, account.clock.now()
    identity = identity_of(caller)
    who, _, session = str(identity["principalId"]).partition(":")
    row = {
        "__time__": str(int(now.timestamp())),
        "__topic__": "operation_log",
        "__source__": "",
        "APIVersion": call.http.headers.get("x-log-apiversion", ""),
        "AccessKeyId": caller.key_id,
        "CallerType": _CALLERS[caller.kind],
        "ClientIp": call.http.source_ip,
        "InvokerUid": who,
        "Latency": str(done.microseconds),
        "LogStore": call.logstore,
        "Method": method(call),
        "NetOutFlow": str(done.sent),
        "NetworkOut": str(done.sent),
        "Project": call.project,
        "RequestId": done.request_id,
        "SourceIP": call.http.source_ip,
        "Status": str(done.status),
        "Time": f"{now + timedelta(hours=8):%Y-%m-%d %H:%M:%S}",
        "UserAgent": call.http.user_agent,
    }
    if session:
        row["RoleSessionName"] = session
    if done.error is not None:
        row |= {"ErrorCode": done.error.code, "ErrorMsg": done.error.message}
    if call.operation in _DATA:
        row |= _read_of(call)
    return row


def _read_of(call: LogRequest) -> dict[str, str]:
    shown = call.shown()
    names = {"BeginTime": "from", "EndTime": "to", "Offset": "offset", "Query": "query"}
    return {name: shown[told] for name, told in names.items() if told in shown}
