"""The policies every account comes with: those that scenarios and responders meet, by the vendor's names."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime

from aktui.simcloud.account import Policy, PolicyVersion

Actions = list[str]

SINCE = datetime(2015, 4, 28, tzinfo=UTC)
"""When the vendor made them."""

_EVERYTHING = ["*"]
_READING = [
    "*:Describe*",
    "*:List*",
    "*:Get*",
    "*:Query*",
    "*:Lookup*",
    "*:Search*",
    "*:Check*",
    "*:BatchGet*",
    "resourcecenter:ExecuteSQLQuery",
]


def _all(*services: str) -> Actions:
    return [f"{service}:*" for service in services]


def _reads(*services: str, verbs: Iterable[str] = ("Describe", "List", "Get", "Query")) -> Actions:
    return [f"{service}:{verb}*" for service in services for verb in verbs]


_ROWS: list[tuple[str, str, Actions]] = [
    ("AdministratorAccess", "Everything in the account", _EVERYTHING),
    ("ReadOnlyAccess", "Reading in all services", _READING),
    ("PowerUserAccess", "Everything but users, roles and their permissions", []),
    ("AliyunRAMFullAccess", "Manage users, groups, roles and permissions", _all("ram", "ims")),
    ("AliyunRAMReadOnlyAccess", "Read users, groups, roles and permissions", _reads("ram", "ims")),
    ("AliyunSTSAssumeRoleAccess", "Assume roles", ["sts:AssumeRole"]),
    ("AliyunActionTrailFullAccess", "Manage trails and read events", _all("actiontrail")),
    (
        "AliyunActionTrailReadOnlyAccess",
        "Read trails and events",
        _reads("actiontrail", verbs=("Describe", "List", "Get", "Lookup")),
    ),
    ("AliyunECSFullAccess", "Manage instances, disks and images", [*_all("ecs"), "vpc:Describe*"]),
    ("AliyunECSReadOnlyAccess", "Read instances, disks and images", [*_reads("ecs"), "vpc:Describe*"]),
    ("AliyunECSAssistantFullAccess", "Run commands on instances", ["ecs:*Command*", "ecs:*Invocation*"]),
    ("AliyunVPCFullAccess", "Manage virtual networks", _all("vpc")),
    ("AliyunVPCReadOnlyAccess", "Read virtual networks", _reads("vpc")),
    ("AliyunEIPFullAccess", "Manage elastic IP addresses", ["vpc:*Eip*"]),
    ("AliyunSLBFullAccess", "Manage load balancers", _all("slb", "alb", "nlb")),
    ("AliyunSLBReadOnlyAccess", "Read load balancers", _reads("slb", "alb", "nlb")),
    ("AliyunOSSFullAccess", "Manage buckets and objects", _all("oss", "oss-acc")),
    ("AliyunOSSReadOnlyAccess", "Read buckets and objects", _reads("oss", verbs=("Get", "List"))),
    ("AliyunLogFullAccess", "Manage log projects", _all("log")),
    ("AliyunLogReadOnlyAccess", "Read log projects", _reads("log", verbs=("Get", "List", "Query"))),
    ("AliyunRDSFullAccess", "Manage databases", _all("rds", "dms")),
    ("AliyunRDSReadOnlyAccess", "Read databases", _reads("rds")),
    ("AliyunKvstoreFullAccess", "Manage Redis instances", _all("kvstore")),
    ("AliyunKvstoreReadOnlyAccess", "Read Redis instances", _reads("kvstore")),
    ("AliyunCSFullAccess", "Manage container clusters", _all("cs")),
    ("AliyunCSReadOnlyAccess", "Read container clusters", _reads("cs")),
    ("AliyunContainerRegistryFullAccess", "Manage container images", _all("cr")),
    ("AliyunContainerRegistryReadOnlyAccess", "Read container images", [*_reads("cr"), "cr:PullRepository"]),
    ("AliyunFCFullAccess", "Manage functions", _all("fc")),
    ("AliyunKMSFullAccess", "Manage encryption keys and secrets", _all("kms")),
    ("AliyunKMSReadOnlyAccess", "Read encryption keys", _reads("kms", verbs=("Describe", "List"))),
    ("AliyunKMSSecretUserAccess", "Read secrets", ["kms:GetSecretValue", "kms:Decrypt"]),
    ("AliyunCloudMonitorFullAccess", "Manage alarms and metrics", _all("cms")),
    ("AliyunCloudMonitorReadOnlyAccess", "Read alarms and metrics", _reads("cms")),
    ("AliyunCDNFullAccess", "Manage content delivery", _all("cdn")),
    ("AliyunDNSFullAccess", "Manage domain records", _all("alidns")),
    ("AliyunDysmsFullAccess", "Send text messages", _all("dysms")),
    ("AliyunDysmsReadOnlyAccess", "Read text message settings", _reads("dysms")),
    ("AliyunDirectMailFullAccess", "Send mail", _all("dm")),
    ("AliyunBSSFullAccess", "Manage bills and orders", _all("bss", "bssapi", "efc")),
    (
        "AliyunBSSReadOnlyAccess",
        "Read bills",
        _reads("bss", "bssapi", verbs=("Describe", "Query", "Get", "List")),
    ),
    ("AliyunBSSOrderAccess", "Place and pay orders", ["bss:*Order*"]),
    ("AliyunYundunSASFullAccess", "Manage Security Center", _all("yundun-sas", "yundun-aegis")),
    ("AliyunYundunSASReadOnlyAccess", "Read Security Center", _reads("yundun-sas", "yundun-aegis")),
    ("AliyunYundunWAFFullAccess", "Manage the web application firewall", _all("yundun-waf")),
    ("AliyunConfigReadOnlyAccess", "Read resource configurations", _reads("config")),
    ("AliyunResourceCenterReadOnlyAccess", "Search resources", ["resourcecenter:*"]),
    ("AliyunResourceDirectoryReadOnlyAccess", "Read the resource directory", _reads("resourcemanager")),
    ("AliyunGovernanceReadOnlyAccess", "Read governance results", _reads("governance")),
    ("AliyunSupportFullAccess", "Manage tickets", _all("support")),
    ("AliyunPublicMNSFullAccess", "Manage message queues", _all("mns")),
]

_ALL_BUT = {"PowerUserAccess": ["ram:*", "ims:*", "sts:AssumeRole", "resourcemanager:*"]}
"""Policies that allow all except these actions."""


def system_policies(created: datetime = SINCE) -> dict[tuple[str, str], Policy]:
    """The vendor's policies by (kind, name), as `Account.policies` holds them."""
    return {("System", name): _policy(name, why, actions, created) for name, why, actions in _ROWS}


def _policy(name: str, why: str, actions: Actions, created: datetime) -> Policy:
    spared = _ALL_BUT.get(name)
    which = {"NotAction": spared} if spared else {"Action": actions}
    statement = {"Effect": "Allow", **which, "Resource": "*"}
    document = json.dumps({"Version": "1", "Statement": [statement]}, separators=(",", ":"))
    return Policy(name, "System", created, created, why, [PolicyVersion("v1", document, created)])
