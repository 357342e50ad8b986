"""ActionTrail: GetAccessKeyLastUsed{Info,Products,Events,Ips,Resources}."""

from collections.abc import Callable
from datetime import UTC, datetime

from aktui.simcloud.audit import Facet, Record, last_uses
from aktui.simcloud.cursor import NEXT, next_token, place, refused, size
from aktui.simcloud.op import Answer, Call, Text, op
from aktui.simcloud.services import service

_KEY = Text("AccessKey", required=True)
_LISTED = (_KEY, Text("ServiceName", required=True), Text(NEXT), Text("PageSize"))


@op("Actiontrail", "GetAccessKeyLastUsedInfo", _KEY)
def get_access_key_last_used_info(call: Call) -> Answer:
    """The newest use of a key; nothing but the request id when there is no record."""
    records = last_uses(call.account, _key_id(call), "services", call.now)
    if not records:
        return {}
    newest = records[0]
    identity = newest.event["userIdentity"]
    root = identity.get("type") == "root-account"
    return {
        "AccessKeyId": _key_id(call),
        "AccountId": identity.get("accountId", call.account.id),
        "OwnerId": call.account.id if root else identity.get("principalId", ""),
        "UserName": "root" if root else identity.get("userName", ""),
        "AccountType": "root-account" if root else "ram-user",
        **_use(newest),
        **_service_names(newest),
    }


@op("Actiontrail", "GetAccessKeyLastUsedProducts", _KEY)
def get_access_key_last_used_products(call: Call) -> Answer:
    records = last_uses(call.account, _key_id(call), "services", call.now)
    return {"Products": [{**_use(record), **_service_names(record)} for record in records]}


@op("Actiontrail", "GetAccessKeyLastUsedEvents", *_LISTED)
def get_access_key_last_used_events(call: Call) -> Answer:
    return _page(call, "events", "Events", lambda record: {"EventName": record.name})


@op("Actiontrail", "GetAccessKeyLastUsedIps", *_LISTED)
def get_access_key_last_used_ips(call: Call) -> Answer:
    return _page(call, "ips", "Ips", lambda record: {"Ip": record.name})


@op("Actiontrail", "GetAccessKeyLastUsedResources", *_LISTED)
def get_access_key_last_used_resources(call: Call) -> Answer:
    def names(record: Record) -> Answer:
        return {"ResourceName": record.name, "ResourceType": record.kind}

    return _page(call, "resources", "Resources", names)


def _page(call: Call, facet: Facet, field: str, names: Callable[[Record], Answer]) -> Answer:
    """One page. All pages of a listing show the records as they were when its first page was asked for."""
    limit = size(call, "PageSize", 0, 100, 20)
    known = place(call)
    start, asked = known.get("from", 0), known.get("asked", call.now.timestamp())
    if type(start) is not int or start < 0 or type(asked) is not float or asked > call.now.timestamp():
        raise refused()
    moment = datetime.fromtimestamp(asked, UTC)
    records = last_uses(call.account, _key_id(call), facet, moment, call["ServiceName"])
    shown = records[start : start + limit]
    answer: Answer = {field: [{**_use(record), **names(record)} for record in shown]}
    if start + limit < len(records):
        answer[NEXT] = next_token(call, asked=asked, **{"from": start + limit})
    return answer


def _key_id(call: Call) -> str:
    return str(call["AccessKey"]).strip()


def _use(record: Record) -> Answer:
    return {"UsedTimestamp": record.used, "Detail": record.detail, "Source": record.source}


def _service_names(record: Record) -> Answer:
    known = service(record.name)
    return {"ServiceName": known.name, "ServiceNameCn": known.chinese, "ServiceNameEn": known.english}
