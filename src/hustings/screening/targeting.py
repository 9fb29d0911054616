"""Whom an ad is aimed at, as something that ads of different buyers can share."""

__all__ = ["FEWEST_CRITERIA", "SharedTargeting", "audience_named", "shared_targeting", "targeting_key"]

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from hustings.screening.ad import Ad, Criterion

# With fewer criteria, ads share their aim by habit: "United States, 18 to 65" is everybody's.
FEWEST_CRITERIA = 4
AUDIENCE = re.compile(
    r"^(?:exclude\s+)?(?:people who (?:like|are going to|are connected to|have used)"
    r"|friends of people who (?:are connected to|like|are going to))\s+(?P<name>.+)$",
    re.IGNORECASE,
)
LOOKALIKE = re.compile(r"^lookalike\s*\([^)]*\)\s*-\s*(?P<name>.+)$", re.IGNORECASE)

# (excluded, folded value) of each criterion, sorted.
Key = tuple[tuple[bool, str], ...]


def audience_named(criterion: Criterion) -> str | None:
    """The page, event or custom audience that a criterion names; None where it names none.

    `Exclude people who like X`, `Friends of people who are connected to X` and a lookalike of the
    people who like X all name X: each needs hold of X or knowledge of it.
    """
    if criterion.dimension not in {"connection", "custom_audience"}:
        return None
    text = " ".join(criterion.value.split())
    lookalike = LOOKALIKE.match(text)
    if lookalike is not None:
        text = lookalike["name"]
    match = AUDIENCE.match(text)
    if match is not None:
        return match["name"].strip()
    return text or None if criterion.dimension == "custom_audience" else None


def targeting_key(ad: Ad, fold: Callable[[str], str], fewest: int = FEWEST_CRITERIA) -> Key | None:
    """The ad's criteria, folded and sorted; None where they are fewer than `fewest`.

    Criteria that differ only in how they were written, or in the group the archive put them in, are
    one; included and excluded differ.
    """
    key = {(one.excluded, folded) for one in ad.targeting if (folded := fold(one.value))}
    return tuple(sorted(key)) if len(key) >= fewest else None


@dataclass(frozen=True, kw_only=True)
class SharedTargeting:
    """Pairs of pages with at least `fewest_sets` exact targeting sets in common, beside chance.

    found      such pairs among the real rows
    by_chance  mean over `shuffles` tables in which it is drawn anew which pages use which sets: each
               page keeps its number of different sets, each set its number of pages
    most_by_chance   the most that one of these tables gave
    over_ads   mean over as many tables in which the sets are dealt out anew over single ads: each page
               keeps its number of ads, each set its number of uses
    pairs      the real pairs: page, page, sets in common; most first
    """

    found: int
    by_chance: float
    most_by_chance: int
    over_ads: float
    shuffles: int
    fewest_sets: int
    pages: int
    ads: int
    sets: int
    pairs: tuple[tuple[str, str, int], ...]

    @property
    def sentence(self) -> str:
        """The result for people."""
        return (
            f"{self.found:,} pairs of {self.pages:,} pages share at least {self.fewest_sets} exact targeting sets; "
            f"where chance says which page uses which of the {self.sets:,} sets, {self.by_chance:,.1f} pairs do "
            f"({self.shuffles:,} draws, at most {self.most_by_chance:,}). Dealt out over single ads it would be "
            f"{self.over_ads:,.1f}: pages repeat their own sets from ad to ad, which such a deal tears apart."
        )


def shared_targeting(
    ads: Iterable[Ad], fold: Callable[[str], str], *, seed: int, shuffles: int = 200, fewest_sets: int = 3
) -> SharedTargeting:
    """Count page pairs that share exact targeting sets, on the real rows and on shuffled ones.

    Reads    ads with an actor and four or more criteria.
    Gives    the count beside the means over two kinds of shuffle, and the pairs.
    Limits   chance knows nothing of subjects: two pages for one public choose alike criteria, so some
             sharing beyond chance is innocent. Two pages of one agency share sets as well; the count
             says that somebody aimed both, not who.
    """
    used = sorted(  # in an order of their own, so that the draws do not depend on that of the rows
        (f"{ad.platform}:{ad.actor}" if ad.platform else ad.actor, key)
        for ad in ads
        if ad.actor is not None and (key := targeting_key(ad, fold)) is not None
    )
    names = sorted({page for page, _ in used})
    keys = sorted({key for _, key in used})
    page_of = {name: place for place, name in enumerate(names)}
    set_of = {key: place for place, key in enumerate(keys)}
    page = np.array([page_of[name] for name, _ in used], np.int64)
    sets = np.array([set_of[key] for _, key in used], np.int64)
    real = _pairs(page, sets, fewest_sets)
    random = np.random.default_rng(seed)
    distinct = np.unique(np.stack([page, sets]), axis=1) if used else np.zeros((2, 0), np.int64)
    drawn = [len(_pairs(distinct[0], _dealt(distinct[0], distinct[1], random), fewest_sets)) for _ in range(shuffles)]
    dealt = [len(_pairs(page, random.permutation(sets), fewest_sets)) for _ in range(shuffles)]
    pairs = sorted(
        ((names[a], names[b], count) for (a, b), count in real.items()), key=lambda pair: (-pair[2], pair[0], pair[1])
    )
    return SharedTargeting(
        found=len(real), by_chance=float(np.mean(drawn)) if drawn else 0.0, most_by_chance=max(drawn, default=0),
        over_ads=float(np.mean(dealt)) if dealt else 0.0, shuffles=shuffles, fewest_sets=fewest_sets,
        pages=len(names), ads=len(used), sets=len(keys), pairs=tuple(pairs),
    )  # fmt: skip


def _dealt(page: np.ndarray, sets: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """The sets of the (page, set) rows dealt out anew so that no page holds one set twice."""
    sets = random.permutation(sets)
    wide = int(sets.max(initial=0)) + 1
    for _ in range(1_000):
        key = page * wide + sets
        order = np.argsort(key, kind="stable")
        again = order[1:][key[order][1:] == key[order][:-1]]
        if not len(again):
            break
        # Each row that doubles another swaps its set with any row; few do, so this ends soon.
        others = random.integers(len(sets), size=len(again))
        for one, other in zip(again.tolist(), others.tolist(), strict=True):
            sets[one], sets[other] = sets[other], sets[one]
    return sets


def _pairs(page: np.ndarray, sets: np.ndarray, fewest: int) -> dict[tuple[int, int], int]:
    distinct = np.unique(np.stack([sets, page]), axis=1) if len(page) else np.zeros((2, 0), np.int64)
    users: dict[int, list[int]] = defaultdict(list)
    for one_set, one_page in zip(distinct[0].tolist(), distinct[1].tolist(), strict=True):
        users[one_set].append(one_page)
    counts: Counter[tuple[int, int]] = Counter()
    for pages in users.values():
        if len(pages) > 1:
            counts.update(combinations(pages, 2))
    return {pair: count for pair, count in counts.items() if count >= fewest}
