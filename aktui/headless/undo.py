"""`aktui undo`: how a run is taken back, as a plan like any other, and running that plan."""

import argparse
import asyncio

from aktui.config import Settings
from aktui.contain.plan import Plan
from aktui.errors import NotApproved
from aktui.headless import applying
from aktui.headless.contain import tell
from aktui.headless.containing import evidence, working


def run(args: argparse.Namespace, settings: Settings) -> int:
    applying.check_options(args)
    if args.apply:
        return applying.apply(args, settings, lambda plan: _check(plan, args.run))
    return asyncio.run(_plan(args, settings))


def _check(plan: Plan, run_id: str) -> None:
    if not plan.undoes:
        raise NotApproved(f"Nothing was done: this digest is that of a plan of {plan.action}, of no undoing.")
    if not plan.undoes.startswith(run_id):
        raise NotApproved(f"Nothing was done: this plan takes back the run {plan.undoes}.")


async def _plan(args: argparse.Namespace, settings: Settings) -> int:
    async with working(settings, args.key_id) as work:
        plan = await work.engine.undo_plan(args.run)
        await tell(plan, work.ledger.directory, json=args.json)
    evidence(work.ledger)
    return 0
