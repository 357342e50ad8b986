"""The services that events speak of: display names, hosts, API versions, where their events are kept."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """A service as events and the AccessKey audit name it."""

    name: str
    """`serviceName` of its events."""
    chinese: str
    english: str
    version: str
    host: str
    """`eventSource` of its events, `{}` standing for the region."""
    everywhere: bool = False
    """A global service: its events are kept in one region of the account's choice."""


_ROWS = [
    Service("Ecs", "云服务器ECS", "Elastic Compute Service", "2014-05-26", "ecs.{}.aliyuncs.com"),
    Service("Vpc", "专有网络VPC", "Virtual Private Cloud", "2016-04-28", "vpc.{}.aliyuncs.com"),
    Service("Slb", "传统型负载均衡CLB", "Classic Load Balancer", "2014-05-15", "slb.{}.aliyuncs.com"),
    Service("Alb", "应用型负载均衡ALB", "Application Load Balancer", "2020-06-16", "alb.{}.aliyuncs.com"),
    Service("Ess", "弹性伸缩", "Auto Scaling", "2022-02-22", "ess.{}.aliyuncs.com"),
    Service("Rds", "云数据库RDS", "ApsaraDB RDS", "2014-08-15", "rds.{}.aliyuncs.com"),
    Service(
        "R-kvstore",
        "云数据库Redis版",
        "Tair (Redis OSS-Compatible)",
        "2015-01-01",
        "r-kvstore.{}.aliyuncs.com",
    ),
    Service("Oss", "对象存储OSS", "Object Storage Service", "2019-05-17", "oss-{}.aliyuncs.com"),
    Service("Sls", "日志服务SLS", "Simple Log Service", "2020-12-30", "{}.log.aliyuncs.com"),
    Service("Kms", "密钥管理服务", "Key Management Service", "2016-01-20", "kms.{}.aliyuncs.com"),
    Service(
        "CS", "容器服务Kubernetes版", "Container Service for Kubernetes", "2015-12-15", "cs.{}.aliyuncs.com"
    ),
    Service("Cr", "容器镜像服务", "Container Registry", "2018-12-01", "cr.{}.aliyuncs.com"),
    Service("FC", "函数计算", "Function Compute", "2023-03-30", "{}.fc.aliyuncs.com"),
    Service("Dysmsapi", "短信服务", "Short Message Service", "2017-05-25", "dysmsapi.aliyuncs.com"),
    Service("Cms", "云监控", "CloudMonitor", "2019-01-01", "metrics.{}.aliyuncs.com"),
    Service("Actiontrail", "操作审计", "ActionTrail", "2020-07-06", "actiontrail.{}.aliyuncs.com"),
    Service("Ram", "访问控制", "Resource Access Management", "2015-05-01", "ram.aliyuncs.com", True),
    Service("Ims", "身份管理", "Identity Management Service", "2019-08-15", "ims.aliyuncs.com", True),
    Service("Sts", "安全令牌", "Security Token Service", "2015-04-01", "sts.{}.aliyuncs.com", True),
    Service("AasSub", "RAM用户登录", "RAM User Logon", "2015-05-01", "signin.aliyun.com", True),
    Service(
        "AasCustomer", "云账号登录", "Alibaba Cloud Account Logon", "2015-05-01", "account.aliyun.com", True
    ),
    Service("BssOpenApi", "费用与成本", "Expenses and Costs", "2017-12-14", "business.aliyuncs.com", True),
    Service("Sas", "云安全中心", "Security Center", "2018-12-03", "tds.aliyuncs.com", True),
    Service(
        "Governance",
        "云治理中心",
        "Cloud Governance Center",
        "2021-01-20",
        "governance.{}.aliyuncs.com",
        True,
    ),
    Service(
        "ResourceCenter", "资源中心", "Resource Center", "2022-12-01", "resourcecenter.aliyuncs.com", True
    ),
    Service("Cdn", "内容分发网络CDN", "Alibaba Cloud CDN", "2018-05-10", "cdn.aliyuncs.com", True),
    Service("Alidns", "云解析DNS", "Alibaba Cloud DNS", "2015-01-09", "alidns.aliyuncs.com", True),
    Service(
        "ResourceManager",
        "资源管理",
        "Resource Management",
        "2020-03-31",
        "resourcemanager.aliyuncs.com",
        True,
    ),
]

SERVICES = {service.name: service for service in _ROWS}
"""By `serviceName`."""


def service(name: str) -> Service:
    """The service of that name; an unknown one keeps its name in both languages and counts as regional."""
    return SERVICES.get(name) or Service(name, name, name, "*", f"{name.lower()}.{{}}.aliyuncs.com")


def is_global(name: str) -> bool:
    """Whether events of this service are kept in the account's region for global events."""
    known = SERVICES.get(name)
    return known is not None and known.everywhere


def event_source(name: str, region: str) -> str:
    """The host an event of this service names."""
    return service(name).host.format(region)
