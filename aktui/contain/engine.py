"""The engine: plans, and runs what was approved, one plan at a time, each call journalled before it is sent.

It belongs to the app (or the command), never to a screen. What it is told to run must hash to what was
approved; before each step it looks who it is and whether anything changed; after each step it looks whether
the change shows, until a deadline, and then says *unverified*, never *done*.
"""

import asyncio
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from aktui.case.journal import only_one
from aktui.cloud.session import Cloud
from aktui.contain.action import Action, Draft, action_named, change_named, check_params
from aktui.contain.ground import Ground, whoami
from aktui.contain.handover import Handover
from aktui.contain.history import Ended, Run, Took
from aktui.contain.journal import Copy, Journal, to_the_end
from aktui.contain.plan import Approval, Danger, Plan
from aktui.contain.step import Step, same
from aktui.contain.taking import Patience, Taker, Tell
from aktui.errors import AktuiError, ContainError, Drifted, NotApproved, NotPossible


@dataclass(frozen=True)
class Outcome:
    """How a run ended, with its journal."""

    run: Run

    @property
    def good(self) -> bool:
        return self.run.ended is Ended.VERIFIED


def _silent(sentence: str) -> None:
    return None


class Engine:
    """Containment for one key."""

    def __init__(
        self,
        cloud: Cloud,
        key_id: str,
        directory: Path,
        *,
        copy: Copy | None = None,
        patience: Patience | None = None,
    ) -> None:
        """`copy` takes each entry of the journal into the ledger too."""
        self.cloud = cloud
        self.key_id = key_id
        self.journal = Journal(directory, copy)
        self._patience = patience or Patience()
        self._line = asyncio.Lock()
        self._enough = asyncio.Event()

    @property
    def armed(self) -> bool:
        return self.cloud.settings.armed

    @property
    def running(self) -> bool:
        """Whether a plan runs now, in this process."""
        return self._line.locked()

    def stop_looking(self) -> None:
        """Do not wait for the deadline: what has not shown by now is called unverified."""
        self._enough.set()

    async def survey(self) -> Ground:
        """A fresh look at the situation; close it. Raises CloudError, CaseError."""
        return await Ground.survey(self.cloud, self.key_id, self.journal)

    # Planning: only reads

    async def plan(
        self, action_id: str, params: Mapping[str, str] | None = None, *, impact: bool = True
    ) -> Plan:
        """The plan of an action with its impact, or without where seconds count.

        Raises UsageError, NotPossible, CloudError, CaseError.
        """
        action = action_named(action_id)
        given = check_params(action, params or {})
        ground = await self.survey()
        try:
            draft = await action.plan(ground, given)
            plan = _plan_of(action, draft, ground, given)
            return await _with_impact(plan, draft, ground) if impact else plan
        finally:
            await ground.aclose()

    async def undo_plan(self, run_id: str) -> Plan:
        """The plan that takes a run back. Raises NotPossible, CloudError, CaseError."""
        from aktui.contain.undo import plan_back

        ground = await self.survey()
        try:
            return await plan_back(ground, run_id)
        finally:
            await ground.aclose()

    # Running: the only writes

    async def execute(
        self, plan: Plan, approval: Approval, *, handover: Handover | None = None, tell: Tell = _silent
    ) -> Outcome:
        """Run an approved plan. Raises NotApproved, NotPossible, Drifted or CloudError when it did not begin;
        once it has begun, what happens is in the outcome. CaseError: the disk took no entry any more, and a
        run that had begun is to be recovered.
        """
        if self._line.locked():
            raise NotPossible("Another plan is running; one runs at a time.")
        async with self._line:
            self._enough.clear()
            with ExitStack() as stack:
                # Held by the process, so that a second console on the same case waits its turn.
                lock = only_one(self.journal.directory)
                await to_the_end(stack.enter_context, lock)
                try:
                    await self._approve(plan, approval, handover)
                    await self._before(plan, plan.steps[0])
                except AktuiError:
                    if handover is not None:
                        await handover.withdraw()
                    raise
                run = await self.journal.begin(plan, approval, self.cloud.now())
                await self._run(run, plan, handover, tell)
            told = await self._told(run)
            if handover is not None and not told.handed_over:
                await handover.withdraw()
            return Outcome(told)

    async def _approve(self, plan: Plan, approval: Approval, handover: Handover | None) -> None:
        """What was confirmed is what would run, and nothing stands in its way. Sends nothing that writes."""
        if not self.armed:
            raise NotApproved(
                "aktui was started read-only.", hint="Start it with --allow-containment to arm it."
            )
        if approval.digest != plan.digest:
            raise NotApproved("The plan is not the one that was approved.", hint="Look at the preview again.")
        if plan.typed and approval.typed != plan.typed:
            raise NotApproved(f"To confirm, type {plan.typed} exactly.")
        if plan.needs_reason and not approval.reason.strip():
            raise NotApproved(
                plan.needs_reason, hint="To do it all the same, give a reason; it is journalled."
            )
        if not plan.steps:
            raise NotPossible("There is nothing to do: everything is as the plan would make it.")
        if any(change_named(step.change).has_secret for step in plan.steps):
            if handover is None:
                raise NotApproved("The plan makes a secret; say where it is to be handed over.")
            # A place that can not be written stops the plan, not the secret.
            await handover.prepare()
        history = await self.journal.history()
        if history.open:
            raise NotPossible(
                f"The run {history.open[0].id} was cut off and its end is not known.",
                hint="Recover it first: it is looked up, nothing is sent again.",
            )

    async def _before(self, plan: Plan, step: Step) -> None:
        """Right before a step: the same identity, not the suspect key, nothing changed since the preview."""
        me = await whoami(self.cloud)
        if me.account_id != plan.account_id:
            raise Drifted(
                f"The credentials belong to account {me.account_id}, the plan to {plan.account_id}.",
                hint="Use credentials of the account that holds the key.",
            )
        if me.arn != plan.identity:
            raise Drifted(f"The plan was made by {plan.identity}, the credentials are those of {me.arn}.")
        _not_suspect(me.key_id, plan.key_id)
        change = change_named(step.change)
        state = await change.observe(self.cloud, step.target)
        if not same(state, step.before):
            raise Drifted(
                f"{change.title(step)}: it was {change.told(step.before)} in the preview and is "
                f"{change.told(state)} now.",
                hint="Look at the preview again.",
            )

    async def _run(self, run: str, plan: Plan, handover: Handover | None, tell: Tell) -> None:
        """The steps in order. It ends at the first one whose effect is not certain enough to go on."""
        taker = Taker(self.cloud, self.journal, run, self._patience, self._enough, handover, tell)
        took, note = Took.VERIFIED, ""
        for number, step in enumerate(plan.steps):
            if number:
                try:
                    await self._before(plan, step)
                except AktuiError as error:
                    await self.journal.end(run, Ended.STOPPED, f"Step {number + 1} was not begun. {error}")
                    return
            try:
                took, note = await taker.take(number, step)
            except ContainError as error:
                # Raised before anything was sent: by the plan of the calls, or by the place for a secret.
                took, note = Took.REFUSED, f"{error}"
            if took is not Took.VERIFIED:
                break
        left = len(plan.steps) - number - 1
        more = f" {left} later step{'s' if left > 1 else ''} not begun." if left else ""
        await self.journal.end(run, _ended(took, left), f"{note}{more}".strip())

    async def _told(self, run_id: str) -> Run:
        run = (await self.journal.history()).run(run_id)
        assert run is not None
        return run

    async def recover(self, *, tell: Tell = _silent) -> tuple[Run, ...]:
        """Look what became of runs that were cut off, and close them. Sends no write. Raises CloudError,
        CaseError; what could not be looked up stays open.
        """
        from aktui.contain.recovery import recover

        async with self._line:
            with ExitStack() as stack:
                await to_the_end(stack.enter_context, only_one(self.journal.directory))
                return await recover(self.cloud, self.journal, self._patience, tell)


