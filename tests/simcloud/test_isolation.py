"""The machine that runs the tests is kept out of them."""

import os
import socket
import time
from pathlib import Path

import httpx
import pytest

from tests.conftest import NoNetwork


def test_no_test_reaches_another_machine() -> None:
    with pytest.raises(NoNetwork, match=r"198\.51\.100\.1"), socket.socket() as other:
        other.connect(("198.51.100.1", 80))
    with pytest.raises(NoNetwork, match=r"100\.100\.100\.200"), socket.socket() as other:
        other.connect_ex(("100.100.100.200", 80))


async def test_no_test_looks_up_another_machine() -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        with pytest.raises(NoNetwork, match=r"sts\.aliyuncs\.com"):
            await client.get("http://sts.aliyuncs.com/")


def test_loopback_is_open() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(("localhost", server.getsockname()[1])),
    ):
        pass


def test_home_is_empty_and_our_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    assert list(Path.home().iterdir()) == []
    assert Path.home().is_relative_to(tmp_path_factory.getbasetemp())
    assert Path(os.environ["AKTUI_HOME"]).is_relative_to(Path.home())


def test_no_credentials_and_no_proxy_are_inherited() -> None:
    names = {
        name for name in os.environ if name.startswith("ALIBABA_CLOUD_") or name.lower().endswith("_proxy")
    }
    assert names == {"ALIBABA_CLOUD_ECS_METADATA_DISABLED"}


def test_local_time_is_utc() -> None:
    assert time.timezone == 0


@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_leaves_in_the_environment_is_gone_in_the_next(turn: int) -> None:
    assert "AKTUI_LEFT_BEHIND" not in os.environ
    os.environ["AKTUI_LEFT_BEHIND"] = str(turn)
