"""The products aktui speaks to: version, host per region and site, SDK package where one is used."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aktui.config import check_region


@dataclass(frozen=True)
class Product:
    """One product of the cloud."""

    name: str
    version: str
    ram: str
    """Prefix of the RAM actions that guard it; where the vendor is inconsistent, the likelier one."""
    package: str = ""
    """The SDK package with its typed client; empty for products called through the generic client."""
    host: str = ""
    """Host, perhaps with `{region}`; empty where the SDK's own rule is right."""
    abroad: str = ""
    """Host for the international site, where it is another one."""
    odd: Mapping[str, str] = field(default_factory=dict)
    """Hosts of the regions that follow no rule."""
    regional: bool = False
    """Whether each region answers for itself."""

    def endpoint(self, region: str, site: str) -> str:
        """The host to call, or empty when the SDK knows. `region` is empty unless asked for by name.

        Raises UsageError for what is not a region ID.
        """
        if region:
            check_region(region)
        if self.abroad:
            return self.abroad if _is_abroad(region, site) else self.host
        return self.odd.get(region) or self.host.format(region=region)


def _is_abroad(region: str, site: str) -> bool:
    return not region.startswith("cn-") if region else site == "international"


_OLD_ECS = "ecs-cn-hangzhou.aliyuncs.com"

PRODUCTS: Mapping[str, Product] = {
    product.name: product
    for product in (
        Product("sts", "2015-04-01", "sts", package="alibabacloud_sts20150401", regional=True),
        # The SDK's rule for RAM invents regional hosts that do not exist.
        Product("ram", "2015-05-01", "ram", package="alibabacloud_ram20150501", host="ram.aliyuncs.com"),
        Product("ims", "2019-08-15", "ram", package="alibabacloud_ims20190815"),
        Product(
            "actiontrail",
            "2020-07-06",
            "actiontrail",
            package="alibabacloud_actiontrail20200706",
            regional=True,
        ),
        Product(
            "bssopenapi",
            "2017-12-14",
            "bssapi",
            package="alibabacloud_bssopenapi20171214",
            host="business.aliyuncs.com",
            abroad="business.ap-southeast-1.aliyuncs.com",
        ),
        Product(
            "sas",
            "2018-12-03",
            "yundun-sas",
            host="tds.cn-shanghai.aliyuncs.com",
            abroad="tds.ap-southeast-1.aliyuncs.com",
        ),
        Product(
            "ecs",
            "2014-05-26",
            "ecs",
            host="ecs.{region}.aliyuncs.com",
            odd={
                "cn-hangzhou": _OLD_ECS,
                "cn-shanghai-finance-1": _OLD_ECS,
                "cn-shenzhen-finance-1": _OLD_ECS,
                "cn-hangzhou-finance": "ecs.aliyuncs.com",
            },
            regional=True,
        ),
        Product("vpc", "2016-04-28", "vpc", host="vpc.{region}.aliyuncs.com", regional=True),
        Product(
            "resourcecenter",
            "2022-12-01",
            "resourcecenter",
            host="resourcecenter.aliyuncs.com",
            abroad="resourcecenter-intl.aliyuncs.com",
        ),
        Product(
            "governance",
            "2021-01-20",
            "governance",
            host="governance.cn-hangzhou.aliyuncs.com",
            abroad="governance.ap-southeast-1.aliyuncs.com",
        ),
    )
}

LOG_SERVICE = Product("sls", "2020-12-30", "log", host="{region}.log.aliyuncs.com", regional=True)
"""Not in the table: it has a wire form of its own, and is asked through `Cloud.logs`."""


def product_named(name: str) -> Product:
    """The product of that name; a name that is not in the table is a mistake in the program: TypeError."""
    try:
        return PRODUCTS[name]
    except KeyError:
        raise TypeError(f"no product is called {name!r} (known: {', '.join(PRODUCTS)})") from None
