"""A watch under load: how long from an event to the finding that holds it, with kills in between.

    python benchmarks/watch.py [--minutes 10] [--rate 5000] [--kills 3] [--before 1000000] [--check] [--folder DIR]

A writer moves a file of events into a folder every second: strangers with heavy tails, and planted groups of eight.
Half of the groups acted on five days before and go on, the others on one day before, and act once more at some second of
the run. The watch is killed (SIGKILL) now and then and started again. Prints the seconds from a planted act's file being
there to a run whose evidence holds it (p50, p95, largest), the watch's CPU, and whether every event was taken exactly
once; `--check` also holds members and findings against a batch run over the same rows.
"""

import argparse
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

DAY = 86_400
GROUPS, SIZE = 40, 8


def zipf(random, n, exponent, size):
    weights = np.cumsum(np.arange(1, n + 1, dtype=float) ** -exponent)
    return np.searchsorted(weights, random.random(size) * weights[-1]).astype(np.int64)


def table(actors, traces, contents, at):
    return pa.table(
        {
            "platform": ["x"] * len(at), "actor": actors, "kind": ["link"] * len(at), "trace": traces,
            "content": contents, "at": pa.array(np.asarray(at, np.int64) * 1_000_000, pa.timestamp("us", "UTC")),
        }
    )  # fmt: skip


