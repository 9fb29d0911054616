"""What is wrong with objects that came, and whom their markings let read them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from hustings.errors import BadInput
from hustings.exchange.stix.bundle import Came
from hustings.exchange.stix.canonical import canonical
from hustings.exchange.stix.forms import read
from hustings.exchange.stix.marking import Definitions, Names, read_marking

__all__ = ["Examined", "definitions_of", "examine"]

MOST = 1_000  # of each kind of remark; the number goes on


@dataclass(kw_only=True)
class Examined:
    """What was found. `hidden` holds (id, why) of what nobody would read; `wrong` (id, what) of what breaks STIX."""

    types: Counter[str] = field(default_factory=Counter)
    lights: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[str, str]] = field(default_factory=list)
    hidden: list[tuple[str, str]] = field(default_factory=list)
    twice: int = 0
    not_canonical: int = 0
    numbers: Counter[str] = field(default_factory=Counter)


def definitions_of(objects: Iterable[Came]) -> Definitions:
    """The marking definitions among objects; they may stand behind what names them."""
    return Definitions(came.said for came in objects if came.said.get("type") == "marking-definition")


def examine(objects: Iterable[Came], definitions: Definitions, *, names: Names, by_the_letter: bool = True) -> Examined:
    """Look at each object: does STIX allow it, do we read it, who may?

    by_the_letter   also parse each with the library of STIX's makers, which takes a millisecond
    """
    found = Examined()
    seen: set[bytes] = set()
    versions: dict[tuple[str, str], bytes] = {}
    for came in objects:
        said = came.said
        key = str(said.get("id", f"object {came.number}"))
        found.types[str(said.get("type"))] += 1
        plain = canonical(said)
        found.not_canonical += plain != came.raw
        digest = hashlib.sha256(plain).digest()
        if digest in seen:
            found.twice += 1
            continue
        seen.add(digest)
        version = (key, str(said.get("modified") or said.get("created") or ""))
        if versions.setdefault(version, digest) != digest:
            _add(found.wrong, found.numbers, "wrong", key, f"version {version[1]} has two contents")
        try:
            read(said)
        except BadInput as error:
            for problem in error.problems:
                _add(found.wrong, found.numbers, "wrong", key, str(problem))
        if by_the_letter and (what := _breaks(said)):
            _add(found.wrong, found.numbers, "wrong", key, what)
        marking = read_marking(said, definitions, names=names)
        if marking.unknown:
            _add(found.hidden, found.numbers, "hidden", key, "; ".join(sorted(marking.unknown)))
        else:
            found.lights[f"TLP:{marking.tlp.value.upper()}"] += 1
    return found


def _breaks(said: object) -> str | None:
    """What the library of STIX's makers has against an object; what is custom is allowed."""
    import stix2  # noqa: PLC0415 - it takes a second to load, which only checking is worth
    from stix2.exceptions import STIXError  # noqa: PLC0415

    try:
        stix2.parse(said, allow_custom=True)
    except (STIXError, ValueError, TypeError, KeyError, AttributeError) as error:
        return " ".join(str(error).split())[:300] or type(error).__name__
    return None


def _add(to: list[tuple[str, str]], numbers: Counter[str], kind: str, key: str, what: str) -> None:
    numbers[kind] += 1
    if len(to) < MOST:
        to.append((key, what))
