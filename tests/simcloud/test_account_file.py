"""Account files: what loads, what is made up, what is refused and where, and that nothing is lost."""

import copy
import gc
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from aktui.simcloud.account import (
    ROOT,
    Account,
    Attachment,
    Group,
    Instance,
    MfaDevice,
    Role,
    ServiceCredential,
    Session,
)
from aktui.simcloud.accountfile import AccountFileError, dump, load, load_document
from aktui.simcloud.addresses import Eip
from aktui.simcloud.billing.charge import SUBSCRIPTION, Charge, Thing
from aktui.simcloud.clock import iso
from aktui.simcloud.insights import Insights
from aktui.simcloud.life.habit import Habit
from aktui.simcloud.logs.store import FieldIndex, Index, ListedRows, LogProject, Logstore, Row
from aktui.simcloud.scenarios import catalogue
from aktui.simcloud.security.findings import Alert, Leak
from tests.simcloud.accounts import DEPLOYER_ID, REGION, small_account
from tests.simcloud.asking import ask
from tests.simcloud.everything import everything
from tests.simcloud.happenings import happen

NOW = datetime(2026, 11, 22, 3, 12, 44, tzinfo=UTC)
DOCUMENTATION = Path(__file__).parents[2] / "docs" / "account-file.md"

KEY = "LTAI5tExampleExample0001"


def example() -> dict[str, Any]:
    """The example of the documentation."""
    block = re.search(r"```json\n(.*?)```", DOCUMENTATION.read_text(encoding="utf-8"), re.DOTALL)
    assert block
    found: dict[str, Any] = json.loads(block[1])
    return found


def minimal(**more: Any) -> dict[str, Any]:
    return {"format": "aktui.account/1", "account_id": "1234567890123456", "users": [], **more}


def problems(document: Any) -> list[str]:
    with pytest.raises(AccountFileError) as refusal:
        load_document(document)
    return refusal.value.problems


def changed(path: list[str | int], value: Any) -> dict[str, Any]:
    """The example with one value changed; `...` takes it out."""
    document = example()
    place: Any = document
    for step in path[:-1]:
        place = place[step]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return document


def test_the_example_of_the_documentation_loads() -> None:
    account = load_document(example())
    assert account.suspects == [KEY]
    user = account.user_named("ci-deployer")
    assert user is not None
    assert account.keys[KEY].owner == user.id
    assert [one.policy_name for one in user.policies] == ["AliyunECSFullAccess"]
    info = ask(account, "Actiontrail", "GetAccessKeyLastUsedInfo", by=account.responder, AccessKey=KEY)
    assert (info["UserName"], info["ServiceName"]) == ("ci-deployer", "Ecs")


def test_the_documentation_names_every_field() -> None:
    text = DOCUMENTATION.read_text(encoding="utf-8")
    document = dump(small_account(NOW))
    assert [name for name in document if f"`{name}`" not in text] == []
    assert [name for name in document["settings"] if f"`{name}`" not in text] == []


def test_account_id_and_users_are_enough() -> None:
    account = load_document(minimal(users=[{"UserName": "alice"}]))
    assert account.user_named("alice") is not None
    assert account.clock.start is None
    assert account.keys[account.responder].status == "Active"
    ask(account, "Actiontrail", "DescribeRegions", by=account.responder)


def test_a_secret_nobody_told_is_the_same_each_time() -> None:
    first, second = load_document(example()), load_document(example())
    assert first.keys[KEY].secret == second.keys[KEY].secret
    assert re.fullmatch(r"[A-Za-z0-9]{30}", first.keys[KEY].secret)
    assert first.keys[KEY].secret != first.keys[first.responder].secret


