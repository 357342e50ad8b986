"""What the log service says no to, in the words that its clients know."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from aktui.simcloud.account import Attachment, Policy, PolicyVersion, Role, Session
from tests.conftest import PracticeCloudFactory
from tests.practice import Sim
from tests.simcloud.accounts import (
    ACCOUNT_ID,
    DEPLOYER_KEY,
    DEPLOYER_OLD_KEY,
    NOBODY_ID,
    NOBODY_KEY,
    RESPONDER_KEY,
    SECRETS,
)
from tests.simcloud.log_rig import BORN, END, NOW, START, client, log_account, refused
from tests.simcloud.log_signing import post_query, refusal, send, v1, v4

STORE = ("acme-logs", "oss-log-store")
ASKED: dict[str, Any] = {"from": START, "to": END, "query": "*"}
SIGN: dict[str, Callable[..., httpx.Request]] = {"v1": v1, "v4": v4}


@pytest.fixture
def sim(practice_cloud: PracticeCloudFactory) -> Iterator[Sim]:
    with practice_cloud(log_account()) as sim:
        yield sim


@pytest.fixture(params=["v1", "v4"])
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_wrong_secret_is_refused_as_signature_does_not_match(sim: Sim, version: str) -> None:
    status, code, _ = refused(client(sim, secret="not the secret", version=version).list_project)
    assert (status, code) == (401, "SignatureNotMatch")


def test_an_unknown_key_is_not_found(sim: Sim, version: str) -> None:
    wrong = client(sim, "LTAI5tNOSUCH", "secret", version=version)
    assert refused(wrong.list_project) == (401, "Unauthorized", "AccessKeyId not found: LTAI5tNOSUCH")


def test_a_disabled_key_is_told_so(sim: Sim, version: str) -> None:
    disabled = client(sim, DEPLOYER_OLD_KEY, version=version)
    message = f"AccessKeyId is disabled: {DEPLOYER_OLD_KEY}"
    assert refused(disabled.list_project) == (401, "Unauthorized", message)


def test_a_key_disabled_during_the_drill_stops_reading(sim: Sim) -> None:
    intruder = client(sim, DEPLOYER_KEY)
    assert intruder.get_log(*STORE, START, END).get_count() == 100
    sim.account.keys[DEPLOYER_KEY].status = "Inactive"
    sim.account.keys[DEPLOYER_KEY].updated = sim.account.clock.now()
    assert refused(lambda: intruder.get_log(*STORE, START, END))[:2] == (401, "Unauthorized")


def test_a_key_under_a_network_policy_is_refused_from_elsewhere(sim: Sim) -> None:
    networks = [{"Type": "ClassicWhiteList", "IPList": ["203.0.113.0/24"]}]
    sim.account.keys[DEPLOYER_KEY].policy = {"Version": 1, "Status": "Active", "Statements": networks}
    status, code, message = refused(client(sim, DEPLOYER_KEY).list_project)
    assert (status, code) == (401, "Unauthorized")
    assert message == "Specified access key denied due to access policy."


@pytest.mark.parametrize("minutes", [-16, 16])
def test_a_clock_that_is_wrong_is_refused(sim: Sim, version: str, minutes: int) -> None:
    moment = datetime.now(UTC) + timedelta(minutes=minutes)
    answer = send(SIGN[version](sim, "GET", "/", moment=moment))
    assert refusal(answer) == (400, "RequestTimeTooSkewed")


def test_a_changed_body_is_not_what_was_signed(sim: Sim, version: str) -> None:
    changed = post_query(sim, *STORE, ASKED, version=version, signed_body=b"{}")
    assert refusal(send(changed)) == (401, "SignatureNotMatch")


def test_a_changed_header_or_query_is_not_what_was_signed(sim: Sim, version: str) -> None:
    sign = SIGN[version]
    added = sign(sim, "GET", "/logstores", project="acme-logs", unsigned={"x-log-extra": "1"})
    assert refusal(send(added)) == (401, "SignatureNotMatch")
    honest = sign(sim, "GET", "/logstores", {"size": "1"}, project="acme-logs")
    changed = httpx.Request("GET", f"{honest.url}&offset=1", headers=honest.headers)
    assert refusal(send(changed)) == (401, "SignatureNotMatch")


def test_both_digests_of_the_older_signature_are_taken(sim: Sim) -> None:
    for digest in ("sha1", "sha256"):
        assert send(v1(sim, "GET", "/logstores", project="acme-logs", digest=digest)).status_code == 200
    assert refusal(send(v1(sim, "GET", "/", digest="md5"))) == (400, "InvalidSignatureMethod")


def test_a_client_may_sign_its_second_date_or_not(sim: Sim) -> None:
    now = f"{datetime.now(UTC):%a, %d %b %Y %H:%M:%S GMT}"
    assert send(v1(sim, "GET", "/", headers={"x-log-date": now})).status_code == 200
    assert send(v1(sim, "GET", "/", unsigned={"x-log-date": now})).status_code == 200


def test_what_a_request_must_have(sim: Sim, version: str) -> None:
    sign = SIGN[version]
    date = "x-log-date" if version == "v4" else "date"
    assert refusal(send(sign(sim, "GET", "/", headers={"x-log-apiversion": ""}))) == (
        400,
        "MissingAPIVersion",
    )
    assert refusal(send(sign(sim, "GET", "/", headers={"x-log-apiversion": "9"}))) == (
        400,
        "InvalidAPIVersion",
    )
    assert refusal(send(sign(sim, "GET", "/", headers={date: ""}))) == (400, "MissingDate")
    assert refusal(send(sign(sim, "GET", "/", headers={date: "today"}))) == (400, "InvalidDateFormat")
    untyped = post_query(sim, *STORE, ASKED, version=version, headers={"content-type": ""})
    assert refusal(send(untyped)) == (400, "MissingContentType")


def test_a_request_without_a_readable_signature_is_refused(sim: Sim) -> None:
    plain = {"host": "acme-logs.127.0.0.1", "x-log-apiversion": "0.6.0"}
    for authorization, expected in (
        ("", (401, "Unauthorized")),
        ("Bearer x", (401, "Unauthorized")),
        ("LOG nothing", (400, "InvalidAuthorization")),
        ("SLS4-HMAC-SHA256 Credential=x", (400, "InvalidAuthorization")),
    ):
        headers = {**plain, **({"authorization": authorization} if authorization else {})}
        request = httpx.Request("GET", f"{sim.endpoint}/logstores", headers=headers)
        assert refusal(send(request)) == expected


def test_without_a_policy_the_missing_permission_is_named(sim: Sim, version: str) -> None:
    nobody = client(sim, NOBODY_KEY, version=version)
    resource = f"acs:log:cn-hangzhou:{ACCOUNT_ID}:project"
    expected = {
        nobody.list_project: f"log:ListProject, resource: {resource}/*",
        lambda: nobody.list_logstore("acme-logs"): (
            f"log:ListLogStores, resource: {resource}/acme-logs/logstore/*"
        ),
        lambda: nobody.get_log(*STORE, START, END): (
            f"log:GetLogStoreLogs, resource: {resource}/acme-logs/logstore/oss-log-store"
        ),
        lambda: nobody.get_index_config(*STORE): (
            f"log:GetIndex, resource: {resource}/acme-logs/logstore/oss-log-store"
        ),
    }
    for ask, denied in expected.items():
        message = f"denied by sts or ram, action: {denied}"
        assert refused(ask) == (401, "Unauthorized", message)


def test_a_policy_opens_one_logstore_and_no_other(sim: Sim) -> None:
    resource = f"acs:log:*:{ACCOUNT_ID}:project/acme-logs/logstore/oss-*"
    document = (
        f'{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"log:Get*","Resource":"{resource}"}}]}}'
    )
    policy = Policy("read-oss-logs", "Custom", BORN, BORN, versions=[PolicyVersion("v1", document, BORN)])
    sim.account.policies["Custom", policy.name] = policy
    sim.account.users[NOBODY_ID].policies.append(Attachment("Custom", policy.name, BORN))
    nobody = client(sim, NOBODY_KEY)
    assert nobody.get_log(*STORE, START, END).get_count() == 100
    assert refused(lambda: nobody.get_log("acme-logs", "empty", START, END))[1] == "Unauthorized"


def test_a_role_session_reads_until_it_expires(sim: Sim, version: str) -> None:
    account = sim.account
    role = Role("300000000000000001", "reader", BORN, BORN, "{}")
    role.policies.append(Attachment("System", "AdministratorAccess", BORN))
    account.roles[role.name] = role
    expires = NOW + timedelta(hours=1)
    account.sessions["STS.KEY"] = Session("STS.KEY", "s", "token", "reader", "me", expires, RESPONDER_KEY)
    session = client(sim, "STS.KEY", "s", version=version, token="token")
    assert session.get_log(*STORE, START, END).get_count() == 100
    wrong = client(sim, "STS.KEY", "s", version=version, token="another")
    assert refused(wrong.list_project)[:2] == (401, "SecurityTokenInvalid")
    assert refused(client(sim, "STS.KEY", "s", version=version).list_project)[1] == "SecurityTokenInvalid"
    account.clock.advance(3601)
    message = "The security token you provided has expired."
    assert refused(session.list_project) == (401, "SecurityTokenExpired", message)


def test_what_is_not_there_is_said_to_be_missing(sim: Sim) -> None:
    logs = client(sim)
    assert refused(lambda: logs.list_logstore("nowhere"))[:2] == (404, "ProjectNotExist")
    assert refused(lambda: logs.get_project("nowhere"))[:2] == (404, "ProjectNotExist")
    assert refused(lambda: logs.get_logstore("acme-logs", "none"))[:2] == (404, "LogStoreNotExist")
    message = "logstore none does not exist"
    assert refused(lambda: logs.get_log("acme-logs", "none", START, END)) == (
        404,
        "LogStoreNotExist",
        message,
    )


def test_a_logstore_without_an_index_can_not_be_queried(sim: Sim) -> None:
    logs = client(sim)
    assert refused(lambda: logs.get_log("acme-logs", "no-index", START, END))[:2] == (
        400,
        "IndexConfigNotExist",
    )
    assert refused(lambda: logs.get_index_config("acme-logs", "no-index"))[:2] == (404, "IndexConfigNotExist")
    assert logs.get_logstore("acme-logs", "no-index").get_ttl() == 7


def test_a_project_is_not_there_in_another_region(sim: Sim) -> None:
    here = v4(sim, "GET", "/logstores", host="acme-logs.cn-hangzhou.log.aliyuncs.com")
    assert send(here).json()["total"] == 3
    elsewhere = v4(sim, "GET", "/logstores", host="acme-logs.eu-central-1.log.aliyuncs.com")
    assert refusal(send(elsewhere)) == (404, "ProjectNotExist")


def test_projects_are_listed_region_by_region(sim: Sim) -> None:
    answer = send(v4(sim, "GET", "/", host="eu-central-1.log.aliyuncs.com")).json()
    assert [one["projectName"] for one in answer["projects"]] == ["acme-abroad"]
    answer = send(v4(sim, "GET", "/", host="cn-hangzhou-intranet.log.aliyuncs.com")).json()
    assert [one["projectName"] for one in answer["projects"]] == ["acme-logs", "acme-more"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/logstores"),
        ("DELETE", "/logstores/oss-log-store"),
        ("PUT", "/logstores/oss-log-store/index"),
        ("GET", "/machinegroups"),
        ("GET", "/logstores/oss-log-store/shards"),
        ("POST", "/logstores/oss-log-store/shards/lb"),
    ],
)
def test_an_unknown_operation_is_refused_and_changes_nothing(sim: Sim, method: str, path: str) -> None:
    body = b"{}" if method in ("POST", "PUT") else b""
    assert refusal(send(v4(sim, method, path, project="acme-logs", body=body)))[0] == 404
    assert client(sim).list_logstore("acme-logs").get_total() == 3


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no beginning": ({"from": None}, "ParameterInvalid"),
    "a beginning that is no number": ({"from": "yesterday"}, "InvalidTimeRange"),
    "an end before the beginning": ({"to": START - 1}, "InvalidTimeRange"),
    "an empty window": ({"to": START}, "InvalidTimeRange"),
    "too many lines": ({"line": 101}, "InvalidLine"),
    "fewer lines than none": ({"line": -1}, "InvalidLine"),
    "an offset that is no number": ({"offset": "x"}, "InvalidOffset"),
    "an order that is none": ({"reverse": "maybe"}, "InvalidReverse"),
    "a query that is no text": ({"query": 5}, "ParameterInvalid"),
    "half a search": ({"query": "access_id: "}, "ParameterInvalid"),
    "half a statement": ({"query": "* | select"}, "ParameterInvalid"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_parameter_that_makes_no_sense_is_refused(sim: Sim, what: str) -> None:
    changed, code = WRONG[what]
    assert refusal(send(post_query(sim, *STORE, {**ASKED, **changed}))) == (400, code)


@pytest.mark.parametrize("body", [b"", b"no json", b"[1]", b"\xff\xfe", b'{"from":' + b"[" * 5000])
def test_a_body_that_is_no_object_is_refused(sim: Sim, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    assert refusal(send(post_query(sim, *STORE, body, headers=headers))) == (400, "ParameterInvalid")


def test_a_bad_list_parameter_is_refused(sim: Sim) -> None:
    assert refusal(send(v4(sim, "GET", "/", {"offset": "-1"}))) == (400, "ParameterInvalid")
    assert send(v4(sim, "GET", "/", {"offset": "", "size": ""})).status_code == 200


def test_the_secret_of_a_key_is_in_no_refusal(sim: Sim) -> None:
    answer = send(v4(sim, "GET", "/", secret="wrong"))
    assert SECRETS[RESPONDER_KEY] not in answer.text
