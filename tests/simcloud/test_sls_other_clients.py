"""The log service's own command-line client and its JavaScript packages, where they are installed.

`aliyunlog` (the package aliyun-log-cli) is taken from PATH. `AKTUI_NODE_MODULES` names a `node_modules`
folder that holds `@alicloud/{log,sls20201230,openapi-core,tea-util}`.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PracticeCloudFactory
from tests.practice import Sim
from tests.simcloud.accounts import RESPONDER_KEY, SECRETS
from tests.simcloud.log_rig import END, KEYS, START, log_account, row

SCRIPT = Path(__file__).parent / "clients" / "check_logs.mjs"
PACKAGES = ("log", "sls20201230", "openapi-core", "tea-util")
QUERY = f"access_id: {KEYS[0]} and http_status: 403"
SQL = f"{QUERY} | select count(*) as c, sum(bytes) as b"


@pytest.fixture
def sim(practice_cloud: PracticeCloudFactory) -> Iterator[Sim]:
    with practice_cloud(log_account()) as sim:
        yield sim


def aliyunlog(sim: Sim, *arguments: str, version: str) -> Any:
    """What the command prints. It reaches the practice cloud as its proxy, so that names stay as they are."""
    found = shutil.which("aliyunlog")
    if found is None:
        pytest.skip("the log service's command-line client (aliyun-log-cli) is not on PATH")
    account = {
        "ALIYUN_LOG_CLI_ACCESSID": RESPONDER_KEY,
        "ALIYUN_LOG_CLI_ACCESSKEY": SECRETS[RESPONDER_KEY],
        "ALIYUN_LOG_CLI_ENDPOINT": "http://cn-hangzhou.log.aliyuncs.com",
        "ALIYUN_LOG_CLI_REGION_ID": "cn-hangzhou",
        "ALIYUN_LOG_CLI_SIGN_VERSION": version,
        "http_proxy": sim.endpoint,
    }
    done = subprocess.run(
        [found, "log", *arguments],
        env={**os.environ, **account},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines() if line.strip()]


@pytest.mark.parametrize("version", ["v1", "v4"])
def test_the_command_line_client_searches_and_runs_sql(sim: Sim, version: str) -> None:
    window = ("--project=acme-logs", "--logstore=oss-log-store", f"--from_time={START}", f"--to_time={END}")
    (listed,) = aliyunlog(sim, "list_logstore", "--project_name=acme-logs", version=version)
    assert listed["logstores"] == ["empty", "no-index", "oss-log-store"]
    pages = aliyunlog(sim, "get_log_all", *window, f"--query={QUERY}", version=version)
    assert [one["object"] for page in pages for one in page] == [
        row(number)["object"] for number in range(0, 1000, 15)
    ]
    (counted,) = aliyunlog(sim, "get_log", *window, f"--query={SQL}", version=version)
    assert counted == [{"c": "67", "b": "331650"}]
    (told,) = {call["signature"] for call in sim.app.calls.since(0)}
    assert told == ("SLS4" if version == "v4" else "SLS1")


def test_javascript_clients_of_both_generations_read_the_same(sim: Sim) -> None:
    modules = os.environ.get("AKTUI_NODE_MODULES", "")
    missing = [name for name in PACKAGES if not (Path(modules) / "@alicloud" / name).is_dir()]
    node = shutil.which("node")
    if not modules or missing or node is None:
        pytest.skip("AKTUI_NODE_MODULES names no folder with the log service's JavaScript packages")
    key = [RESPONDER_KEY, SECRETS[RESPONDER_KEY]]
    asked = {"port": sim.port, "key": key, "from": START, "to": END, "query": QUERY, "sql": SQL}
    done = subprocess.run(
        [node, str(SCRIPT), json.dumps(asked)], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    report: dict[str, dict[str, Any]] = json.loads(done.stdout)
    right = {
        "logstores": ["empty", "no-index", "oss-log-store"],
        "search": [row(0)["object"], row(15)["object"]],
        "sql": ["67"],
        "histogram": 67,
        "refused": {"code": "ParameterInvalid"},
    }
    assert report == dict.fromkeys(("older", "newer, v1, lz4", "newer, v4, lz4", "newer, v4, gzip"), right)
