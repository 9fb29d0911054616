"""STIX 2.0, as older feeds still send it, read into 2.1: nothing is dropped in silence, and no marking is lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hustings.exchange.stix.objects import uuid_of

__all__ = ["newer"]

OBSERVED_IDS = {
    "domain-name": ("value",), "url": ("value",), "ipv4-addr": ("value",), "ipv6-addr": ("value",), "email-addr": ("value",),
    "user-account": ("account_type", "user_id", "account_login"), "file": ("hashes", "name"), "autonomous-system": ("number",),
    "mac-addr": ("value",), "mutex": ("name",), "directory": ("path",),
}  # fmt: skip
LABELS = {"indicator": "indicator_types", "malware": "malware_types", "report": "report_types", "threat-actor": "threat_actor_types", "tool": "tool_types", "identity": "sectors"}  # fmt: skip
VOCABULARY = {"threat-report", "attack-pattern", "campaign", "identity", "indicator", "intrusion-set", "malware", "observed-data", "threat-actor", "tool", "vulnerability",
              "anomalous-activity", "anonymization", "benign", "compromised", "malicious-activity", "attribution", "activist", "competitor", "crime-syndicate", "criminal", "hacker",
              "insider-accidental", "insider-disgruntled", "nation-state", "sensationalist", "spy", "terrorist"}  # fmt: skip


def newer(objects: Iterable[Mapping[str, Any]]) -> tuple[list[dict[str, Any]], list[str]]:
    """Objects of STIX 2.0 as 2.1, and what changed that somebody may want to know. What is 2.1 already stays as it is.

    Edges   markings keep their references, also dangling ones: whoever reads the result hides what bears them
    """
    made: list[dict[str, Any]] = []
    told: list[str] = []
    for said in objects:
        if said.get("spec_version") == "2.1":
            made.append(dict(said))
            continue
        one = {**said, "spec_version": "2.1"}
        kind = str(said.get("type"))
        labels = said.get("labels")
        if kind in LABELS and kind != "identity" and isinstance(labels, list):
            words = [word for word in labels if word in VOCABULARY]
            if words:
                one[LABELS[kind]] = words
        if kind == "indicator":
            one.setdefault("pattern_type", "stix")
            one.setdefault("pattern_version", "2.0")
        if kind == "malware":
            one.setdefault("is_family", True)
            told.append(f"{said.get('id')}: taken for a family, as STIX 2.0 does not say")
        if kind == "observed-data" and isinstance(said.get("objects"), Mapping):
            things = _observed(said, told)
            del one["objects"]
            one["object_refs"] = [thing["id"] for thing in things]
            made += things
        made.append(one)
    return made, told


def _observed(said: Mapping[str, Any], told: list[str]) -> list[dict[str, Any]]:
    """What was observed, as objects of their own that bear the markings of what held them."""
    ids: dict[str, str] = {}
    marked = {name: said[name] for name in ("object_marking_refs",) if name in said}
    if "granular_markings" in said:  # a part of what held them: all of them are bound by it
        refs = [part["marking_ref"] for part in said["granular_markings"] if isinstance(part, Mapping) and "marking_ref" in part]  # fmt: skip
        marked["object_marking_refs"] = list(dict.fromkeys([*marked.get("object_marking_refs", []), *refs]))
    for key, thing in said["objects"].items():
        kind = str(thing.get("type"))
        contributing = {name: thing[name] for name in OBSERVED_IDS.get(kind, ()) if name in thing}
        ids[key] = f"{kind}--{uuid_of(contributing or [said.get('id'), key])}"
    made = []
    for key, thing in said["objects"].items():
        one = {name: _referred(name, value, ids) for name, value in thing.items()}
        made.append({**one, "spec_version": "2.1", "id": ids[key], **marked})
    told.append(f"{said.get('id')}: what was observed stands as {len(made)} objects of their own")
    return made


def _referred(name: str, value: Any, ids: Mapping[str, str]) -> Any:
    if name.endswith("_ref"):
        return ids.get(value, value)
    return [ids.get(one, one) for one in value] if name.endswith("_refs") else value
