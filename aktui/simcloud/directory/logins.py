"""Console logon of users, and the passwords it takes."""

import string
from datetime import datetime

from aktui.simcloud import preferences
from aktui.simcloud.account import Account, LoginProfile, User
from aktui.simcloud.fault import ApiError, absent, exists


def of(user: User) -> LoginProfile:
    if user.login is None:
        raise absent("User.LoginProfile", "user login profile")
    return user.login


def create(
    account: Account,
    user: User,
    password: str,
    now: datetime,
    *,
    status: str = "Active",
    mfa_bind_required: bool = False,
    password_reset_required: bool = False,
) -> LoginProfile:
    if user.login:
        raise exists("User.LoginProfile", "user login profile")
    _require_strength(account, user, password)
    user.login = LoginProfile(password, status, now, mfa_bind_required, password_reset_required)
    return user.login


def update(
    account: Account,
    user: User,
    now: datetime,
    *,
    password: str | None,
    status: str | None,
    mfa_bind_required: bool | None,
    password_reset_required: bool | None,
) -> LoginProfile:
    """Changes what is given."""
    login = of(user)
    if password is not None:
        _require_strength(account, user, password)
        login.password = password
    login.status = login.status if status is None else status
    if mfa_bind_required is not None:
        login.mfa_bind_required = mfa_bind_required
    if password_reset_required is not None:
        login.password_reset_required = password_reset_required
    login.updated = now
    return login


def delete(user: User) -> None:
    of(user)
    user.login = None


def _require_strength(account: Account, user: User, password: str) -> None:
    policy = preferences.ims_password(account)
    kinds = {
        "RequireLowercaseCharacters": string.ascii_lowercase,
        "RequireUppercaseCharacters": string.ascii_uppercase,
        "RequireNumbers": string.digits,
        "RequireSymbols": string.punctuation,
    }
    good = (
        policy["MinimumPasswordLength"] <= len(password) <= 32
        and len(set(password)) >= policy["MinimumPasswordDifferentCharacter"]
        and all(set(chars) & set(password) for name, chars in kinds.items() if policy[name])
        and not (policy["PasswordNotContainUserName"] and user.name.lower() in password.lower())
    )
    if not good:
        message = "The password is not compliant with the password policy."
        raise ApiError(400, "InvalidParameter.Password.TooWeak", message)
