"""RAM: policies and their versions."""

from aktui.simcloud import views
from aktui.simcloud.clock import iso
from aktui.simcloud.directory import find, names, paging, policies
from aktui.simcloud.op import Answer, Boolean, Call, Integer, Objects, Text, op
from aktui.simcloud.products.ims_users import tag_pairs

_KIND = Text("PolicyType", required=True)
_NAME = Text("PolicyName", required=True)


@op("Ram", "GetPolicy", _KIND, _NAME, resource=find.policy_resource)
def get_policy(call: Call) -> Answer:
    policy = policies.find(call.account, call["PolicyType"], call["PolicyName"])
    default = policies.version(policy, policy.default)
    # The document stands in the version; the field of the policy itself is a leftover.
    listed = views.policy_listed(call.account, policy) | {"PolicyDocument": "N/A"}
    return {"Policy": listed, "DefaultPolicyVersion": views.policy_version(policy, default)}


@op(
    "Ram",
    "ListPolicies",
    Text("PolicyType", choices=("Custom", "System")),
    Text("Marker"),
    Integer("MaxItems", low=1, high=1000),
    Objects("Tag", ("Key", "Value")),
    resource=find.all_of("policy"),
)
def list_policies(call: Call) -> Answer:
    kind, tags = call.get("PolicyType"), tag_pairs(call).items()
    wanted = [
        policy
        for policy in call.account.policies.values()
        if (not kind or policy.kind == kind) and all(policy.tags.get(key) == value for key, value in tags)
    ]
    shown, more = paging.paged(call, wanted, identity=lambda policy: f"{policy.kind}/{policy.name}")
    counts = views.attachment_counts(call.account)
    listed = [views.policy_listed(call.account, policy, counts) for policy in shown]
    return more | {"Policies": {"Policy": listed}}


@op(
    "Ram",
    "CreatePolicy",
    _NAME,
    Text("PolicyDocument", required=True),
    Text("Description"),
    Objects("Tag", ("Key", "Value")),
    resource=find.policy_resource,
)
def create_policy(call: Call) -> Answer:
    policy = policies.create(
        call.account,
        call["PolicyName"],
        call["PolicyDocument"],
        call.get("Description", ""),
        call.now,
        tag_pairs(call),
    )
    return {"Policy": views.policy(policy)}


@op(
    "Ram",
    "UpdatePolicyDescription",
    _NAME,
    Text("NewDescription", required=True),
    resource=find.policy_resource,
)
def update_policy_description(call: Call) -> Answer:
    policy = policies.custom(call.account, call["PolicyName"])
    policy.description = names.short("NewDescription", call["NewDescription"], 1024)
    policy.updated = call.now
    return {"Policy": views.policy(policy) | {"UpdateDate": iso(policy.updated)}}


@op("Ram", "DeletePolicy", _NAME, Boolean("CascadingDelete"), resource=find.policy_resource)
def delete_policy(call: Call) -> Answer:
    policy = policies.custom(call.account, call["PolicyName"])
    policies.delete(call.account, policy, cascade=call.get("CascadingDelete", False))
    return {}


@op(
    "Ram",
    "CreatePolicyVersion",
    _NAME,
    Text("PolicyDocument", required=True),
    Boolean("SetAsDefault"),
    Text("RotateStrategy"),
    resource=find.policy_resource,
)
def create_policy_version(call: Call) -> Answer:
    policy = policies.custom(call.account, call["PolicyName"])
    version = policies.add_version(
        call.account,
        policy,
        call["PolicyDocument"],
        default=call.get("SetAsDefault", False),
        rotate=call.get("RotateStrategy", ""),
        now=call.now,
    )
    return {"PolicyVersion": views.policy_version(policy, version)}


@op(
    "Ram",
    "GetPolicyVersion",
    _KIND,
    _NAME,
    Text("VersionId", required=True),
    resource=find.policy_resource,
)
def get_policy_version(call: Call) -> Answer:
    policy = policies.find(call.account, call["PolicyType"], call["PolicyName"])
    return {"PolicyVersion": views.policy_version(policy, policies.version(policy, call["VersionId"]))}


@op("Ram", "ListPolicyVersions", _KIND, _NAME, resource=find.policy_resource)
def list_policy_versions(call: Call) -> Answer:
    policy = policies.find(call.account, call["PolicyType"], call["PolicyName"])
    newest_first = reversed(policy.versions)
    return {"PolicyVersions": {"PolicyVersion": [views.policy_version(policy, one) for one in newest_first]}}


@op("Ram", "DeletePolicyVersion", _NAME, Text("VersionId", required=True), resource=find.policy_resource)
def delete_policy_version(call: Call) -> Answer:
    policies.drop_version(policies.custom(call.account, call["PolicyName"]), call["VersionId"], call.now)
    return {}


@op(
    "Ram",
    "SetDefaultPolicyVersion",
    _NAME,
    Text("VersionId", required=True),
    resource=find.policy_resource,
)
def set_default_policy_version(call: Call) -> Answer:
    policy = policies.custom(call.account, call["PolicyName"])
    policies.make_default(call.account, policy, call["VersionId"], call.now)
    return {}
