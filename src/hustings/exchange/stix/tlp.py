"""The Traffic Light Protocol as marking definitions: the five of version 2.0, and the four of version 1 to be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hustings.policy.marking import Tlp

__all__ = ["TLP", "TLP_EXTENSION", "TLP_FIRST", "fixed", "tlp_definition"]

# OASIS, extension definition "TLP 2.0": the extension and the ids of its five markings. Other public code carries
# other ids under these names; what is not one of these is not TLP.
TLP_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
TLP = {
    Tlp.CLEAR: "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    Tlp.GREEN: "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    Tlp.AMBER: "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    Tlp.AMBER_STRICT: "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    Tlp.RED: "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
MADE = "2022-10-01T00:00:00.000Z"
# STIX 2.1, section 7.2.1.4: version 1. It had one amber for what are two today, and who meant the stricter had no
# other word: so amber of version 1 is read as the stricter.
TLP_FIRST = {
    "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": ("white", Tlp.CLEAR),
    "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": ("green", Tlp.GREEN),
    "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": ("amber", Tlp.AMBER_STRICT),
    "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": ("red", Tlp.RED),
}
BY_ID = {marking: tlp for tlp, marking in TLP.items()}
# What a definition may say besides what makes it that marking; nothing of it can widen or narrow.
BESIDE = {"type", "spec_version", "id", "created", "modified", "name", "created_by_ref", "object_marking_refs"}


def tlp_definition(tlp: Tlp) -> dict[str, Any]:
    """The definition of a marking, as OASIS published it."""
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": TLP[tlp],
        "created": MADE,
        "name": f"TLP:{tlp.value.upper()}",
        "extensions": {TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": tlp.value}},
    }


def fixed(marking: str, definition: Mapping[str, Any] | None) -> tuple[Tlp | None, str | None]:
    """What a fixed id means: its TLP, or what is wrong when a definition comes along that says something else.

    Both are None for an id that is not fixed. A definition need not come along: everybody knows these.
    """
    if marking in BY_ID:
        tlp = BY_ID[marking]
        said: dict[str, Any] = {
            "extensions": {TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": tlp.value}}
        }
        name = f"TLP:{tlp.value.upper()}"
    elif marking in TLP_FIRST:
        word, tlp = TLP_FIRST[marking]
        said = {"definition_type": "tlp", "definition": {"tlp": word}}
        name = f"TLP:{word.upper()}"
    else:
        return None, None
    if definition is None:
        return tlp, None
    rest = {key: value for key, value in definition.items() if key not in BESIDE}
    if rest != said or definition.get("name", name) != name:
        return None, f"forged: {marking} says something else than {name}"
    return tlp, None
