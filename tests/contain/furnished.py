"""The small account, where the key's user also has a console logon, MFA, groups and service credentials."""

from datetime import timedelta

from aktui.simcloud.account import (
    Account,
    Attachment,
    Group,
    Instance,
    LoginProfile,
    MfaDevice,
    Policy,
    PolicyVersion,
    Role,
    ServiceCredential,
    User,
)
from tests.contain.stage import NOW
from tests.simcloud.accounts import ACCOUNT_ID, ADMIN, DEPLOYER_ID, REGION, small_account

DEVICE = f"acs:ram::{ACCOUNT_ID}:mfa/deployer"
GUEST_ID = "200000000000000009"
"""A user that somebody made yesterday."""

MACHINE, OTHER_MACHINE = "i-bp1deployer0000000001", "i-bp1database0000000002"
READS = '{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:Get*","Resource":"*"}]}'


def furnished() -> Account:
    account = small_account(NOW)
    born = NOW - timedelta(days=300)
    user = account.users[DEPLOYER_ID]
    user.login = LoginProfile("oldpassword", "Active", born)
    account.mfa_devices[DEVICE] = MfaDevice(DEVICE, user=DEPLOYER_ID, activated=born)
    for name in ("ci", "developers"):
        account.groups[name] = Group(f"g-{name}", name, born, born)
        user.groups[name] = born
    account.policies["Custom", "reads"] = Policy(
        "reads", "Custom", born, born, versions=[PolicyVersion("v1", READS, born)]
    )
    user.policies.append(Attachment("Custom", "reads", born))
    user.credentials = [
        ServiceCredential("sc-1", "rocketmq.aliyuncs.com", "queue", "Active", born),
        ServiceCredential("sc-2", "rocketmq.aliyuncs.com", "old queue", "Inactive", born),
        ServiceCredential("sc-3", "kafka.aliyuncs.com", "stream", "Active", born),
    ]
    guest = User(GUEST_ID, "ci-dep1oyer", NOW - timedelta(days=1), NOW - timedelta(days=1))
    guest.policies.append(Attachment("System", ADMIN, NOW - timedelta(days=1)))
    account.users[GUEST_ID] = guest
    return account


def with_machines() -> Account:
    """Two instances, and roles of which two are for instances."""
    account = furnished()
    account.settings.audit_refresh = 0
    born = NOW - timedelta(days=300)
    for name, principal in (
        ("AppRole", '{"Service":["ecs.aliyuncs.com"]}'),
        ("BatchRole", '{"Service":["ecs.aliyuncs.com"]}'),
        ("ops", f'{{"RAM":["acs:ram::{ACCOUNT_ID}:root"]}}'),
    ):
        trust = (
            '{"Version":"1","Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":'
            f"{principal}}}]}}"
        )
        account.roles[name] = Role(f"3{name}", name, born, born, trust, description=f"the {name}")
    account.roles["AppRole"].policies.append(Attachment("Custom", "reads", born))
    for machine, public, private in (
        (MACHINE, "203.0.113.7", "10.0.0.7"),
        (OTHER_MACHINE, "203.0.113.99", "10.0.0.9"),
    ):
        account.instances[machine] = Instance(
            machine,
            REGION,
            f"{REGION}-a",
            "ecs.g6.large",
            machine[5:13],
            "Running",
            born,
            (public,),
            "",
            (private,),
        )
    return account
