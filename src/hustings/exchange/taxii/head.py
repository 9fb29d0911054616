"""What a STIX object says of itself before anybody asks what it means: kind, name, version, who made it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hustings.errors import BadInput, Problem
from hustings.exchange.taxii.envelope import Doubled
from hustings.exchange.taxii.instant import instant

__all__ = ["DEEPEST", "Head", "Unfit", "head_of", "name_of"]

TYPE = re.compile(r"[a-z0-9][a-z0-9-]{1,248}[a-z0-9]", re.ASCII)
ID = re.compile(r"([a-z0-9-]{3,250})--[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}", re.ASCII)
SPEC_VERSIONS = ("2.0", "2.1")
DEEPEST = 100  # values within values; objects of STIX need a tenth
# Cyber-observables have no version, and are of 2.1 where they do not say: before, they were no objects of their own.
OBSERVABLES = frozenset(
    """artifact autonomous-system directory domain-name email-addr email-message file ipv4-addr ipv6-addr mac-addr mutex
    network-traffic process software url user-account windows-registry-key x509-certificate""".split()
)
VERSIONED = frozenset(
    """attack-pattern campaign course-of-action grouping identity incident indicator infrastructure intrusion-set
    location malware malware-analysis note observed-data opinion report threat-actor tool vulnerability relationship
    sighting language-content extension-definition""".split()
)


class Unfit(BadInput):
    """An object that cannot be kept."""

    code = "unfit"


@dataclass(frozen=True, kw_only=True)
class Head:
    """The names of an object. `version` None: it has none of its own (observables, and markings without a moment)."""

    stix_id: str
    type: str
    spec_version: str
    version: datetime | None
    version_said: str
    created_by_ref: str


def name_of(told: Mapping[str, Any]) -> str | None:
    """What the object calls itself, however wrong, so that an answer can speak of it; None where it says nothing."""
    said = told.get("id")
    if not isinstance(said, str):
        return None
    # Neither a NUL nor half of a sign can be written down.
    return said[:300].replace("\x00", "").encode("utf-8", "replace").decode("utf-8") or None


def version_of(told: Mapping[str, Any]) -> str:
    """The version that the object says, where that is a moment; nothing of anything else."""
    said = told.get("modified")
    if not isinstance(said, str) or len(said) > 40:
        return ""
    try:
        instant(said)
    except ValueError:
        return ""
    return said


def depth(told: Mapping[str, Any]) -> int:
    """How many values stand within one another."""
    found = 0
    level: list[Any] = [told]
    while level:
        found += 1
        inner = [each for one in level for each in (one.values() if isinstance(one, Mapping) else one)]
        level = [each for each in inner if isinstance(each, (dict, list))]
    return found


def head_of(told: Mapping[str, Any]) -> Head:
    """The head of an object.

    Raises   Unfit with everything that is wrong
    """
    if depth(told) > DEEPEST:
        # Whoever reads it again would have to go as deep, some with less room for it.
        too_deep = Problem(
            where="depth", found="more", expected=f"at most {DEEPEST} values within values", do="Mend the object."
        )
        raise Unfit("The object cannot be kept.", [too_deep])
    problems: list[Problem] = []

    def wrong(where: str, found: object, expected: str) -> None:
        problems.append(Problem(where=where, found=repr(found)[:100], expected=expected, do="Mend the object."))

    if isinstance(told, Doubled):
        wrong("names", f"{told.twice} twice", "each name once")
    kind, name = told.get("type"), told.get("id")
    if not isinstance(kind, str) or not TYPE.fullmatch(kind) or kind == "bundle":
        wrong("type", kind, "a type of STIX objects")
        kind = ""
    if not isinstance(name, str) or not (found := ID.fullmatch(name)):
        wrong("id", name, "type--UUID")
    elif found[1] != kind:
        wrong("id", name, "an id that begins with its type")

    spec_version = told.get("spec_version", "2.1" if kind in OBSERVABLES else "2.0")
    if spec_version not in SPEC_VERSIONS:
        wrong("spec_version", spec_version, " or ".join(SPEC_VERSIONS))

    moments: dict[str, datetime] = {}
    for field in ("created", "modified"):
        said = told.get(field)
        if said is None and field not in told:
            if kind in VERSIONED:
                wrong(field, None, "a moment: this type has versions")
            continue
        try:
            if not isinstance(said, str) or len(said) > 40:
                raise ValueError("no text")
            moments[field] = instant(said)
        except ValueError:
            wrong(field, said, "a moment like 2026-11-03T18:00:00.000Z")
    if len(moments) == 2 and moments["modified"] < moments["created"]:
        wrong("modified", told["modified"], "no moment before its creation")

    maker = told.get("created_by_ref", "")
    if maker != "" and not (isinstance(maker, str) and ID.fullmatch(maker) and maker.startswith("identity--")):
        wrong("created_by_ref", maker, "the id of an identity")
    marks = told.get("object_marking_refs", ["-"])
    if not isinstance(marks, list) or not marks or not all(isinstance(mark, str) for mark in marks):
        wrong("object_marking_refs", marks, "ids of marking definitions; no marking is no list")
    parts = told.get("granular_markings", [{}])
    if not isinstance(parts, list) or not parts or not all(isinstance(part, dict) for part in parts):
        wrong("granular_markings", parts, "markings of parts; none is no list")
    if problems:
        raise Unfit("The object cannot be kept.", problems)
    assert isinstance(kind, str)
    assert isinstance(name, str)
    which = "modified" if "modified" in moments else "created"
    return Head(
        stix_id=name,
        type=kind,
        spec_version=spec_version,
        version=moments.get(which),
        version_said=told[which] if which in moments else "",
        created_by_ref=maker,
    )
