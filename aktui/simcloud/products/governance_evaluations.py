"""Cloud Governance Center: metrics and what they found.

Only the account itself can be asked about, and only its newest evaluation: another `SnapshotId` or `Date`
finds nothing. An unknown metric is refused by the name of its parameter. While an evaluation runs that was
asked for, its status is `Running` and the older results show.
"""

from dataclasses import replace
from typing import Any

from aktui.simcloud import cursor, governance
from aktui.simcloud.billing.charge import today
from aktui.simcloud.clock import iso
from aktui.simcloud.cursor import NEXT, next_token
from aktui.simcloud.evaluation import Asked, Evaluation, Finding
from aktui.simcloud.fault import ApiError, invalid
from aktui.simcloud.governance import METRICS, RUNS, Metric
from aktui.simcloud.op import Answer, Call, Integer, Param, Text, Texts, op

_COMMON: tuple[Param, ...] = (Text("RegionId"), Text("EvaluationDomain"))
_WHOSE: tuple[Param, ...] = (Integer("AccountId"), Text("Scope"), *_COMMON)
_RISKS = {"High": "Error", "Medium": "Warning", "Suggestion": "Suggestion"}


@op(
    "Governance",
    "ListEvaluationMetadata",
    Text("Language", choices=("en", "zh")),
    Text("LensCode"),
    Text("TopicCode"),
    *_COMMON,
)
def list_evaluation_metadata(call: Call) -> Answer:
    """What is looked at, in one of two languages; the topic of all of it is `AccessKeyManagement`."""
    other = call.get("TopicCode") not in (None, "", _TOPIC) or call.get("LensCode")
    chosen = [] if other else [_metadata(metric, call.get("Language") == "zh") for metric in METRICS.values()]
    return {"EvaluationMetadata": [{"Type": "Metric", "Metadata": chosen}]}


@op("Governance", "ListEvaluationResults", *_WHOSE, Text("LensCode"), Text("SnapshotId"), Text("TopicCode"))
def list_evaluation_results(call: Call) -> Answer:
    """How each metric stands, and the score."""
    _require_account(call)
    done = governance.latest(call.account, call.now)
    rows = [_result(done, metric) for metric in METRICS.values()]
    if call.get("SnapshotId") or call.get("LensCode") or call.get("TopicCode") not in (None, "", _TOPIC):
        rows = []
    score = sum(row["Result"] for row in rows) / len(rows) if rows else 0.0
    results = {
        "Status": "Running" if done.asked else "Finished",
        "EvaluationTime": iso(done.when),
        "TotalScore": round(score, 4),
        "MetricResults": rows,
    }
    return {"AccountId": int(call.account.id), "Results": results}


@op(
    "Governance",
    "ListEvaluationMetricDetails",
    Text("Id", required=True),
    Text("Date"),
    Text("SnapshotId"),
    *_WHOSE,
    Integer("MaxResults", low=1, high=100),
    Text(NEXT),
)
def list_evaluation_metric_details(call: Call) -> Answer:
    """The resources that are not as they should be; five to a page unless told otherwise."""
    _require_account(call)
    if call["Id"] not in METRICS:
        raise invalid("Id", "is that of no metric")
    done = governance.latest(call.account, call.now)
    day = today(done.when).isoformat()
    elsewhere = call.get("SnapshotId") or call.get("Date") not in (None, "", day)
    found = [] if elsewhere else sorted(done.found[call["Id"]][0], key=_order)
    size, start = call.get("MaxResults", 5), cursor.start(call, _not_given_out)
    answer: Answer = {
        "Date": day,
        "Resources": [_resource(call, one) for one in found[start : start + size]],
    }
    if start + size < len(found):
        answer[NEXT] = next_token(call, start=start + size)
    return answer


@op("Governance", "RunEvaluation", Texts("MetricIds"), *_WHOSE)
def run_evaluation(call: Call) -> Answer:
    """Begins to evaluate some metrics, or all; one that runs already goes on."""
    _require_account(call)
    wanted = call.get("MetricIds") or list(METRICS)
    if not {*wanted} <= METRICS.keys():
        raise invalid("MetricIds", "has the id of no metric")
    done = governance.latest(call.account, call.now)
    if not done.asked:
        call.account.evaluation = replace(done, asked=Asked(tuple(wanted), call.now + RUNS))
    return {}


_TOPIC = "AccessKeyManagement"


def _metadata(metric: Metric, chinese: bool) -> dict[str, Any]:
    name = metric.chinese if chinese else metric.english
    properties = [
        {"PropertyName": one, "DisplayName": shown, "PropertyType": "String"}
        for one, shown in metric.properties
    ]
    action = {"Classification": metric.classification, "Description": name, "Guidance": []}
    return {
        "Id": metric.id,
        "DisplayName": name,
        "Description": name,
        "Category": "Security",
        "TopicCode": _TOPIC,
        "RecommendationLevel": metric.level,
        "Scope": "Account",
        "Stage": "Released",
        "ResourceMetadata": {"ResourcePropertyMetadata": properties},
        "RemediationMetadata": {"Remediation": [{"RemediationType": "Manual", "Actions": [action]}]},
    }


def _result(done: Evaluation, metric: Metric) -> dict[str, Any]:
    wrong, total = done.found[metric.id]
    bad = len({one.id for one in wrong})
    running = done.asked is not None and metric.id in done.asked.metrics
    return {
        "Id": metric.id,
        "Status": "Running" if running else "Finished",
        "Risk": _RISKS[metric.level] if wrong else "None",
        "Result": round(1 - len(wrong) / total, 4) if total else 1.0,
        "EvaluationTime": iso(done.when),
        "PotentialScoreIncrease": round(len(wrong) / total / len(METRICS), 4) if total else 0.0,
        "ResourcesSummary": {"NonCompliant": bad},
    }


def _resource(call: Call, one: Finding) -> dict[str, Any]:
    return {
        "ResourceType": one.kind,
        "ResourceId": one.id,
        "ResourceName": one.name,
        "ResourceOwnerId": int(call.account.id),
        "RegionId": call.account.region,
        "ResourceClassification": one.classification,
        "ComplianceType": "NonCompliant",
        "ResourceProperties": [
            {"PropertyName": name, "PropertyValue": value} for name, value in one.properties.items()
        ],
    }


def _require_account(call: Call) -> None:
    if str(call.get("AccountId", call.account.id)) != call.account.id:
        raise ApiError(403, "NoPermission", "You are not authorized to operate on this account.")


def _order(one: Finding) -> tuple[str, str]:
    return one.id, one.properties.get("AkId", "")


def _not_given_out(name: str) -> ApiError:
    return invalid(name, "is not one that was given out")
