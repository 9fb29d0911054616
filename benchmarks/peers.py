"""The peers' networks on real posts, edge for edge against the peers and the plain reading, as JSON.

    python benchmarks/peers.py [--work DIR] [--quick]

For every kind of the German posts and the Russian reposts, windows of 10, 30 and 60 s, participation 1, 2
and 5 and weights of at least 1 and 2:

    coortweet   `hustings links --as coortweet` against the plain reading of CooRTweet's rule
                (`detection/reference/counting.py`), and against the figures published for it where there are some
    cnt         `hustings links --as cnt` against coordination-network-toolkit 1.5.2 itself, installed from
                PyPI into an environment of its own, and against the plain reading

Prints how many edges each comparison saw, and how many were missing, extra or of another weight.
`--quick` takes 60 s only. Real data is found as by the tests (HUSTINGS_DATA).
"""

import argparse
import csv
import json
import sqlite3
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hustings.cli.data import data_folder
from hustings.detection.reference import counting

PEER = "coordination-network-toolkit==1.5.2"
SOURCES = {
    "german": ("german_elections.parquet", "german-elections", ("link", "domain", "hashtag", "image")),
    "russian": ("russian_coord_tweets.parquet", "russian-retweets", ("repost",)),
}
# (kind, window, participation): sum of weights, edges, as published for CooRTweet 2.1.3; None: not given.
PUBLISHED = {
    ("link", 10, 2): (4_724, 1_041),
    ("link", 30, 2): (5_658, 1_453),
    ("link", 60, 2): (6_760, 1_772),
    ("link", 60, 1): (7_896, 2_906),
    ("link", 60, 5): (5_847, 1_157),
    ("domain", 60, 2): (None, 2_174),
    ("hashtag", 60, 2): (None, 820),
    ("image", 60, 2): (None, 455),
}
Edges = dict[tuple[str, str], int]


def ours(traces: Path, out: Path, peer: str, kind: str, window: int, *filters: str) -> Edges:
    """The edges of the command, as a person would get them."""
    command = [sys.executable, "-m", "hustings", "links", str(traces), "--as", peer, "--kind", kind]
    subprocess.run([*command, "--window", f"{window}s", "--out", str(out), "--json", *filters], check=True,
                   capture_output=True)  # fmt: skip
    table = pq.read_table(out)
    return {(a, b): weight for a, b, weight in zip(*(column.to_pylist() for column in table), strict=True)}


def compared(found: Edges, expected: Edges) -> dict[str, int]:
    """Edges expected, and what is missing, extra or different."""
    return {
        "edges": len(expected),
        "missing": len(expected.keys() - found.keys()),
        "extra": len(found.keys() - expected.keys()),
        "different": sum(found[edge] != weight for edge, weight in expected.items() if edge in found),
    }


def edges(rows: list[tuple[str, str, int]]) -> Edges:
    return {(a, b): weight for a, b, weight in rows}


class Toolkit:
    """The peer itself, on a database of its own per kind."""

    def __init__(self, work: Path) -> None:
        self.home = work / "peer"
        self.database = work / "peer.sqlite"
        if not (self.home / "bin" / "compute_networks").exists():
            venv.create(self.home, with_pip=True)
            command = [self.home / "bin" / "python", "-m", "pip", "install", "-q", PEER]
            subprocess.run(command, check=True, stdout=sys.stderr)

    def run(self, *arguments: object) -> None:
        command = [str(self.home / "bin" / "compute_networks"), str(self.database), *map(str, arguments)]
        subprocess.run(command, check=True, capture_output=True)

    def load(self, events: list[counting.Event], kind: str) -> None:
        for leftover in self.database.parent.glob("peer.sqlite*"):
            leftover.unlink()
        table = self.database.with_suffix(".csv")
        with table.open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow("message_id user_id username repost_id reply_id message timestamp urls".split())
            for event in events:
                repost, url = (event.trace, "") if kind == "repost" else ("", event.trace)
                rows.writerow([event.content, event.actor, "", repost, "", "", event.at // 1_000_000, url])
        self.run("preprocess", table)

    def network(self, kind: str, window: int, fewest: int) -> Edges:
        name = "co_retweet" if kind == "repost" else "co_link"
        self.run("compute", name, "--time_window", window, "--min_edge_weight", fewest, "--n_cpus", 2)
        query = f"select user_1, user_2, weight from {name}_network where user_1 != user_2"
        with sqlite3.connect(self.database) as database:
            return edges(database.execute(query).fetchall())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, help="folder that keeps the peer's environment between runs")
    parser.add_argument("--quick", action="store_true")
    a = parser.parse_args()
    folder = data_folder()
    if folder is None:
        raise SystemExit("There is no folder of real data; name it with HUSTINGS_DATA.")
    runs = []
    with tempfile.TemporaryDirectory() as temporary:
        work = a.work or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        toolkit = Toolkit(work)
        out = work / "network.parquet"
        for source, (file, mapping, kinds) in SOURCES.items():
            traces = work / f"{source}.parquet"
            command = [sys.executable, "-m", "hustings", "traces", str(folder / "coordination" / file)]
            subprocess.run([*command, "--mapping", mapping, "--out", str(traces)], check=True, stdout=sys.stderr)
            table = pq.read_table(traces)
            for kind in kinds:
                events = counting.events(table.filter(pc.equal(table["kind"], pa.scalar(kind))))
                toolkit.load(events, kind)
                for window in [60] if a.quick else [10, 30, 60]:
                    for weight in (1, 2):
                        about = {"source": source, "kind": kind, "window_s": window, "min_weight": weight}
                        found = ours(traces, out, "cnt", kind, window, "--min-weight", str(weight))
                        against = {
                            "peer": compared(found, toolkit.network(kind, window, weight)),
                            "reference": compared(
                                found, edges(counting.cnt(events, window * 1_000_000, min_weight=weight))
                            ),
                        }
                        runs.append({"as": "cnt", **about, **against})
                        for fewest in (1, 2, 5):
                            filters = {"min_participation": fewest, "min_weight": weight}
                            found = ours(
                                traces, out, "coortweet", kind, window,
                                "--min-participation", str(fewest), "--min-weight", str(weight),
                            )  # fmt: skip
                            plain = edges(counting.coortweet(events, window * 1_000_000, **filters))
                            run = {"as": "coortweet", **about, "min_participation": fewest,
                                   "reference": compared(found, plain)}  # fmt: skip
                            if weight == 1 and (kind, window, fewest) in PUBLISHED:
                                total, count = PUBLISHED[kind, window, fewest]
                                run["published"] = len(found) == count and total in (None, sum(found.values()))
                            runs.append(run)
                print(f"{source} {kind} done", file=sys.stderr, flush=True)
    wrong = sum(
        run[against][what] for run in runs for against in ("peer", "reference") if against in run
        for what in ("missing", "extra", "different")
    )  # fmt: skip
    summary = {
        "runs": len(runs),
        "edges_compared": sum(run[k]["edges"] for run in runs for k in ("peer", "reference") if k in run),
        "edges_missing_extra_or_different": wrong,
        "published_figures": sum("published" in run for run in runs),
        "published_figures_reproduced": sum(run.get("published", False) for run in runs),
    }
    print(json.dumps({"summary": summary, "runs": runs}, indent=1))


if __name__ == "__main__":
    main()
