"""RAM: AccessKeys. Without a UserName it is the caller's own keys."""

from aktui.simcloud import views
from aktui.simcloud.directory import find, keys, recycle
from aktui.simcloud.op import Answer, Call, Text, op


@op("Ram", "ListAccessKeys", Text("UserName"), resource=find.user_resource)
def list_access_keys(call: Call) -> Answer:
    own = call.account.keys_of(find.owner_id(call))
    return {"AccessKeys": {"AccessKey": [views.ram_key(key) for key in own]}}


@op("Ram", "CreateAccessKey", Text("UserName"), resource=find.user_resource)
def create_access_key(call: Call) -> Answer:
    return {"AccessKey": views.new_key(keys.create(call.account, find.owner_id(call), call.now))}


@op(
    "Ram",
    "UpdateAccessKey",
    Text("UserName"),
    Text("UserAccessKeyId", required=True),
    Text("Status", required=True, choices=("Active", "Inactive")),
    resource=find.user_resource,
)
def update_access_key(call: Call) -> Answer:
    key = keys.owned_key(call.account, find.owner_id(call), call["UserAccessKeyId"])
    keys.switch(call.account, key, call["Status"], call.now)
    return {}


@op(
    "Ram",
    "DeleteAccessKey",
    Text("UserName"),
    Text("UserAccessKeyId", required=True),
    resource=find.user_resource,
)
def delete_access_key(call: Call) -> Answer:
    key = keys.owned_key(call.account, find.owner_id(call), call["UserAccessKeyId"])
    recycle.throw_key(call.account, key, call.now)
    return {}


# The catalogue does not mark UserName as required here; the service does ask for it.
@op(
    "Ram",
    "GetAccessKeyLastUsed",
    Text("UserName", required=True),
    Text("UserAccessKeyId", required=True),
    resource=find.user_resource,
)
def get_access_key_last_used(call: Call) -> Answer:
    key = keys.owned_key(call.account, find.ram_user(call).id, call["UserAccessKeyId"])
    event = keys.last_use(call.account, key.id, call.now)
    return {"AccessKeyLastUsed": {"LastUsedDate": event["eventTime"] if event else ""}}
