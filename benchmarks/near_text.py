"""Near-identical texts: how many of the pairs that brute force finds share a trace, and how long a million posts take.

    python benchmarks/near_text.py --posts 20000 --many 1000000 --form 5000

Posts of made-up words, a third of them copies of earlier ones with some letters, words or look-alike signs changed. Recall
is the share of pairs with 0.8 of their pieces in common that have a trace in common; of pairs that share a trace, the
share that has 0.6 in common is what the rule of stars promises (all). `--form` asks the same of one text that everybody
ends in letters of its own, which is the worst case. Prints one JSON document.
"""

import argparse
import resource
import time
from collections import defaultdict
from datetime import timedelta
from itertools import combinations
from typing import Any

import numpy as np
import planted
import pyarrow as pa

from hustings.detection.posts.tables import STAMP
from hustings.detection.signals import SIGNALS, SignalSettings
from hustings.detection.signals.near_text import alike_pairs, folded_near, shingles

RECALL, ALIKE, MANY_S = 0.98, 0.8, 300
LETTERS = np.array(list("aaaabcdeeeeefghiiijklmnnooopqrrsssttttuuvwxyz"))
FORM = "I am voting for change because our schools and hospitals deserve much better than this government gives, signed"
SWAPS = {"a": "а", "e": "е", "o": "0", "l": "1", "c": "с"}


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=20_000, help="posts compared by brute force")
    parser.add_argument("--many", type=int, default=1_000_000, help="posts that are timed; 0 leaves it out")
    parser.add_argument("--form", type=int, default=0, help="posts of one text that everybody ends otherwise")
    parser.add_argument("--seed", type=int, default=1)
    a = parser.parse_args()
    planted.show(measure(a.posts, a.many, a.seed, a.form))


def measure(posts: int, many: int, seed: int, form: int = 0) -> dict[str, Any]:
    """Recall on some, time on many."""
    result: dict[str, Any] = {"benchmark": "near_text", "posts": posts, "seed": seed, **recall(posts, seed)}
    result["goals"] = {
        "recall": planted.goal(result["recall"], least=RECALL),
        "kept": planted.goal(result["kept"], least=1.0),
    }
    if many:
        result["many"] = timed(many, seed)
        result["goals"]["many_cpu_s"] = planted.goal(result["many"]["cpu_s"], most=MANY_S)
    if form:
        result["form"] = filled_in(form, seed)
    result["reached"] = all(goal["reached"] for goal in result["goals"].values())
    return result


def made_posts(posts: int, seed: int, days: float = 40.0) -> pa.Table:
    """Posts at random moments, a third of them changed copies of others of the last day."""
    random = np.random.default_rng(seed)
    words = np.array(["".join(random.choice(LETTERS, n)) for n in random.integers(2, 10, 20_000)])
    chance = 1 / np.arange(1, len(words) + 1) ** 0.9
    drawn = np.searchsorted(np.cumsum(chance) / chance.sum(), random.random(posts * 28))
    lengths = random.integers(9, 29, posts)
    at = np.sort(random.integers(0, int(days * 86_400), posts))
    texts: list[str] = []
    for n in range(posts):
        if n > 10 and random.random() < 1 / 3:
            texts.append(changed(texts[n - 1 - int(random.integers(min(n, max(11, int(posts / days))) - 1))], random))
        else:
            texts.append(" ".join(words[drawn[28 * n : 28 * n + lengths[n]]]))
    return posts_table(texts, at)


def posts_table(texts: list[str], at: np.ndarray) -> pa.Table:
    """Posts of these texts by an actor each, at these seconds."""
    posts = len(texts)
    stamps = pa.array((at + 1_630_000_000) * 1_000_000, pa.int64()).cast(STAMP)
    return pa.table({
        "platform": pa.array(["x"] * posts), "actor": pa.array([f"a{n}" for n in range(posts)]),
        "content": pa.array([f"c{n}" for n in range(posts)]), "at": stamps, "text": pa.array(texts),
    })  # fmt: skip


