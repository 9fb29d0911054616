"""Whom an ad could reach, as a Boolean tree: what people must be, what they must not be, and how that is joined.

Archives flatten targeting into lists; the tree keeps "one of these, and one of those, but none of
that". A reading of one person is three-valued: where nothing is known of what a criterion asks,
the answer is None and not a guess.
"""

__all__ = [
    "All",
    "Any",
    "Is",
    "Node",
    "Not",
    "Person",
    "aimed",
    "could_see",
    "from_json",
    "leaves",
    "sentence",
    "to_json",
]

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any as Anything

# How many values of one list a sentence names before it counts the rest.
NAMED = 6
AGES = re.compile(r"^\s*(?:≥\s*)?(?P<low>\d{1,3})\s*(?:(?P<open>\+)|(?:-|–|—|to)\s*(?P<high>\d{1,3})?\s*(?P<top>\+)?)?\s*$")  # fmt: skip
UP_TO = re.compile(r"^\s*(?:≤|<=|up to|under)\s*(?P<high>\d{1,3})\s*$", re.IGNORECASE)
PHRASES = {
    "location": "in {}", "age": "aged {}", "gender": "of gender {}", "language": "using {}", "interest": "interested in {}",
    "behavior": "with the behaviour {}", "connection": "tied as {}", "custom_audience": "on the list {}",
    "placement": "reached at {}", "device": "using the device or network {}", "work_education": "with the work or education {}",
    "multicultural_affinity": "with the affinity {}", "politics": "with the politics {}",
}  # fmt: skip


@dataclass(frozen=True)
class Is:
    """One criterion: the person has `value` in this dimension. `category` is the archive's own word."""

    dimension: str
    value: str
    category: str = ""


@dataclass(frozen=True)
class All:
    """Every branch holds; with no branches it holds for everybody."""

    of: tuple["Node", ...] = ()


@dataclass(frozen=True)
class Any:
    """At least one branch holds; with no branches it holds for nobody."""

    of: tuple["Node", ...] = ()


@dataclass(frozen=True)
class Not:
    """The branch does not hold."""

    of: "Node"


Node = Is | All | Any | Not


@dataclass(frozen=True, kw_only=True)
class Person:
    """What is known of a person: age in years, and per dimension all that they are.

    A dimension that is absent is unknown; one with an empty set means "none of these".
    """

    age: int | None = None
    facts: Mapping[str, frozenset[str]] = field(default_factory=dict)


def aimed(included: Mapping[str, Sequence[Is]], excluded: Sequence[Is] = ()) -> All:
    """The usual tree: one of each list that is not empty, and none of what is excluded."""
    parts: list[Node] = [one_of(values) for values in included.values() if values]
    if excluded:
        parts.append(Not(one_of(excluded)))
    return All(tuple(parts))


def one_of(values: Sequence["Node"]) -> "Node":
    """An `Any` over the values, or the value itself where it is the only one."""
    distinct = tuple(dict.fromkeys(values))
    return distinct[0] if len(distinct) == 1 else Any(distinct)


def could_see(node: Node, person: Person) -> bool | None:
    """Whether the tree lets this person see the ad; None where what is known does not decide it.

    Limits   it reads the aim only: what a platform's delivery then chose is another matter. A place
             within a place must stand among the person's facts by both names.
    """
    match node:
        case Is():
            return _holds(node, person)
        case Not(of=branch):
            held = could_see(branch, person)
            return None if held is None else not held
        case All(of=branches):
            held_by = [could_see(branch, person) for branch in branches]
            return False if False in held_by else None if None in held_by else True
        case Any(of=branches):
            held_by = [could_see(branch, person) for branch in branches]
            return True if True in held_by else None if None in held_by else False


def years(value: str) -> tuple[int, int | None] | None:
    """First and last year of age that a value such as `18-34`, `65+`, `≥65` or `21` names; None if it is none."""
    match = AGES.match(value)
    if match is None:
        up_to = UP_TO.match(value)
        return None if up_to is None else (0, int(up_to["high"]))
    low = int(match["low"])
    if match["top"] or match["open"] or "≥" in value or (match["high"] is None and not value.strip().isdigit()):
        return low, None  # `18 - 65+` ends at everybody older, `35-` as well.
    return low, int(match["high"]) if match["high"] else low


