"""Where a story happens: addresses, regions, names, tools, drawn from its seed so that none can be learned.

Which of the ranges for documentation is the company's and which the intruder's differs from seed to seed.
Addresses are far apart: no two of them lie in the same sixteen.
"""

from datetime import datetime
from random import Random

from aktui.simcloud.stories import places
from aktui.simcloud.stories.company import Company

_BLOCKS = {
    "203.0.113": range(0, 160, 16),
    "198.51.100": (0, 32, 112, 224, 240),
    "192.0.2": range(0, 208, 16),
}
"""Sixteens in which no story and no traffic of a log has an address of its own."""

_HOMES = ("cn-hangzhou", "cn-shanghai", "cn-beijing", "cn-shenzhen", "cn-zhangjiakou", "cn-chengdu")
_ABROAD = (
    "ap-southeast-1",
    "ap-southeast-3",
    "ap-southeast-5",
    "ap-northeast-1",
    "us-west-1",
    "us-east-1",
    "eu-central-1",
    "eu-west-1",
    "me-east-1",
)
_NAMES = ("songhe", "luming", "chunxi", "nanqiao", "zhuying", "qiuyun", "yunfan", "shiquan", "lanxi", "muye")
_TRADES = ("retail", "tech", "media", "travel", "health", "market")

TOOLS = (
    places.CLI,
    places.CLI_MAC,
    places.PYTHON_OLD,
    "AlibabaCloud (linux; amd64) Golang/1.19.3 Core/0.01 TeaDSL/1",
    "python-requests/2.28.1",
    "AlibabaCloud (Windows NT 10.0; AMD64) Python/3.10.4 Core/1.0.1 TeaDSL/1",
)
"""What strangers call with, and what colleagues may call with as well."""


class Atlas:
    """Draws from a generator of its own, so that the rest of a story does not move."""

    def __init__(self, scenario: str, seed: int) -> None:
        self.scenario, self.seed = scenario, seed
        self.rng = Random(f"{scenario} {seed} atlas")
        ours, theirs, others = self.rng.sample(list(_BLOCKS), 3)
        self._nets = {
            whose: self._shuffled(net)
            for whose, net in (("ours", ours), ("theirs", theirs), ("others", others))
        }
        name = self.rng.choice(_NAMES)
        self.name = name
        self.alias = f"{name}-{self.rng.choice(_TRADES)}"
        self.region = self.rng.choice(_HOMES)
        self.offices = (self.ours(), self.ours())
        self.roaming = [self.others() for _ in range(3)]

    def company(self, now: datetime) -> Company:
        """The company of the story, unlike that of another story with the same seed."""
        own = Random(f"{self.scenario} {self.seed} story")
        return Company(self.scenario, self.alias, self.seed, now, region=self.region, rng=own)

    def ours(self) -> str:
        """An address of the company: an office, a server."""
        return self._draw("ours")

    def theirs(self) -> str:
        """An address of an intruder."""
        return self._draw("theirs")

    def others(self) -> str:
        """An address of somebody else: a home, a hotel, a partner."""
        return self._draw("others")

    def near(self, address: str, count: int) -> list[str]:
        """That address and others beside it, as one customer of a cloud provider gets them."""
        net, _, last = address.rpartition(".")
        block = int(last) // 16 * 16
        beside = [number for number in range(block + 1, block + 15) if number != int(last)]
        return [address, *(f"{net}.{number}" for number in self.rng.sample(beside, count - 1))]

    def abroad(self, count: int) -> list[str]:
        """Regions in which the company has nothing."""
        return self.rng.sample(_ABROAD, count)

    def days(self, count: int, longest: int) -> list[int]:
        """So many different numbers of days ago, the oldest first; today is none of them."""
        return sorted(self.rng.sample(range(1, longest + 1), count), reverse=True)

    def tool(self) -> str:
        return self.rng.choice(TOOLS)

    def _draw(self, whose: str) -> str:
        return self._nets[whose].pop()

    def _shuffled(self, net: str) -> list[str]:
        drawn = [f"{net}.{block + self.rng.randrange(1, 15)}" for block in _BLOCKS[net]]
        self.rng.shuffle(drawn)
        return drawn
