"""Findings as a bundle of STIX 2.1: what was observed, what it is a sign of, what to look for elsewhere.

A finding becomes observed data (addresses and accounts, with how often) and a sighting of its ATT&CK
technique; an intruder's addresses, and the key where an intruder has it, become indicators. A report holds
the verdict. What the business explains has no place there and is left out. Properties as in the OASIS
standard "STIX Version 2.1", sections 3 to 6.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from queries.base import Row
from queries.export.observables import account, address
from queries.export.told import Told, Values, iso, named, whole

_UNSURE = 15
"""Low, on the scale of the standard's appendix A: calls of which it is not clear whose they are."""
_SETTLED = "2026-11-01T00:00:00.000Z"
"""Objects that are the same in every export are dated alike in every export."""
_MOST_IDS = 100
_MITRE = "https://attack.mitre.org/techniques/"
_HIT = ("intruder", "business-and-intruder")


def as_stix(told: Told) -> dict[str, Any]:
    """The bundle. The same findings give the same ids; a later export tells of later observations."""
    made = _Bundle(told)
    for uid, row in told.named():
        if row.values["side"] != "business" and row.values["first"] is not None:
            made.take(uid, row)
    made.indicators()
    made.report()
    ident = named("bundle", told.account, told.key_id, iso(told.asked_at))
    return {"type": "bundle", "id": f"bundle--{ident}", "objects": list(made.objects.values())}


