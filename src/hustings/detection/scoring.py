"""How well findings meet labels: precision, recall and F1 of members, with intervals, over all, per campaign and style."""

__all__ = ["CampaignScore", "Score", "Share", "StyleScore", "score_members", "wilson"]

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

# (platform, actor), or ("", actor) where labels do not say the platform.
Actor = tuple[str, str]
# Two-sided 95 %.
Z = 1.959963984540054
# A text and the number that follows it.
NUMBERED = re.compile(r"([^0-9]*)([0-9]*)")


@dataclass(frozen=True, kw_only=True)
class Share:
    """A share with its 95 % interval (nothing to count: no share, and anything may be)."""

    share: float | None
    low: float
    high: float
    counted: int
    of: int


@dataclass(frozen=True, kw_only=True)
class _Fared:
    """How the actors of one label fared.

    actors     labelled actors; `found` those in any finding
    findings   findings in which this label is the commonest
    precision  of the judged members of these findings, those that bear it
    recall     of its actors, those found;  f1 of these two
    """

    actors: int
    found: int
    findings: tuple[int, ...]
    precision: Share
    recall: Share
    f1: float | None


@dataclass(frozen=True, kw_only=True)
class CampaignScore(_Fared):
    """How one labelled campaign fared."""

    campaign: str


@dataclass(frozen=True, kw_only=True)
class StyleScore(_Fared):
    """How the campaigns of one style fared together; a member of another style is a wrong one."""

    style: str


@dataclass(frozen=True, kw_only=True)
class Score:
    """How findings fared against labels, an actor counted once whatever number of findings name it.

    named      actors in findings; `right` labelled, `wrong` known or held to be innocent, `unjudged` nobody said
    precision  right of right and wrong;  recall: right of labelled;  f1 with its interval
    alarms     wrong of all who are known to be innocent; nothing where nobody is named as such
    styles     empty where the labels tell none
    """

    labelled: int
    named: int
    right: int
    wrong: int
    unjudged: int
    precision: Share
    recall: Share
    f1: Share
    alarms: Share | None
    campaigns: tuple[CampaignScore, ...]
    styles: tuple[StyleScore, ...]


def score_members(
    members: Mapping[int, Collection[Actor]],
    planted: Mapping[Actor, str],
    innocent: Collection[Actor] | None,
    styles: Mapping[Actor, str] | None = None,
) -> Score:
    """Score findings against labels.

    Reads    members: the actors of each finding; planted: the campaign of each labelled actor; innocent: actors known
             to be none, or None where everybody else is; styles: how the campaigns of labelled actors went about it
    Gives    precision, recall and F1 over actors, per campaign and per style (in the order of their names, numbers in
             theirs), each with its interval
    Edges    who is neither labelled nor known to be innocent is unjudged, and counts for nothing
    Limits   the intervals are Wilson's and take actors for independent. Those of one campaign are found together or
             missed together, so the truth varies more; with few campaigns look at each of them. Labels are what
             somebody took down: who is not labelled may be guilty, and precision is then too low.
    Source   Wilson 1927. F1 is 2J/(1+J) of J, right among all that are labelled or wrongly named, whose interval it has.
    """
    named = {actor for actors in members.values() for actor in actors}
    right = named & planted.keys()
    wrong = _innocent(named - planted.keys(), innocent)
    reach = _share(len(right), len(planted) + len(wrong))
    return Score(
        labelled=len(planted),
        named=len(named),
        right=len(right),
        wrong=len(wrong),
        unjudged=len(named) - len(right) - len(wrong),
        precision=_share(len(right), len(right) + len(wrong)),
        recall=_share(len(right), len(planted)),
        f1=Share(
            share=None if reach.share is None else _dice(reach.share),
            low=_dice(reach.low),
            high=_dice(reach.high),
            counted=reach.counted,
            of=reach.of,
        ),
        alarms=None if innocent is None else _share(len(wrong), len(set(innocent))),
        campaigns=tuple(
            CampaignScore(campaign=name, **fared) for name, fared in _fared(members, planted, planted, innocent)
        ),
        styles=tuple(
            StyleScore(style=name, **fared) for name, fared in _fared(members, styles or {}, planted, innocent)
        ),
    )


def _fared(
    members: Mapping[int, Collection[Actor]],
    label: Mapping[Actor, str],
    planted: Mapping[Actor, str],
    innocent: Collection[Actor] | None,
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each label with what became of its actors."""
    actors: dict[str, set[Actor]] = defaultdict(set)
    for actor, name in label.items():
        actors[name].add(actor)
    mostly: dict[str, list[int]] = defaultdict(list)
    for number, inside in sorted(members.items()):
        counts = Counter(label[actor] for actor in set(inside) if actor in label)
        if counts:
            # Of equals the first by name.
            mostly[min(counts, key=lambda name: (-counts[name], _in_order(name)))].append(number)
    named = {actor for inside in members.values() for actor in inside}
    for name, own in sorted(actors.items(), key=lambda one: _in_order(one[0])):
        held = {actor for number in mostly[name] for actor in members[number]}
        others = {actor for actor in held if actor in label} - own
        wrong = others | _innocent(held - planted.keys(), innocent)
        precision = _share(len(held & own), len(held & own) + len(wrong))
        recall = _share(len(named & own), len(own))
        yield (
            name,
            {
                "actors": len(own), "found": len(named & own), "findings": tuple(mostly[name]),
                "precision": precision, "recall": recall, "f1": _harmonic(precision.share, recall.share),
            },
        )  # fmt: skip


def _in_order(name: str) -> tuple[tuple[str, int], ...]:
    """Names in the order people expect: `2` before `10`, `Iran_2` before `Iran_10`."""
    return tuple((text, int(digits or -1)) for text, digits in NUMBERED.findall(name))


def _innocent(actors: set[Actor], innocent: Collection[Actor] | None) -> set[Actor]:
    return actors if innocent is None else {actor for actor in actors if actor in innocent}


def _share(counted: int, of: int) -> Share:
    low, high = wilson(counted, of)
    return Share(share=counted / of if of else None, low=low, high=high, counted=counted, of=of)


def wilson(counted: int, of: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share; everything where there is nothing to count."""
    if of == 0:
        return 0.0, 1.0
    share = counted / of
    spread = Z * sqrt(share * (1 - share) / of + Z * Z / (4 * of * of))
    middle, whole = share + Z * Z / (2 * of), 1 + Z * Z / of
    # At the ends rounding would leave the share itself outside.
    return (middle - spread) / whole if counted else 0.0, (middle + spread) / whole if counted < of else 1.0


def _dice(reach: float) -> float:
    return 2 * reach / (1 + reach)


def _harmonic(precision: float | None, recall: float | None) -> float | None:
    if precision is None or recall is None:
        return None
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
