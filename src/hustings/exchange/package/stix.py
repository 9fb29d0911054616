"""The package for other systems: pages, landing sites, ties and groups as a STIX 2.1 bundle.

Plain JSON, without a library: identifiers are computed from content, so that equal input gives equal bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from hustings.exchange.package.cut import Cut, CutTables

__all__ = ["bundle"]

# STIX 2.1, section 2.9: the namespace of identifiers that are made from what an object says.
NAMESPACE = bytes.fromhex("00abedb4aa42466c9c01fed23315a9b7")
# STIX 2.1, section 7.2.1.4: the markings that every reader knows.
TLP = {
    Cut.PUBLIC: "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9",
    Cut.COMMITTEE: "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",
    Cut.LAW_ENFORCEMENT: "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
}
TLP_NAMES = {Cut.PUBLIC: "white", Cut.COMMITTEE: "amber", Cut.LAW_ENFORCEMENT: "red"}
TLP_MADE = "2017-01-20T00:00:00.000Z"
HOST = re.compile(r"(?:https?://)?(?P<host>[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?:[:/?#].*)?$", re.IGNORECASE | re.DOTALL)


def bundle(cut: CutTables, network: Mapping[str, Any], moment: str, version: str) -> dict[str, Any]:
    """The bundle: a user account for each page, a domain for each landing site, a relationship for each tie, a group as a grouping with a note.

    moment   at which every object was made, as it is written: that of the question, or of the newest ad
    Limits   ads have no object of their own in STIX 2.1; they stand in ads.jsonl under the numbers that notes name
    """
    at = _moment(moment)
    marked = {"object_marking_refs": [TLP[cut.cut]]}
    maker = _sdo(
        "identity", "maker", at, name="Hustings", identity_class="system", description=f"Made by Hustings {version}."
    )
    common = {"created_by_ref": maker["id"], **marked}
    accounts = {
        f"{row['platform']}:{row['page']}": _sco(
            "user-account", {"account_type": str(row["platform"] or "unknown"), "user_id": row["page"]}, marked,
            display_name=row["name"] or row["page"],
        )
        for row in cut.rows["accounts"]
    }  # fmt: skip
    hosts = sorted({host for row in cut.rows["ads"] if (host := _host(row["landing_url"]))})
    domains = [_sco("domain-name", {"value": host}, marked) for host in hosts]
    ties = [
        _sdo("relationship", f"{tie['a']} {tie['b']}", at, relationship_type="related-to", source_ref=accounts[tie["a"]]["id"],
             target_ref=accounts[tie["b"]]["id"], description=f"Both share {', '.join(tie['kinds'])}; weight {tie['weight']}.", **common)
        for tie in network["ties"] if tie["a"] in accounts and tie["b"] in accounts
    ]  # fmt: skip
    groups, notes = [], []
    for one in network["groups"]:
        refs = [accounts[page]["id"] for page in one["pages"] if page in accounts]
        name = f"Group {one['group']}"
        groups.append(_sdo("grouping", name, at, name=name, context="suspicious-activity", object_refs=refs, **common))
        words = f"{one['sentence']} Ads: {', '.join(one['ads'])}. {network['limits']}"
        notes.append(_sdo("note", name, at, abstract=name, content=words, object_refs=[groups[-1]["id"]], **common))
    objects = [_tlp(cut.cut), maker, *accounts.values(), *domains, *ties, *groups, *notes]
    return {"type": "bundle", "id": f"bundle--{_uuid([one['id'] for one in objects])}", "objects": objects}


def _sdo(kind: str, name: str, at: str, /, **values: Any) -> dict[str, Any]:
    key = f"{kind}--{_uuid([kind, name, at, values])}"
    return {"type": kind, "spec_version": "2.1", "id": key, "created": at, "modified": at, **values}


def _sco(kind: str, contributing: Mapping[str, Any], marked: Mapping[str, Any], **values: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "spec_version": "2.1",
        "id": f"{kind}--{_uuid(contributing)}",
        **contributing,
        **values,
        **marked,
    }


def _tlp(cut: Cut) -> dict[str, Any]:
    name = TLP_NAMES[cut]
    return {"type": "marking-definition", "spec_version": "2.1", "id": TLP[cut], "created": TLP_MADE, "name": f"TLP:{name.upper()}",
            "definition_type": "tlp", "definition": {"tlp": name}}  # fmt: skip


def _uuid(said: Mapping[str, Any] | Sequence[Any]) -> str:
    """A version 5 UUID of the canonical JSON of what an object says (RFC 4122, RFC 8785 for plain text)."""
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    raw = bytearray(hashlib.sha1(NAMESPACE + text.encode(), usedforsecurity=False).digest()[:16])
    raw[6], raw[8] = raw[6] & 0x0F | 0x50, raw[8] & 0x3F | 0x80
    digits = raw.hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _moment(text: str) -> str:
    """With milliseconds and Z, as STIX writes moments."""
    whole, _, parts = text.removesuffix("Z").partition(".")
    return f"{whole}.{(parts + '000')[:3]}Z"


def _host(address: str | None) -> str | None:
    found = HOST.match(address or "")
    return found["host"].lower() if found else None