@pytest.mark.parametrize("scenario", list(catalogue()))
def test_a_scenario_is_written_and_read_without_loss(scenario: str, tmp_path: Path) -> None:
    account = catalogue()[scenario].build(3, NOW)
    written = dump(account)
    path = tmp_path / "account.json"
    path.write_text(json.dumps(written, ensure_ascii=False), encoding="utf-8")
    again = load(path)
    rewritten = dump(again)
    # Hundreds of thousands of rows: compared as they are.
    assert rewritten.pop("projects") == written.pop("projects") != []
    assert json.loads(json.dumps(rewritten)) == json.loads(json.dumps(written))
    assert again.users == account.users
    assert again.keys == account.keys
    assert again.roles == account.roles
    assert again.policies == account.policies
    assert again.mfa_devices == account.mfa_devices
    assert list(again.trail) == list(account.trail)


def log_project() -> LogProject:
    """A project with one of everything that a Logstore can be."""
    index = Index(
        {
            "status": FieldIndex("long"),
            "text": FieldIndex(case_sensitive=True, doc_value=False, tokens=""),
            "hidden": FieldIndex("double", searchable=False),
            "event": FieldIndex("json", keys={"a.b": FieldIndex("long")}, every_key=False),
        },
        full_text=True,
        immutable=True,
    )
    rows = ListedRows([{"__time__": "1795317100", "odd": '\u202e[/x]\x1b\r\n"', "text": ""}])
    added = [{"__time__": "1795317101", "text": "new"}]
    return LogProject(
        "acme-app",
        "cn-beijing",
        NOW,
        "应用",
        {
            "all": Logstore("all", 7, NOW, index, rows, 2, list[Row](added)),
            "bare": Logstore("bare", 30, NOW),
        },
    )


def busy_account() -> Account:
    """An account with one of everything a file can hold."""
    account = everything().account
    account.clock.set(NOW)
    key = account.keys[account.responder]
    key.policy = {"Version": 1, "Status": "Active", "Statements": []}
    account.network_policy = {"Version": 1, "Status": "Inactive", "Statements": []}
    account.users[key.owner].credentials = [
        ServiceCredential("sc-1", "mail.example", "mailer", "Active", NOW, expires=NOW)
    ]
    account.mfa_devices["acs:ram::1:mfa/spare"] = MfaDevice("acs:ram::1:mfa/spare", seed="JBSWY3DPEHPK3PXP")
    account.instances["i-1"] = Instance(
        "i-1", "cn-beijing", "cn-beijing-a", "ecs.g7.large", "host", "Running", NOW.replace(second=0)
    )
    address = ("eip-1", "198.51.100.9", "cn-beijing", NOW, "out", "ngw-1", "Nat", "10.0.0.9", "vpc-1", 5)
    account.eips["eip-1"] = Eip(*address)
    account.instances["i-1"].protected = True
    what = Thing(
        "ecs", "cn-beijing", "i-1", "host", "big", "CPU:2", "cn-beijing-a", "1", "2", SUBSCRIPTION, "t"
    )
    account.bills = [Charge(NOW.date(), what, "disk", 2.5, 0.5, 24, "GB", 0.1, 60, "part", "Refund")]
    account.split_bill = True
    leak = (3, key.id, NOW, "u", "r", "a/b.py", "Python", NOW, "sk=1", "Gitee", "abc", "manual", NOW, "done")
    account.leaks = [Leak(*leak)]
    account.alerts = [
        Alert(
            4, "odd", "remind", NOW, NOW, (("IP", "192.0.2.66"),), 2, "奇怪", "why", "kind", "i-1", NOW, "ok"
        )
    ]
    noticed = {"eventId": "1", "eventTime": iso(NOW), "acsRegion": REGION, "insightType": "AkInsight"}
    account.insights = Insights({"AkInsight": NOW}, [noticed])
    account.life = [
        Habit(
            "intruder",
            "Oss",
            "GetObject",
            REGION,
            30,
            5,
            key.id,
            "deploy",
            "night",
            "",
            "192.0.2.66",
            "vpc-1",
            "tool",
            {"bucketName": "b"},
            {"ACS::OSS::Bucket": ("b",)},
            True,
            9,
            True,
        )
    ]
    account.sessions["STS.NUabcdefgh1"] = Session("STS.NUabcdefgh1", "s", "t", "r", "n", NOW, key.id)
    account.security_preference["VerificationTypes"] = ("sms",)
    account.settings.quotas["AccessKeysPerUserQuota"] = 3
    account.data_event_selectors = {"all": [{"ServiceName": "Oss"}]}
    account.user_sso["SsoEnabled"] = True
    account.trails = [{"Name": "all", "TrailArn": "arn", "HomeRegion": "cn-hangzhou"}]
    reading = [Attachment("System", "AdministratorAccess", NOW)]
    account.projects["acme-app"] = log_project()
    account.groups["ops"] = Group("g-1", "ops", NOW, NOW, "on call", "Operations", reading)
    account.roles["deploy"] = Role("31", "deploy", NOW, NOW, "{}", "releases", 7200, reading)
    account.users[key.owner].groups["ops"] = NOW
    account.root_last_login = NOW
    account.root_mfa = True
    happen(account, "Ecs:RunInstances", NOW, requestParameters={"odd": "\u202e[/x]\x1b"})
    return account


