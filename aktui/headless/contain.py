"""`aktui contain`: what can be done about a key, the plan of it, and running a plan that was approved."""

import argparse
import asyncio
from pathlib import Path

from aktui.config import Settings
from aktui.contain.action import action_named, check_params
from aktui.contain.plan import Plan
from aktui.errors import NotApproved, UsageError
from aktui.headless import actions, applying, gaps, plans
from aktui.headless.containing import evidence, working
from aktui.headless.output import as_json, emit, note
from aktui.headless.query import given_params


def run(args: argparse.Namespace, settings: Settings) -> int:
    applying.check_options(args)
    if not args.action_id and (args.plan or args.param):
        raise UsageError("Name the action to plan.", hint=f"`aktui contain {args.key_id}` lists them.")
    if args.action_id:
        action_named(args.action_id)
    if args.apply:
        if args.param:
            raise UsageError("--param goes with --plan: the plan that is applied has its parameters.")
        return applying.apply(args, settings, lambda plan: _check(plan, args.action_id))
    if args.plan:
        params = given_params(args.param)
        check_params(action_named(args.action_id), params)
        return asyncio.run(_plan(args, settings, params))
    if args.param:
        raise UsageError("--param goes with --plan.")
    return asyncio.run(actions.show(args, settings))


def _check(plan: Plan, action_id: str) -> None:
    if plan.undoes:
        raise NotApproved(
            f"Nothing was done: this plan takes back the run {plan.undoes}.",
            hint=f"It is run by `aktui undo {plan.key_id} {plan.undoes} --apply …`.",
        )
    if action_id and plan.action != action_id:
        raise NotApproved(f"Nothing was done: this digest is that of a plan of {plan.action}.")


async def _plan(args: argparse.Namespace, settings: Settings, params: dict[str, str]) -> int:
    async with working(settings, args.key_id) as work:
        plan = await work.engine.plan(args.action_id, params, impact=not args.no_impact)
        if args.no_impact:
            note("What it would have denied was not counted: --no-impact was given.")
        await tell(plan, work.ledger.directory, json=args.json)
    evidence(work.ledger)
    return gaps.exit_code(plan.impact.gaps) if plan.impact is not None else 0


async def tell(plan: Plan, directory: Path, *, json: bool) -> None:
    """Print the plan and keep it. What could not be kept is not printed: it could not be run."""
    told = plans.document(plan, directory)
    await asyncio.to_thread(plans.keep, directory, plan.digest, told)
    emit(as_json(told) + "\n" if json else plans.text(plan, told))
    note("Nothing was changed. The plan is kept in the case; it runs only while all is as it is now.")
