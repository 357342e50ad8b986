"""The people and machines of the made-up companies."""

from typing import NamedTuple


class Person(NamedTuple):
    login: str
    display: str
    department: str
    key: bool
    """Whether they have an AccessKey of their own."""


PEOPLE = [
    Person("zhang.wei", "张伟", "platform", True),
    Person("li.na", "李娜", "platform", True),
    Person("wang.fang", "王芳", "platform", True),
    Person("chen.jie", "陈杰", "platform", True),
    Person("liu.yang", "刘洋", "backend", True),
    Person("zhao.min", "赵敏", "backend", True),
    Person("huang.lei", "黄磊", "backend", True),
    Person("zhou.tao", "周涛", "backend", True),
    Person("wu.jing", "吴静", "backend", True),
    Person("xu.hao", "徐浩", "backend", True),
    Person("sun.li", "孙丽", "backend", False),
    Person("ma.chao", "马超", "backend", True),
    Person("zhu.ling", "朱玲", "frontend", True),
    Person("hu.bin", "胡斌", "frontend", True),
    Person("guo.rui", "郭睿", "frontend", False),
    Person("he.xin", "何欣", "frontend", True),
    Person("gao.peng", "高鹏", "data", True),
    Person("lin.yu", "林雨", "data", True),
    Person("luo.dan", "罗丹", "data", True),
    Person("zheng.kai", "郑凯", "data", True),
    Person("liang.bo", "梁博", "data", False),
    Person("xie.ting", "谢婷", "qa", True),
    Person("song.qi", "宋琪", "qa", True),
    Person("tang.yue", "唐悦", "qa", False),
    Person("han.mei", "韩梅", "security", True),
    Person("feng.ge", "冯歌", "security", True),
    Person("yu.ping", "于平", "finance", False),
    Person("dong.xue", "董雪", "finance", False),
    Person("xiao.an", "萧安", "operations", True),
    Person("cheng.lu", "程露", "operations", True),
    Person("cao.jun", "曹俊", "operations", True),
    Person("m.okafor", "Michael Okafor", "backend", True),
    Person("s.tanaka", "Sachiko Tanaka (田中幸子)", "data", True),
    Person("ext.brandt", "Jonas Brandt, contractor", "frontend", True),
]

GROUP_OF = {
    "platform": "admins",
    "backend": "developers",
    "frontend": "developers",
    "data": "data",
    "qa": "developers",
    "security": "security",
    "finance": "finance",
    "operations": "operations",
}


class Machine(NamedTuple):
    login: str
    display: str
    comments: str
    policies: tuple[str, ...]


MACHINES = [
    Machine(
        "terraform-runner",
        "Terraform",
        "plans and applies from the platform repository",
        ("terraform-scope",),
    ),
    Machine(
        "metrics-agent", "监控采集", "云监控指标采集，30 分钟一次", ("AliyunCloudMonitorReadOnlyAccess",)
    ),
    Machine("log-shipper", "日志投递", "ships application logs to SLS", ("AliyunLogFullAccess",)),
    Machine("oss-backup", "夜间备份", "nightly dumps to the backup bucket", ("backup-writer",)),
    Machine(
        "image-pusher", "Image builds", "pushes container images", ("AliyunContainerRegistryFullAccess",)
    ),
    Machine("cert-renewer", "证书续期", "renews certificates through DNS", ("AliyunDNSFullAccess",)),
    Machine("cdn-refresher", "CDN 刷新", "purges the CDN after releases", ("AliyunCDNFullAccess",)),
    Machine("billing-export", "账单导出", "monthly bills for finance", ("AliyunBSSReadOnlyAccess",)),
    Machine(
        "report-builder", "报表任务", "weekly reports", ("AliyunRDSReadOnlyAccess", "AliyunLogReadOnlyAccess")
    ),
    Machine("inventory-sync", "CMDB 同步", "资产清单同步到 CMDB", ("ReadOnlyAccess",)),
    Machine("sms-gateway", "短信网关", "verification codes; moved to another account", ()),
    Machine("legacy-cron", "legacy cron host", "旧机房定时任务，待下线", ("AliyunECSReadOnlyAccess",)),
]

ROAMING = [
    "198.51.100.131",
    "198.51.100.147",
    "198.51.100.162",
    "198.51.100.178",
    "198.51.100.201",
    "198.51.100.219",
]
"""Where people work from when they are not in an office."""
