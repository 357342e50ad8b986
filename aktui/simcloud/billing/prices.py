"""What things cost in the practice cloud: of the size of the vendor's list prices, not a copy of them.

Amounts are CNY; on the international site they are turned into USD at one fixed rate.
"""

from typing import NamedTuple


class Sold(NamedTuple):
    """A product as bills name it."""

    chinese: str
    english: str
    commodity: str
    """`CommodityCode`, pay-as-you-go."""
    prepaid: str = ""
    """`CommodityCode` of the subscription."""


SOLD = {
    "ecs": Sold("云服务器 ECS", "Elastic Compute Service", "ecs", "vm"),
    "rds": Sold("云数据库 RDS", "ApsaraDB RDS", "bards", "rds"),
    "slb": Sold("负载均衡", "Server Load Balancer", "slb"),
    "eip": Sold("弹性公网 IP", "Elastic IP Address", "eip"),
    "nat_gw": Sold("NAT 网关", "NAT Gateway", "nat_gw"),
    "oss": Sold("对象存储", "Object Storage Service", "oss"),
    "sls": Sold("日志服务", "Simple Log Service", "sls"),
    "cdn": Sold("CDN", "Alibaba Cloud CDN", "cdn"),
    "kms": Sold("密钥管理服务", "Key Management Service", "kms"),
    "dysms": Sold("短信服务", "Short Message Service", "dysms"),
    "csk": Sold("容器服务", "Container Service for Kubernetes", "csk_propayg"),
    "sas": Sold("云安全中心", "Security Center", "sas_postpay", "sas"),
    "support": Sold("支持计划", "Support plan", "support", "support_package"),
}
"""By `ProductCode`."""

HOURLY = {
    "ecs.g7.large": 0.63,
    "ecs.g7.xlarge": 1.26,
    "ecs.c7.2xlarge": 1.96,
    "ecs.gn7i-c32g1.8xlarge": 12.71,
}
"""An hour of an instance type on the mainland."""

DISK_GB_HOUR = 0.0007
"""An hour of a GB of disk."""

TRAFFIC_GB = {"ecs": 0.80, "oss": 0.50, "cdn": 0.24, "eip": 0.80}
"""A GB that goes out to the Internet."""

MESSAGES = {"Messages": 0.045, "MessagesAbroad": 0.38}
"""A text message, by billing item."""

ABROAD = 1.25
"""Outside the mainland things cost that much more."""

_TO_USD = 0.14

ITEMS = {
    "instance_type": ("计算资源", "Compute", "Hour"),
    "systemdisk": ("系统盘", "System disk", "GB-Hour"),
    "NetworkOut": ("流量", "Outbound traffic", "GB"),
    "Storage": ("标准存储容量", "Storage", "GB-Day"),
    "Requests": ("请求次数", "Requests", "10000"),
    "LCU": ("性能容量单位", "LCU", "LCU"),
    "Ingest": ("写入流量", "Ingested data", "GB"),
    "Backup": ("备份存储", "Backup storage", "GB-Day"),
    "Cluster": ("集群管理", "Cluster management", "Hour"),
    "Calls": ("调用次数", "Calls", "10000"),
    "Messages": ("国内短信", "Messages", "Message"),
    "MessagesAbroad": ("国际短信", "Messages abroad", "Message"),
    "Package": ("套餐", "Package", ""),
}
"""Names of the billing items in Chinese and English, and what their usage counts."""


def factor(region: str) -> float:
    """How prices of a region compare with those of the mainland."""
    mainland = region.startswith("cn-") and region != "cn-hongkong"
    return 1.0 if mainland or not region else ABROAD


def in_currency(amount: float, site: str) -> float:
    return amount * _TO_USD if site == "international" else amount


def currency(site: str) -> str:
    return "USD" if site == "international" else "CNY"


def hour_of(instance_type: str, region: str, site: str) -> float | None:
    """The list price of an hour; None for a type that is not sold here."""
    known = HOURLY.get(instance_type)
    return None if known is None else round(in_currency(known * factor(region), site), 6)