def test_an_account_with_one_of_everything_is_written_and_read_without_loss() -> None:
    written = json.loads(json.dumps(dump(busy_account())))
    assert dump(load_document(copy.deepcopy(written))) == written
    assert [name for name, value in written.items() if value in ([], {}, "")] == []


def test_reading_leaves_the_document_as_it_was() -> None:
    document = json.loads(json.dumps(dump(busy_account())))
    before = copy.deepcopy(document)
    load_document(document)
    assert document == before


def test_reading_a_file_leaves_the_garbage_collector_on(tmp_path: Path) -> None:
    path = tmp_path / "account.json"
    path.write_text(json.dumps(example()))
    load(path)
    assert gc.isenabled()


def test_whole_answers_may_be_pasted_in() -> None:
    document = example()
    user, event = document["users"][0], document["events"][0]
    other = {**event, "eventId": "other"}
    document["users"] = [{"User": user, "RequestId": "R"}]
    document["trails"] = {
        "TrailList": [{"Name": "t", "TrailArn": "a", "HomeRegion": "cn-beijing"}],
        "RequestId": "R",
    }
    answer = {"Events": [event], "RequestId": "R", "StartTime": "s", "EndTime": "e", "NextToken": "n"}
    document["events"] = answer
    assert len(load_document(document).trail) == 1
    document["events"] = [answer, {**answer, "Events": [event, other]}]
    account = load_document(document)
    assert len(account.trail) == 2
    assert account.trails[0]["HomeRegion"] == "cn-beijing"


def test_an_answer_of_describe_instances_may_be_pasted_in() -> None:
    known = {
        "InstanceId": "i-1",
        "RegionId": "cn-beijing",
        "CreationTime": "2025-12-10T04:04Z",
        "PublicIpAddress": {"IpAddress": ["203.0.113.9"]},
        "EipAddress": {"IpAddress": "203.0.113.10", "Bandwidth": 5},
        "SaleCycle": "month",
    }
    answer = {"Instances": {"Instance": [known]}, "TotalCount": 1, "NextToken": "", "RequestId": "R"}
    account = load_document(minimal(instances=answer))
    assert account.instances["i-1"].public_ips == ("203.0.113.9",)
    assert account.instances["i-1"].eip == "203.0.113.10"


def test_life_that_makes_no_sense_is_refused() -> None:
    good = {
        "label": "intruder",
        "serviceName": "Ecs",
        "eventName": "DescribeInstances",
        "every": 30,
        "accessKeyId": KEY,
        "sourceIpAddress": "192.0.2.66",
    }
    wrong = {**good, "label": "burglar", "every": "often", "sourceIpAddress": "home", "accessKey": KEY}
    assert problems(changed(["life"], [good, wrong])) == [
        "life[1].accessKey: is not a field of an account file",
        'life[1].label: must be business or intruder, not "burglar"',
        "life[1].every: must be a number, not text",
        'life[1].sourceIpAddress: "home" is no IP address',
    ]
    wrong = {**good, "every": 0.1, "accessKeyId": "LTAI5tNobodyNobodyNob01", "roleName": "none"}
    both = {**good, "jitter": 16, "userId": "200000000000000001"}
    assert problems(changed(["life"], [wrong, both])) == [
        "life[0].every: must be a number of seconds, at least 1",
        'life[0].accessKeyId: "LTAI5tNobodyNobodyNob01" is not in this file',
        'life[0].roleName: "none" is not in this file',
        "life[1].jitter: must be from 0 to half of every",
        "life[1].accessKeyId: either it or userId must be there, not both",
    ]


