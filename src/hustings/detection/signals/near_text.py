"""Who posted nearly the same text within a day."""

__all__ = ["NEAR_TEXT", "alike_pairs", "folded_near", "shingles"]

from datetime import timedelta

import numba
import numpy as np
import pyarrow as pa

from hustings.detection.address import WEB
from hustings.detection.compiled import Codes, Hashes, Int64s
from hustings.detection.folding import MENTION, folded_ocr
from hustings.detection.look_alikes import folded_sign
from hustings.detection.signals.episodes import Episodes, episode_rows, episodes
from hustings.detection.signals.signal import Signal, SignalSettings, column, in_time
from hustings.detection.signals.stars import add_to_star, common_star, mark_stars, new_stars, star_lists

# Letters in a piece. Shorter ones are in every text, longer ones lose more to a changed letter.
PIECE = 5
# Blocks of five minima each: of two texts with 0.8 of their pieces in common all but 1 in 2,800 meet in a block.
BANDS, ROWS = 20, 5
# Texts whose pieces are sorted at a time.
TEXTS = 50_000
# Later texts that a text is compared with in vain, or at all where it has a star already; those just after it go first.
LOOKS = 2_000


def near_text_traces(posts: pa.Table, settings: SignalSettings) -> pa.Table:
    """Two actors posted nearly the same text within a day (`window`).

    Reads    `text`. Compared are its letters and digits in lower case, without accounts (@) and web addresses; letters
             of other scripts and signs that look like Latin ones, accents, invisible signs and what reading machines
             take for one another (0 and o, 1 and l, h and n) are folded. Of 40 letters at least (`shortest`).
    Alike    two texts that have 0.8 (`alike`) of their pieces of five letters in common (Jaccard). Who may be is
             found by MinHash in 20 blocks of five; whoever meets in a block is compared in full.
    Trace    the first post of a text with which others are alike, as `platform content`. A text is never chained to
             what it is unlike: every text of a trace is alike the one that names it, so that any two of them have 0.6
             in common; a text may have several traces. A text that comes back after more than a day is another.
    At       the post, and its time: timing and content are both asked.
    Limits   headlines of agencies, share buttons, forms and quotations give people who do not know each other nearly
             one text. A text reworded throughout is not found (see `meaning`). Texts in scripts that look like no Latin
             letters are compared as they are. Of a text with thousands of variants a day some pairs may be missed, fewest
             of those soon after each other. An ending of its own for each copy, a quarter as long as the text or
             longer, makes texts unlike (`alike`).
    Source   Broder 1997, doi:10.1109/SEQUEN.1997.666900.

    Example
        platform | actor | content | at       | text
        x        | ann   | 1       | 12:00:10 | @bob The count in Mudtown was stopped for hours and nobody says why!
        x        | bob   | 2       | 12:05:10 | The c0unt in MUDTOWN was stoppеd for hours, and nobody says why https://b.example
        x        | cem   | 3       | 12:06:10 | Polls are open until eight tonight, bring a document with a picture.
        x        | dan   | 4       | 12:07:10 | The count in Mudtown was stopped.
    gives
        platform | actor | trace | content | at
        x        | ann   | x 1   | 1       | 12:00:10
        x        | bob   | x 1   | 2       | 12:05:10
    """
    posts = in_time(posts)
    coded = column(posts, "text").dictionary_encode()
    folded = [folded_near(text) for text in coded.dictionary.to_pylist()]
    texts = pa.array([text if len(text) >= settings.shortest else None for text in folded], pa.string())
    texts = texts.take(coded.indices).dictionary_encode()
    units = episodes(posts, texts.indices, settings.window)
    if not len(units):
        return episode_rows(posts, "near_text", units, np.empty(0, np.int32), np.empty(0, np.int32))
    starts, every = shingles(texts.dictionary)
    keys = block_keys(starts, every)
    things, stars = alike_stars(units, starts, every, keys, settings.window, settings.alike)
    return episode_rows(posts, "near_text", units, things, stars)


class _Signs(dict[int, str]):
    """What each sign folds to, looked up when first seen."""

    def __missing__(self, sign: int) -> str:
        self[sign] = folded = folded_sign(chr(sign))
        return folded


SIGNS = _Signs()


def folded_near(text: str) -> str:
    """A text as it is compared for nearness."""
    text = MENTION.sub(" ", WEB.sub(" ", text))
    return folded_ocr(text if text.isascii() else text.translate(SIGNS))


def shingles(texts: pa.Array) -> tuple[Int64s, Hashes]:
    """Hashes of the pieces of each text, each once and sorted; where each text's begin."""
    counts, parts = [np.zeros(1, np.int64)], [np.empty(0, np.uint32)]
    for begin in range(0, len(texts), TEXTS):
        signs = [
            np.frombuffer(text.encode("utf-32-le"), np.uint32) for text in texts[begin : begin + TEXTS].to_pylist()
        ]
        limits = np.r_[0, np.cumsum([len(text) for text in signs])].astype(np.int64)
        pieces = np.sort(_pieces(np.concatenate(signs), limits))
        pieces = pieces[np.r_[True, pieces[1:] != pieces[:-1]]]
        counts.append(np.bincount((pieces >> np.uint64(32)).astype(np.int64), minlength=len(signs)))
        parts.append((pieces & np.uint64(0xFFFFFFFF)).astype(np.uint32))
    return np.cumsum(np.concatenate(counts)), np.concatenate(parts)


