"""What a caller needs for an operation of the log service: a RAM action on a resource."""

from datetime import datetime

from aktui.simcloud.account import Account, Identity
from aktui.simcloud.logs.refusals import denied
from aktui.simcloud.logs.request import LogRequest
from aktui.simcloud.permissions import check

ACTIONS = {
    "ListProject": "log:ListProject",
    "GetProject": "log:GetProject",
    "ListLogStores": "log:ListLogStores",
    "GetLogStore": "log:GetLogStore",
    "GetIndex": "log:GetIndex",
    "GetLogs": "log:GetLogStoreLogs",
    "GetLogsV2": "log:GetLogStoreLogs",
    "GetHistograms": "log:GetLogStoreHistogram",
    "GetContextLogs": "log:GetLogStoreContextLogs",
}
"""Operation to the RAM action that guards it. Every operation that is answered is here."""


def authorise(
    account: Account, caller: Identity, call: LogRequest, source_ip: str, now: datetime, *, deny: bool
) -> None:
    """Raises 401 Unauthorized, naming what is missing; with `deny`, whatever the policies say."""
    action, resource = ACTIONS[call.operation], _resource(account, call)
    allowed = check(account, caller, action, resource, source_ip=source_ip, now=now).allowed
    if deny or not allowed:
        raise denied(action, resource)


def _resource(account: Account, call: LogRequest) -> str:
    project = account.projects.get(call.project)
    region = call.region or (project.region if project else account.region)
    scope = f"acs:log:{region}:{account.id}:project"
    if call.operation == "ListProject":
        return f"{scope}/*"
    if call.operation == "GetProject":
        return f"{scope}/{call.project}"
    return f"{scope}/{call.project}/logstore/{call.logstore or '*'}"
