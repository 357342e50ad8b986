"""Official clients of another language: the vendor's JavaScript packages, where they are installed.

`AKTUI_NODE_MODULES` names a `node_modules` folder that holds `@alicloud/{ims20190815,ram20150501,sts20150401,
openapi-client,pop-core}`; the last one signs the older way.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PracticeCloudFactory
from tests.simcloud.accounts import (
    ACCOUNT_ID,
    DEPLOYER_OLD_KEY,
    RESPONDER_ID,
    RESPONDER_KEY,
    SECRETS,
    small_account,
)

SCRIPT = Path(__file__).parent / "clients" / "check.mjs"
PACKAGES = (
    "ims20190815",
    "ram20150501",
    "sts20150401",
    "openapi-client",
    "openapi-core",
    "tea-util",
    "pop-core",
)
RIGHT: dict[str, dict[str, object]] = {
    "sts": {"account": ACCOUNT_ID},
    "ims": {"user": RESPONDER_ID},
    "ram": {"users": ["ci-deployer", "nobody", "responder"]},
    "actiontrail, generic, query": {"events": 0},
    "actiontrail, generic, body": {"events": 0},
    "ims, older, POST": {"user": RESPONDER_ID},
    "ims, older, GET": {"user": RESPONDER_ID},
}


@pytest.fixture
def node() -> str:
    """The node binary; skips where it or the packages are missing."""
    modules = os.environ.get("AKTUI_NODE_MODULES", "")
    if not modules:
        pytest.skip("AKTUI_NODE_MODULES names no folder with the vendor's JavaScript packages")
    missing = [name for name in PACKAGES if not (Path(modules) / "@alicloud" / name).is_dir()]
    if missing:
        pytest.skip(f"{modules} lacks @alicloud/{', @alicloud/'.join(missing)}")
    found = shutil.which("node")
    if found is None:
        pytest.skip("there is no node here")
    return found


def test_javascript_clients_of_both_generations_are_served_and_refused(
    node: str, practice_cloud: PracticeCloudFactory
) -> None:
    with practice_cloud(small_account()) as sim:
        keys = {
            "endpoint": sim.endpoint,
            "good": [RESPONDER_KEY, SECRETS[RESPONDER_KEY]],
            "inactive": [DEPLOYER_OLD_KEY, SECRETS[DEPLOYER_OLD_KEY]],
        }
        done = subprocess.run(
            [node, str(SCRIPT), json.dumps(keys)], capture_output=True, text=True, check=False
        )
        calls = sim.app.calls.since(0)
    assert done.returncode == 0, done.stderr
    report: dict[str, dict[str, Any]] = json.loads(done.stdout)
    for client, cases in report.items():
        assert cases["right"] == {"ok": True, **RIGHT[client]}
        assert cases["wrong secret"]["code"] == "SignatureDoesNotMatch", client
        assert cases["inactive"]["code"] == "InvalidAccessKeyId.Inactive", client
    assert set(report) == set(RIGHT)
    assert {call["signature"] for call in calls} == {"ACS3", "RPC1"}