def test_instances_that_make_no_sense_are_refused() -> None:
    good = {"InstanceId": "i-1", "RegionId": "cn-beijing"}
    assert problems(
        minimal(
            instances=[{"RegionId": "cn-beijing", "Status": "Asleep"}, {**good, "CreationTime": "soon"}, 7]
        )
    ) == [
        "instances[0].InstanceId: is missing",
        'instances[0].Status: must be Pending or Running or Starting or Stopping or Stopped, not "Asleep"',
        'instances[1].CreationTime: "soon" is no time like 2026-11-22T03:12Z',
        "instances[2]: must be an object, not a number",
    ]
    assert problems(
        minimal(instances=[good, good, {**good, "InstanceId": "i-2", "RamRoleName": "none"}])
    ) == [
        'instances[1].InstanceId: "i-1" is there twice',
        'instances[2].RamRoleName: there is no role "none" in this file',
    ]


def test_policies_may_be_pasted_as_get_policy_returns_them() -> None:
    document = example()
    text = '{"Version":"1","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}'
    facts = {"PolicyName": "nothing", "PolicyType": "Custom", "DefaultVersion": "v3", "PolicyDocument": "N/A"}
    version = {"VersionId": "v3", "IsDefaultVersion": True, "PolicyDocument": text, "CreateDate": ""}
    document["policies"] = [{"Policy": facts, "DefaultPolicyVersion": version, "RequestId": "R"}]
    document["users"][0]["Policies"]["Policy"].append({"PolicyName": "nothing", "PolicyType": "Custom"})
    assert load_document(document).policies["Custom", "nothing"].document == text


def test_both_time_forms_of_the_last_logon_are_understood() -> None:
    users = [
        {"UserName": "alice", "LastLoginDate": "2023-08-18T08:56:38Z"},
        {"UserName": "bob", "LastLoginDate": "1692348998586"},
        {"UserName": "carol", "LastLoginDate": ""},
    ]
    account = load_document(minimal(users=users))
    logons = [user.last_login for user in account.users.values()][:3]
    assert logons == [datetime(2023, 8, 18, 8, 56, 38, tzinfo=UTC)] * 2 + [None]


def test_root_keys_and_recycled_things_are_read() -> None:
    bin_ = {"RecycleDate": "2026-11-20T00:00:00Z", "DeleteDate": "2026-12-20T00:00:00Z"}
    held = {"AccessKey": [{"AccessKeyId": "LTAI5tRootRootRoot0001", "Status": "Inactive"}]}
    users = [
        {"UserName": "alice", **bin_},
        {"UserName": "alice", "UserId": "77", "AccessKeys": {"AccessKey": [{"AccessKeyId": KEY, **bin_}]}},
    ]
    account = load_document(minimal(users=users, root={"AccessKeys": held, "IsMFAEnable": True}))
    assert [key.status for key in account.keys_of(ROOT)] == ["Inactive"]
    assert account.keys[KEY].recycled == datetime(2026, 11, 20, tzinfo=UTC)
    assert [bool(user.recycled) for user in account.users.values()] == [True, False, False]


