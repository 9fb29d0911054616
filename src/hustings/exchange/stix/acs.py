"""The access control set (ACS 3.0) with which the US government marks what it shares, as limits of ours and back.

Only what can be applied here is understood. A caveat, a sensitivity or a purpose that nobody here enforces is an
unknown word, and an unknown word hides the object.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hustings.errors import Problem
from hustings.exchange.stix.country import THREE_LETTERS, TWO_LETTERS
from hustings.exchange.stix.names import Names
from hustings.policy.level import Level
from hustings.policy.marking import Kind, Marking, Tlp

__all__ = ["ACS", "read_acs", "write_acs"]

ACS = "extension-definition--3a65884d-005a-4290-8335-cb2d778a83ce"
POLICY = "urn:isa:policy:acs:ns:v3.0?privdefault={}&sharedefault={}"
LEVELS = {"U": Level.UNCLASSIFIED, "C": Level.CONFIDENTIAL, "S": Level.SECRET, "TS": Level.TOP_SECRET}
LETTERS = {level: letter for letter, level in LEVELS.items()}
# Persons in uniform or office work at agencies. A contractor's employer may be of any kind, so none follows.
ENTITIES = {"GOV": Kind.AGENCY, "MIL": Kind.AGENCY, "CTR": None, "SVR": None, "SVC": None, "DEV": None, "NET": None}
# Determinations that take nothing away from what the set says.
HARMLESS = {"PUBREL", "INFORMATION-DIRECTLY-RELATED-TO-CYBERSECURITY-THREAT"}
READING = {"DSPLY", "CISAUSES", "ALL"}  # privileges without which nobody looks at it
SCOPE = {"permitted_nationalities", "permitted_organizations", "entity", "shareability"}
CONTROLS = SCOPE | {"classification", "sci_controls", "formal_determination", "caveat", "sensitivity", "logical_authority_category"}  # fmt: skip
KNOWN = {
    "extension_type", "identifier", "name", "create_date_time", "responsible_entity_custodian", "responsible_entity_originator",
    "authority_reference", "policy_reference", "original_classification", "derivative_classification", "declassification",
    "resource_disposition", "public_release", "access_privilege", "further_sharing", "control_set",
}  # fmt: skip


class _Reading:
    """The limits of one access control set, gathered while it is read."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.unknown: set[str] = set()
        self.nationalities: frozenset[str] | None = None
        self.organisations: frozenset[str] | None = None
        self.kinds: frozenset[Kind] | None = None

    def words(self, said: Mapping[str, Any], key: str) -> list[str]:
        """The words under a key; what is no list of words is unknown."""
        value = said.get(key, [])
        if isinstance(value, list) and all(isinstance(one, str) for one in value) and (value or key not in said):
            return value
        self.unknown.add(f"acs:{key}")
        return []

    def scope(self, said: Mapping[str, Any]) -> None:
        """Whom a control set or a privilege admits: one more limit, beside those read before."""
        if words := self.words(said, "permitted_nationalities"):
            if "ALL" not in words:
                countries = frozenset(TWO_LETTERS[word] for word in words if word in TWO_LETTERS)
                self.nationalities = countries if self.nationalities is None else self.nationalities & countries
        if words := self.words(said, "permitted_organizations"):
            if "ALL" not in words:
                known = frozenset(self.names.by_acs[word] for word in words if word in self.names.by_acs)
                self.organisations = known if self.organisations is None else self.organisations & known
        if words := self.words(said, "entity"):
            self.unknown |= {f"acs:entity:{word}" for word in words if word not in ENTITIES and word != "ALL"}
            if "ALL" not in words:
                kinds = frozenset(kind for word in words if (kind := ENTITIES.get(word)) is not None)
                self.kinds = kinds if self.kinds is None else self.kinds & kinds
        self.unknown |= {f"acs:shareability:{word}" for word in self.words(said, "shareability") if word != "ALL"}

    def rules(self, said: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
        """The rules under a key: who may do what with it, or may not."""
        value = said.get(key, [])
        # An effect may be a list, which no set can be asked for.
        if isinstance(value, list) and all(
            isinstance(rule, Mapping)
            and rule.get("rule_effect") in ("permit", "deny")
            and isinstance(rule.get("privilege_action", ""), str)
            for rule in value
        ):
            return value
        self.unknown.add(f"acs:{key}")
        return []


def read_acs(said: Mapping[str, Any], owner: str, names: Names) -> tuple[Marking, bool]:
    """The limits of a control set as a marking, and whether it releases to the public; what is not understood is unknown.

    Edges   several privileges to look at it are taken together as one, each limiting: stricter than either
    """
    reading = _Reading(names)
    reading.unknown |= {f"acs:{key}" for key in said if key not in KNOWN}
    controls = said.get("control_set")
    if not isinstance(controls, Mapping):
        reading.unknown.add("acs:control_set")
        controls = {}
    reading.unknown |= {f"acs:{key}" for key in controls if key not in CONTROLS}
    level = LEVELS.get(controls["classification"]) if isinstance(controls.get("classification"), str) else None
    if level is None:
        reading.unknown.add(f"acs:classification:{controls.get('classification')}")
    for key in ("caveat", "sensitivity", "logical_authority_category"):
        reading.unknown |= {f"acs:{key}:{word}" for word in reading.words(controls, key)}
    determined = set(reading.words(controls, "formal_determination"))
    reading.unknown |= {f"acs:formal_determination:{word}" for word in determined - HARMLESS}
    reading.scope(controls)
    by_default, shared = _policy(said.get("policy_reference"))
    if by_default is None or shared is None:
        reading.unknown.add("acs:policy_reference")
    permitted = False
    for rule in reading.rules(said, "access_privilege"):
        if rule.get("privilege_action") not in READING:
            continue
        scope = rule.get("privilege_scope")
        if rule["rule_effect"] == "deny" or not isinstance(scope, Mapping):
            reading.unknown.add("acs:access_privilege:deny")
        else:
            permitted = True
            reading.unknown |= {f"acs:{key}" for key in scope if key not in SCOPE}
            reading.scope(scope)
    if by_default == "deny" and not permitted:
        reading.unknown.add("acs:privdefault=deny")
    denied = any(rule["rule_effect"] == "deny" for rule in reading.rules(said, "further_sharing"))
    public = "PUBREL" in determined and isinstance(said.get("public_release"), Mapping)
    consent = denied or shared == "deny"
    marking = Marking(
        # Beside a TLP the lists alone limit. What is for everybody asks for no consent: so that one stays below.
        tlp=Tlp.GREEN if consent else Tlp.CLEAR,
        owner=owner,
        level=level or Level.UNCLASSIFIED,
        compartments=frozenset(reading.words(controls, "sci_controls")),
        releasable_to=reading.nationalities,
        permitted_kinds=reading.kinds,
        permitted_organisations=reading.organisations,
        originator_consent=consent,
        unknown=frozenset(reading.unknown),
    )
    return marking, public


def write_acs(marking: Marking, names: Names) -> tuple[dict[str, Any] | None, list[Problem]]:
    """The control set that says what of a marking TLP cannot say, None when nothing of it is left; or why none can."""
    wrong = []
    controls: dict[str, Any] = {"classification": LETTERS[marking.level]}
    if marking.compartments:
        controls["sci_controls"] = sorted(marking.compartments)
    if marking.releasable_to is not None:
        unknown = sorted(marking.releasable_to - THREE_LETTERS.keys())
        if unknown or not marking.releasable_to:
            wrong.append(_unsaid("releasable to", ", ".join(unknown) or "nobody", "countries of ISO 3166-1"))
        controls["permitted_nationalities"] = sorted(THREE_LETTERS[two] for two in marking.releasable_to - set(unknown))
    if marking.permitted_organisations is not None:
        unnamed = sorted(one for one in marking.permitted_organisations if one not in names.acs)
        if unnamed or not marking.permitted_organisations:
            found = f"{len(unnamed)} without such a name" if unnamed else "nobody"
            wrong.append(_unsaid("permitted organisations", found, "organisations with a name in control sets"))
        controls["permitted_organizations"] = sorted(
            names.acs[one] for one in marking.permitted_organisations if one in names.acs
        )
    if marking.permitted_kinds is not None:
        if marking.permitted_kinds != {Kind.AGENCY}:
            found = ", ".join(sorted(marking.permitted_kinds)) or "nobody"
            wrong.append(_unsaid("permitted kinds of organisation", found, "agencies alone"))
        controls["entity"] = ["GOV", "MIL"]
    if marking.owner not in names.acs:
        wrong.append(_unsaid("owner", "no name in control sets", "a name such as USA.DHS.CISA"))
    if wrong or (controls == {"classification": "U"} and not marking.originator_consent):
        return None, wrong
    everybody = {key: ["ALL"] for key in sorted(SCOPE)}
    return {
        "extension_type": "property-extension",
        "policy_reference": POLICY.format("deny", "deny" if marking.originator_consent else "permit"),
        "responsible_entity_custodian": names.acs[marking.owner],
        "authority_reference": ["urn:isa:authority:misa"],
        "control_set": controls,
        "access_privilege": [{"privilege_action": "DSPLY", "privilege_scope": everybody, "rule_effect": "permit"}],
    }, []


def _policy(reference: object) -> tuple[str | None, str | None]:
    """What holds where no rule speaks: for access, and for sharing further."""
    start, _, query = reference.partition("?") if isinstance(reference, str) else ("", "", "")
    said = dict(part.split("=", 1) for part in query.split("&") if part.count("=") == 1)
    if start != POLICY.partition("?")[0] or set(said) != {"privdefault", "sharedefault"}:
        return None, None
    known = {"permit", "deny"}
    by_default, shared = said["privdefault"], said["sharedefault"]
    return (by_default if by_default in known else None), (shared if shared in known else None)


def _unsaid(what: str, found: str, expected: str) -> Problem:
    return Problem(
        where=what,
        found=found,
        expected=expected,
        do="Send it to an installation of this system, or ask the owner for a marking that can be said.",
    )