def _not_suspect(own: str, suspect: str) -> None:
    if own == suspect:
        raise NotPossible(
            "The suspect key is the one that aktui signs with: it would lock itself out, and its owner may "
            "not be the only one who uses it.",
            hint="Use another identity's credentials.",
        )


def _plan_of(action: Action, draft: Draft, ground: Ground, params: Mapping[str, str]) -> Plan:
    """The draft with who and where; what can not be taken back wants the end of the key id typed."""
    _not_suspect(ground.responder.key_id, ground.key_id)
    danger = draft.danger or action.danger
    known = tuple(change_named(step.change).loss(step) for step in draft.steps)
    losses = tuple(dict.fromkeys(sentence for sentence in known if sentence))
    return Plan(
        action=action.id,
        title=draft.title or action.title,
        key_id=ground.key_id,
        account_id=ground.responder.account_id,
        identity=ground.responder.arn,
        params=params,
        steps=draft.steps,
        danger=danger,
        warnings=(*draft.warnings, *losses),
        typed=ground.key_id[-4:] if losses or danger is Danger.HIGH else "",
        needs_reason=draft.needs_reason,
    )


async def _with_impact(plan: Plan, draft: Draft, ground: Ground) -> Plan:
    if draft.denies is None:
        return plan
    from aktui.contain.impact import impact

    return replace(plan, impact=impact(await ground.usage(), draft.denies, ground.marks))


def _ended(took: Took, left: int) -> Ended:
    if took is Took.IN_DOUBT:
        return Ended.IN_DOUBT
    if took is Took.UNVERIFIED:
        return Ended.STOPPED if left else Ended.UNVERIFIED
    return Ended.VERIFIED if took is Took.VERIFIED else Ended.STOPPED
