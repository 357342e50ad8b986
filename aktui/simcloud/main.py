"""`aktui simcloud`: the practice cloud as a program.

The first line on stdout is one JSON object that says where it listens and who is who; it is printed once
the port answers. Then it serves until SIGTERM or SIGINT, or, when asked to, until its stdin is closed.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from aktui.simcloud.account import Account
from aktui.simcloud.clock import iso, parse_iso

DEFAULT_SCENARIO = "leaked-ci-key"


class StartError(Exception):
    """The practice cloud can not start; the text says why, for a person."""

    def __init__(self, message: str, exit_code: int = 2) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def run(argv: list[str]) -> int:
    """Run with these arguments. 0 when it did its work, 1 when it could not, 2 for what makes no sense."""
    try:
        options = _parser().parse_args(argv)
    except SystemExit as stop:
        return int(stop.code or 0)
    try:
        return _obey(options)
    except StartError as error:
        sys.stderr.write(f"aktui simcloud: {error}\n")
        return error.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="aktui simcloud",
        description="Serve a practice cloud on 127.0.0.1: an account under attack, or your own account file.",
    )
    parser.add_argument(
        "--scenario", default=DEFAULT_SCENARIO, metavar="ID|FILE.json", help=f"default: {DEFAULT_SCENARIO}"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="the same seed tells the same story")
    parser.add_argument("--port", type=_port, default=0, metavar="P", help="default: any free port")
    parser.add_argument(
        "--now", type=_moment, metavar="ISO", help="when the drill starts, 2026-11-22T03:12:44Z"
    )
    parser.add_argument("--dump", type=Path, metavar="FILE.json", help="write the account to a file and end")
    parser.add_argument("--list", action="store_true", help="list the scenarios and end")
    parser.add_argument(
        "--still", action="store_true", help="nobody but you calls: business and intruder have stopped"
    )
    parser.add_argument("--exit-with-stdin", action="store_true", help="end when standard input is closed")
    return parser


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError("must be from 0 to 65535")
    return number


def _moment(text: str) -> datetime:
    try:
        return parse_iso(text)
    except ValueError:
        raise argparse.ArgumentTypeError("must look like 2026-11-22T03:12:44Z") from None


def _obey(options: argparse.Namespace) -> int:
    if options.list:
        return _list()
    rebuild = builder(options.scenario, options.seed, options.now)
    account = rebuild()
    if options.dump:
        return _dump(account, options.dump)
    return asyncio.run(_serve(account, rebuild, options))


def builder(scenario: str, seed: int, now: datetime | None) -> Callable[[], Account]:
    """What builds the account of a scenario, or of an account file. Raises StartError for an unknown one.

    The moment is fixed here, so that building again gives the same account.
    """
    from aktui.simcloud.clock import Clock
    from aktui.simcloud.scenarios import catalogue

    if scenario.endswith(".json") or os.sep in scenario:
        return lambda: _from_file(Path(scenario), now)
    found = catalogue().get(scenario)
    if found is None:
        raise StartError(f"no scenario {scenario!r}; there are {', '.join(catalogue())}, or give a FILE.json")
    moment = now or Clock().now().replace(microsecond=0)
    return lambda: found.build(seed, moment)


def _from_file(path: Path, now: datetime | None) -> Account:
    from aktui.simcloud.accountfile import AccountFileError, load

    try:
        account = load(path)
    except AccountFileError as error:
        raise StartError(f"{path}: {error}") from None
    except OSError as error:
        raise StartError(f"{path} can not be read: {error.strerror}") from None
    if now is not None:
        account.clock.set(now)
    return account


def _list() -> int:
    from aktui.simcloud.scenarios import catalogue

    for scenario in catalogue().values():
        sys.stdout.write(f"{scenario.id}\t{scenario.title}\n")
    return 0


def _dump(account: Account, path: Path) -> int:
    from aktui.simcloud.accountfile import dump

    text = json.dumps(dump(account), ensure_ascii=False, indent=1)
    try:
        path.write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise StartError(f"{path} can not be written: {error.strerror}", 1) from None
    return 0


def _again(rebuild: Callable[[], Account]) -> Account:
    """The account anew, for a reset; an account file may have gone or changed meanwhile."""
    from aktui.simcloud.control import ControlError

    try:
        return rebuild()
    except StartError as error:
        raise ControlError(409, str(error)) from None


async def _serve(account: Account, rebuild: Callable[[], Account], options: argparse.Namespace) -> int:
    from aktui.simcloud.server import create_app
    from aktui.simcloud.wire import listen

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        app = create_app(account, rebuild=lambda: _again(rebuild), live=not options.still)
        listener = await listen(app, options.port)
    except OSError as error:
        raise StartError(f"port {options.port} can not be used: {error.strerror}", 1) from None
    sys.stdout.write(json.dumps(announcement(account, listener.endpoint)) + "\n")
    sys.stdout.flush()
    if options.exit_with_stdin:
        _watch_stdin(loop, stop)
    await stop.wait()
    app.stop()
    await listener.aclose()
    return 0


def announcement(account: Account, endpoint: str) -> dict[str, Any]:
    """The first line: where it listens, and the keys a drill starts with."""
    return {
        "endpoint": endpoint,
        "account_id": account.id,
        "region": account.region,
        "now": iso(account.clock.now()),
        "scenario": account.scenario,
        "responder": {
            "access_key_id": account.responder,
            "access_key_secret": account.keys[account.responder].secret,
        },
        "suspect_key_ids": list(account.suspects),
    }


def _watch_stdin(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """End when whoever started this has gone, however that happened: the pipe closes with it."""

    def wait() -> None:
        while os.read(0, 4096):
            continue
        loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=wait, name="stdin", daemon=True).start()
