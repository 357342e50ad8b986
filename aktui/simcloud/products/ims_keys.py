"""IMS: AccessKeys. Without a UserPrincipalName it is the caller's own keys."""

from aktui.simcloud import views
from aktui.simcloud.directory import find, keys, recycle
from aktui.simcloud.op import Answer, Call, Text, op

_STATUSES = ("Active", "Inactive")


@op("Ims", "ListAccessKeys", Text("UserPrincipalName"), resource=find.user_resource)
def list_access_keys(call: Call) -> Answer:
    own = call.account.keys_of(find.owner_id(call))
    return {"AccessKeys": {"AccessKey": [views.ims_key(key) for key in own]}}


@op("Ims", "CreateAccessKey", Text("UserPrincipalName"), resource=find.user_resource)
def create_access_key(call: Call) -> Answer:
    return {"AccessKey": views.new_key(keys.create(call.account, find.owner_id(call), call.now))}


@op(
    "Ims",
    "UpdateAccessKey",
    Text("UserPrincipalName"),
    Text("UserAccessKeyId", required=True),
    Text("Status", required=True, choices=_STATUSES),
    resource=find.user_resource,
)
def update_access_key(call: Call) -> Answer:
    key = keys.owned_key(call.account, find.owner_id(call), call["UserAccessKeyId"])
    keys.switch(call.account, key, call["Status"], call.now)
    return {}


@op(
    "Ims",
    "DeleteAccessKey",
    Text("UserPrincipalName"),
    Text("UserAccessKeyId", required=True),
    resource=find.user_resource,
)
def delete_access_key(call: Call) -> Answer:
    key = keys.owned_key(call.account, find.owner_id(call), call["UserAccessKeyId"])
    recycle.throw_key(call.account, key, call.now)
    return {}


@op(
    "Ims",
    "GetAccessKeyLastUsed",
    Text("UserPrincipalName"),
    Text("UserAccessKeyId", required=True),
    resource=find.user_resource,
)
def get_access_key_last_used(call: Call) -> Answer:
    key = keys.owned_key(call.account, find.owner_id(call), call["UserAccessKeyId"])
    event = keys.last_use(call.account, key.id, call.now)
    return {
        "AccessKeyLastUsed": {
            "LastUsedDate": event["eventTime"] if event else "",
            "ServiceName": event["serviceName"] if event else "",
        }
    }
