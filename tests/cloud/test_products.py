"""Which host is called for which product, region and site."""

import pytest

from aktui.cloud.session import Cloud
from aktui.config import Settings
from aktui.errors import UsageError

HOSTS = [
    ("sts", "", "cn-hangzhou", "china", "sts.cn-hangzhou.aliyuncs.com"),
    ("sts", "ap-southeast-1", "cn-hangzhou", "china", "sts.ap-southeast-1.aliyuncs.com"),
    ("sts", "cn-zhangbei", "cn-hangzhou", "china", "sts.aliyuncs.com"),
    ("ram", "", "cn-hangzhou", "china", "ram.aliyuncs.com"),
    ("ram", "ap-south-1", "cn-hangzhou", "china", "ram.aliyuncs.com"),
    ("ram", "", "me-central-1", "international", "ram.aliyuncs.com"),
    ("ims", "", "cn-hangzhou", "china", "ims.aliyuncs.com"),
    ("ims", "", "ap-southeast-1", "international", "ims.aliyuncs.com"),
    ("actiontrail", "", "cn-hangzhou", "china", "actiontrail.cn-hangzhou.aliyuncs.com"),
    ("actiontrail", "us-west-1", "cn-hangzhou", "china", "actiontrail.us-west-1.aliyuncs.com"),
    ("actiontrail", "cn-hangzhou-finance", "cn-hangzhou", "china", "actiontrail.aliyuncs.com"),
    ("bssopenapi", "", "cn-hangzhou", "china", "business.aliyuncs.com"),
    ("bssopenapi", "", "cn-hangzhou", "international", "business.ap-southeast-1.aliyuncs.com"),
    ("bssopenapi", "", "ap-southeast-1", "china", "business.aliyuncs.com"),
    ("sas", "", "cn-hangzhou", "china", "tds.cn-shanghai.aliyuncs.com"),
    ("sas", "", "cn-hangzhou", "international", "tds.ap-southeast-1.aliyuncs.com"),
    ("sas", "ap-southeast-1", "cn-hangzhou", "china", "tds.ap-southeast-1.aliyuncs.com"),
    ("ecs", "", "cn-hangzhou", "china", "ecs-cn-hangzhou.aliyuncs.com"),
    ("ecs", "eu-central-1", "cn-hangzhou", "china", "ecs.eu-central-1.aliyuncs.com"),
    ("vpc", "", "cn-hangzhou", "china", "vpc.cn-hangzhou.aliyuncs.com"),
    ("resourcecenter", "", "cn-hangzhou", "china", "resourcecenter.aliyuncs.com"),
    ("resourcecenter", "", "ap-southeast-1", "international", "resourcecenter-intl.aliyuncs.com"),
    ("governance", "", "cn-beijing", "china", "governance.cn-hangzhou.aliyuncs.com"),
    ("governance", "", "cn-beijing", "international", "governance.ap-southeast-1.aliyuncs.com"),
]


@pytest.mark.parametrize(("product", "region", "home", "site", "host"), HOSTS)
async def test_the_host_of_a_product(product: str, region: str, home: str, site: str, host: str) -> None:
    async with Cloud(Settings(region=home, site=site)) as cloud:
        assert await cloud.endpoint(product, region) == host


@pytest.mark.parametrize(
    "region", ["evil.example/", "CN-HANGZHOU", "cn hangzhou", "cn-hangzhou\n", "cn", "a-b@c", "é-1"]
)
@pytest.mark.parametrize("product", ["ims", "actiontrail", "ecs"])
async def test_a_region_that_is_none_is_refused(product: str, region: str) -> None:
    async with Cloud(Settings()) as cloud:
        with pytest.raises(UsageError, match="region"):
            await cloud.endpoint(product, region)
