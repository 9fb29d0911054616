"""Objects of STIX 2.1 as plain JSON, without a library: identifiers are computed from content, so that equal input gives equal bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["bundled", "domain_object", "moment", "observed", "uuid_of"]

# STIX 2.1, section 2.9: the namespace of identifiers that are made from what an object says.
NAMESPACE = bytes.fromhex("00abedb4aa42466c9c01fed23315a9b7")


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
