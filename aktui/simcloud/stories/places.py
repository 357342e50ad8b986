"""Addresses, tools and things of the made-up companies; addresses are from the ranges for documentation."""

from dataclasses import dataclass

from aktui.simcloud.stories.ids import Ids

CLI = "aliyun-cli/3.0.278 (linux; amd64)"
CLI_MAC = "aliyun-cli/3.0.265 (darwin; arm64)"
PYTHON = "AlibabaCloud (Linux; x86_64) Python/3.11.9 Core/1.0.9 TeaDSL/2"
PYTHON_OLD = "AlibabaCloud (linux; x86_64) Python/3.8.10 Core/2.13.36 python-requests/2.31.0"
JAVA = "AlibabaCloud (Linux; amd64) Java/17.0.11+9 tea-util/0.2.23 TeaDSL/1"
GO = "AlibabaCloud (linux; amd64) Golang/1.22.4 Core/0.01 TeaDSL/1"
TERRAFORM = (
    "AlibabaCloud (linux; amd64) Golang/1.21.9 Core/1.62.735 HashiCorp-Terraform/1.7.5 Provider/1.226.0"
)
OSS_SDK = "aliyun-sdk-python/2.18.4(Linux/5.10.134/x86_64;3.11.9)"
LOG_SDK = "log-python-sdk-v-0.9.12, sys.version_info(major=3, minor=11)"
BROWSER = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/126.0 Safari/537.36"


@dataclass(frozen=True)
class Estate:
    """What a company owns, as far as events name it."""

    instances: list[str]
    """Application servers."""
    ci_host: str
    """The instance that builds and deploys."""
    balancers: list[str]
    databases: list[str]
    cluster: str
    buckets: list[str]
    """By use: assets, uploads, backups, audit, artifacts."""
    project: str
    """Log project of the applications."""
    secrets: list[str]
    vpc: str
    vswitch: str
    security_group: str


def estate(ids: Ids, alias: str) -> Estate:
    """The usual things, with identifiers of their own."""
    return Estate(
        instances=[ids.thing("i-bp1") for _ in range(18)],
        ci_host=ids.thing("i-bp1"),
        balancers=[ids.thing("lb-bp1") for _ in range(3)],
        databases=[ids.thing("rm-bp1") for _ in range(3)],
        cluster=ids.thing("c"),
        buckets=[f"{alias}-{use}" for use in ("assets", "uploads", "backups", "audit", "artifacts")],
        project=f"{alias}-app",
        secrets=["prod/db/orders", "prod/pay/gateway", "prod/jwt/signing"],
        vpc=ids.thing("vpc-bp1"),
        vswitch=ids.thing("vsw-bp1"),
        security_group=ids.thing("sg-bp1"),
    )
