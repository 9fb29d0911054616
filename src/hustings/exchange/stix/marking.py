"""What a STIX object's markings ask of its readers, and how a marking of ours is said in STIX.

Nothing becomes wider on the way. What is not understood hides the object; what cannot be said is not sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from hustings.errors import BadInput, Problem
from hustings.exchange.stix.acs import ACS, read_acs, write_acs
from hustings.exchange.stix.limits import LIMITS, definition_of, read_limits, write_limits
from hustings.exchange.stix.names import Names, Reads
from hustings.exchange.stix.objects import uuid_of
from hustings.exchange.stix.tlp import TLP_EXTENSION, fixed, tlp_definition
from hustings.policy.level import Level
from hustings.policy.marking import Marking, Need, Tlp, least_upper_bound

__all__ = ["Definitions", "Earlier", "Names", "Reads", "Untranslatable", "Written", "read_marking", "write_marking"]

LIMIT_IN_WORDS = re.compile(r"\bTLP\b", re.IGNORECASE)
# What a label holds of a word that nobody understands, and of a compartment.
LONGEST_WORD, LONGEST_COMPARTMENT = 200, 60
COUNTRY = re.compile(r"[A-Z]{2}")


class Untranslatable(BadInput):
    """A limit that the other side's markings cannot say: nothing is written."""

    code = "untranslatable"

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__("This cannot be sent: a limit on who may know it has no translation.", list(problems))


class Definitions(dict[str, Mapping[str, Any]]):
    """Marking definitions by id. A definition has no versions: one that comes twice with two contents is forged."""

    def __init__(self, definitions: Iterable[Mapping[str, Any]] = ()) -> None:
        super().__init__()
        self.conflicting: set[str] = set()
        for definition in definitions:
            self.add(definition)

    def add(self, definition: Mapping[str, Any]) -> None:
        """Take a definition in; the first of an id stays."""
        marking = str(definition.get("id"))
        if self.setdefault(marking, definition) != definition:
            self.conflicting.add(marking)


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """The version held before, and the organisation it came from (None: our own)."""

    object: Mapping[str, Any]
    sender: str | None


class Written(NamedTuple):
    """A marking as STIX says it. Whole objects are marked; the definitions go along."""

    object_marking_refs: list[str]
    granular_markings: list[dict[str, Any]]
    definitions: list[dict[str, Any]]


def read_marking(
    said: Mapping[str, Any],
    definitions: Mapping[str, Mapping[str, Any]],
    *,
    names: Names,
    earlier: Earlier | None = None,
) -> Marking:
    """The least marking that is as strict as each on the object or on a part of it.

    A marking that is unknown, dangling (without definition) or forged, an empty or malformed list of them, and one
    that somebody else than the creator took away gives words in `unknown`: nobody reads then.
    """
    owner = names.owner(said.get("created_by_ref"))
    words: set[str] = set()
    if said.get("type") == "marking-definition" and "object_marking_refs" not in said:
        tlp, wrong = fixed(str(said.get("id")), said)
        if tlp is not None and wrong is None:
            return Marking(tlp=Tlp.CLEAR, owner=owner)  # the definitions that everybody knows
    lights: list[Marking] = []
    limits: list[Marking] = []
    sets: list[Marking] = []
    for reference in sorted(set(_references(said, words))):
        tlp, wrong = fixed(reference, definitions.get(reference))
        if wrong is not None or reference in getattr(definitions, "conflicting", ()):
            words.add(wrong or f"forged: {reference} has two contents")
        elif tlp is not None:
            lights.append(_light(tlp, owner, names))
        else:
            _defined(reference, definitions.get(reference), owner, names, words, lights, limits, sets)
    if earlier is not None:
        words |= _taken_away(said, earlier, names)
    # A TLP beside limits of ours says in short what they say in full, unless it is stricter.
    strictest = max((circle.tlp.rank for marking in limits for circle in marking.circles), default=-1)
    lights = [light for light in lights if light.tlp.rank > strictest]
    if not lights and not limits:
        if names.unmarked is None:
            words.add("no marking")
        lights.append(_light(names.unmarked or Tlp.RED, owner, names))
    parts = [*limits, *lights, *sets]
    found = parts[0] if len(parts) == 1 else least_upper_bound(parts)
    return _kept(replace(found, unknown=found.unknown | words) if words else found)


