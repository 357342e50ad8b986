"""What Cloud Governance Center checks about keys, and whether this key fails it."""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

from aktui.errors import AktuiError
from aktui.models import Reply
from queries.asking.reading import Record, ident, listed, member, moment, record, records, text
from queries.asking.together import both, guarded, settled, together
from queries.base import Asking, Column, Gap, Page, Query, Row, Status
from queries.owners.holder import HOLDER_CALLS, HOLDER_NEEDS, ROOT, Holder, find_holder
from queries.provider.naming import names_key

_METADATA, _RESULTS, _DETAILS = (
    f"governance:{action}"
    for action in ("ListEvaluationMetadata", "ListEvaluationResults", "ListEvaluationMetricDetails")
)
_ABOUT_KEYS = re.compile(r"access\s?key|(?<![a-z])ak(?![a-z])", re.IGNORECASE)
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SUBJECTS = (
    ("root key", re.compile(r"root|alibaba cloud account", re.IGNORECASE)),
    ("idle", re.compile(r"unused|idle|not (been )?used|inactive", re.IGNORECASE)),
    ("not rotated", re.compile(r"rotat|expired|90 days|old", re.IGNORECASE)),
)
_MOST_PAGES = 50


@dataclass(frozen=True)
class _Check:
    """A metric about keys. Its id is opaque: it is told by what it is called and how it is classified."""

    id: str
    name: str
    classes: str
    raw: Record

    @property
    def subject(self) -> str:
        words = _HUMP.sub(" ", self.classes)
        said = f"{self.name} {words}"
        return next((subject for subject, pattern in _SUBJECTS if pattern.search(said)), "keys")


async def run(asking: Asking) -> AsyncIterator[Page]:
    holder = await find_holder(asking)
    yield Page(gaps=holder.gaps)
    metadata, results = await both(
        settled(asking.cloud.call("governance", "ListEvaluationMetadata", Language="en")),
        settled(asking.cloud.call("governance", "ListEvaluationResults")),
    )
    for told, what in ((metadata, "checks of governance"), (results, "results of governance")):
        if isinstance(told, AktuiError):
            yield Page(gaps=(Gap.of(told, what),))
    if not isinstance(metadata, Reply) or not isinstance(results, Reply):
        return
    checks = list(_checks(listed(metadata, _METADATA, "EvaluationMetadata")))
    found = member(results, _RESULTS, "Results")
    stands = {ident(one.get("Id")): one for one in listed(results, _RESULTS, "Results", "MetricResults")}
    yield Page(request_id=results.request_id, gaps=_none(checks), note=_note(found))
    sources = (
        guarded(f"check: {one.name[:80]}", _check(asking, holder, one, stands.get(one.id))) for one in checks
    )
    async for page in together(*sources):
        yield page


def _checks(groups: list[Record]) -> Iterator[_Check]:
    for group in groups:
        for one in records(group.get("Metadata")):
            classes = " ".join(_classifications(one))
            check = _Check(ident(one.get("Id")), text(one.get("DisplayName")), classes, one)
            if check.id and _ABOUT_KEYS.search(f"{check.name} {classes}"):
                yield check


def _classifications(metric: Record) -> Iterator[str]:
    for remedy in records(record(metric.get("RemediationMetadata")).get("Remediation")):
        for action in records(remedy.get("Actions")):
            yield ident(action.get("Classification"))


async def _check(asking: Asking, holder: Holder, check: _Check, stands: Record | None) -> AsyncIterator[Page]:
    """One row: how the check stands for this key, and for how many others it fails."""
    if stands is None:
        detail = "It is among the checks, but not among their results: it was not evaluated yet."
        yield Page(gaps=(Gap(Status.NOT_COVERED, f"check: {check.name[:80]}", detail, _RESULTS),))
        return
    resources: list[Record] = []
    if ident(stands.get("Risk")) not in ("", "None"):
        async for reply in _details(asking, check.id):
            resources += listed(reply, _DETAILS, "Resources")
    mine = next((one for one in resources if _is_mine(asking, holder, one)), None)
    values: dict[str, Any] = {
        "check": check.name,
        "subject": check.subject,
        "fails": mine is not None,
        "others": len(resources) - (mine is not None),
        "risk": ident(stands.get("Risk")),
        "resource": text(mine.get("ResourceName")) if mine else "",
        "properties": _told(mine) if mine else "",
        "level": ident(check.raw.get("RecommendationLevel")),
        "evaluated": moment(stands.get("EvaluationTime")),
        "metric_id": check.id,
    }
    yield Page((Row(values, {"metric": check.raw, "result": stands, "resource": mine}),))


async def _details(asking: Asking, metric: str) -> AsyncIterator[Reply]:
    token, tokens = "", {""}
    for _ in range(_MOST_PAGES):
        more = {"NextToken": token} if token else {}
        reply = await asking.cloud.call(
            "governance", "ListEvaluationMetricDetails", Id=metric, MaxResults=100, **more
        )
        yield reply
        token = ident(reply.body.get("NextToken"))
        if not token or token in tokens:
            return
        tokens.add(token)


def _is_mine(asking: Asking, holder: Holder, resource: Record) -> bool:
    """The key itself where a property tells it, else its user; of the root account for a root key."""
    told = [ident(one.get("PropertyValue")) for one in records(resource.get("ResourceProperties"))]
    ids = [one for one in told if one.startswith("LTAI")]
    if ids:
        return any(names_key(one, asking.key_id) for one in ids)
    if holder.kind == ROOT:
        return "root" in ident(resource.get("ResourceClassification")).lower()
    named = (ident(resource.get("ResourceId")), ident(resource.get("ResourceName")))
    return bool(holder.user_id and holder.user_id in named) or bool(holder.name and holder.name in named)


def _told(resource: Record) -> str:
    pairs = records(resource.get("ResourceProperties"))
    return "; ".join(f"{text(one.get('PropertyName'))}: {text(one.get('PropertyValue'))}" for one in pairs)


def _none(checks: list[_Check]) -> tuple[Gap, ...]:
    if checks:
        return ()
    detail = "No check is recognised as one about keys: they are told by their names, which may have changed."
    return (Gap(Status.NOT_COVERED, "checks about keys", detail, _METADATA),)


def _note(results: Record) -> str:
    at = moment(results.get("EvaluationTime"))
    running = " A new evaluation is running." if ident(results.get("Status")) == "Running" else ""
    return f"Evaluated at {at:%Y-%m-%d %H:%M} UTC.{running}" if at else running.strip()


QUERY = Query(
    id="governance-checks",
    title="Governance checks",
    question="Does the key fail a check of the provider: idle, not rotated, a root key?",
    columns=(
        Column("check", "Check"),
        Column("subject", "About"),
        Column("fails", "This key fails", "flag"),
        Column("others", "Others that fail", "count"),
        Column("risk", "Risk"),
        Column("resource", "Resource"),
        Column("properties", "Properties"),
        Column("level", "Level"),
        Column("evaluated", "Evaluated", "time"),
        Column("metric_id", "Metric", "id"),
    ),
    calls=(*HOLDER_CALLS, _METADATA, _RESULTS, _DETAILS),
    needs=(*HOLDER_NEEDS, _METADATA, _RESULTS, _DETAILS),
    run=run,
    source="Cloud Governance Center",
    limits=(
        "As of the last evaluation, which runs daily or when asked for. Checks about keys are told by their "
        "names and classifications, since their ids are opaque."
    ),
)