USER: list[str | int] = ["users", 0]
ACCESS_KEY: list[str | int] = [*USER, "AccessKeys", "AccessKey", 0]
EVENT: list[str | int] = ["events", 0]
DOUBLE = {"AccessKeyId": KEY}
RULE = {"Type": "ClassicWhiteList", "IPList": ["203.0.113.0/24"]}


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        (["format"], "aktui.account/2", 'format: must be aktui.account/1, not "aktui.account/2"'),
        (["account_id"], ..., "account_id: is missing"),
        (["account_id"], 1234567890123456, "account_id: must be text, not a number"),
        (["acount"], 1, "acount: is not a field of an account file"),
        (["users"], {}, "users: must be a list, not an object"),
        ([*USER], None, "users[0]: must be an object, not null"),
        ([*USER, "Username"], "x", "users[0].Username: is not a field of an account file"),
        ([*USER, "UserPrincipalName"], ..., "users[0].UserPrincipalName: is missing; a UserName will do too"),
        ([*USER, "CreateDate"], "yesterday", 'users[0].CreateDate: "yesterday" is no time like'),
        (
            [*ACCESS_KEY, "Status"],
            "active",
            "users[0].AccessKeys.AccessKey[0].Status: must be Active or Inactive",
        ),
        ([*ACCESS_KEY, "AccessKeyId"], ..., "users[0].AccessKeys.AccessKey[0].AccessKeyId: is missing"),
        (
            [*ACCESS_KEY, "AccessKeyPolicy"],
            "{",
            "users[0].AccessKeys.AccessKey[0].AccessKeyPolicy: is not JSON",
        ),
        (
            [*ACCESS_KEY, "AccessKeyPolicy"],
            '{"Status":"Active","Statements":[{"Type":"ClassicWhiteList","IPList":["203.0.113.300"]}]}',
            "users[0].AccessKeys.AccessKey[0].AccessKeyPolicy: ",
        ),
        (
            [*ACCESS_KEY, "AccessKeyPolicy"],
            {"Status": "Active", "Statements": [RULE] * 9},
            "users[0].AccessKeys.AccessKey[0].AccessKeyPolicy: The policy has more than 8 statements.",
        ),
        (
            ["network_policy"],
            {"Status": "Active", "Statements": [{**RULE, "IPList": ["10.0.0.1"] * 51}]},
            "network_policy: The policy has more than 50 IP items.",
        ),
        (["network_policy"], {"Statements": []}, "network_policy: "),
        ([*USER, "AccessKeys"], [], "users[0].AccessKeys: must be an object, not a list"),
        (
            [*USER, "AccessKeys", "AccessKey"],
            [DOUBLE, DOUBLE],
            f'users[0].AccessKeys.AccessKey[1].AccessKeyId: "{KEY}" is there twice',
        ),
        (
            [*USER, "Groups"],
            {"Group": [{"GroupName": "ops"}]},
            'users[0].Groups.Group[0].GroupName: there is no group "ops" in this file',
        ),
        (
            [*USER, "Policies", "Policy", 0, "PolicyName"],
            "Unheard",
            'users[0].Policies.Policy[0].PolicyName: the practice cloud knows no System policy "Unheard"',
        ),
        (["groups"], [{"GroupName": "a"}, {"GroupName": "a"}], 'groups[1].GroupName: "a" is there twice'),
        (["roles"], [{"RoleName": "r"}], "roles[0].AssumeRolePolicyDocument: is missing"),
        (
            ["policies"],
            [{"Policy": {"PolicyName": "p"}}],
            "policies[0].Policy.DefaultVersion: needs a version",
        ),
        (
            ["mfa_devices"],
            [{"SerialNumber": "m", "User": {"UserId": "9"}}],
            'mfa_devices[0].User.UserId: there is no user "9" in this file',
        ),
        (["responder"], "LTAI5tNobodysKey000001", 'responder: "LTAI5tNobodysKey000001" is no key'),
        (["settings"], {"lookup_lag": "600"}, "settings.lookup_lag: must be a number, not text"),
        (["settings"], {"lookup_lags": 600}, "settings.lookup_lags: is not a field of an account file"),
        (
            ["settings"],
            {"quotas": {"UsersQuota": True}},
            "settings.quotas.UsersQuota: must be a whole number",
        ),
        (
            ["trails"],
            [{"Name": "t", "HomeRegion": "cn-beijing"}],
            "trails[0].TrailArn: must be there, and text",
        ),
        (["events"], "none", "events: must be a list or an answer of LookupEvents, not text"),
        ([*EVENT], [], "events[0]: must be an object, not a list"),
        ([*EVENT, "eventTime"], ..., "events[0].eventTime: is missing"),
        (
            [*EVENT, "eventTime"],
            "2026-02-30T00:00:00Z",
            'events[0].eventTime: "2026-02-30T00:00:00Z" is no time',
        ),
        ([*EVENT, "eventTime"], "2026-11-21T18:40:02+08:00", "events[0].eventTime: "),
        ([*EVENT, "eventTime"], 1763750402, "events[0].eventTime: must be text, not a number"),
        ([*EVENT, "eventId"], "", "events[0].eventId: is missing"),
        ([*EVENT, "sourceIpAddress"], 7, "events[0].sourceIpAddress: must be text, not a number"),
        ([*EVENT, "userIdentity"], "alice", "events[0].userIdentity: must be an object, not text"),
        (
            [*EVENT, "userIdentity", "userName"],
            [],
            "events[0].userIdentity.userName: must be text, not a list",
        ),
        (
            [*EVENT, "referencedResources"],
            {"ACS::ECS::Instance": "i-1"},
            "events[0].referencedResources.ACS::ECS::Instance: must be a list of text",
        ),
        (
            ["events"],
            {"Events": [], "Evnts": []},
            "events.Evnts: is not a field of an answer of LookupEvents",
        ),
        (["events"], [{"Events": 1}], "events[0].Events: must be a list, not a number"),
        (["events"], [{"Events": [{}]}], "events[0].Events[0].eventId: is missing"),
    ],
)
def test_what_is_wrong_is_told_with_its_path(path: list[str | int], value: Any, problem: str) -> None:
    (told,) = problems(changed(path, value))
    assert told.startswith(problem)


