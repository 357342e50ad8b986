"""The log service on the road to the real cloud: each project at a host name of its own, over TLS."""

from pathlib import Path

import pytest

from tests.cloud.test_live_road import live_cloud, road

HOST = "a-project.cn-hangzhou.log.aliyuncs.com"


@pytest.mark.parametrize(("protocol", "named"), [("http/1.1", "Host"), ("h2", ":authority")])
async def test_a_project_is_called_at_its_own_host_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, protocol: str, named: str
) -> None:
    async with road(tmp_path, monkeypatch, protocol=protocol, certified=HOST) as built, live_cloud() as cloud:
        for _ in range(2):
            await cloud.logs.index("a-project", "a-logstore", "cn-hangzhou")
        assert built.tunnels == [f"{HOST}:443"], "one connection for both"
        assert [request[named] for request in built.requests] == [HOST] * 2
    signatures = [{name.lower(): value for name, value in request.items()} for request in built.requests]
    assert all(one["authorization"].startswith("SLS4-HMAC-SHA256 ") for one in signatures)
