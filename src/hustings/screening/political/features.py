"""A text as numbers: its words and word pieces, what concepts they stand for, and its manner."""

__all__ = ["Features", "features", "names_of_dense", "of_text", "of_words"]

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise
from zlib import crc32

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from hustings.screening.political.concepts import concepts
from hustings.screening.political.wording import MARKS, Wording, wording

# Words and pieces are counted in places found by a checksum, so that a model holds no text. Two that share a place
# share a weight; with this many places few of those that matter do.
PLACES = 1 << 18
PIECES = (3, 4, 5)
FEWEST_WORDS = 5  # a share of fewer words than these says little
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Features:
    """Texts as numbers: one row a text. `words` and `pieces` hold counts made smaller (1 + ln n)."""

    words: sp.csr_matrix
    pieces: sp.csr_matrix
    dense: Numbers

    def __getitem__(self, rows: npt.NDArray[np.int64]) -> "Features":
        return Features(words=self.words[rows], pieces=self.pieces[rows], dense=self.dense[rows])


@dataclass(frozen=True, slots=True)
class _Term:
    """What one word, or two, adds: its own place, its pieces' places, its concepts."""

    place: int
    pieces: tuple[int, ...]
    concepts: tuple[int, ...]


@lru_cache(maxsize=1 << 17)
def _of_word(word: str) -> _Term:
    edged = f" {word} "
    pieces = tuple(
        crc32(edged[begin : begin + size].encode()) % PLACES
        for size in PIECES
        for begin in range(len(edged) - size + 1)
    )
    return _Term(crc32(f"w{word}".encode()) % PLACES, pieces, concepts().of_word(word))


@lru_cache(maxsize=1 << 18)
def _of_pair(first: str, second: str) -> _Term:
    return _Term(crc32(f"{first}_{second}".encode()) % PLACES, (), concepts().of_pair(first, second))


def terms(words: Sequence[str]) -> list[_Term]:
    """Each word, and each two that follow one another."""
    return [*map(_of_word, words), *map(_of_pair, words, words[1:])]


def names_of_dense() -> tuple[str, ...]:
    """What the dense numbers are, in order."""
    known = concepts().names
    return (*known, *(f"{name}, share" for name in known), *(f"manner: {mark}" for mark in MARKS))


def _dense(counts: Numbers, words: int, marks: tuple[float, ...]) -> Numbers:
    return np.concatenate([np.log1p(counts), counts / max(words, FEWEST_WORDS), marks])


@dataclass(frozen=True, slots=True)
class Counted:
    """Places of one text, each once and in order, with 1 + ln n; and for each term its part in each place.

    of_entry, entries, bearer   one row for each time a term names a place: which place of `places`, how often that
                                place is named in all, and which term names it
    """

    places: npt.NDArray[np.int64]
    counts: Numbers
    of_entry: npt.NDArray[np.int64]
    entries: Numbers
    bearer: npt.NDArray[np.int64]

    def by_term(self, parts: Numbers, terms: int) -> Numbers:
        """What each place adds, dealt out to the terms that name it."""
        dealt = np.bincount(self.bearer, weights=(parts / self.entries)[self.of_entry], minlength=terms)
        return dealt.astype(np.float64)


@dataclass(frozen=True, slots=True)
class One:
    """One text as numbers; `terms` are its words, then each two that follow one another."""

    words: Counted
    pieces: Counted
    dense: Numbers
    terms: int


def of_text(text: str) -> tuple[Wording, One]:
    """One text, taken apart and as numbers; as a row of `features`."""
    taken = wording(text)
    return taken, of_words(taken)


def of_words(taken: Wording) -> One:
    """One text that is taken apart already."""
    found = terms(taken.words)
    counts = np.zeros(len(concepts().names))
    for term in found:
        for concept in term.concepts:
            counts[concept] += 1
    return One(
        words=_counted([(term.place,) for term in found]),
        pieces=_counted([term.pieces for term in found]),
        dense=_dense(counts, len(taken.words), taken.marks),
        terms=len(found),
    )


def _counted(of_terms: list[tuple[int, ...]]) -> Counted:
    named = np.fromiter(chain.from_iterable(of_terms), np.int64)
    places, of_entry, entries = np.unique(named, return_inverse=True, return_counts=True)
    bearer = np.repeat(np.arange(len(of_terms)), np.fromiter(map(len, of_terms), np.int64, len(of_terms)))
    return Counted(places, 1 + np.log(entries), of_entry, entries.astype(np.float64), bearer)


def features(texts: Sequence[str]) -> Features:
    """Many texts at once: each distinct word is looked at once, and the rest is multiplication of sparse tables."""
    numbers: dict[_Term | tuple[str, ...], int] = {}
    distinct: list[_Term] = []
    ends, cells, dense = [0], [], []
    for text in texts:
        taken = wording(text)
        words = taken.words
        for key in [*((word,) for word in words), *pairwise(words)]:
            number = numbers.get(key)
            if number is None:
                number = numbers[key] = len(distinct)
                distinct.append(_of_word(*key) if len(key) == 1 else _of_pair(*key))
            cells.append(number)
        ends.append(len(cells))
        dense.append((len(words), taken.marks))
    held = sp.csr_matrix(
        (np.ones(len(cells), np.float32), np.array(cells, np.int64), np.array(ends)), shape=(len(texts), len(distinct))
    )
    held.sum_duplicates()
    counts = np.asarray(
        (held @ _table([term.concepts for term in distinct], len(concepts().names))).todense(), np.float64
    )
    rows = [_dense(counts[row], words, marks) for row, (words, marks) in enumerate(dense)]
    return Features(
        words=_smaller(held @ _table([(term.place,) for term in distinct], PLACES)),
        pieces=_smaller(held @ _table([term.pieces for term in distinct], PLACES)),
        dense=np.array(rows).reshape(len(texts), len(names_of_dense())),
    )


def _table(rows: list[tuple[int, ...]], columns: int) -> sp.csr_matrix:
    ends = np.cumsum([0, *map(len, rows)])
    places = np.fromiter((place for row in rows for place in row), np.int64, ends[-1])
    return sp.csr_matrix((np.ones(len(places), np.float32), places, ends), shape=(len(rows), columns))


def _smaller(counts: sp.csr_matrix) -> sp.csr_matrix:
    counts = counts.tocsr()
    counts.sort_indices()
    counts.data = (1 + np.log(counts.data)).astype(np.float32)
    return counts
