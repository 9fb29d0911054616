"""What of STIX objects one can look for with other tools: domains, links, addresses, accounts and hashes, with their TLP."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hustings.errors import Problem
from hustings.exchange.stix.marking import Definitions, Names, Untranslatable, read_marking, write_marking
from hustings.exchange.stix.objects import domain_object, observed
from hustings.exchange.stix.tlp import TLP
from hustings.policy.marking import Tlp

__all__ = ["KINDS", "Carried", "Lookable", "as_indicators", "carried", "domain_of", "lights_of"]

# kind here -> type of STIX, path of a pattern
KINDS = {
    "domain": ("domain-name", "value"),
    "url": ("url", "value"),
    "ip": ("ipv4-addr", "value"),
    "email": ("email-addr", "value"),
    "account": ("user-account", "user_id"),
    "md5": ("file", "hashes.MD5"),
    "sha1": ("file", "hashes.'SHA-1'"),
    "sha256": ("file", "hashes.'SHA-256'"),
    "pdq": ("file", "hashes.PDQ"),
}
BY_PATH = {f"{kind}:{path.replace(chr(39), '')}": word for word, (kind, path) in KINDS.items()} | {"ipv6-addr:value": "ip"}  # fmt: skip
HASHES = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "PDQ": "pdq"}
# One comparison, and an account with its platform: what a list can say. More than that is no row of a list.
ONE = re.compile(r"\[\s*([a-z0-9-]+:[A-Za-z_.'0-9-]+)\s*=\s*'((?:[^'\\]|\\.)*)'\s*\]")
ACCOUNT = re.compile(
    r"\[\s*user-account:account_type\s*=\s*'((?:[^'\\]|\\.)*)'\s+AND\s+user-account:user_id\s*=\s*'((?:[^'\\]|\\.)*)'\s*\]"
)
DOMAIN = re.compile(r"(?=.{4,253}\Z)([a-z0-9_]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")


@dataclass(frozen=True, kw_only=True, order=True)
class Lookable:
    """One thing to look for. `about` is the STIX object it came from."""

    kind: str
    value: str
    platform: str = ""
    note: str = ""
    tlp: Tlp = Tlp.CLEAR
    since: str = ""
    about: str = ""


@dataclass(kw_only=True)
class Carried:
    """What can be carried, and what cannot, in words for people."""

    things: list[Lookable] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)


def lights_of(objects: Iterable[Mapping[str, Any]], definitions: Definitions, *, names: Names) -> dict[str, Tlp]:
    """The TLP of each object, by its id.

    Raises   Untranslatable with every object that bears a limit which no TLP says: then nothing is carried
    """
    wrong: list[Problem] = []
    lights: dict[str, Tlp] = {}
    by_id = {marking: tlp for tlp, marking in TLP.items()}
    for said in objects:
        if said.get("type") in {"marking-definition", "extension-definition"}:
            continue
        key = str(said.get("id"))
        marking = read_marking(said, definitions, names=names)
        try:
            light = by_id[write_marking(marking, names=names).object_marking_refs[0]]
        except Untranslatable as error:
            wrong += [
                Problem(where=f"{key}, {one.where}", found=one.found, expected=one.expected, do=one.do)
                for one in error.problems
            ]
        else:
            lights[key] = max(light, lights.get(key, light), key=lambda tlp: tlp.rank)
    if wrong:
        raise Untranslatable(wrong)
    return lights


def carried(objects: Iterable[Mapping[str, Any]], definitions: Definitions, *, names: Names) -> Carried:
    """What can be looked for, each thing once and under the strictest TLP that an object about it bears.

    Raises   Untranslatable
    """
    given = list(objects)
    lights = lights_of(given, definitions, names=names)
    found: dict[tuple[str, str, str], Lookable] = {}
    left: dict[str, int] = {}
    for said in given:
        key = str(said.get("id"))
        if key not in lights:
            continue
        things = list(things_of(said))
        if not things:
            what = f"a pattern of more than one comparison ({said['type']})" if said.get("type") == "indicator" else str(said.get("type"))  # fmt: skip
            left[what] = left.get(what, 0) + 1
        for kind, value, platform in things:
            note = str(said.get("description") or said.get("name") or said.get("display_name") or "")
            thing = Lookable(
                kind=kind, value=value, platform=platform, note=note, tlp=lights[key],
                since=str(said.get("valid_from") or ""), about=key,
            )  # fmt: skip
            held = found.get((kind, platform, value))
            if held is None or thing.tlp.rank > held.tlp.rank:
                found[kind, platform, value] = thing
    losses = [f"{number} of {what}: no row of a list says it" for what, number in sorted(left.items())]
    return Carried(things=sorted(found.values()), losses=losses)


def things_of(said: Mapping[str, Any]) -> Iterable[tuple[str, str, str]]:
    """What one object lets others look for: (kind, value, platform)."""
    kind = said.get("type")
    if kind == "indicator" and said.get("pattern_type", "stix") == "stix":
        pattern = str(said.get("pattern", "")).strip()
        if account := ACCOUNT.fullmatch(pattern):
            yield "account", _unescaped(account[2]), _unescaped(account[1])
        elif one := ONE.fullmatch(pattern):
            word = BY_PATH.get(one[1].replace("'", ""))
            if word is not None:
                yield word, _unescaped(one[2]), ""
    elif kind == "user-account":
        name = said.get("user_id") or said.get("account_login")
        if isinstance(name, str) and name:
            yield "account", name, str(said.get("account_type") or "")
    elif kind == "file" and isinstance(said.get("hashes"), Mapping):
        for algorithm, value in said["hashes"].items():
            if algorithm in HASHES and isinstance(value, str):
                yield HASHES[algorithm], value, ""
    elif f"{kind}:value" in BY_PATH and isinstance(said.get("value"), str):
        yield BY_PATH[f"{kind}:value"], str(said["value"]), ""


def as_indicators(things: Iterable[Lookable], *, made_at: str, creator: str = "") -> list[dict[str, Any]]:
    """An indicator for each thing, and for each account the account itself; equal things have equal ids.

    made_at   when the list was made or received, as STIX writes it
    """
    made: list[dict[str, Any]] = []
    by = {"created_by_ref": creator} if creator else {}
    for thing in things:
        kind, path = KINDS[thing.kind]
        if thing.kind == "ip" and ":" in thing.value:
            kind = "ipv6-addr"
        pattern = f"[{kind}:{path} = '{_escaped(thing.value)}']"
        if thing.platform:
            pattern = f"[user-account:account_type = '{_escaped(thing.platform)}' AND user-account:user_id = '{_escaped(thing.value)}']"
        marked = {"object_marking_refs": [TLP[thing.tlp]]}
        made.append(
            domain_object(
                "indicator", pattern, made_at, name=f"{thing.kind} {thing.value}"[:200], description=thing.note or thing.kind,
                pattern=pattern, pattern_type="stix", pattern_version="2.1", valid_from=thing.since or made_at,
                indicator_types=["unknown"], **by, **marked,
            )
        )  # fmt: skip
        if thing.kind == "account":
            made.append(observed("user-account", {"account_type": thing.platform or "unknown", "user_id": thing.value}, marked))  # fmt: skip
    return made


def domain_of(text: str) -> str | None:
    """A domain as lists write it, also made harmless (`example[.]com`); None for what is none."""
    plain = text.strip().lower().replace("[.]", ".").replace("(.)", ".").rstrip(".")
    try:
        plain = plain.encode("idna").decode() if not plain.isascii() else plain
    except UnicodeError:
        return None
    return plain if DOMAIN.fullmatch(plain) else None


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
