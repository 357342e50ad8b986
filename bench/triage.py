"""A full triage against its lower bound, and against the same calls made with the SDKs' own async methods."""

import asyncio
import importlib
import ssl
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import httpx
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.utils_models import Config

from aktui.cloud.limits import quota_of
from aktui.cloud.patience import Patience
from aktui.cloud.products import PRODUCTS
from aktui.cloud.session import Cloud
from aktui.cloud.transport import Transport
from aktui.config import Settings, StaticCredentials
from aktui.models import Exchange, Secret, Window
from bench.cloud import LATENCY, Far, practice_cloud
from bench.figures import Figure, middle
from queries.inquiry import Inquiry
from queries.triage import triage

ROUNDS = 3
DEPTH = 4
"""Round trips that can only follow each other: owner, groups, policies of a group, their documents."""


@dataclass(frozen=True)
class Timed:
    """One triage: how long it took, and what it asked."""

    seconds: float
    exchanges: tuple[Exchange, ...]


def settings_for(far: Far) -> Settings:
    credentials = StaticCredentials(far.key_id, Secret(far.key_secret), Secret(""))
    return Settings(endpoint=far.endpoint, credentials=credentials)


async def timed_triage(far: Far) -> Timed:
    """A triage with everything imported and a connection open, as in a console that is already up."""
    async with Cloud(settings_for(far)) as cloud:
        for product in ("sts", "ims", "ram", "actiontrail"):
            await cloud.endpoint(product)
        await cloud.call("sts", "GetCallerIdentity")
        warm = len(cloud.exchanges)
        inquiry = Inquiry(cloud, far.suspect, Window(cloud.now() - timedelta(days=90), cloud.now()))
        started = time.perf_counter()
        found = await triage(inquiry)
        seconds = time.perf_counter() - started
        await inquiry.aclose()
        if not found.results["events"].rows:
            raise RuntimeError("the triage found no events: nothing was measured")
        return Timed(seconds, cloud.exchanges[warm:])


def lower_bound(exchanges: tuple[Exchange, ...]) -> float:
    """Seconds below which nobody can be: the slowest API's quota, or the longest chain of round trips."""
    calls = Counter((one.product, one.action) for one in exchanges)
    by_quota = max((count - 1) // quota_of(*name).rate for name, count in calls.items())
    return max(float(by_quota), DEPTH * LATENCY)


@contextmanager
def over_tls(far: Far) -> Iterator[None]:
    """Let the transport speak TLS to a practice cloud, as the SDKs do here, so that both pay for it."""
    context = ssl.create_default_context(cafile=far.ca_file)

    def opened(settings: Settings, patience: Patience) -> Transport:
        client = httpx.AsyncClient(verify=context, http2=True, trust_env=False, timeout=patience.read)
        return Transport(client, settings.endpoint.replace("http:", "https:"), patience)

    original = Transport.open
    Transport.open = opened  # type: ignore[method-assign]
    try:
        yield
    finally:
        Transport.open = original  # type: ignore[method-assign]


class Vendor:
    """The SDKs' own clients, asynchronous methods and transport; only endpoint and certificate are given."""

    def __init__(self, far: Far) -> None:
        self._config = Config(
            access_key_id=far.key_id,
            access_key_secret=far.key_secret,
            endpoint=f"127.0.0.1:{far.port}",
            protocol="https",
            region_id="cn-hangzhou",
            ca=far.ca_file,
        )
        self._clients: dict[str, Any] = {}

    def client(self, package: str) -> Any:
        if package not in self._clients:
            self._clients[package] = importlib.import_module(f"{package}.client").Client(self._config)
        return self._clients[package]

    async def call(self, exchange: Exchange) -> None:
        package = PRODUCTS[exchange.product].package
        models = importlib.import_module(f"{package}.models")
        wanted = f"{exchange.action.lower()}async"
        name = next(name for name in dir(self.client(package)) if name.replace("_", "") == wanted)
        kind = getattr(models, f"{exchange.action}Request", None)
        request = [kind().from_map(dict(exchange.params))] if kind else []
        with suppress(ClientException):  # a user without console logon is a refusal, and an answer
            await getattr(self.client(package), name)(*request)


async def one_after_the_other(vendor: Vendor, exchanges: tuple[Exchange, ...]) -> float:
    started = time.perf_counter()
    for exchange in exchanges:
        await vendor.call(exchange)
    return time.perf_counter() - started


async def gathered(vendor: Vendor, exchanges: tuple[Exchange, ...]) -> float:
    started = time.perf_counter()
    await asyncio.gather(*(vendor.call(exchange) for exchange in exchanges))
    return time.perf_counter() - started


def run() -> Iterator[Figure]:
    with practice_cloud() as far:
        rounds = [asyncio.run(timed_triage(far)) for _ in range(ROUNDS)]
    best = middle(one.seconds for one in rounds)
    bound = lower_bound(rounds[0].exchanges)
    asked = len(rounds[0].exchanges)
    how = f"{best:.2f} s for {asked} calls against {bound:.2f} s, {LATENCY * 1000:.0f} ms away"
    yield Figure("full triage / its lower bound", best / bound, "x", 1.5, how=how)
    yield from against_the_vendor()


def against_the_vendor() -> Iterator[Figure]:
    with practice_cloud(tls=True) as far:
        plain = replace(far, endpoint=far.endpoint.replace("https:", "http:"))
        with over_tls(far):
            ours = [asyncio.run(timed_triage(plain)) for _ in range(ROUNDS)]
        vendor, calls = Vendor(far), ours[0].exchanges
        serial = asyncio.run(one_after_the_other(vendor, calls))
        at_once = asyncio.run(gathered(vendor, calls))
    mine = middle(one.seconds for one in ours)
    for what, theirs, budget in (("one after the other", serial, 20), ("gathered", at_once, 5)):
        how = f"{theirs:.2f} s against {mine:.2f} s, the same {len(calls)} calls over TLS"
        yield Figure(
            f"SDKs' own async calls, {what} / triage", theirs / mine, "x", budget, at_least=True, how=how
        )
