"""Makes one recurring call: as whom, may it, what comes of it."""

import logging
from datetime import datetime

from aktui.simcloud import authenticate
from aktui.simcloud.account import Identity
from aktui.simcloud.fault import ApiError
from aktui.simcloud.gateway import perform
from aktui.simcloud.life import foreign
from aktui.simcloud.life.desk import Desk
from aktui.simcloud.life.habit import Habit
from aktui.simcloud.life.tally import Tally
from aktui.simcloud.logs.delivery import happened
from aktui.simcloud.op import OPERATIONS, VERSIONS, Answer, Operation
from aktui.simcloud.request import Request
from aktui.simcloud.services import event_source

log = logging.getLogger(__name__)


class Caller:
    """One habit at work."""

    def __init__(self, desk: Desk, habit: Habit) -> None:
        self.desk, self.habit = desk, habit
        self.tally = Tally()

    def act(self, when: datetime) -> None:
        """Make the call that is due at that moment, and count what became of it. Never raises."""
        try:
            self._call(self._identity(when), when)
        except ApiError as error:
            self.tally.refuse(when, error.code)
        except Exception:
            # Whoever's request we are running in has nothing to do with it.
            log.exception("the habit %s broke", self.habit.name)
            self.tally.refuse(when, "InternalError")
        else:
            self.tally.accept(when)

    def _identity(self, when: datetime) -> Identity:
        """As whom the call is made. Raises the refusal when a session it needs can not be had."""
        account, habit = self.desk.account, self.habit
        if habit.user:
            return self.desk.consoles.enter(habit, when)
        if not habit.role:
            return authenticate.identify(account, habit.key)
        place = (habit.key, habit.role, habit.session)
        session = account.sessions.get(self.desk.sessions.get(place, ""))
        if session is None or session.expires <= when or session.dead:
            # A program whose token was refused asks for a new one, as it does when the old one is over.
            answer = self._assume(when)
            self.desk.sessions[place] = answer["Credentials"]["AccessKeyId"]
        return authenticate.identify(account, self.desk.sessions[place])

    def _assume(self, when: datetime) -> Answer:
        """Open a session of the role with the key. Raises the refusal."""
        account, habit = self.desk.account, self.habit
        arn = f"acs:ram::{account.id}:role/{habit.role}"
        asked = {"RoleArn": arn, "RoleSessionName": habit.session or "session"}
        operation = OPERATIONS[VERSIONS["Sts"], "AssumeRole"]
        caller = authenticate.identify(account, habit.key)
        return self._perform(operation, asked, caller, when)

    def _call(self, caller: Identity, when: datetime) -> None:
        """Raises the refusal."""
        habit = self.habit
        operation = OPERATIONS.get((VERSIONS.get(habit.service, ""), habit.operation))
        if operation is not None:
            self._perform(operation, dict(habit.params), caller, when)
            return
        refusal = self._refusal(caller, when)
        foreign.record(self.desk, habit, caller, when, refusal)
        if refusal is not None:
            raise refusal

    def _refusal(self, caller: Identity, when: datetime) -> ApiError | None:
        """Why a service that is not simulated itself would say no, in its words."""
        try:
            self._admit(caller, when)
            foreign.authorise(self.desk.account, self.habit, caller, when)
        except ApiError as error:
            return foreign.translated(self.habit, error)
        return None

    def _admit(self, caller: Identity, when: datetime) -> None:
        if caller.key_id:
            authenticate.require_usable(self.desk.account, caller, when)
            authenticate.require_admitted(
                self.desk.account, caller, self.habit.ip, vpc=self.habit.vpc, now=when
            )

    def _perform(
        self, operation: Operation, params: dict[str, str], caller: Identity, when: datetime
    ) -> Answer:
        """An operation of the practice cloud, run as the gateway runs it. Raises the refusal."""
        account, habit = self.desk.account, self.habit
        request = _request(habit, operation, params)
        number = self.desk.ids.request()
        outcome, event = perform(
            account, operation, request, caller, number, when, admit=lambda: self._admit(caller, when)
        )
        if habit.vpc:
            event["vpcId"] = habit.vpc
        happened(account, event | (self.desk.consoles.told(habit) if habit.user else {}))
        if outcome.error is not None:
            raise outcome.error
        assert outcome.answer is not None
        return outcome.answer


def _request(habit: Habit, operation: Operation, params: dict[str, str]) -> Request:
    """The request that would have come over the wire, but for its signature."""
    host = event_source(operation.product, habit.region)
    headers = {
        "host": host,
        "user-agent": habit.agent,
        "x-acs-action": operation.action,
        "x-acs-version": operation.version,
    }
    query = tuple(params.items())
    return Request("POST", "/", query, (), headers, b"", habit.ip, 0, habit.region)
