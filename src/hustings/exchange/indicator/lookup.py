"""Many thousands of compiled patterns, asked at once about one thing that is seen."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any, Generic, TypeVar

from hustings.exchange.indicator.compiled import Tree
from hustings.exchange.indicator.seen import Seen

__all__ = ["Hit", "Lookup", "Watched", "holds"]

K = TypeVar("K")
Anchor = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Watched(Generic[K]):
    """A pattern under the key of whoever asks, with the first and the first-no-longer moment at which it counts."""

    key: K
    tree: Tree
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hit(Generic[K]):
    """A pattern that holds, and the object by which it does."""

    key: K
    seen: Seen


class Lookup(Generic[K]):
    """Patterns by what has to be there for them to hold.

    A pattern that asks for a value, or for one of several, is found by that value: what it costs to look at one thing does
    not grow with how many such patterns there are. One without such a value (LIKE, ISSUBSET, NOT alone) is tried against
    every object of its types; `tried` tells how many these are.
    """

    def __init__(self, watched: Iterable[Watched[K]]) -> None:
        """Sort the patterns."""
        self._by_value: dict[Anchor, list[Watched[K]]] = defaultdict(list)
        self._paths: dict[str, set[str]] = defaultdict(set)
        self._by_type: dict[str, list[Watched[K]]] = defaultdict(list)
        self.patterns = self.tried = 0
        for one in watched:
            self.patterns += 1
            anchors = _anchors(one.tree)
            if anchors is None:
                self.tried += 1
                for kind in _types(one.tree):
                    self._by_type[kind].append(one)
                continue
            for anchor in anchors:
                self._by_value[anchor].append(one)
                self._paths[anchor[0]].add(anchor[1])

    def hits(self, seen: Sequence[Seen], at: datetime) -> Iterator[Hit[K]]:
        """Every pattern that holds for one of the objects seen at a moment; each once, by the first object."""
        told = set()
        for thing in seen:
            for one in self._candidates(thing):
                if one.key in told or not _counts(one, at) or not holds(one.tree, thing):
                    continue
                told.add(one.key)
                yield Hit(one.key, thing)

    def _candidates(self, thing: Seen) -> Iterator[Watched[K]]:
        for path in self._paths.get(thing.type, ()):
            value = thing.properties.get(path)
            if value is not None:
                yield from self._by_value.get((thing.type, path, value), ())
        yield from self._by_type.get(thing.type, ())


def holds(tree: Tree, thing: Seen) -> bool:
    """Whether a tree holds for one object: the plain reading. What the object does not have is not equal, and not unequal.

    Source   STIX 2.1, section 9: a comparison on a path that is not there is false, and so is its negation
    """
    word = tree[0]
    if word == "and":
        return all(holds(one, thing) for one in tree[1:])
    if word == "or":
        return any(holds(one, thing) for one in tree[1:])
    if word == "not":
        _, (_, kind, path, _) = tree
        return thing.type == kind and path in thing.properties and not holds(tree[1], thing)
    _, kind, path, asked = tree
    value = thing.properties.get(path)
    if thing.type != kind or value is None:
        return False
    if word == "=":
        return bool(value == asked)
    if word == "in":
        return value in asked
    if word == "like":
        return _like(asked).fullmatch(value) is not None
    return _within(value, asked)


def _counts(one: Watched[Any], at: datetime) -> bool:
    return (one.since is None or at >= one.since) and (one.until is None or at < one.until)


def _anchors(tree: Tree) -> set[Anchor] | None:
    """Values of which one has to be there for the tree to hold; None where there are none such."""
    word = tree[0]
    if word == "=":
        return {(tree[1], tree[2], tree[3])}
    if word == "in":
        return {(tree[1], tree[2], value) for value in tree[3]}
    if word == "or":
        each = [_anchors(one) for one in tree[1:]]
        return None if None in each else set().union(*(one for one in each if one is not None))
    if word == "and":
        known = [one for one in map(_anchors, tree[1:]) if one is not None]
        return min(known, key=len, default=None)
    return None


def _types(tree: Tree) -> set[str]:
    if tree[0] in ("and", "or", "not"):
        return set().union(*map(_types, tree[1:]))
    return {tree[1]}


@lru_cache(maxsize=1 << 14)
def _like(pattern: str) -> re.Pattern[str]:
    """`%` stands for any signs, `_` for one. Runs of `%` are one, and nothing else repeats: no text takes long."""
    made = re.sub(r"%+", "%", pattern)
    # A possessive run between two literals would miss matches, so the literals are looked for one after another.
    parts = [re.sub("_", ".", re.escape(part)) for part in made.split("%")]
    if len(parts) == 1:
        return re.compile(parts[0], re.DOTALL)
    middle = "".join(f"(?>.*?{part})" for part in parts[1:-1])
    return re.compile(f"{parts[0]}{middle}.*{parts[-1]}", re.DOTALL)


@lru_cache(maxsize=1 << 14)
def _within(value: str, network: str) -> bool:
    try:
        return ip_address(value) in ip_network(network)
    except ValueError:
        return False