class Writer:
    """Strangers and groups; `sent` has for each planted act, by what it shared, when its file was there and whose it was."""

    def __init__(self, folder, rate, minutes, before, seed=20261123):
        self.folder, self.rate, self.seconds, self.before = folder, rate, int(60 * minutes), before
        self.random = np.random.default_rng(seed)
        self.count, self.sent, self.number = 0, {}, 0
        # A new group acts once more, at some second of the first nine tenths.
        self.turn = {
            g: int(self.random.integers(5, max(6, self.seconds * 9 // 10))) for g in range(GROUPS // 2, GROUPS)
        }

    def strangers(self, size, first, last):
        actors, traces = zipf(self.random, 1_000_000, 0.6, size), zipf(self.random, 750_000, 0.75, size)
        at = self.random.integers(first, last, size)
        names = [f"a{a}" for a in actors.tolist()], [f"u{t}" for t in traces.tolist()]
        contents = [f"p{self.count + n}" for n in range(size)]
        self.count += size
        return table(*names, contents, at)

    def act(self, group, at):
        self.number += 1
        contents = [f"g{self.number}-{n}" for n in range(SIZE)]
        when = at + self.random.integers(0, 2 if group >= GROUPS // 2 else 10, SIZE)
        trace = f"w{self.number}"
        return table([f"m{group}-{n}" for n in range(SIZE)], [trace] * SIZE, contents, when), trace

    def put(self, name, rows):
        part = self.folder / f".{name}"
        pq.write_table(rows, part)
        part.rename(self.folder / name)

    def history(self, now):
        begin = now // DAY * DAY - 7 * DAY
        rows = [self.strangers(self.before, begin, begin + 7 * DAY)] if self.before else []
        for group in range(GROUPS):
            for day in range(5 if group < GROUPS // 2 else 1):
                rows.append(self.act(group, begin + day * DAY + int(self.random.integers(3_600, 80_000)))[0])
        self.put("before.parquet", pa.concat_tables(rows))

    def run(self):
        began = time.time()
        for second in range(self.seconds):
            now = int(began) + second
            rows, new = [self.strangers(self.rate, now, now + 1)], []
            groups = [g for g, turn in self.turn.items() if turn == second]
            groups += [g for g in range(GROUPS // 2) if self.random.random() < 0.05]
            for group in groups:
                acted, trace = self.act(group, now)
                rows.append(acted)
                new.append((trace, group))
            self.put(f"{second:06}.parquet", pa.concat_tables(rows))
            self.sent.update({trace: (time.time(), group) for trace, group in new})
            time.sleep(max(0.0, began + second + 1 - time.time()))


def started(place):
    return subprocess.Popen(
        [sys.executable, "-m", "hustings", "watch", str(place / "watch.toml"), "--json"], stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip


def shown_by(run):
    return set(pq.read_table(run / "evidence.parquet", columns=["trace"])["trace"].to_pylist())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--rate", type=int, default=5_000)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--before", type=int, default=1_000_000)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--folder", type=Path)
    a = parser.parse_args()
    place = a.folder or Path(tempfile.mkdtemp(prefix="watch-"))
    (place / "in").mkdir(parents=True)
    (place / "watch.toml").write_text(
        'state = "state"\nout = "out"\nevery_s = 10\n[[folder]]\npath = "in"\nsettle_s = 0.3\n'
    )
    writer = Writer(place / "in", a.rate, a.minutes, a.before)
    writer.history(int(time.time()))
    process = started(place)
    while not (place / "out" / "now").exists():
        time.sleep(0.5)
    cpu = resource.getrusage(resource.RUSAGE_CHILDREN)
    thread = threading.Thread(target=writer.run)
    begun = time.time()
    thread.start()
    kills = sorted(np.random.default_rng(1).uniform(0.1, 0.9, a.kills) * 60 * a.minutes)
    found, last, runs, seconds = {}, None, 0, []
    while True:
        run = (place / "out" / "now").resolve()
        if run != last:
            at, last, runs = time.time(), run, runs + 1
            told = json.loads((run / "run.json").read_text())
            seconds.append(told["seconds"])
            for trace in shown_by(run) - found.keys():
                found[trace] = at
            print(f"{at - begun:6.0f} s: {told['counts']['rows']:,} rows, {told['counts']['findings']} findings, {told['seconds']} s, {told['peak_mib']} MiB", flush=True)  # fmt: skip
        if kills and time.time() - begun > kills[0]:
            kills.pop(0)
            process.send_signal(signal.SIGKILL)
            process.wait()
            process = started(place)
            print(f"{time.time() - begun:6.0f} s: killed and started again", flush=True)
        if not thread.is_alive() and told["counts"]["rows"] >= writer.count + SIZE * writer.number:
            break
        if process.poll() is not None or time.time() - begun > 60 * a.minutes + 600:
            print("the watch ended, or was 10 minutes behind")
            break
        time.sleep(0.2)
    wall = time.time() - begun
    process.send_signal(signal.SIGTERM)
    code = process.wait()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    took = used.ru_utime + used.ru_stime - cpu.ru_utime - cpu.ru_stime
    grown = [found[t] - at for t, (at, g) in writer.sent.items() if t in found and g < GROUPS // 2]
    new = [found[t] - at for t, (at, g) in writer.sent.items() if t in found and g >= GROUPS // 2]
    for what, lags in (("findings grown", grown), ("findings new", new)):
        if lags:
            print(f"{what}: {len(lags)} acts seen; seconds p50 {np.quantile(lags, 0.5):.1f}, p95 {np.quantile(lags, 0.95):.1f}, largest {max(lags):.1f}")  # fmt: skip
    missing = [t for t in writer.sent if t not in found]
    wanted = writer.count + SIZE * writer.number
    print(
        f"acts planted {len(writer.sent)}, not in any evidence {len(missing)}; rows sent {wanted:,}, kept {told['counts']['rows']:,}"
    )
    print(f"{runs} runs, seconds each p50 {np.median(seconds):.1f}, largest {max(seconds):.1f}; CPU {took:.0f} s in {wall:.0f} s ({took / wall:.2f} cores); exit {code}")  # fmt: skip
    if a.check:
        check(place)


def check(place):
    """Members and findings of the last run against a batch over the same files."""
    out = place / "batch"
    files = [str(path) for path in sorted((place / "in").glob("*.parquet"))]
    subprocess.run([sys.executable, "-m", "hustings", "detect", *files, "--out", str(out), "--json"], check=True)
    for name in ("links.parquet", "layers.parquet", "members.parquet", "evidence.parquet", "findings.json"):
        same = (out / name).read_bytes() == (place / "out" / "now" / name).read_bytes()
        print(f"{name}: {'the same bytes' if same else 'DIFFERENT'}")


if __name__ == "__main__":
    main()