def _holds(leaf: Is, person: Person) -> bool | None:
    if leaf.dimension == "age" and (span := years(leaf.value)) is not None:
        if person.age is None:
            return None
        return span[0] <= person.age and (span[1] is None or person.age <= span[1])
    known = person.facts.get(leaf.dimension)
    return None if known is None else _folded(leaf.value) in {_folded(value) for value in known}


def _folded(value: str) -> str:
    return " ".join(value.casefold().split())


def leaves(node: Node, *, excluded: bool = False) -> Iterator[tuple[Is, bool]]:
    """Each criterion with whether it stands under an odd number of `Not`."""
    match node:
        case Is():
            yield node, excluded
        case Not(of=branch):
            yield from leaves(branch, excluded=not excluded)
        case All(of=branches) | Any(of=branches):
            for branch in branches:
                yield from leaves(branch, excluded=excluded)


def to_json(node: Node) -> dict[str, Anything]:
    """The tree as plain data: `{"all": [...]}`, `{"any": [...]}`, `{"not": ...}`, `{"is": {...}}`."""
    match node:
        case Is(dimension=dimension, value=value, category=category):
            return {"is": {"dimension": dimension, "value": value, **({"category": category} if category else {})}}
        case Not(of=branch):
            return {"not": to_json(branch)}
        case All(of=branches):
            return {"all": [to_json(branch) for branch in branches]}
        case Any(of=branches):
            return {"any": [to_json(branch) for branch in branches]}


def from_json(raw: object) -> Node:
    """The same back; ValueError names what is no tree."""
    if not isinstance(raw, dict) or len(raw) != 1:
        raise ValueError(f"a node is one of all, any, not, is with its content, not {str(raw)[:80]}")
    ((key, content),) = raw.items()
    match key, content:
        case "is", {"dimension": str(dimension), "value": str(value), **more}:
            if set(more) - {"category"}:
                raise ValueError(f"'is' knows dimension, value and category, not {', '.join(sorted(map(str, more)))}")
            return Is(dimension, value, str(more.get("category") or ""))
        case "not", dict():
            return Not(from_json(content))
        case "all", list():
            return All(tuple(from_json(branch) for branch in content))
        case "any", list():
            return Any(tuple(from_json(branch) for branch in content))
    raise ValueError(f"a node is one of all, any, not, is with its content, not {str(raw)[:80]}")


def sentence(node: Node) -> str:
    """The tree for people: `could be seen by people in Texas, aged 18-34, but not by those in Austin`."""
    parts = node.of if isinstance(node, All) else (node,)
    wanted = [part for part in parts if not isinstance(part, Not)]
    unwanted = [part.of for part in parts if isinstance(part, Not)]
    text = "could be seen by " + ("people " + ", ".join(map(_said, wanted)) if wanted else "everybody")
    if unwanted:
        text += ", but not by those " + " or ".join(map(_said, unwanted))
    return text + "."


def _said(node: Node) -> str:
    match node:
        case Is(dimension=dimension, value=value, category=category):
            return _phrase(dimension, category, [value])
        case Not(of=branch):
            return f"not ({_said(branch)})"
        case All(of=branches):
            return "(" + " and ".join(map(_said, branches)) + ")" if branches else "of any kind"
        case Any(of=branches):
            if not branches:
                return "of no kind"
            groups: dict[tuple[str, str], list[str]] = {}
            others = []
            for branch in branches:
                if isinstance(branch, Is):
                    phrase = branch.dimension, "" if branch.dimension in PHRASES else branch.category
                    groups.setdefault(phrase, []).append(branch.value)
                else:
                    others.append(_said(branch))
            return " or ".join([*(_phrase(*name, values) for name, values in groups.items()), *others])


def _phrase(dimension: str, category: str, values: list[str]) -> str:
    named = values if len(values) <= NAMED + 1 else values[:NAMED]
    listed = named[0] if len(values) == 1 else ", ".join(named[:-1]) + (f" or {named[-1]}" if named is values else "")
    if named is not values:
        listed = ", ".join(named) + f" or one of {len(values) - NAMED:,} more"
    phrase = PHRASES.get(dimension)
    return phrase.format(listed) if phrase is not None else f"matched by {category or dimension}: {listed}"
