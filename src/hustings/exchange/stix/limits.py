"""All limits of a marking of ours as a STIX marking definition, which another installation of this system reads.

To everybody else it is a marking that they do not know, and what bears such a one is for nobody. The id is computed
from what the definition says: the same limits have the same id everywhere, and another content cannot take the id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hustings.errors import Problem
from hustings.exchange.stix.names import Names
from hustings.exchange.stix.objects import uuid_of
from hustings.policy.level import Level
from hustings.policy.marking import Circle, Kind, Marking, Need, Tlp
from hustings.policy.role import Role

__all__ = ["LIMITS", "definition_of", "read_limits", "write_limits"]

LIMITS = "extension-definition--eb03429f-e229-44b7-a4be-18c7cbf747a6"
# No clock here: a definition whose content is its id was always the same.
MADE = "2026-01-01T00:00:00.000Z"
NOBODY = "nobody"  # STIX has no empty lists
KEYS = {
    "extension_type", "circles", "level", "compartments", "releasable_to", "permitted_kinds", "need", "roles",
    "originator_consent", "kept_here",
}  # fmt: skip


def definition_of(extension: str, said: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A marking definition with one extension, under the id that its content makes."""
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": f"marking-definition--{uuid_of([extension, dict(said)])}",
        "created": MADE,
        "name": name,
        "extensions": {extension: dict(said)},
    }


def write_limits(marking: Marking, names: Names) -> tuple[dict[str, Any] | None, list[Problem]]:
    """The definition, or whom it cannot name."""
    wrong: list[Problem] = []
    first = Circle(
        tlp=marking.tlp, owner=marking.owner, group=marking.group, organisations=marking.permitted_organisations
    )
    circles = [first, *sorted(marking.also, key=lambda circle: circle.order)]
    said: dict[str, Any] = {
        "extension_type": "property-extension",
        "circles": [_circle(circle, names, wrong) for circle in circles],
        "level": marking.level.name.lower(),
        "need": marking.need.value,
        "originator_consent": marking.originator_consent,
        "kept_here": marking.kept_here,
    }
    if marking.compartments:
        said["compartments"] = sorted(marking.compartments)
    for key, value in (
        ("releasable_to", marking.releasable_to),
        ("permitted_kinds", marking.permitted_kinds),
        ("roles", marking.roles),
    ):
        if value is not None:
            said[key] = sorted(str(one) for one in value) or NOBODY
    return (None if wrong else definition_of(LIMITS, said, "Hustings limits")), wrong


def read_limits(definition: Mapping[str, Any], names: Names) -> Marking | str:
    """The marking that a definition says, or the word that stands for why it cannot be applied here.

    Edges   of the organisations that it permits only those known here are kept: the others are not here
    """
    said = definition["extensions"][LIMITS]
    marking = str(definition.get("id"))
    if not isinstance(said, Mapping) or said.get("extension_type") != "property-extension" or set(said) - KEYS:
        return f"hustings: {marking} says what is not known here"
    try:
        if marking != definition_of(LIMITS, said, "")["id"]:
            return f"forged: {marking} is not the id of what it says"
        circles = [_read_circle(circle, names) for circle in _list(said["circles"])]
        first = circles[0]
        return Marking(
            tlp=first.tlp,
            owner=first.owner,
            group=first.group,
            permitted_organisations=first.organisations,
            also=frozenset(circles[1:]),
            level=Level[_word(said["level"]).upper()],
            compartments=frozenset(map(_word, _list(said.get("compartments", NOBODY)))),
            releasable_to=_set(said, "releasable_to", _word),
            permitted_kinds=_set(said, "permitted_kinds", Kind),
            need=Need(said["need"]),
            roles=_set(said, "roles", Role),
            originator_consent=_flag(said["originator_consent"]),
            kept_here=_flag(said["kept_here"]),
        )
    except (KeyError, ValueError, IndexError) as error:
        return f"hustings: {marking}: {error}"


def _circle(circle: Circle, names: Names, wrong: list[Problem]) -> dict[str, Any]:
    said: dict[str, Any] = {"tlp": circle.tlp.value, "owner": _named(circle.owner, names.identities, "owner", wrong)}
    if circle.group is not None:
        said["group"] = _named(circle.group, names.groups, "sharing group", wrong)
    if circle.organisations is not None:
        said["organisations"] = [
            _named(one, names.identities, "permitted organisation", wrong) for one in sorted(circle.organisations)
        ] or NOBODY
        if isinstance(said["organisations"], list):
            said["organisations"].sort()
    return said


def _named(key: str, known: Mapping[str, str], what: str, wrong: list[Problem]) -> str:
    if key not in known:
        wrong.append(
            Problem(where=what, found="no name that both sides know", expected="an organisation or group of the agreement",
                    do="Add it to the names of this exchange, or give the item a marking without it.")
        )  # fmt: skip
    return known.get(key, "")


def _read_circle(said: object, names: Names) -> Circle:
    if not isinstance(said, Mapping) or set(said) - {"tlp", "owner", "group", "organisations"}:
        raise ValueError("a circle that is not known here")
    owner, group = names.creator(said["owner"]), None
    if owner is None:
        raise ValueError("an owner that is not known here")
    if "group" in said:
        group = names.groups_here.get(_word(said["group"]))
        if group is None:
            raise ValueError("a sharing group that is not known here")
    organisations = _set(said, "organisations", _word)
    if organisations is not None:
        organisations = frozenset(names.organisations[one] for one in organisations if one in names.organisations)
    return Circle(tlp=Tlp(said["tlp"]), owner=owner, group=group, organisations=organisations)


def _set(said: Mapping[str, Any], key: str, kind: Any) -> frozenset[Any] | None:
    return frozenset(kind(one) for one in _list(said[key])) if key in said else None


def _list(value: object) -> Iterable[Any]:
    if value == NOBODY:
        return []
    if not isinstance(value, list) or not value:
        raise ValueError("something else than a list")
    return value


def _word(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("something else than a word")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("something else than true or false")  # noqa: TRY004 (one error for all that is no marking)
    return value