def changed(text: str, random: np.random.Generator) -> str:
    """A copy with a few words other, some letters replaced by ones that look alike, and a greeting."""
    words = text.split(" ")
    for _ in range(int(random.integers(0, 4))):
        words[int(random.integers(len(words)))] = "".join(random.choice(LETTERS, int(random.integers(2, 8))))
    if random.random() < 0.3:
        words = ["".join(SWAPS.get(sign, sign) for sign in word) for word in words]
    return ("@someone " if random.random() < 0.3 else "") + " ".join(words)


def filled_in(posts: int, seed: int) -> dict[str, Any]:
    """Recall and CPU seconds where everybody posts one text within a day and ends it in letters of its own."""
    random = np.random.default_rng(seed)
    endings = ["".join(random.choice(LETTERS, int(random.integers(8, 30)))) for _ in range(posts)]
    at = np.sort(random.integers(0, 86_400, posts))
    table = posts_table([f"{FORM} {ending}" for ending in endings], at)
    begun = time.process_time()
    found = SIGNALS["near_text"].make(table, SignalSettings(alike=ALIKE))
    used = time.process_time() - begun
    starts, every = shingles(pa.array([folded_near(text) for text in table["text"].to_pylist()]))
    first, second = alike_pairs(starts, every, ALIKE)
    shared = np.zeros((posts, posts), bool)
    by_trace: dict[str, list[int]] = defaultdict(list)
    for trace, content in zip(found["trace"].to_pylist(), found["content"].to_pylist(), strict=True):
        by_trace[trace].append(int(content[1:]))
    for mine in by_trace.values():
        shared[np.ix_(mine, mine)] = True
    got, soon = shared[first, second], np.abs(at[first] - at[second]) <= 3_600
    return {
        "posts": posts, "pairs": len(first), "recall": round(float(got.mean()), 4), "rows": len(found),
        "recall_within_an_hour": round(float(got[soon].mean()), 4), "cpu_s": round(used, 1),
    }  # fmt: skip


def recall(posts: int, seed: int) -> dict[str, Any]:
    """Found and kept, against comparing every text with every other."""
    table = made_posts(posts, seed, days=0.9)
    settings = SignalSettings(alike=ALIKE, window=timedelta(days=1))
    found = SIGNALS["near_text"].make(table, settings)
    folded = [folded_near(text) for text in table["text"].to_pylist()]
    usable = [n for n, text in enumerate(folded) if len(text) >= settings.shortest]
    starts, every = shingles(pa.array([folded[n] for n in usable]))
    wanted = {
        (usable[i], usable[j]) for i, j in zip(*map(np.ndarray.tolist, alike_pairs(starts, every, ALIKE)), strict=True)
    }
    least = {
        (usable[i], usable[j])
        for i, j in zip(*map(np.ndarray.tolist, alike_pairs(starts, every, 2 * ALIKE - 1)), strict=True)
    }
    by_trace: dict[str, set[int]] = defaultdict(set)
    for trace, content in zip(found["trace"].to_pylist(), found["content"].to_pylist(), strict=True):
        by_trace[trace].add(int(content[1:]))
    shared = {pair for mine in by_trace.values() for pair in combinations(sorted(mine), 2)}
    return {
        "pairs": len(wanted), "recall": round(len(wanted & shared) / max(len(wanted), 1), 5), "shared": len(shared),
        "kept": round(len(shared & least) / max(len(shared), 1), 5), "rows": len(found), "traces": len(by_trace),
    }  # fmt: skip


def timed(posts: int, seed: int) -> dict[str, Any]:
    """CPU and wall seconds of the signal, everything included but the making of the posts."""
    table = made_posts(posts, seed)
    begun, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    rows = len(SIGNALS["near_text"].make(table, SignalSettings()))
    after = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "posts": posts, "rows": rows, "wall_s": round(time.perf_counter() - begun, 1),
        "cpu_s": round(after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime, 1), "peak_mib": after.ru_maxrss // 1024,
    }  # fmt: skip


if __name__ == "__main__":
    main()