@numba.njit(cache=True, nogil=True)
def _pieces(signs, limits):  # type: ignore[no-untyped-def]
    """The number of its text (upper half) and hash (lower half) of every piece."""
    # A text of nothing has one piece too: nothing.
    every = np.empty(len(signs) + len(limits), np.uint64)
    count = 0
    for text in range(len(limits) - 1):
        low, high = limits[text], limits[text + 1]
        for k in range(low, max(low + 1, high - PIECE + 1)):
            h = np.uint64(0x9E3779B97F4A7C15)
            for j in range(k, min(k + PIECE, high)):
                h = (h ^ np.uint64(signs[j])) * np.uint64(0xFF51AFD7ED558CCD)
                h ^= h >> np.uint64(32)
            every[count] = np.uint64(text) << np.uint64(32) | (h & np.uint64(0xFFFFFFFF))
            count += 1
    return every[:count]


@numba.njit(cache=True, nogil=True)
def block_keys(starts, every):  # type: ignore[no-untyped-def]
    """For each block, a number per text that alike texts have in common."""
    texts = len(starts) - 1
    hashes = BANDS * ROWS
    factor, shift = np.empty(hashes, np.uint32), np.empty(hashes, np.uint32)
    word = np.uint64(20261122)
    for k in range(2 * hashes):
        word += np.uint64(0x9E3779B97F4A7C15)
        mixed = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        if k < hashes:
            factor[k] = np.uint32(mixed >> np.uint64(32)) | np.uint32(1)
        else:
            shift[k - hashes] = np.uint32(mixed >> np.uint64(32))
    keys = np.empty((BANDS, texts), np.uint32)
    least = np.empty(hashes, np.uint32)
    for text in range(texts):
        least[:] = np.uint32(0xFFFFFFFF)
        for k in range(starts[text], starts[text + 1]):
            piece = every[k]
            for h in range(hashes):
                value = np.uint32(piece * factor[h] + shift[h])
                least[h] = min(least[h], value)
        for band in range(BANDS):
            key = np.uint64(band)
            for row in range(ROWS):
                key = (key ^ np.uint64(least[band * ROWS + row])) * np.uint64(0xFF51AFD7ED558CCD)
                key ^= key >> np.uint64(29)
            keys[band, text] = np.uint32(key >> np.uint64(32))
    return keys


@numba.njit(cache=True, nogil=True)
def _alike(starts, every, one, two, least):  # type: ignore[no-untyped-def]
    """Whether two texts have at least that share of their pieces in common."""
    i, j = starts[one], starts[two]
    end_i, end_j = starts[one + 1], starts[two + 1]
    whole = (end_i - i) + (end_j - j)
    # Of n pieces in all, both have at least this many if they are alike.
    needed = np.int64(np.ceil(least * whole / (1.0 + least) - 1e-9))
    if min(end_i - i, end_j - j) < needed:
        return False
    both = 0
    while i < end_i and j < end_j:
        if every[i] == every[j]:
            both += 1
            i += 1
            j += 1
        elif every[i] < every[j]:
            i += 1
        else:
            j += 1
        if both + min(end_i - i, end_j - j) < needed:
            return False
    return both >= needed


@numba.njit(cache=True, nogil=True)
def _alike_stars(text, first, last_at, starts, every, keys, order, place, window, least):  # type: ignore[no-untyped-def]
    units = len(text)
    last, entries, marks = new_stars(units)
    seen = np.full(units, -1, np.int32)
    count, stars = 0, 0
    for t in range(units):
        mark_stars(last, entries, marks, t)
        mine = -1
        begun = last[t] < 0
        looked = 0
        for band in range(len(keys)):
            key = keys[band, text[t]]
            at = place[band, t] + 1
            while at < units and looked < LOOKS:
                u = order[band, at]
                if keys[band, text[u]] != key or first[u] > last_at[t] + window:
                    break
                at += 1
                if seen[u] == t:
                    continue
                seen[u] = t
                if not begun:
                    looked += 1
                if common_star(last, entries, marks, t, u):
                    continue
                if text[t] == text[u] or _alike(starts, every, text[t], text[u], least):
                    if mine < 0:
                        mine = stars
                        stars += 1
                        entries = add_to_star(last, entries, count, t, mine)
                        count += 1
                    entries = add_to_star(last, entries, count, u, mine)
                    count += 1
                elif begun:
                    looked += 1
    return entries, count


def alike_stars(
    units: Episodes, starts: Int64s, every: Hashes, keys: Hashes, window: timedelta, least: float
) -> tuple[Codes, Codes]:
    """Episodes and the stars they belong to (see `stars`)."""
    order = np.empty((len(keys), len(units)), np.int32)
    place = np.empty_like(order)
    for band, key in enumerate(keys):
        order[band] = np.argsort(key[units.thing], kind="stable")
        place[band, order[band]] = np.arange(len(units), dtype=np.int32)
    microseconds = window // timedelta(microseconds=1)
    return star_lists(
        *_alike_stars(units.thing, units.first, units.last, starts, every, keys, order, place, microseconds, least)
    )


@numba.njit(cache=True, nogil=True)
def alike_pairs(starts: Int64s, every: Hashes, least: float) -> tuple[Codes, Codes]:
    """All pairs of texts that are alike, by comparing each with each: for tests and benchmarks."""
    texts = len(starts) - 1
    found = [(0, 0)]
    found.clear()
    for one in range(texts):
        for two in range(one + 1, texts):
            if _alike(starts, every, one, two, least):
                found.append((one, two))
    first, second = np.empty(len(found), np.int32), np.empty(len(found), np.int32)
    for k in range(len(found)):
        first[k], second[k] = found[k]
    return first, second


NEAR_TEXT = Signal(
    kind="near_text", title="Nearly the same text", needs=("text",), make=near_text_traces, by_post=False
)  # fmt: skip
