"""`aktui doctor`: whether aktui can work here, with these credentials, and what would be missing."""

import argparse
import asyncio
import textwrap

from aktui.config import Settings
from aktui.headless.checks import Check, exit_code
from aktui.headless.cloud_checks import cloud_checks
from aktui.headless.local_checks import local_checks
from aktui.headless.output import Progress, as_json, emit
from aktui.text import visible


def run(args: argparse.Namespace, settings: Settings) -> int:
    Progress.show("asking the cloud…")
    checks = [*local_checks(settings), *asyncio.run(cloud_checks(settings))]
    Progress.clear()
    if args.json:
        emit(as_json({"schema": "aktui.doctor/1", "checks": [_as_json(check) for check in checks]}) + "\n")
    else:
        emit("".join(_text(check) for check in checks))
    return exit_code(checks)


def _as_json(check: Check) -> dict[str, str]:
    found = {"name": check.name, "status": check.health.value, "detail": check.sentence}
    return {**found, "missing": check.missing} if check.missing else found


def _text(check: Check) -> str:
    text = visible(f"{check.name}: {check.sentence}")
    lines = textwrap.wrap(text, 70, break_on_hyphens=False)
    return "".join(
        f"{mark:8}{line}\n" for mark, line in zip((check.health, *[""] * len(lines)), lines, strict=False)
    )