def _kept(marking: Marking) -> Marking:
    """The marking in words that a label holds; compartments and countries that none can be are not understood either."""
    words = {f"compartment: {one}" for one in marking.compartments if _text(one, LONGEST_COMPARTMENT) != one}
    words |= {f"country: {one}" for one in marking.releasable_to or () if not COUNTRY.fullmatch(one)}
    unknown = frozenset(_text(one, LONGEST_WORD) for one in marking.unknown | words)
    if not words and unknown == marking.unknown:
        return marking
    countries = marking.releasable_to
    return replace(
        marking,
        unknown=unknown,
        compartments=frozenset(one for one in marking.compartments if _text(one, LONGEST_COMPARTMENT) == one),
        releasable_to=None if countries is None else frozenset(filter(COUNTRY.fullmatch, countries)),
    )


def _text(said: str, longest: int) -> str:
    """Text that can be written down: no NUL, no half of a sign, not too long."""
    return said.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")[:longest]


def write_marking(marking: Marking, *, names: Names) -> Written:
    """The markings that say to the other side (`names.reads`) at least what this marking asks.

    Raises   Untranslatable with every limit that has no translation
    """
    wrong = []
    if marking.unknown:
        wrong.append(_unsaid("marking", f"words that nobody here understands: {', '.join(sorted(marking.unknown))}"))
    definitions = []
    light, outside = _said_by_light(marking)
    if names.reads is Reads.HUSTINGS:
        definition, unnamed = write_limits(marking, names)
        wrong += unnamed
        light = max(marking.circles, key=lambda circle: circle.tlp.rank).tlp
    else:
        definition = None
        wrong += outside
        # Among named organisations amber+strict says more than a list of them: it names the receiver alone.
        left = marking if light is not Tlp.AMBER_STRICT else replace(marking, permitted_organisations=None)
        if names.reads is Reads.ACS:
            said, unsaid = write_acs(left, names) if _beyond_light(left) else (None, [])
            wrong += unsaid
            if said is not None:
                made = uuid_of([said])
                said |= {"identifier": f"isa:guide.19001.ACS3-{made}", "create_date_time": "2026-01-01T00:00:00.000Z"}
                definition = definition_of(ACS, said, "Access control set")
        else:
            wrong += [_unsaid(what, found) for what, found in _beyond_light(left)]
    if wrong:
        raise Untranslatable(wrong)
    definitions.append(tlp_definition(light))
    if definition is not None:
        definitions.append(definition)
    return Written([str(one["id"]) for one in definitions], [], definitions)


def _references(said: Mapping[str, Any], words: set[str]) -> Iterator[str]:
    """The markings on the object and on its parts; what is malformed is a word that nobody understands."""
    listed = said.get("object_marking_refs", None)
    if listed is None and "object_marking_refs" not in said:
        listed = []
    elif not isinstance(listed, list) or not listed:
        words.add("malformed: object_marking_refs")
        listed = []
    parts = said.get("granular_markings")
    if "granular_markings" in said and (not isinstance(parts, list) or not parts):
        words.add("malformed: granular_markings")
    for part in parts if isinstance(parts, list) else []:
        if not isinstance(part, Mapping) or ("marking_ref" in part) == ("lang" in part):
            words.add("malformed: granular_markings")
        elif "marking_ref" in part:  # a language limits nobody
            listed = [*listed, part["marking_ref"]]
    for reference in listed:
        if isinstance(reference, str):
            yield reference
        else:
            words.add("malformed: a marking that is no reference")


def _light(tlp: Tlp, owner: str, names: Names) -> Marking:
    """A TLP of somebody's as a marking here."""
    if tlp is Tlp.AMBER and names.group is None:
        tlp = Tlp.AMBER_STRICT
    if tlp is Tlp.AMBER_STRICT:
        return Marking(tlp=tlp, owner=owner, permitted_organisations=frozenset({names.here}))
    group = names.group if tlp in {Tlp.AMBER, Tlp.RED} else None
    return Marking(tlp=tlp, owner=owner, group=group, need=Need.NAMED if tlp is Tlp.RED else Need.NONE)


