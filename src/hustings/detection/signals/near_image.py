"""Who posted images that look nearly the same."""

__all__ = ["NEAR_IMAGE", "near_pairs"]

from itertools import combinations

import numba
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hustings.detection.compiled import Codes, Hashes
from hustings.detection.signals.signal import TRACE_ROWS, Signal, SignalSettings, pieces, trace_rows
from hustings.detection.signals.stars import add_to_star, common_star, mark_stars, new_stars, star_lists

# Hashes are looked up by blocks of so many bits.
BLOCK = 16


def near_image_traces(posts: pa.Table, settings: SignalSettings) -> pa.Table:
    """Two actors posted images that look nearly the same.

    Reads    `images`, perceptual hashes of 64 or 256 bits in hex; others are left out.
    Alike    two hashes of one length that differ in 6 of 64 bits at most (`image_bits`; 24 of 256). All such pairs
             are found: hashes are looked up by blocks of 16 bits, one of which has to be nearly equal.
    Trace    the lowest hash of those that are alike it. An image is never chained to what it is unlike: every image of a
             trace is alike the one that names it, so that any two of them differ in 12 bits at most.
    At       the post, and its time: timing and content are both asked. A post counts once, by its rarest trace, so
             `image` and `near_image` do not count it twice.
    Limits   plain pictures (text on one colour, the sky, a chart's grid) have nearly one hash without being copies. A
             mirrored or strongly cropped image is another. What images of other kinds of hash differ in means nothing.
    Source   Norouzi et al. 2012, doi:10.1109/CVPR.2012.6248043 (look-up by blocks).

    Example
        platform | actor | content | at       | images
        x        | ann   | 1       | 12:00:10 | ffd8a0b1c2d3e4f5
        x        | bob   | 2       | 12:00:15 | ffd8a0b1c2d3e4fa
        x        | cem   | 3       | 12:00:20 | 00d8a0b1c2d3e4fa
    gives
        platform | actor | trace            | content | at
        x        | ann   | ffd8a0b1c2d3e4f5 | 1       | 12:00:10
        x        | bob   | ffd8a0b1c2d3e4f5 | 2       | 12:00:15
    """
    rows, values = pieces(posts, "images")
    values = pc.utf8_lower(values)
    made = [TRACE_ROWS.empty_table()]
    for digits in (16, 64):
        fits = pc.match_substring_regex(values, f"^[0-9a-f]{{{digits}}}$")
        mine, hashes = rows[fits.to_numpy(zero_copy_only=False)], values.filter(fits)
        names = pc.unique(hashes).take(pc.sort_indices(pc.unique(hashes)))
        image = pc.index_in(hashes, names).to_numpy(zero_copy_only=False)
        words = np.frombuffer(bytes.fromhex("".join(names.to_pylist())), ">u8").astype(np.uint64)
        things, stars = near_stars(words.reshape(-1, digits // 16), settings.image_bits * digits // 16)
        made.append(_rows(posts, mine, image, names, things, stars))
    return pa.concat_tables(made)


def _rows(
    posts: pa.Table, rows: np.ndarray, image: np.ndarray, names: pa.Array, things: Codes, stars: Codes
) -> pa.Table:
    """The posts of each star's images, and of images that have no star, named by the star's first."""
    alone = np.setdiff1d(np.arange(len(names)), things)
    thing = np.r_[things, alone].astype(np.int64)
    star = np.r_[stars, (int(stars.max()) + 1 if len(stars) else 0) + np.arange(len(alone))].astype(np.int64)
    order = np.lexsort((thing, star))
    thing, star = thing[order], star[order]
    head = thing[np.searchsorted(star, star)]
    by_image = np.argsort(image, kind="stable")
    begin = np.searchsorted(image[by_image], np.arange(len(names) + 1))
    counts = begin[thing + 1] - begin[thing]
    place = np.repeat(begin[thing] - (np.cumsum(counts) - counts), counts) + np.arange(counts.sum())
    post = rows[by_image[place]]
    made = trace_rows(posts, "near_image", names.take(pa.array(np.repeat(head, counts))), rows=post)
    # An image of one actor alone makes no row.
    actors = made.select(["trace", "platform", "actor"]).group_by(["trace", "platform", "actor"]).aggregate([])
    many = actors.group_by("trace").aggregate([("actor", "count")])
    return made.filter(pc.is_in(made["trace"], many.filter(pc.greater(many["actor_count"], 1))["trace"]))


@numba.njit(cache=True, nogil=True)
def _differing(words, one, two):  # type: ignore[no-untyped-def]
    bits = np.uint64(0)
    for k in range(words.shape[1]):
        x = words[one, k] ^ words[two, k]
        x = x - ((x >> np.uint64(1)) & np.uint64(0x5555555555555555))
        x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
        x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
        bits += (x * np.uint64(0x0101010101010101)) >> np.uint64(56)
    return bits


@numba.njit(cache=True, nogil=True)
def _near(words, blocks, order, starts, masks, most):  # type: ignore[no-untyped-def]
    hashes = len(words)
    last, entries, marks = new_stars(hashes)
    seen = np.full(hashes, -1, np.int32)
    count, stars = 0, 0
    for t in range(hashes):
        mark_stars(last, entries, marks, t)
        mine = -1
        for block in range(len(blocks)):
            for mask in masks:
                value = blocks[block, t] ^ mask
                for at in range(starts[block, value], starts[block, value + 1]):
                    u = order[block, at]
                    if u <= t or seen[u] == t:
                        continue
                    seen[u] = t
                    if _differing(words, t, u) <= most and not common_star(last, entries, marks, t, u):
                        if mine < 0:
                            mine = stars
                            stars += 1
                            entries = add_to_star(last, entries, count, t, mine)
                            count += 1
                        entries = add_to_star(last, entries, count, u, mine)
                        count += 1
    return entries, count


def near_stars(words: Hashes, most: int) -> tuple[Codes, Codes]:
    """Hashes and the stars they belong to (see `stars`), two hashes being alike that differ in `most` bits or fewer.

    words   one row per hash, a hash once, 64 bits in each word
    Costs   if hashes are spread evenly, about n^2 / 1,000 comparisons of two words for 64 bits and 6 of them.
    """
    blocks = np.concatenate(
        [(words >> np.uint64(shift)).astype(np.int64).T & 0xFFFF for shift in range(0, 64, BLOCK)]
    ).astype(np.int32)
    # If no block differs in `radius` bits or fewer, all blocks together differ in more than `most`.
    radius = most // len(blocks)
    masks = [sum(1 << bit for bit in bits) for size in range(radius + 1) for bits in combinations(range(BLOCK), size)]
    order = np.argsort(blocks, axis=1, kind="stable").astype(np.int32)
    starts = np.zeros((len(blocks), (1 << BLOCK) + 1), np.int64)
    for block, values in enumerate(blocks):
        starts[block, 1:] = np.cumsum(np.bincount(values, minlength=1 << BLOCK))
    return star_lists(*_near(words, blocks, order, starts, np.array(masks, np.int32), most))


def near_pairs(words: Hashes, most: int) -> set[tuple[int, int]]:
    """All pairs of hashes that differ in `most` bits or fewer, by comparing each with each: for tests."""
    values = [int.from_bytes(b"".join(int(word).to_bytes(8, "big") for word in row), "big") for row in words]
    return {(i, j) for i, j in combinations(range(len(values)), 2) if (values[i] ^ values[j]).bit_count() <= most}


NEAR_IMAGE = Signal(
    kind="near_image", title="Nearly the same image", needs=("images",), make=near_image_traces, by_post=False
)  # fmt: skip
