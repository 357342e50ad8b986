"""The log service's operations and answers against the vendor's catalogue and the samples, where they are."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aktui.simcloud.logs.permission import ACTIONS
from tests.conftest import PracticeCloudFactory
from tests.practice import Sim
from tests.simcloud.log_rig import END, START, client, log_account
from tests.simcloud.log_signing import post_query, send, v1, v4
from tests.simcloud.samples import sample

BESIDE = Path(__file__).parents[3] / "shared" / "api-meta"
STORE = ("acme-logs", "oss-log-store")
TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}
SPELT_OTHERWISE = {"IndexKey", "index_all", "max_depth", "json_keys"}
"""Of a json field: the catalogue does not go so deep."""


@pytest.fixture(scope="module")
def catalogue() -> dict[str, Any]:
    folder = Path(os.environ.get("AKTUI_API_CATALOGUE", BESIDE))
    file = folder / "responses" / "sls-2020-12-30.json"
    if not file.is_file():
        pytest.skip("the API catalogue is not here (AKTUI_API_CATALOGUE)")
    found: dict[str, Any] = json.loads(file.read_text())
    return found


@pytest.fixture
def sim(practice_cloud: PracticeCloudFactory) -> Iterator[Sim]:
    with practice_cloud(log_account()) as sim:
        yield sim


def answers(sim: Sim) -> dict[str, Any]:
    """A good answer of every operation."""
    window = {"from": str(START), "to": str(END)}
    store = f"/logstores/{STORE[1]}"
    asked = {"from": START, "to": END, "query": "* | with_pack_meta", "line": 1}
    (placed,) = send(post_query(sim, *STORE, asked)).json()["data"]
    around = {"pack_id": placed["__tag__:__pack_id__"], "pack_meta": placed["__pack_meta__"]}

    def get(path: str, query: dict[str, str] | None = None, project: str = STORE[0]) -> Any:
        return send(v4(sim, "GET", path, query, project=project)).json()

    sql = {"from": START, "to": END, "query": "* | select access_id, count(*) as c group by access_id"}
    return {
        "ListProject": get("/", project=""),
        "GetProject": get("/"),
        "ListLogStores": get("/logstores"),
        "GetLogStore": get(store),
        "GetIndex": get(f"{store}/index"),
        "GetHistograms": get(f"{store}/index", {"type": "histogram", **window}),
        "GetLogs": get(store, {"type": "log", **window}),
        "GetLogsV2": send(post_query(sim, *STORE, sql)).json(),
        "GetContextLogs": get(
            store, {"type": "context_log", "back_lines": "1", "forward_lines": "1", **around}
        ),
    }


def misfits(value: Any, schema: dict[str, Any], known: dict[str, Any], where: str) -> Iterator[str]:
    """Where a value is not what a schema says."""
    if "$ref" in schema:
        schema = known[schema["$ref"].rpartition("/")[2]]
    kind = schema.get("type", "")
    if kind in TYPES and (not isinstance(value, TYPES[kind]) or (kind == "integer" and value is True)):
        yield f"{where} is {value!r}, which is no {kind}"
    inner = schema.get("properties") or {}
    if isinstance(value, dict) and inner:
        for name, item in value.items():
            if name in inner:
                yield from misfits(item, inner[name], known, f"{where}.{name}")
            elif name not in SPELT_OTHERWISE:
                yield f"{where} has {name}, which the catalogue does not know"
    each = schema.get("additionalProperties")
    if isinstance(value, dict) and isinstance(each, dict):
        for name, item in value.items():
            yield from misfits(item, each, known, f"{where}.{name}")
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        for item in value:
            yield from misfits(item, schema["items"], known, f"{where}[]")


def test_every_answer_is_what_the_catalogue_says(sim: Sim, catalogue: dict[str, Any]) -> None:
    given = answers(sim)
    assert set(given) == set(ACTIONS)
    for operation, answer in given.items():
        schema = catalogue["apis"][operation]["responses"]["200"]["schema"]
        assert list(misfits(answer, schema, catalogue["components"]["schemas"], operation)) == []


def test_what_an_answer_in_the_older_form_tells_in_headers(sim: Sim, catalogue: dict[str, Any]) -> None:
    window = {"type": "log", "from": str(START), "to": str(END)}
    headers = send(v1(sim, "GET", "/logstores/oss-log-store", window, project="acme-logs")).headers
    wanted = catalogue["apis"]["GetLogs"]["responses"]["200"]["headers"]
    assert [name for name in wanted if name.startswith("x-log-") and name not in headers] == []


def test_the_newer_answer_has_all_that_the_sample_has(sim: Sim) -> None:
    told = sample("Sls.GetLogs.wire")
    answer = send(post_query(sim, *STORE, {"from": START, "to": END, "query": "*"})).json()
    assert set(told["body"]["meta"]) - set(answer["meta"]) == set()
    kinds = {name: type(value) for name, value in told["body"]["meta"].items()}
    assert {name: type(answer["meta"][name]) for name in kinds} == kinds


@pytest.mark.parametrize("name", ["Sls.ListProject", "Sls.GetHistograms"])
def test_other_answers_have_all_that_the_samples_have(sim: Sim, name: str) -> None:
    told, given = sample(name)["body"], answers(sim)[name.partition(".")[2]]
    first, second = (one["projects"] if isinstance(one, dict) else one for one in (told, given))
    assert set(first[0]) <= set(second[0])


def test_refusals_are_worded_as_in_the_samples(sim: Sim) -> None:
    told = sample("Error.Sls.LogStoreNotExist")
    path = "/logstores/internal-operation_log"
    refused = send(v4(sim, "GET", path, project="acme-logs"))
    assert (refused.status_code, refused.json()) == (told["http_status"], told["body"])
    told = sample("Error.Sls.Unauthorized")
    refused = send(v4(sim, "GET", "/", key="LTAI5tNOSUCH", secret="x"))
    assert (refused.status_code, refused.json()["errorCode"]) == (
        told["http_status"],
        told["body"]["errorCode"],
    )


def test_the_rows_of_the_samples_can_be_kept_and_found(sim: Sim) -> None:
    names = ("Oss.RealtimeAccessLog.record", "Oss.BatchDeleteLog.record", "ActionTrail.SlsRecord")
    rows = [sample(name)["body"] for name in names]
    empty = sim.account.projects["acme-logs"].logstores["empty"]
    for row in rows:
        empty.add(row)
    found = client(sim).get_log("acme-logs", "empty", 0, END, query="*")
    assert found.get_count() == 3
    event = client(sim).get_log("acme-logs", "empty", 0, END, query="event.eventName: RunInstances")
    assert json.loads(event.get_logs()[0].get_contents()["event"])["eventName"] == "RunInstances"
