"""A thousand hostile questions of all that everybody may read in the library: none is an error of ours, none takes long.

    .venv/bin/python benchmarks/hostile.py (--data DIR | --at http://localhost:8080) [--questions 1000] [--seed 5] [--slowest 12]

`--data DIR` starts `hustings up` on an installation that `benchmarks/library.py --data DIR` filled, and stops it; `--at` asks
one that runs. Questions are drawn by a seed: words from the most frequent to such as nobody says, by hundreds, in every
script, with signs of every query language, lists at their longest, numbers and days at and beyond every limit, cursors made
up and taken from answers, deep lists of operators. Of a file the first portion is waited for. Each is asked alone, in turn.

Prints how many answers had which status, the quantiles, and the slowest; ends with 1 where an answer was 5xx or took over
`--longest` seconds (2).
"""

import argparse
import collections
import http.client
import json
import os
import random
import sys
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from library import FIELDS, installation, vocabulary

PAGE = (
    "q archive platform state category country region page advertiser payer language year currency election from to spend_from spend_to "
    "impressions_from impressions_to hidden sort as_of at after sums audience message below"
).split()
API = (
    "q language country region archive platform state category page advertiser payer election from to spend_from spend_to "
    "impressions_from impressions_to hidden cursor as_of limit"
).split()
ARCHIVE = (
    "search_terms search_type ad_reached_countries search_page_ids ad_active_status bylines languages publisher_platforms media_type "
    "delivery_by_region ad_delivery_date_min ad_delivery_date_max estimated_audience_size_min estimated_audience_size_max limit fields "
    "after ad_type unmask_removed_content"
).split()
READERS = (
    *[("/library/", PAGE)] * 5, *[("/api/library/ads", API)] * 5, *[("/v19.0/ads_archive", ARCHIVE)] * 5,
    ("/library/audiences/", PAGE), ("/library/audiences/opposed/", PAGE), ("/library/feed.atom", PAGE), ("/library/changed/", PAGE),
    ("/library/removed/", PAGE), ("/api/library/reach", API), ("/api/library/pages", API), ("/api/library/payers", API),
    ("/api/library/export/ads.jsonl", API), ("/api/library/export/ads.csv.zip", API), ("/api/library/export/ads.parquet", API),
    ("/api/library/export/pages.jsonl", API), ("/library/?csv=ads", PAGE), ("/library/audiences/?csv=audiences", PAGE),
    ("/library/ads/7/", PAGE), ("/library/pages/1/", PAGE), ("/api/library/ads/500000/versions", API),
)  # fmt: skip
FILES = ("export", "csv=ads")
# A value that some parameter takes at its limit or beyond, and signs that mean something to some language of queries.
ODD = (
    "", "-", "--", "0", "-1", "1", "2", "1000", "1001", "9" * 18, "9" * 30, "1e9", "NaN", "Infinity", "0.0001", "999999999999.9999", "'", '"', "' OR 1=1 --",
    "%", "%%", "%s", "{}", "{0}", "\0", "a\0b", "*", "*:*", "!", "!!!", "&", "|", "a & | b", "<->", "a <-> b", '"a" -"a"', "-a -b", "(" * 200, "((a|b)&(c|d))" * 20,
    "not " * 90, "-" * 400, '"' * 399, "2020-02-30", "9999-12-31", "0001-01-01", "10000-01-01", "2019-01-01", "2018-02-01", "20190101", "9999-12-31T23:59:59-23:59",
    "0001-01-01T00:00:00+14:00", "2019-01-01T00:00:00Z", "2026-11-22T06:00 01:00", "~", "1~2", "~" + "9" * 18, "0.5~" + "9" * 18, "US", "us", "DE", "XX", "USA", "made", "meridian",
    "northstar", "recorded", "delivering", "election", "USD", "EUR", "en", "de", "zz", "removed", "expunged", "nothing", "newest", "spend", "impressions", "all", "ALL", "ACTIVE",
    "INACTIVE", "a" * 400, "a" * 401, "a" * 2_000, "ä" * 300, "the", "the of and to in", "\u202e\u0000x", "\ufeff", "\U0001f4a9" * 100, "e\u0301" * 150, "\ud7ff", "\u0130\u0131",
    "<script>alert(1)</script>", "../../etc/passwd", "a " * 190, "\\", "\\'", "[]", "[" * 300, "['US','CA']", '["US"]', '{"a":' * 60, "VIDEO", "MEME", "NONE", "KEYWORD_EXACT_PHRASE",
    "US-TX", "Texas", "7", "500000", "2016", "0000", "9999", "MA", "OTk5OTk5OTkuMQ", "MTAwMDAwMC4x", "LTEuLTE", FIELDS, "id", "nonsense",
)  # fmt: skip


