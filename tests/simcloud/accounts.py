"""A small account with known secrets, for tests that need an account but no story."""

from datetime import UTC, datetime, timedelta

from aktui.simcloud.account import ROOT, AccessKey, Account, Attachment, Policy, PolicyVersion, User
from aktui.simcloud.clock import Clock

ACCOUNT_ID = "1234567890123456"
REGION = "cn-hangzhou"
ADMIN = "AdministratorAccess"
EVERYTHING = '{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'

ROOT_KEY = "LTAI5tROOTROOTROOTROOT01"
RESPONDER_KEY = "LTAI5tRESPONDERRESPOND01"
DEPLOYER_KEY = "LTAI5tDEPLOYERDEPLOYER01"
DEPLOYER_OLD_KEY = "LTAI5tDEPLOYERDEPLOYER02"
NOBODY_KEY = "LTAI5tNOBODYNOBODYNOBO01"

RESPONDER_ID = "200000000000000001"
DEPLOYER_ID = "200000000000000002"
NOBODY_ID = "200000000000000003"

SECRETS = {
    ROOT_KEY: "rootrootrootrootrootrootrootr0",
    RESPONDER_KEY: "responderresponderresponderre1",
    DEPLOYER_KEY: "deployerdeployerdeployerdeplo2",
    DEPLOYER_OLD_KEY: "deployerdeployerdeployerdeplo3",
    NOBODY_KEY: "nobodynobodynobodynobodynobod4",
}
"""The secret of each key."""


def small_account(now: datetime | None = None) -> Account:
    """One root key and three users.

    `responder` may do everything, `ci-deployer` has an active and an inactive key and may do everything,
    `nobody` has a key and no policy. Scenario time starts at `now`, or is the wall clock. A change of a key's
    status or of permissions binds at once; network policies take the usual time.
    """
    clock = Clock(now)
    born = clock.now().replace(microsecond=0) - timedelta(days=400)
    account = Account(ACCOUNT_ID, "acme", REGION, born, clock, scenario="small")
    account.policies["System", ADMIN] = Policy(
        ADMIN,
        "System",
        datetime(2015, 4, 28, tzinfo=UTC),
        born,
        versions=[PolicyVersion("v1", EVERYTHING, born)],
    )
    names = {RESPONDER_ID: "responder", DEPLOYER_ID: "ci-deployer", NOBODY_ID: "nobody"}
    for user_id, name in names.items():
        account.users[user_id] = User(user_id, name, born, born, display_name=name)
        if user_id != NOBODY_ID:
            account.users[user_id].policies.append(Attachment("System", ADMIN, born))
    owners = {
        ROOT_KEY: ROOT,
        RESPONDER_KEY: RESPONDER_ID,
        DEPLOYER_KEY: DEPLOYER_ID,
        DEPLOYER_OLD_KEY: DEPLOYER_ID,
        NOBODY_KEY: NOBODY_ID,
    }
    for key_id, owner in owners.items():
        status = "Inactive" if key_id == DEPLOYER_OLD_KEY else "Active"
        account.keys[key_id] = AccessKey(key_id, SECRETS[key_id], owner, status, born, born)
    account.settings.status_lag = account.settings.permission_lag = 0
    account.responder = RESPONDER_KEY
    account.suspects = [DEPLOYER_KEY]
    account.truth = {"suspect": DEPLOYER_KEY, "verdict": "nothing happened"}
    return account
