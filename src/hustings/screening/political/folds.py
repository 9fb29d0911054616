"""Which texts are set aside together, so that error rates are those on pages that were never seen."""

__all__ = ["apart", "folds"]

from collections import Counter
from collections.abc import Sequence
from zlib import crc32

import numpy as np
import numpy.typing as npt

from hustings.screening.political.seed import Seed
from hustings.screening.political.wording import wording

RUN = 8  # this many words in a row, the same in two texts, make them repeats of one another
Rows = npt.NDArray[np.int64]


def folds(seeds: Sequence[Seed], parts: int) -> Rows:
    """The fold of each text: a whole page is in one fold, and so is a whole country whose pages are not known.

    Such countries are dealt out so that those of one language are in different folds: each is then measured as a
    country the model never saw. One that is alone in its language would be judged by a model that knows nothing of
    the language, and its threshold be of no use; it is cut into runs of neighbours of one kind, which the collections
    hold page after page.
    """
    paged = dict.fromkeys(sorted({seed.country for seed in seeds}), 0)
    language = {seed.country: seed.language for seed in seeds}
    for seed in seeds:
        paged[seed.country] += seed.page is not None
    sizes = {country: sum(seed.country == country for seed in seeds) for country in paged}
    unpaged = [country for country in paged if paged[country] * 2 < sizes[country]]
    dealt = {country: place % parts for place, country in enumerate(unpaged)}
    alone = {country for country in unpaged if list(language.values()).count(language[country]) == 1}
    kinds = [(seed.country, seed.political) for seed in seeds]
    whole, passed = Counter(kinds), Counter[tuple[str, bool]]()
    fold = []
    for seed, kind in zip(seeds, kinds, strict=True):
        if seed.country in alone:
            fold.append(passed[kind] * parts // whole[kind])
            passed[kind] += 1
        else:
            fold.append(dealt.get(seed.country, crc32(f"{seed.country} {seed.page}".encode()) % parts))
    return np.array(fold, np.int64)


def apart(held: Sequence[frozenset[int]], learnt: Rows, aside: Rows) -> Rows:
    """Of `learnt`, the rows that repeat none of those set `aside`."""
    taken = frozenset[int]().union(*(held[row] for row in aside))
    return np.array([row for row in learnt if taken.isdisjoint(held[row])], np.int64)


def runs(text: str) -> frozenset[int]:
    """Checksums of a text's runs of eight words; of the whole text where it is shorter."""
    words = wording(text).words
    return frozenset(
        crc32(" ".join(words[begin : begin + RUN]).encode()) for begin in range(max(len(words) - RUN + 1, 1))
    )