def test_two_users_may_not_share_an_id_or_a_name() -> None:
    told = problems(minimal(users=[{"UserName": "a", "UserId": "1"}, {"UserName": "a", "UserId": "1"}]))
    assert told == ['users[1].UserId: "1" is there twice', 'users[1].UserPrincipalName: "a" is there twice']


def test_one_event_id_may_not_stand_for_two_events() -> None:
    document = example()
    document["events"].append({**document["events"][0], "eventName": "StopInstances"})
    (told,) = problems(document)
    assert told.startswith("events[1].eventId: ")


def test_many_problems_are_told_at_once_but_not_all() -> None:
    document = minimal(users=[{"UserName": "a", "Nonsense": 1}] * 15, events=[{}] * 15)
    with pytest.raises(AccountFileError) as refusal:
        load_document(document)
    assert len(refusal.value.problems) == 20
    assert str(refusal.value).endswith("… and 10 more")


@pytest.mark.parametrize("document", [None, [], "text", 7])
def test_a_document_that_is_no_object_is_refused(document: Any) -> None:
    assert problems(document)[0].startswith("the document: must be an object, not ")


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 5000, b'{"format": NaN}'])
def test_a_file_that_is_no_json_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "account.json"
    path.write_bytes(content)
    with pytest.raises(AccountFileError, match="is not JSON"):
        load(path)


def test_hostile_text_in_a_problem_is_made_visible() -> None:
    (told,) = problems(changed([*ACCESS_KEY, "Status"], "\x1b]0;x\x07\u202e" + "A" * 900))
    assert told.isprintable()
    assert len(told) < 200


def test_attachments_of_vendor_policies_survive() -> None:
    account = small_account(NOW)
    account.users[DEPLOYER_ID].policies = [Attachment("System", "AdministratorAccess", NOW)]
    again = load_document(dump(account))
    assert again.users[DEPLOYER_ID].policies == account.users[DEPLOYER_ID].policies
