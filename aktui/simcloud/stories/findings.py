"""What Security Center and ActionTrail's insights have noticed of a story."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from aktui.simcloud.account import AccessKey
from aktui.simcloud.clock import iso
from aktui.simcloud.insights import TYPES
from aktui.simcloud.security.findings import Alert, Leak
from aktui.simcloud.stories.company import Company
from aktui.simcloud.stories.ids import Ids
from aktui.simcloud.trail import Event

NOTICED_AFTER = timedelta(minutes=11)
"""How long it takes until something is noticed."""

_FILE = """\
[profile {alias}]
region = {region}
# TODO: move to the vault before we go public
access_key_id = {key}
access_key_secret = {secret}
output = json
"""


def report_leak(company: Company, key: AccessKey, found: datetime, repository: str, file: str) -> None:
    """A report of the key in a public repository, changed a little before. The secret shown is made up."""
    rng = _rng(company, f"leak of {key.owner}")
    secret = Ids(rng).secret()
    assert secret != key.secret
    account = company.account
    code = _FILE.format(alias=account.alias, region=account.region, key=key.id, secret=secret)
    account.leaks.append(
        Leak(
            rng.randrange(300_000, 900_000),
            key.id,
            found.replace(microsecond=0),
            f"{account.alias}-tools",
            repository,
            file,
            "INI",
            (found - timedelta(minutes=38)).replace(microsecond=0),
            code,
            commit=f"{rng.getrandbits(160):040x}",
        )
    )


def raise_alert(
    company: Company, name: str, level: str, events: Sequence[Event], *details: tuple[str, str]
) -> None:
    """An alert about these calls, all with one key, from a while after the first of them."""
    times = sorted(datetime.fromisoformat(event["eventTime"]) for event in events)
    rng = _rng(company, f"alert {name}")
    about = {
        "AccessKey ID": events[0]["userIdentity"].get("accessKeyId", ""),
        "Source IP": ", ".join(sorted({event["sourceIpAddress"] for event in events})[:5]),
        "API": ", ".join(dict.fromkeys(event["eventName"] for event in events[:40])),
    }
    company.account.alerts.append(
        Alert(
            rng.randrange(10_000_000, 90_000_000),
            name,
            level,
            times[0] + NOTICED_AFTER,
            max(times[-1], times[0] + NOTICED_AFTER),
            (*about.items(), *details),
        )
    )


def watch(company: Company, age: float) -> None:
    """All insights on since so many days."""
    company.account.insights.since = dict.fromkeys(TYPES, company.ago(age))


def note_insight(company: Company, kind: str, about: str, events: Sequence[Event], region: str) -> None:
    """An insight about these calls, noticed in that region."""
    first = min(events, key=lambda event: str(event["eventTime"]))
    last = max(str(event["eventTime"]) for event in events)
    noticed = datetime.fromisoformat(first["eventTime"]) + NOTICED_AFTER
    company.account.insights.events.append(
        {
            "eventId": Ids(_rng(company, f"insight {kind} {about} {region}")).request(),
            "eventVersion": 1,
            "eventCategory": "Insight",
            "eventType": "ActionTrailInsight",
            "eventTime": iso(noticed),
            "acsRegion": region,
            "insightType": kind,
            "insightObject": about,
            "serviceName": first["serviceName"],
            "eventName": first["eventName"],
            "sourceIpAddress": first["sourceIpAddress"],
            "userIdentity": {
                name: first["userIdentity"][name]
                for name in ("type", "accountId", "userName", "accessKeyId")
                if name in first["userIdentity"]
            },
            "insightDetails": {"startTime": first["eventTime"], "endTime": last, "count": len(events)},
        }
    )


def _rng(company: Company, what: str) -> Random:
    return Random(f"{company.account.scenario} {company.account.seed} {what}")