def questions(many: int, seed: int) -> list[str]:
    """Addresses; the same for the same seed."""
    chance, words = random.Random(seed), vocabulary()

    def said() -> str:
        """Words that ads say, from the most frequent on, in one of many forms."""
        depth = chance.choice((5, 50, 500, 5_000, 50_000))
        drawn = [words[chance.randrange(depth)] for _ in range(chance.choice((1, 1, 2, 3, 8, 60)))]
        return chance.choice((
            " ".join(drawn), f'"{" ".join(drawn)}"', " -".join(drawn), f"-{drawn[0]}", f'{words[0]} -"{" ".join(drawn)}"', f'"{drawn[0]}" "{words[1]}"',
            " ".join(f'"{one} {words[2]}"' for one in drawn), drawn[0][:-1], drawn[0] + "x", drawn[0].upper() + "*", " & ".join(drawn),
        ))[:400]  # fmt: skip

    def value(name: str) -> str:
        if name in {"q", "search_terms"} and chance.random() < 0.7:
            return said()
        if name in {"from", "to", "ad_delivery_date_min", "ad_delivery_date_max"} and chance.random() < 0.5:
            return f"{chance.randrange(2017, 2027)}-0{chance.randrange(1, 10)}-1{chance.randrange(10)}"
        if name == "at" and chance.random() < 0.5:
            return str(chance.randrange(1_000_000))
        if name in {"page", "search_page_ids"} and chance.random() < 0.5:
            return str(chance.randrange(1, 20_000))
        return chance.choice(ODD)

    asked = []
    for _ in range(many):
        path, names = chance.choice(READERS)
        drawn = [chance.choice(names) for _ in range(chance.choice((0, 1, 1, 2, 2, 3, 4, 6)))]
        pairs = [(name, value(name)) for name in drawn]
        if names is ARCHIVE and chance.random() < 0.7:
            pairs.append(("ad_reached_countries", chance.choice(("US", "['US','DE']", "ALL"))))
        if chance.random() < 0.05:  # the longest lists, and more
            name = chance.choice(names)
            pairs += [(name, value(name)) for _ in range(chance.choice((40, 41, 200)))]
        asked.append(path + ("&" if "?" in path else "?") + urlencode([(name, one.encode("utf-8", "replace")) for name, one in pairs]))  # fmt: skip
    return asked


def ask(host: str, port: int, address: str) -> tuple[float, int]:
    """Seconds and status of one, asked on a connection of its own."""
    connection = http.client.HTTPConnection(host, port, timeout=120)
    began = time.perf_counter()
    connection.request("GET", address, headers={"Host": "localhost"})
    got = connection.getresponse()
    if any(one in address for one in FILES):
        got.read1(1 << 16)
    else:
        got.read()
    took = time.perf_counter() - began
    connection.close()
    return took, got.status


def run(host: str, port: int, asked: list[str], longest: float, slowest: int) -> bool:
    """Ask all in turn and print what came out; gives whether all went well."""
    for address in ("/library/", "/api/library/ads?limit=1") * 4:  # every process has answered once
        ask(host, port, address)
    told = []
    for address in asked:
        took, status = ask(host, port, address)
        told.append((took, status, address))
        if status >= 500:
            print(f"{status} {address[:300]}", file=sys.stderr)
    told.sort()
    times = [took for took, _, _ in told]
    errors, late = sum(status >= 500 for _, status, _ in told), sum(took > longest for took in times)
    result = {
        "questions": len(told), "status": dict(sorted(collections.Counter(status for _, status, _ in told).items())),
        "p50_s": round(times[len(times) // 2], 3), "p95_s": round(times[len(times) * 95 // 100], 3), "p99_s": round(times[len(times) * 99 // 100], 3),
        "worst_s": round(times[-1], 2), f"over_{longest:g}_s": late, "errors": errors, "load_average": [round(one, 1) for one in os.getloadavg()],
        "slowest": [f"{took:.2f} s, {status}: {address[:200]}" for took, status, address in reversed(told[-slowest:])],
    }  # fmt: skip
    print(json.dumps(result, indent=1, ensure_ascii=False))
    return not errors and not late


def main() -> int:
    """Ask; gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--data", type=Path)
    where.add_argument("--at")
    parser.add_argument("--questions", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--slowest", type=int, default=12)
    parser.add_argument("--longest", type=float, default=2.0)
    given = parser.parse_args()
    asked = questions(given.questions, given.seed)
    if given.at:
        place = urlsplit(given.at)
        return 0 if run(place.hostname or "localhost", place.port or 80, asked, given.longest, given.slowest) else 1
    with installation(given.data) as (port, _):
        return 0 if run("127.0.0.1", port, asked, given.longest, given.slowest) else 1


if __name__ == "__main__":
    sys.exit(main())
