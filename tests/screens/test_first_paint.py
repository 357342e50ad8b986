"""What is loaded before the first paint."""

import json
import subprocess
import sys

PROBE = """
import asyncio, json, sys
from aktui.config import Settings
from screens.desk import Desk, Setting
from aktui.app import Console

async def prepare():
    await asyncio.Event().wait()

async def main():
    app = Console(Desk(prepare), "LTAI5tQxExampleExample9f")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        print(json.dumps(sorted({name.split(".")[0] for name in sys.modules} | set(sys.modules))))

asyncio.run(main())
"""


def test_the_first_paint_needs_no_sdk_no_http_client_and_no_query() -> None:
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout))
    assert "textual" in loaded
    for heavy in (
        "httpx",
        "alibabacloud_tea_openapi",
        "alibabacloud_credentials",
        "Tea",
        "aliyun",
        "requests",
    ):
        assert heavy not in loaded, heavy
    for ours in ("aktui.cloud.session", "aktui.cloud.transport", "aktui.case.ledger", "queries.owner"):
        assert ours not in loaded, ours
