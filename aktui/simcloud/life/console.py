"""Console sessions: a user logs on, stays logged on, and logs on again when the session is over.

What is documented is where a logon may come from and how long a session lasts. That a session which is open
outlives the logon profile it began with is assumed, as for role sessions and their keys; it ends with the
user. Policies of the user bind it at once.
"""

from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any

from aktui.simcloud import preferences
from aktui.simcloud.account import Account, Identity, User
from aktui.simcloud.fault import ApiError
from aktui.simcloud.life.habit import Habit
from aktui.simcloud.logs.delivery import happened
from aktui.simcloud.stories.recorder import Recorder
from aktui.simcloud.trail import Event


class Consoles:
    """The console sessions of an account's users, by user and address."""

    def __init__(self, account: Account, book: Recorder) -> None:
        self._account, self._book = account, book
        self._since: dict[tuple[str, str], datetime] = {}

    def enter(self, habit: Habit, when: datetime) -> Identity:
        """The user at the console, logged on. Raises the refusal of a logon that was needed."""
        user = self._account.users.get(habit.user)
        if user is None or user.recycled:
            self._since.pop((habit.user, habit.ip), None)
            raise ApiError(404, "EntityNotExist.User", "The user does not exist.")
        since = self._since.get((user.id, habit.ip))
        if since is None or when >= since + self._longest():
            self._log_on(user, habit, when)
        return Identity("user", "", self._account.id, user=user)

    def told(self, habit: Habit) -> dict[str, Any]:
        """What an event of such a session has that one of a key has not."""
        user = self._account.users[habit.user]
        actor = self._book.person(user, self.opened(habit), habit.ip, habit.agent, mfa=False)
        return {"eventType": "ConsoleOperation", "userIdentity": actor.identity}

    def opened(self, habit: Habit) -> float:
        """When the session began, in seconds since 1970."""
        return self._since[habit.user, habit.ip].timestamp()

    def _longest(self) -> timedelta:
        hours = {**preferences.SECURITY, **self._account.security_preference}["LoginSessionDuration"]
        return timedelta(hours=hours)

    def _log_on(self, user: User, habit: Habit, when: datetime) -> None:
        self._since.pop((user.id, habit.ip), None)
        refusal = self._refusal(user, habit.ip)
        happened(self._account, self._event(user, habit, when, refusal))
        if refusal is not None:
            raise refusal
        self._since[user.id, habit.ip] = when
        user.last_login = when
        if user.login:
            user.login.last_login = when

    def _refusal(self, user: User, address: str) -> ApiError | None:
        """The codes of logons that fail are documented nowhere."""
        if user.login is None or user.login.status != "Active":
            return ApiError(403, "Login.LoginProfileInactive", "The user may not log on to the console.")
        masks = str(self._account.security_preference.get("LoginNetworkMasks", "")).replace(" ", ";")
        allowed = [ip_network(mask, strict=False) for mask in masks.split(";") if mask]
        if allowed and not any(ip_address(address) in network for network in allowed):
            return ApiError(403, "Login.NetworkMasksDenied", "Logons are not allowed from this address.")
        return None

    def _event(self, user: User, habit: Habit, when: datetime, refusal: ApiError | None) -> Event:
        moment = when.timestamp()
        actor = self._book.person(user, moment, habit.ip, habit.agent, mfa=False)
        event = self._book.call(
            actor,
            "AasSub:ConsoleSignin",
            moment,
            habit.region,
            request={},
            error=(refusal.code, refusal.message) if refusal else None,
            more={
                "eventType": "ConsoleSignin",
                "additionalEventData": {
                    "loginAccount": f"{user.name}@{self._account.alias or self._account.id}.onaliyun.com",
                    "isMFAChecked": "false",
                    "callbackUrl": "https://home.console.aliyun.com/",
                },
            },
        )
        self._book.events.clear()
        return event