def _defined(
    reference: str,
    definition: Mapping[str, Any] | None,
    owner: str,
    names: Names,
    words: set[str],
    lights: list[Marking],
    limits: list[Marking],
    sets: list[Marking],
) -> None:
    """Sort a marking that is known by its definition alone under what it says."""
    if definition is None or definition.get("type") != "marking-definition" or definition.get("id") != reference:
        words.add(f"dangling: {reference}")
        return
    extensions = definition.get("extensions", {})
    known = set(extensions) if isinstance(extensions, Mapping) else {"malformed"}
    kind = definition.get("definition_type")
    if kind is None and known == {LIMITS}:
        marking = read_limits(definition, names)
        if isinstance(marking, str):
            words.add(marking)
        else:
            limits.append(marking)
    elif kind is None and known == {ACS} and isinstance(extensions[ACS], Mapping):
        marking, public = read_acs(extensions[ACS], owner, names)
        sets.append(replace(marking, need=Need.NAMED) if marking.level > Level.UNCLASSIFIED else marking)
        if public:
            lights.append(Marking(tlp=Tlp.CLEAR, owner=owner))
    elif kind == "statement" and not known:
        said = definition.get("definition")
        statement = said.get("statement") if isinstance(said, Mapping) and set(said) == {"statement"} else None
        # Terms of use limit nobody's reading. Those that name the protocol in words do, and nobody can apply words.
        if not isinstance(statement, str) or LIMIT_IN_WORDS.search(f"{statement} {definition.get('name', '')}"):
            words.add(f"unknown: {reference}")
    else:
        what = "a TLP under another id" if TLP_EXTENSION in known or kind == "tlp" else "unknown"
        words.add(f"{what}: {reference}")


def _taken_away(said: Mapping[str, Any], earlier: Earlier, names: Names) -> set[str]:
    """Markings of the version before that somebody took away who may not; versions are the creator's alone."""
    creator = names.creator(earlier.object.get("created_by_ref")) or earlier.sender or names.here
    words = set()
    if said.get("created_by_ref") != earlier.object.get("created_by_ref"):
        words.add("forged: another creator than the version before")
    if (names.sender or names.here) != creator:
        before, now = set(_references(earlier.object, set())), set(_references(said, set()))
        words |= {f"taken away by another than the creator: {reference}" for reference in before - now}
    return words


def _said_by_light(marking: Marking) -> tuple[Tlp, list[Problem]]:
    """The TLP that is as strict as the circle and the need of a marking, and what no TLP is as strict as."""
    wrong = []
    if marking.also:
        wrong.append(_unsaid("owner", f"{len(marking.owners)} owners, each with limits of its own"))
    if marking.roles is not None:
        wrong.append(_unsaid("roles", ", ".join(sorted(marking.roles)) or "nobody"))
    if marking.named:
        return Tlp.RED, wrong
    # Amber would let the receiver's clients know, who are in no sharing group of ours.
    return (Tlp.AMBER_STRICT if marking.tlp is Tlp.AMBER else marking.tlp), wrong


def _beyond_light(marking: Marking) -> list[tuple[str, str]]:
    """The limits of a marking that no TLP can say."""
    limits = [
        ("level", marking.level.title if marking.level > Level.UNCLASSIFIED else None),
        ("compartments", ", ".join(sorted(marking.compartments)) or None),
        ("releasable to", _listed(marking.releasable_to)),
        ("permitted kinds of organisation", _listed(marking.permitted_kinds)),
        ("permitted organisations", None if marking.permitted_organisations is None else "a list of them"),
        ("originator's consent", "asked before anything is passed on" if marking.originator_consent else None),
    ]
    return [(what, found) for what, found in limits if found is not None]


def _listed(words: frozenset[Any] | None) -> str | None:
    return None if words is None else ", ".join(sorted(words)) or "nobody"


def _unsaid(what: str, found: str) -> Problem:
    return Problem(
        where=what,
        found=found,
        expected="a limit that the receiver's markings can say",
        do="Send it to an installation of this system, or ask the owner for a marking that can be said.",
    )
