"""IMS: AccessKey network policies."""

from aktui.simcloud import network
from aktui.simcloud.directory import find, keys
from aktui.simcloud.directory.quotas import quota
from aktui.simcloud.op import Answer, Call, Text, op

_KEY = (Text("UserPrincipalName"), Text("UserAccessKeyId", required=True))
_POLICY = Text("AccessKeyPolicy", required=True)


@op("Ims", "GetAccessKeyPolicy", *_KEY, resource=find.user_resource)
def get_access_key_policy(call: Call) -> Answer:
    key = keys.owned_key(call.account, find.owner_id(call), call["UserAccessKeyId"])
    return {"AccessKeyId": key.id, "AccessKeyPolicy": network.dump(network.key_policy(key, call.now))}


@op("Ims", "SetAccessKeyPolicy", *_KEY, _POLICY, resource=find.user_resource)
def set_access_key_policy(call: Call) -> Answer:
    """Answers with what was set, though it shows and binds only later."""
    key = keys.owned_key(call.account, find.owner_id(call), call["UserAccessKeyId"])
    document = _document(call)
    network.set_key_policy(call.account, key, document, call.now)
    return {"AccessKeyId": key.id, "AccessKeyPolicy": network.dump(document)}


@op("Ims", "GetAccessKeyPolicyForAccount")
def get_access_key_policy_for_account(call: Call) -> Answer:
    return {"AccessKeyPolicy": network.dump(network.account_policy(call.account, call.now))}


@op("Ims", "SetAccessKeyPolicyForAccount", _POLICY)
def set_access_key_policy_for_account(call: Call) -> Answer:
    document = _document(call)
    network.set_account_policy(call.account, document, call.now)
    return {"AccessKeyPolicy": network.dump(document)}


def _document(call: Call) -> network.Document:
    return network.parse(
        call["AccessKeyPolicy"],
        statements=quota(call.account, "ConditionsPerAKPolicyQuota"),
        addresses=quota(call.account, "IPItemsPerAKPolicyQuota"),
    )
