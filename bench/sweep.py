"""A sweep of 1,000 keys against the time that the quotas allow, with evidence and state on disk."""

import asyncio
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aktui.cloud.limits import quota_of
from aktui.models import Exchange
from aktui.simcloud import accountfile
from aktui.simcloud.account import AccessKey, Account, User
from aktui.simcloud.scenarios import catalogue
from bench.cloud import LATENCY, practice_cloud
from bench.figures import Figure
from bench.triage import settings_for
from queries.sweep.ranking import ranked
from queries.sweep.session import session

KEYS = 1000


@dataclass(frozen=True)
class Swept:
    """One sweep: how long it took, what it asked, how many keys it told of."""

    seconds: float
    calls: Counter[tuple[str, str]]
    keys: int

    @property
    def bound(self) -> float:
        """Seconds below which nobody can be: the slowest API's quota."""
        return max(float(many) / quota_of(*name).rate for name, many in self.calls.items())


def crowd() -> Account:
    """The leaked CI key among 1,000 others, two a user, made in one moment and only one of them used.

    So the credential report does not tell which of the two was used, and each key must be asked about. There
    is no trail that would: the worst case.
    """
    account = catalogue()["leaked-ci-key"].build(0, datetime.now(UTC).replace(microsecond=0))
    account.trails.clear()
    sample = next(event for event in account.trail if event["eventName"] == "DescribeInstances")
    events = []
    living = sum(not key.recycled for key in account.keys.values())
    for number in range((KEYS - living) // 2):
        born = account.created + timedelta(hours=number % 2000)
        user = User(f"29{number:016d}", f"crowd-{number:04d}", born, born)
        account.users[user.id] = user
        for which in "AB":
            key = AccessKey(f"LTAI5tCROWDCROWD{which}{number:07d}", "s" * 30, user.id, "Active", born, born)
            account.keys[key.id] = key
        identity = {**sample["userIdentity"], "principalId": user.id, "userName": user.name}
        identity["accessKeyId"] = key.id
        events.append({**sample, "eventId": f"CROWD-{number:06d}", "userIdentity": identity})
    account.trail.extend(events)
    return account


async def timed_sweep(far_file: Path, home: Path) -> Swept:
    calls: Counter[tuple[str, str]] = Counter()

    def heard(exchange: Exchange) -> None:
        if exchange.attempt == 1:
            calls[exchange.product, exchange.action] += 1

    with practice_cloud(LATENCY, scenario=str(far_file)) as far:
        async with session(replace(settings_for(far), home=home)) as opened:
            opened.cloud.watch(heard)
            started = time.perf_counter()
            await opened.begin()
            seconds = time.perf_counter() - started
            found = ranked(opened.known, opened.cloud.now())
    told = [one for one in found if one.facts.use.told and one.facts.power is not None]
    if len(told) < KEYS - 1 or found[0].facts.owner != "ci-deployer":
        raise RuntimeError(f"the sweep told of {len(told)} keys: nothing was measured")
    return Swept(seconds, calls, len(found))


def run() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "crowd.json"
        file.write_text(json.dumps(accountfile.dump(crowd())), encoding="utf-8")
        swept = asyncio.run(timed_sweep(file, Path(folder) / "home"))
    how = (
        f"{swept.seconds:.1f} s for {swept.keys} keys, {swept.calls.total()} calls, against "
        f"{swept.bound:.1f} s; {LATENCY * 1000:.0f} ms away"
    )
    yield Figure(
        "sweep of 1,000 keys / what the quotas allow", swept.seconds / swept.bound, "x", 1.2, how=how
    )
