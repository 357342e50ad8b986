"""What a shop on the web leaves in the access logs of OSS: its visitors, its servers, its backups."""

from collections.abc import Sequence
from functools import partial
from random import Random

from aktui.simcloud.account import Account
from aktui.simcloud.stories import places
from aktui.simcloud.stories.ids import Ids
from aktui.simcloud.stories.places import Estate
from aktui.simcloud.stories.traffic import ALL_HOURS, NIGHT_HOURS, Traffic

VISITORS = tuple(f"203.0.113.{number}" for number in range(184, 250))
NODES = tuple(f"198.51.100.{number}" for number in range(60, 100))
"""Of the CDN, when it fetches from the origin."""
SCANNERS = tuple(f"192.0.2.{number}" for number in range(210, 240))
SERVERS = tuple(f"10.20.1.{number}" for number in range(40, 58))

_BROWSERS = (
    places.BROWSER,
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/125.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.50",
)
_SCANNERS = ("zgrab/0.x", "python-requests/2.28.1")
_JAVA = ("aliyun-sdk-java/3.17.4(Linux/5.10.134/amd64;17.0.11)",)
_PAGES = ("static/js/app.#.js", "static/css/site.#.css", "图片/商品/# 主图.jpg", "图片/首页 轮播/#.webp")
_UPLOADS = ("user/#/头像.png", "user/#/聊天 图片.jpg", "orders/#/invoice.pdf")


def shop(account: Account, estate: Estate, rng: Random, backup_key: str) -> list[Traffic]:
    """The traffic of the home region."""
    return [
        *_visitors(estate),
        *_cdn(account, estate, Ids(rng)),
        *_servers(account, estate, Ids(rng)),
        *_housekeeping(account, estate, backup_key),
    ]


def _visitors(estate: Estate) -> list[Traffic]:
    """Who needs no key: readers of pages, and scanners, which are refused."""
    assets, _, backups, _, _ = estate.buckets
    guesses = ("db/#.sql.gz", "backup/#.zip", "备份 #.rar")
    return [
        Traffic(290, assets, _PAGES, ips=NODES, agents=_BROWSERS, sync="cdn", missing=12, hours=ALL_HOURS),
        Traffic(180, assets, _PAGES, ips=VISITORS, agents=_BROWSERS, missing=25),
        Traffic(20, backups, guesses, ips=SCANNERS, agents=_SCANNERS, denied=True, hours=ALL_HOURS),
    ]


def _cdn(account: Account, estate: Estate, ids: Ids) -> list[Traffic]:
    """Private objects, which the CDN fetches with a role of its own."""
    role = "AliyunCDNAccessingPrivateOSSRole"
    return [
        Traffic(
            90,
            estate.buckets[1],
            _UPLOADS,
            keys=(ids.sts_key(),),
            requester=ids.number("3"),
            extend=f"{account.id},{role},cdn,{account.id}",
            sign="NormalSign",
            ips=NODES,
            agents=_BROWSERS,
            sync="cdn",
            hours=ALL_HOURS,
        )
    ]


def _servers(account: Account, estate: Estate, ids: Ids) -> list[Traffic]:
    """The application's servers with their role, from within the VPC, and the links that they sign."""
    uploads, role = estate.buckets[1], account.roles["EcsAppRole"]
    app = partial(
        Traffic,
        bucket=uploads,
        keys=tuple(ids.sts_key() for _ in SERVERS),
        requester=role.id,
        extend=f"{account.id},{role.name},{estate.instances[0]},{account.id}",
    )
    inside = partial(app, sign="NORMAL_SIGN4", ips=SERVERS, agents=_JAVA, vpc=estate.vpc)
    return [
        app(
            150,
            names=_UPLOADS,
            operations=("GetObject", "GetObject", "PutObject"),
            sign="URI_SIGN4",
            ips=VISITORS,
            agents=_BROWSERS,
            missing=8,
            high=6_000_000,
        ),
        inside(
            220,
            names=_UPLOADS,
            operations=("GetObject", "HeadObject", "HeadObject", "PutObject", "GetBucket"),
            missing=15,
        ),
        inside(10, names=("tmp/#.part", "草稿/# 图.png"), operations=("DeleteObjects",)),
    ]


def _housekeeping(account: Account, estate: Estate, backup_key: str) -> list[Traffic]:
    """Backups at night, and what the life cycle deletes."""
    _, uploads, backups, _, _ = estate.buckets
    return [
        Traffic(
            30,
            backups,
            ("db/orders-#.sql.gz",),
            operations=("UploadPart",),
            keys=(backup_key,),
            requester=account.keys[backup_key].owner,
            sign="NormalSign",
            ips=("10.20.0.13",),
            agents=(places.OSS_SDK,),
            vpc=estate.vpc,
            low=8_000_000,
            high=10_000_000,
            hours=(1,),
        ),
        Traffic(10, uploads, ("tmp/#.part",), operations=("ExpireObject",), hours=NIGHT_HOURS, ips=("-",)),
    ]


def mirror(buckets: Sequence[str]) -> list[Traffic]:
    """The traffic of a region that only serves pages and keeps copies."""
    return [
        Traffic(
            900, buckets[0], _PAGES, ips=NODES, agents=_BROWSERS, sync="cdn", missing=12, hours=ALL_HOURS
        ),
        Traffic(80, buckets[0], _PAGES, ips=VISITORS, agents=_BROWSERS, missing=25),
        Traffic(20, buckets[1], ("backup/#.zip",), ips=SCANNERS, agents=_SCANNERS, denied=True),
    ]
