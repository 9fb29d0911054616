"""What one run of a watch costs over rows that are kept, in CPU seconds and memory, as JSON lines.

    python benchmarks/watch_run.py [--rows 5e6] [--new 125000] [--runs 2]

The rows are those of `watch.py`: a million of the week before, then a stream of 5,000 a second, strangers and planted groups.
The first run takes up all of them, as after a start; each of the others has so many new ones.
"""

import argparse
import json
import resource
import time

import pyarrow as pa
from watch import GROUPS, Writer

from hustings.detection.settings import DetectSettings
from hustings.detection.watching.search import Search
from hustings.progress import Silent

RATE, BEFORE, BEGIN = 5_000, 1_000_000, 1_790_000_000


class Stream(Writer):
    """The rows of a writer, handed to a search instead of written."""

    def __init__(self, search: Search) -> None:
        super().__init__(None, RATE, 60, BEFORE)
        self.search, self.second = search, 0
        self.history(BEGIN)

    def put(self, name, rows):
        self.search.add(rows)

    def go_on(self, rows: int) -> None:
        """So many more, a second's worth at a time."""
        for _ in range(rows // RATE):
            now = BEGIN + self.second
            new = [g for g, turn in self.turn.items() if turn == self.second]
            new += [g for g in range(GROUPS // 2) if self.random.random() < 0.05]
            self.put("", pa.concat_tables([self.strangers(RATE, now, now + 1), *(self.act(g, now)[0] for g in new)]))
            self.second += 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=float, default=5e6, help="kept before the first run, the week before included")
    parser.add_argument("--new", type=int, default=125_000)
    parser.add_argument("--runs", type=int, default=2)
    a = parser.parse_args()
    search = Search(DetectSettings())
    stream = Stream(search)
    stream.go_on(max(0, int(a.rows) - BEFORE))
    for number in range(a.runs + 1):
        if number:
            stream.go_on(a.new)
        began, wall = time.process_time(), time.perf_counter()
        found = search.find(Silent())
        print(json.dumps({
            "run": number or "first", "rows": found.counts["rows"], "findings": len(found.findings),
            "cpu_s": round(time.process_time() - began, 1), "wall_s": round(time.perf_counter() - wall, 1),
            "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }), flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
