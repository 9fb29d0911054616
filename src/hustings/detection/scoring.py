"""How well findings meet labels: precision, recall and F1 of members, with intervals, over all and per campaign."""

__all__ = ["CampaignScore", "Score", "Share", "score_members", "wilson"]

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import sqrt

# (platform, actor), or ("", actor) where labels do not say the platform.
Actor = tuple[str, str]
# Two-sided 95 %.
Z = 1.959963984540054


@dataclass(frozen=True, kw_only=True)
class Share:
    """A share with its 95 % interval (nothing to count: no share, and anything may be)."""

    share: float | None
    low: float
    high: float
    counted: int
    of: int


@dataclass(frozen=True, kw_only=True)
class CampaignScore:
    """How one labelled campaign fared.

    actors     labelled actors; `found` those in any finding
    findings   findings in which it is the commonest campaign
    precision  of the judged members of these findings, those that are its own
    recall     of its actors, those found;  f1 of these two
    """

    campaign: str
    actors: int
    found: int
    findings: tuple[int, ...]
    precision: Share
    recall: Share
    f1: float | None


@dataclass(frozen=True, kw_only=True)
class Score:
    """How findings fared against labels, an actor counted once whatever number of findings name it.

    named      actors in findings; `right` labelled, `wrong` known or held to be innocent, `unjudged` nobody said
    precision  right of right and wrong;  recall: right of labelled;  f1 with its interval
    """

    labelled: int
    named: int
    right: int
    wrong: int
    unjudged: int
    precision: Share
    recall: Share
    f1: Share
    campaigns: tuple[CampaignScore, ...]


def score_members(
    members: Mapping[int, Collection[Actor]], planted: Mapping[Actor, str], innocent: Collection[Actor] | None
) -> Score:
    """Score findings against labels.

    Reads    members: the actors of each finding; planted: the campaign of each labelled actor; innocent: actors known
             to be none, or None where everybody else is
    Gives    precision, recall and F1 over actors and per campaign (in the order of their names), each with its interval
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
        campaigns=_campaigns(members, planted, innocent),
    )


def _campaigns(
    members: Mapping[int, Collection[Actor]], planted: Mapping[Actor, str], innocent: Collection[Actor] | None
) -> tuple[CampaignScore, ...]:
    actors: dict[str, set[Actor]] = defaultdict(set)
    for actor, campaign in planted.items():
        actors[campaign].add(actor)
    mostly: dict[str, list[int]] = defaultdict(list)
    for number, inside in sorted(members.items()):
        counts = Counter(planted[actor] for actor in set(inside) if actor in planted)
        if counts:
            # Of equals the first by name.
            mostly[min(counts, key=lambda name: (-counts[name], name))].append(number)
    named = {actor for inside in members.values() for actor in inside}
    scores = []
    for campaign, own in sorted(actors.items()):
        held = {actor for number in mostly[campaign] for actor in members[number]}
        others = {actor for actor in held if actor in planted} - own
        wrong = others | _innocent(held - planted.keys(), innocent)
        precision = _share(len(held & own), len(held & own) + len(wrong))
        recall = _share(len(named & own), len(own))
        scores.append(
            CampaignScore(
                campaign=campaign, actors=len(own), found=len(named & own), findings=tuple(mostly[campaign]),
                precision=precision, recall=recall, f1=_harmonic(precision.share, recall.share),
            )
        )  # fmt: skip
    return tuple(scores)


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
