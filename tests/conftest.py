"""What every test stands on: no home, no environment, no clock zone, no network of whoever runs it."""

import ipaddress
import locale
import os
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from aktui.simcloud.account import Account
from tests.practice import Sim

FOREIGN = ("ALIBABA_CLOUD_", "ALIBABACLOUD_", "ALICLOUD_", "AKTUI_", "XDG_")
"""Variables that would make a test depend on who runs it."""

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
NEEDED_BY_TESTS = ("AKTUI_API_CATALOGUE", "AKTUI_API_SAMPLES", "AKTUI_NODE_MODULES")
"""Where optional reference material lies; only tests read these."""


def _clean_environment() -> None:
    for name in list(os.environ):
        foreign = name.startswith(FOREIGN) or name.lower() in PROXIES or name.startswith("LC_")
        if foreign and name not in NEEDED_BY_TESTS:
            del os.environ[name]
    os.environ |= {"ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true", "LANG": "C.UTF-8", "TZ": "UTC"}


# The vendor's credentials package reads the environment when it is imported, before any fixture runs.
_clean_environment()


class NoNetwork(AssertionError):
    """A test tried to reach another machine."""


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback and Unix sockets only, names included."""
    connect, connect_ex, look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _insist_on_loopback(self.family, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _insist_on_loopback(self.family, address)
        return connect_ex(self, address)

    def guarded_look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        if not _is_here(host):
            raise NoNetwork(f"a test looked up {host!r}")
        return look_up(host, *args, **kwargs)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_look_up)


def _insist_on_loopback(family: int, address: Any) -> None:
    if family in (socket.AF_INET, socket.AF_INET6) and not _is_here(address[0]):
        raise NoNetwork(f"a test tried to reach {address!r}")


def _is_here(host: Any) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def a_home_of_its_own(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home directory; cases and settings land in it."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.setenv("AKTUI_HOME", str(home / "aktui"))
    for name, folder in (
        ("CONFIG", ".config"),
        ("DATA", ".local/share"),
        ("STATE", ".local/state"),
        ("CACHE", ".cache"),
    ):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / folder))
    return home


@pytest.fixture(autouse=True)
def a_clean_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever a test puts into the environment is gone after it; UTC and the C locale throughout."""
    before = dict(os.environ)
    time.tzset()
    locale.setlocale(locale.LC_ALL, "C.UTF-8")
    yield
    for name in set(os.environ) - set(before):
        del os.environ[name]
    os.environ |= before


PracticeCloudFactory = Callable[..., Sim]


@pytest.fixture
def practice_cloud() -> PracticeCloudFactory:
    """`with practice_cloud(account) as sim:` (or `async with`): the account served at `sim.endpoint`."""

    def serve(account: Account, *, rebuild: Callable[[], Account] | None = None, live: bool = False) -> Sim:
        return Sim(account, rebuild, live=live)

    return serve
