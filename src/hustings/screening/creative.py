"""Whether a creative was seen, or removed, before: the same words but for small changes, or the same file."""

__all__ = ["Seen", "creative_hits"]

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from hustings.screening.folded import fold
from hustings.screening.hit import Hit
from hustings.screening.submission import Submission

WORDS = re.compile(r"[a-z0-9]+")
RUN = 3
FEWEST_WORDS = 6
ALIKE = 90.0
# A run of words that so many creatives share ("click here to") tells nothing; it is no longer looked at.
MOST_SHARING = 200


@dataclass
class Seen:
    """Creatives of earlier ads: their words in runs of three, and the digests of their files.

    Costs    one lookup for each run of words; only creatives that share a run are compared.
    """

    _texts: dict[str, tuple[str, bool]] = field(default_factory=dict)
    _runs: dict[tuple[str, ...], list[str]] = field(default_factory=lambda: defaultdict(list))
    _files: dict[str, tuple[str, bool]] = field(default_factory=dict)

    @classmethod
    def of(cls, ads: Iterable[tuple[Submission, bool]]) -> "Seen":
        """From earlier ads, each with whether it was removed."""
        seen = cls()
        for ad, removed in ads:
            seen.add(ad, removed=removed)
        return seen

    def add(self, ad: Submission, *, removed: bool) -> None:
        """Remember an ad; a later removal of the same id takes the place of what was known."""
        words = _words(ad.text)
        if len(words) >= FEWEST_WORDS:
            if ad.id not in self._texts:
                for run in _runs(words):
                    self._runs[run].append(ad.id)
            self._texts[ad.id] = (" ".join(words), removed)
        for digest in ad.media_hashes:
            before = self._files.get(digest)
            self._files[digest] = (ad.id, removed or (before is not None and before[1]))

    def like(self, ad: Submission) -> tuple[str, bool, float] | None:
        """The most alike earlier ad (removed ones first), whether it was removed, and how alike out of 100."""
        best: tuple[bool, float, str] | None = None
        for digest in ad.media_hashes:
            if digest in self._files and self._files[digest][0] != ad.id:
                name, removed = self._files[digest]
                best = max(best or (False, 0.0, ""), (removed, 100.0, name))
        words = _words(ad.text)
        if len(words) >= FEWEST_WORDS:
            text = " ".join(words)
            near = {one for run in _runs(words) if len(ids := self._runs.get(run, [])) <= MOST_SHARING for one in ids}
            for name in sorted(near - {ad.id}):
                before, removed = self._texts[name]
                alike = fuzz.ratio(text, before, score_cutoff=ALIKE)
                if alike:
                    best = max(best or (False, 0.0, ""), (removed, alike, name))
        return None if best is None else (best[2], best[0], best[1])


def _words(text: str) -> list[str]:
    return WORDS.findall(fold(text).text)


def _runs(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}


def creative_hits(ad: Submission, seen: Seen | None) -> tuple[Hit, ...]:
    """A hit where the creative was seen or removed before."""
    like = seen.like(ad) if seen is not None else None
    if like is None:
        return ()
    name, removed, alike = like
    category, what = ("creative.removed", "was removed") if removed else ("creative.seen", "ran")
    return (
        Hit(
            category=category,
            start=0,
            end=0,
            rule="creative.like",
            sentence=f"The same creative {what} before as {name} ({alike:.0f} of 100 alike).",
        ),
    )
