"""The model that says whether an ad is political: how likely, by which words, and when it cannot tell."""

__all__ = ["Curve", "Extra", "Political", "Politics"]

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from itertools import pairwise
from math import exp
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from hustings.screening.political.concepts import concepts
from hustings.screening.political.extra import Extra
from hustings.screening.political.features import Features, One, names_of_dense, of_words
from hustings.screening.political.language import known_language, language_of
from hustings.screening.political.wording import Wording, wording

Numbers = npt.NDArray[np.float64]
REASONS = 8
FARTHEST = 4.0  # a dense number counts as at most so many deviations from the middle
SHARE_OF_DENSE = 0.2  # the dense block's weight beside words and pieces, each of length 1
LEAST_OF_WORDS, LEAST_OF_PIECES = 15.0, 25.0  # about a third of the length of a text of twenty words
MOST_BESIDE = 10  # so many other ads of a sponsor tell what he is; more are not read
MOST_OF_BESIDE = 2.0  # log odds that they add at most


@dataclass(frozen=True, kw_only=True)
class Political:
    """The answer for one text.

    answer        at least as likely as the language's threshold
    probability   calibrated on pages never seen; 0.5 where nothing can be told
    language      whose curve and threshold were used: a language the model learnt, "other" where only the lexicon
                  speaks, "unknown" where nothing does
    why           what spoke for (positive) and against (negative) most, in log odds
    """

    answer: bool
    probability: float
    language: str
    why: tuple[tuple[str, float], ...] = ()

    @property
    def known(self) -> bool:
        """Whether the model had anything to go by; where not, a person has to look."""
        return self.language != "unknown"


@dataclass(frozen=True, kw_only=True)
class Curve:
    """From score to log odds in one language, and the threshold of the answer, both from texts set aside."""

    slope: float
    constant: float
    threshold: float

    def log_odds(self, score: float) -> float:
        """Log odds of being political."""
        return self.slope * score + self.constant


@dataclass(frozen=True, kw_only=True)
class Block:
    """How rare each place is (0: never learnt), and what it weighs.

    least   added to every text's length (as the third side of a triangle), so that a text of two words that were ever
            learnt is not as sure of itself as one of forty
    """

    rarity: Numbers
    weight: Numbers
    least: float

    def row(self, counts: sp.csr_matrix) -> sp.csr_matrix:
        """Rows of a length below 1, rare places counting more."""
        scaled = (counts @ sp.diags(self.rarity)).tocsr()
        lengths = np.sqrt(np.asarray(scaled.multiply(scaled).sum(1)).ravel() + self.least**2)
        return sp.diags(1 / lengths) @ scaled

    def parts(self, places: npt.NDArray[np.int64], counts: Numbers) -> Numbers:
        """What each place of one text adds to its score."""
        values = counts * self.rarity[places]
        return values * self.weight[places] / float(np.sqrt(values @ values + self.least**2))