@dataclass
class _Bundle:
    """Objects by their ids, each once."""

    told: Told
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    hostile: dict[str, list[tuple[Values, str, str]]] = field(default_factory=dict)
    """Addresses of an intruder to findings, techniques and observations."""

    def __post_init__(self) -> None:
        self.tool = self._add(_lasting("identity", "aktui", name="aktui", identity_class="system"))
        name = f"Alibaba Cloud account {self.told.account}" if self.told.account else "Alibaba Cloud account"
        self.victim = self._add(
            _lasting("identity", name, name=name, identity_class="organization", created_by_ref=self.tool)
        )
        self.key = self._add(account(self.told.key_id, self.told.owner))

    def take(self, uid: str, row: Row) -> None:
        values = row.values
        technique = self._add(self._technique(values))
        observed = self._observe(uid, values)
        self._add(self._sighting(uid, values, technique, observed))
        for source in values["sources"] if values["side"] == "intruder" else ():
            if found := address(source):
                self.hostile.setdefault(found["value"], []).append((values, technique, observed))

    def indicators(self) -> None:
        """What to look for elsewhere: an intruder's addresses, and the key."""
        for value, seen in self.hostile.items():
            kind = "ipv6-addr" if ":" in value else "ipv4-addr"
            said = f"An intruder called from here with AccessKey {self.told.key_id}."
            self._indicator(f"[{kind}:value = '{value}']", "malicious-activity", said, seen)
        verdict = self.told.verdict
        if verdict is not None and verdict.values["verdict"] in _HIT and self.hostile:
            every = [one for seen in self.hostile.values() for one in seen]
            pattern = f"[user-account:user_id = '{_quoted(self.told.key_id)}']"
            self._indicator(pattern, "compromised", "This AccessKey is in an intruder's hands.", every)

    def report(self) -> None:
        verdict = self.told.verdict
        concluded = verdict.values["verdict"] if verdict else "not-enough-data"
        words = (
            [verdict.values["summary"], *_not_covered(verdict)] if verdict else ["No verdict could be given."]
        )
        indicated = any(one["type"] == "indicator" for one in self.objects.values())
        self._add(
            self._dated(
                "report",
                "report",
                name=f"AccessKey {self.told.key_id}: {concluded}",
                description=whole(" ".join(words)),
                report_types=["observed-data", *(["indicator"] if indicated else [])],
                published=iso(self.told.asked_at),
                object_refs=list(self.objects),
                **self._confidence(self.told.confidence),
            )
        )

    def _observe(self, uid: str, values: Values) -> str:
        refs = [self._add(found) for source in values["sources"] if (found := address(source))]
        for who in values["identities"]:
            if who:
                refs.append(self.key if who == self.told.key_id else self._add(account(who)))
        ids = (*values["event_ids"], *values["request_ids"])[:_MOST_IDS]
        logged = [
            {"source_name": "Alibaba Cloud ActionTrail and logs", "external_id": whole(one)} for one in ids
        ]
        return self._add(
            self._dated(
                "observed-data",
                uid,
                first_observed=iso(values["first"]),
                last_observed=iso(values["last"]),
                number_observed=values["count"],
                object_refs=list(dict.fromkeys(refs)) or [self.key],
                labels=[values["side"], values["id"]],
                **({"external_references": logged} if logged else {}),
            )
        )

    def _sighting(self, uid: str, values: Values, technique: str, observed: str) -> dict[str, Any]:
        return self._dated(
            "sighting",
            uid,
            description=whole(f"{values['title']}: {values['sentence']} Harmless if: {values['benign']}"),
            first_seen=iso(values["first"]),
            last_seen=iso(values["last"]),
            count=values["count"],
            sighting_of_ref=technique,
            observed_data_refs=[observed],
            where_sighted_refs=[self.victim],
            **self._confidence(self.told.confidence if values["side"] == "intruder" else _UNSURE),
        )

    def _technique(self, values: Values) -> dict[str, Any]:
        ident = values["technique"]
        known = {
            "source_name": "mitre-attack",
            "external_id": ident,
            "url": f"{_MITRE}{ident.replace('.', '/')}",
        }
        name = values["technique_name"]
        return _lasting(
            "attack-pattern", ident, name=name, created_by_ref=self.tool, external_references=[known]
        )

    def _indicator(self, pattern: str, kind: str, said: str, seen: list[tuple[Values, str, str]]) -> None:
        found = self._dated(
            "indicator",
            pattern,
            name=pattern,
            description=said,
            indicator_types=[kind],
            pattern=pattern,
            pattern_type="stix",
            pattern_version="2.1",
            valid_from=iso(min(values["first"] for values, _, _ in seen)),
            **self._confidence(self.told.confidence),
        )
        self._add(found)
        for technique in dict.fromkeys(technique for _, technique, _ in seen):
            self._relate(found["id"], "indicates", technique)
        for observed in dict.fromkeys(observed for _, _, observed in seen):
            self._relate(found["id"], "based-on", observed)

    def _relate(self, source: str, kind: str, target: str) -> None:
        self._add(
            self._dated(
                "relationship",
                f"{source} {kind} {target}",
                relationship_type=kind,
                source_ref=source,
                target_ref=target,
            )
        )

    def _dated(self, kind: str, unique: str, /, **properties: Any) -> dict[str, Any]:
        """An object of this export: another export tells of it anew."""
        at = iso(self.told.asked_at)
        ident = named(kind, self.told.account, self.told.key_id, unique, at)
        dates = {"created": at, "modified": at, "created_by_ref": self.tool}
        return {"type": kind, "spec_version": "2.1", "id": f"{kind}--{ident}", **dates, **properties}

    def _confidence(self, value: int | None) -> dict[str, int]:
        return {} if value is None else {"confidence": value}

    def _add(self, found: dict[str, Any]) -> str:
        self.objects.setdefault(found["id"], found)
        return str(found["id"])


def _lasting(kind: str, unique: str, /, **properties: Any) -> dict[str, Any]:
    ident = f"{kind}--{named(kind, unique)}"
    dates = {"created": _SETTLED, "modified": _SETTLED}
    return {"type": kind, "spec_version": "2.1", "id": ident, **dates, **properties}


def _not_covered(verdict: Row) -> Iterable[str]:
    missing = verdict.values["not_covered"]
    return [f"Not covered: {'; '.join(missing)}."] if missing else []


def _quoted(value: str) -> str:
    """As a string of a STIX pattern holds it."""
    return value.replace("\\", "\\\\").replace("'", "\\'")
