"""A read-only feed as MISP has them: a manifest, an event for each report or list, and hashes for quick look-ups."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hustings.exchange.doors.lookable import Carried, Lookable
from hustings.exchange.stix.objects import uuid_of
from hustings.policy.marking import Tlp

__all__ = ["Event", "event", "feed", "read_event"]

TYPES = {"domain": "domain", "url": "url", "ip": "ip-dst", "email": "email", "account": "target-user", "md5": "md5", "sha1": "sha1", "sha256": "sha256", "pdq": "other"}  # fmt: skip
CATEGORIES = {"account": "Targeting data", "email": "Social network", "pdq": "Other", "md5": "Payload delivery", "sha1": "Payload delivery", "sha256": "Payload delivery"}  # fmt: skip
BACK = {"domain": "domain", "hostname": "domain", "url": "url", "link": "url", "ip-dst": "ip", "ip-src": "ip", "email": "email", "email-src": "email", "email-dst": "email", "target-user": "account", "md5": "md5", "sha1": "sha1", "sha256": "sha256"}  # fmt: skip
COLOURS = {Tlp.CLEAR: "#FFFFFF", Tlp.GREEN: "#33FF00", Tlp.AMBER: "#FFC000", Tlp.AMBER_STRICT: "#FFC000", Tlp.RED: "#FF2B2B"}  # fmt: skip
Event = dict[str, Any]


def event(
    things: Sequence[Lookable], *, title: str, maker: str, maker_id: str, at: datetime
) -> tuple[Event, list[str]]:
    """An event of these things, and what of them it does not say.

    maker_id   UUID of the organisation; the event's own is computed from it and the title, so that a later one replaces it
    Edges      the event bears the strictest TLP of its things, each of which bears its own
    """
    key = uuid_of(["misp", maker_id, title])
    strictest = max((one.tlp for one in things), key=lambda tlp: tlp.rank, default=Tlp.CLEAR)
    stamp = str(int(at.timestamp()))
    attributes = [
        {
            "uuid": uuid_of(["misp", key, one.kind, one.platform, one.value]),
            "type": TYPES[one.kind],
            "category": CATEGORIES.get(one.kind, "Network activity"),
            "value": f"{one.platform}: {one.value}" if one.platform else one.value,
            "comment": f"pdq: {one.note}" if one.kind == "pdq" else one.note,
            "to_ids": one.kind not in {"account", "pdq"},
            "timestamp": stamp,
            "disable_correlation": False,
            "Tag": [tag(one.tlp)],
        }
        for one in things
    ]
    made = {
        "uuid": key, "info": title, "date": at.date().isoformat(), "timestamp": stamp, "publish_timestamp": stamp,
        "published": True, "analysis": "2", "threat_level_id": "4", "Orgc": {"name": maker, "uuid": maker_id},
        "Tag": [tag(strictest)], "Attribute": attributes,
    }  # fmt: skip
    losses = ["Distribution and sharing groups are MISP's own: who gets the feed is decided where it is served."]
    if any(one.platform for one in things):
        losses.append("Platforms of accounts stand in front of their names: MISP has no field for them.")
    return {"Event": made}, losses


def feed(events: Sequence[Event]) -> dict[str, bytes]:
    """The files of the feed by their names."""
    files: dict[str, bytes] = {}
    manifest: dict[str, Any] = {}
    hashes: list[str] = []
    for one in events:
        said = one["Event"]
        files[f"{said['uuid']}.json"] = _json(one)
        manifest[said["uuid"]] = {name: said[name] for name in ("Orgc", "Tag", "info", "date", "analysis", "threat_level_id", "timestamp")}  # fmt: skip
        hashes += [
            f"{hashlib.md5(attribute['value'].encode(), usedforsecurity=False).hexdigest()},{said['uuid']}"
            for attribute in said["Attribute"]
        ]
    files["manifest.json"] = _json(manifest)
    files["hashes.csv"] = "".join(f"{line}\n" for line in hashes).encode()
    return files


def read_event(said: Mapping[str, Any], *, tlp: Tlp) -> Carried:
    """The things of an event, each under the strictest of the TLP it came with, its event's and its own tags.

    Edges   what a sharing group or a narrow distribution limits is left out: its limit has no words outside that MISP
    """
    found = Carried()
    body = said.get("Event")
    body = body if isinstance(body, Mapping) else {}
    over = lights(body.get("Tag"), tlp)
    attributes = list(body.get("Attribute") or ())
    for one in body.get("Object") or ():
        attributes += one.get("Attribute") or ()
        if limited(one):
            found.losses.append(f"object {one.get('name')}: limited to a sharing group or its own organisation")
            attributes = [each for each in attributes if each not in (one.get("Attribute") or ())]
    if limited(body):
        found.losses.append("the event: limited to a sharing group or its own organisation")
        return found
    for one in attributes:
        kind, value = BACK.get(str(one.get("type"))), one.get("value")
        light = lights(one.get("Tag"), over) if over is not None else None
        if limited(one) or light is None:
            found.losses.append(f"{one.get('type')}: a limit that nobody here can read")
        elif kind is None or not isinstance(value, str):
            found.losses.append(f"attributes of type {one.get('type')}")
        else:
            platform, _, name = value.partition(": ") if kind == "account" and ": " in value else ("", "", value)
            found.things.append(
                Lookable(kind=kind, value=name, platform=platform, note=str(one.get("comment") or ""), tlp=light)
            )
    found.losses = sorted(set(found.losses))
    return found


def limited(said: Mapping[str, Any]) -> bool:
    """Whether MISP itself lets only some know: their own organisation (0) or a sharing group (4)."""
    return str(said.get("distribution", "3")) in {"0", "4"} or bool(
        said.get("sharing_group_id") not in {None, "0", 0, ""}
    )


def lights(tags: object, tlp: Tlp) -> Tlp | None:
    """The strictest of a TLP and of the tags; None where a tag of the protocol is not known."""
    found = tlp
    for one in tags if isinstance(tags, list) else []:
        word = str(one.get("name", "")).lower() if isinstance(one, Mapping) else ""
        if word.startswith("tlp:"):
            name = {"white": "clear", "ex:chr": ""}.get(word[4:], word[4:])
            if name not in {light.value for light in Tlp}:
                return None
            found = max(found, Tlp(name), key=lambda light: light.rank)
    return found


def tag(tlp: Tlp) -> dict[str, str]:
    return {"name": f"tlp:{tlp.value}", "colour": COLOURS[tlp]}


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1).encode()
