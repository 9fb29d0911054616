"""Objects of STIX 2.1 as plain JSON, without a library: identifiers are computed from content, so that equal input gives equal bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["TLP", "bundled", "domain_object", "moment", "observed", "tlp", "uuid_of"]

# STIX 2.1, section 2.9: the namespace of identifiers that are made from what an object says.
NAMESPACE = bytes.fromhex("00abedb4aa42466c9c01fed23315a9b7")
# STIX 2.1, section 7.2.1.4: the markings that every reader knows.
TLP = {
    "white": "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9",
    "green": "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
    "amber": "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",
    "red": "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
}
TLP_MADE = "2017-01-20T00:00:00.000Z"


def domain_object(kind: str, name: str, at: str, /, **values: Any) -> dict[str, Any]:
    """An object that somebody says, of this kind; `name` tells two apart that say the same."""
    key = f"{kind}--{uuid_of([kind, name, at, values])}"
    return {"type": kind, "spec_version": "2.1", "id": key, "created": at, "modified": at, **values}


def observed(kind: str, contributing: Mapping[str, Any], marked: Mapping[str, Any], **values: Any) -> dict[str, Any]:
    """An object that is observed; `contributing` are the properties that make its identifier."""
    return {
        "type": kind,
        "spec_version": "2.1",
        "id": f"{kind}--{uuid_of(contributing)}",
        **contributing,
        **values,
        **marked,
    }


def tlp(name: str) -> dict[str, Any]:
    """The definition of a marking of the Traffic Light Protocol, 1.0, as STIX 2.1 has it."""
    return {"type": "marking-definition", "spec_version": "2.1", "id": TLP[name], "created": TLP_MADE, "name": f"TLP:{name.upper()}",
            "definition_type": "tlp", "definition": {"tlp": name}}  # fmt: skip


def bundled(objects: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A bundle of objects."""
    return {"type": "bundle", "id": f"bundle--{uuid_of([one['id'] for one in objects])}", "objects": list(objects)}


def uuid_of(said: Mapping[str, Any] | Sequence[Any]) -> str:
    """A version 5 UUID of the canonical JSON of what an object says (RFC 4122, RFC 8785 for plain text)."""
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    raw = bytearray(hashlib.sha1(NAMESPACE + text.encode(), usedforsecurity=False).digest()[:16])
    raw[6], raw[8] = raw[6] & 0x0F | 0x50, raw[8] & 0x3F | 0x80
    digits = raw.hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def moment(text: str) -> str:
    """With milliseconds and Z, as STIX writes moments."""
    whole, _, parts = text.removesuffix("Z").partition(".")
    return f"{whole}.{(parts + '000')[:3]}Z"