@dataclass(frozen=True, kw_only=True)
class Politics:
    """A linear model over words, word pieces, concepts and manner, with a curve and threshold by language.

    Limits   it knows what a page's posts of 2017 look like beside those of brands; charities and news are hardly among
             what it learnt as not political. It judges text alone: what a picture says it does not see.
    """

    words: Block
    pieces: Block
    middle: Numbers
    spread: Numbers
    dense: Numbers
    constant: float
    lexicon: Numbers  # the dense numbers alone, for languages never learnt
    lexicon_constant: float
    curves: Mapping[str, Curve]
    facts: Mapping[str, Any] = field(default_factory=dict)  # what it was made from, and its error rates

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all its numbers: the name by which a decision says which model it went by."""
        told = sha256(repr((self.constant, self.lexicon_constant, sorted(self.curves.items()))).encode())
        for array in (
            self.words.rarity, self.words.weight, self.pieces.rarity, self.pieces.weight, self.middle, self.spread,
            self.dense, self.lexicon,
        ):  # fmt: skip
            told.update(array.astype("<f8").tobytes())
        return told.hexdigest()

    def judge(self, text: str, lang: str | None = None, *, extra: Extra | None = None) -> Political:
        """Judge one text. `lang` as said by whoever submits (en, de-CH); None to have it told from the words."""
        taken = wording(text)
        numbers = of_words(taken)
        language = known_language(lang) or language_of(taken.words) or "other"
        added = (*extra.evidence(), *self._beside(taken, language, extra)) if extra else ()
        if language in self.curves:
            log_odds, why = self._learnt(taken, numbers, self.curves[language])
        else:
            language = "other"
            log_odds, why = self._by_lexicon(numbers)
        if language == "other" and not numbers.dense[: len(concepts().names)].any():
            language, log_odds, why = "unknown", 0.0, []
        log_odds += sum(weight for _, weight in added)
        if added and language == "unknown":
            language = "other"
        probability = 1 / (1 + exp(-max(min(log_odds, 30.0), -30.0)))
        threshold = self.curves[language].threshold if language in self.curves else 0.5
        why = [*added, *sorted(why, key=lambda one: (-abs(one[1]), one[0]))[:REASONS]]
        return Political(
            answer=language != "unknown" and probability >= threshold,
            probability=round(probability, 4),
            language=language,
            why=tuple((name, round(weight, 3)) for name, weight in why),
        )

    def scores(self, rows: Features) -> Numbers:
        """Scores of many texts, before any curve."""
        return (
            self.words.row(rows.words) @ self.words.weight
            + self.pieces.row(rows.pieces) @ self.pieces.weight
            + self.scaled(rows.dense) @ self.dense
            + self.constant
        )

    def scaled(self, dense: Numbers) -> Numbers:
        """The dense numbers about their middle."""
        return np.clip((dense - self.middle) / self.spread, -FARTHEST, FARTHEST) * SHARE_OF_DENSE

    def save(self, place: Path) -> None:
        """Write it to a file that holds numbers and a header, no code and no text of the seeds."""
        from hustings.screening.political.saved import save  # noqa: PLC0415 - it makes a Politics, so it imports this

        save(self, place)

    @staticmethod
    def load(place: Path) -> "Politics":
        """Read what `save` wrote; BadInput where it is damaged or of another version."""
        from hustings.screening.political.saved import load  # noqa: PLC0415 - likewise

        return load(place)

    def _beside(self, taken: Wording, language: str, extra: Extra) -> tuple[tuple[str, float], ...]:
        """What the sponsor's other ads say; repeats of this one say nothing further."""
        others = [other for other in map(wording, extra.beside[:MOST_BESIDE]) if other.words != taken.words]
        lean = leaning([self._own(other, language_of(other.words) or language) for other in others])
        return (("extra: sponsor's other ads", lean),) if lean else ()

    def _own(self, taken: Wording, language: str) -> float:
        """Log odds by the text alone."""
        if language in self.curves:
            return self._learnt(taken, of_words(taken), self.curves[language])[0]
        return self._by_lexicon(of_words(taken))[0]

    def _learnt(self, taken: Wording, numbers: One, curve: Curve) -> tuple[float, list[tuple[str, float]]]:
        by_word = self.words.parts(numbers.words.places, numbers.words.counts)
        by_piece = self.pieces.parts(numbers.pieces.places, numbers.pieces.counts)
        dense = self.scaled(numbers.dense) * self.dense
        score = float(by_word.sum() + by_piece.sum() + dense.sum()) + self.constant
        of_terms = numbers.words.by_term(by_word, numbers.terms) + numbers.pieces.by_term(by_piece, numbers.terms)
        names = [*taken.words, *map(" ".join, pairwise(taken.words))]
        said: dict[str, float] = {}
        for name, part in zip(names, (of_terms * curve.slope).tolist(), strict=True):
            said[name] = said.get(name, 0.0) + part
        why = [(f"word: {name}", part) for name, part in said.items()]
        return curve.log_odds(score), [*why, *_dense_reasons(dense * curve.slope)]

    def _by_lexicon(self, numbers: One) -> tuple[float, list[tuple[str, float]]]:
        curve = self.curves["other"]
        parts = self.scaled(numbers.dense) * self.lexicon
        return curve.log_odds(float(parts.sum()) + self.lexicon_constant), _dense_reasons(parts * curve.slope)


def leaning(log_odds: Sequence[float]) -> float:
    """How political a sponsor's other ads are on the whole, in log odds; a few of them say less than many.

    Never below zero: else a sponsor could hide one political ad behind many of a shop. And never so much that it makes
    an ad political alone: a party also sells its old chairs.
    """
    return min(max(sum(log_odds) / (len(log_odds) + 1), 0.0), MOST_OF_BESIDE)


def _dense_reasons(parts: Numbers) -> list[tuple[str, float]]:
    """A concept's count and share as one reason; the marks of a text's manner each by itself."""
    of = concepts().names
    together = parts[: len(of)] + parts[len(of) : 2 * len(of)]
    return [
        *((f"concept: {name}", part) for name, part in zip(of, together.tolist(), strict=True)),
        *zip(names_of_dense()[2 * len(of) :], parts[2 * len(of) :].tolist(), strict=True),
    ]


def probabilities(scores: Numbers, curve: Curve) -> Numbers:
    """Scores on a curve, as probabilities."""
    return 1 / (1 + np.exp(-np.clip(curve.slope * scores + curve.constant, -30, 30)))
