"""Goal 8: how near the simulated floor is to Erlang, and whether plans hold the surge of elections they have not seen.

    .venv/bin/python benchmarks/staffing.py [--items 600000] [--seeds 10] [--millions 160]

First plain floors (one kind, exponential times, nobody goes home) in ten runs each, against Erlang's formula: part that
waits, mean wait, part taken up within a minute. Then, for so many made histories of eight elections: a plan from the
history, checked by simulation, and the five weeks around its peak with the items of an election that is not in it, drawn
day by day by the same made-up world; and once more with as much as the plan reckons with. A plan holds where in each
week at least 95 % of each kind were in time. Last, how much of the held-out work lies in the forecast's intervals of
80 %. Prints JSON.
"""

import argparse
import json
import sys
import time
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import made_workload

from hustings.staffing.erlang import watch
from hustings.staffing.forecast import Coming, learn, week_of
from hustings.staffing.plan import Assumptions, Scheduled, check, simulated, surge
from hustings.staffing.plan_shifts import Crew
from hustings.staffing.simulation import Comes, Kind, Person, Promise, simulate

MINUTE = timedelta(minutes=1)
FLOORS = ((1, 0.5), (4, 0.7), (12, 0.75), (20, 0.85))
RUNS = 10
VOTING, TODAY = date(2026, 11, 3), date(2026, 9, 7)
KINDS = (
    Kind(name="complaint", handling=3 * MINUTE, due=15 * MINUTE, promise=Promise.TAKEN_UP, urgent=True),
    Kind(name="ad at the door", handling=4 * MINUTE, due=timedelta(days=1), second_looks=0.3, differ=0.1),
    Kind(name="account", handling=15 * MINUTE, due=timedelta(days=3), second_looks=1, differ=0.1, clearance="accounts"),
)
CREWS = (
    Crew(name="English", languages=frozenset({"en"}), people=40),
    Crew(name="Spanish", languages=frozenset({"en", "es"}), people=5),
    Crew(name="cleared", languages=frozenset({"en", "es"}), clearances=frozenset({"accounts"}), people=5),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=600_000, help="of each run of a plain floor")
    parser.add_argument("--seeds", type=int, default=10, help="plans, each from a history of its own")
    parser.add_argument("--millions", type=float, default=160, help="who may vote in the planned election")
    options = parser.parse_args()
    started = time.perf_counter()
    floors = [plain(*each, options.items) for each in FLOORS]
    plans = [planned(seed, options.millions) for seed in range(options.seeds)]
    print(json.dumps({
        "plain floors": floors,
        "worst off Erlang": max(abs(each[name]) for each in floors for name in ("waits", "mean wait", "in time")),
        "plans": plans,
        "plans that hold": sum(each["holds"] for each in plans),
        "plans that hold where all comes": sum(each["holds where all comes that it reckons with"] for each in plans),
        "intervals of 80 % hold": covered(options.seeds),
        "seconds": round(time.perf_counter() - started, 1),
    }, indent=1))  # fmt: skip


def plain(people: int, busy: float, items: int) -> dict[str, float]:
    """One plain floor, against Erlang: how far off, as parts of what Erlang says."""
    kind = Kind(name="k", handling=3 * MINUTE, due=MINUTE, promise=Promise.TAKEN_UP)
    rate = people * busy * 20
    hours = int(items / rate)
    said = watch(an_hour=rate, handling=kind.handling, people=people, within=MINUTE)
    always = [Person(languages=frozenset({"en"}), shifts=((0.0, float("inf")),)) for _ in range(people)]
    lanes = [
        simulate(
            [Comes(kind=kind, language="en", an_hour=(rate,) * hours)], always, hours=hours, seed=seed, counted_from=20
        ).lanes[0]
        for seed in range(RUNS)
    ]
    return {
        "people": people,
        "busy": busy,
        "waits": round(sum(each.waited for each in lanes) / RUNS / said.waits - 1, 4),
        "mean wait": round(sum(each.mean_wait / said.mean_wait for each in lanes) / RUNS - 1, 4),
        "in time": round(sum(each.in_time for each in lanes) / RUNS / said.in_time - 1, 4),
    }


def planned(seed: int, millions: float) -> dict[str, object]:
    """A plan from a made history, and the held-out election that comes."""
    asked = Assumptions(
        kinds=KINDS, crews=CREWS, elections=(Scheduled(name="held out", day=VOTING, coming=Coming(country="US", electorate_millions=millions)),)
    )  # fmt: skip
    started = time.perf_counter()
    plan = check(asked, learn(made_workload.history(seed)), today=TODAY, weeks=11, seed=seed)
    took = time.perf_counter() - started
    weeks = surge(plan, 2)
    days: list[dict[tuple[str, str], float]] = [{} for _ in range(7 * len(weeks))]
    for row in made_workload.election("held out", "US", millions, (1000, seed)):
        place = (VOTING + timedelta(days=row.day) - weeks[0].monday).days
        if 0 <= place < len(days):
            days[place][row.kind, row.language] = days[place].get((row.kind, row.language), 0.0) + row.items
    floor = simulated(plan, asked, seed=1000 + seed, around=2, a_day=days)
    reckoned = sum(items for week in weeks for items in week.items.values())
    # The same weeks where as much comes as the plan reckons with, by draws that its own check did not see.
    full = simulated(plan, asked, seed=5000 + seed, around=2)
    return {
        "holds where all comes that it reckons with": full.holds(0.95),
        "worst week then": round(min(kept for *_, kept in full.weeks()), 4),
        "occupancy then": round(full.occupancy, 2),
        "holds": floor.holds(0.95),
        "worst week": round(min(kept for *_, kept in floor.weeks()), 4),
        "in time": round(floor.in_time, 4),
        "occupancy": round(floor.occupancy, 2),
        "items": round(sum(sum(day.values()) for day in days)),
        "of what the plan reckons with": round(sum(sum(day.values()) for day in days) / reckoned, 2),
        "people": sum(
            crowd.high for crowd in max(weeks, key=lambda week: sum(each.high for each in week.crowds)).crowds
        ),
        "seconds to plan": round(took, 1),
    }


def covered(seeds: int) -> dict[str, float]:
    """How much of the held-out work lies within the intervals, by week, kind and language with five items or more."""
    inside = tried = 0
    for seed in range(4 * seeds):
        model = learn(made_workload.history(seed))
        for number, (country, millions) in enumerate((("US", 40.0), ("FI", 4.0), ("DE", 20.0))):
            came: dict[tuple[int, str, str], int] = {}
            for row in made_workload.election("held out", country, millions, (2000 + seed, number)):
                key = week_of(row.day), row.kind, row.language
                came[key] = came.get(key, 0) + row.items
            for each in model.forecast(Coming(country=country, electorate_millions=millions), level=0.8).rows:
                if each.middle >= 5:
                    tried += 1
                    inside += each.low <= came.get((each.week, each.kind, each.language), 0) <= each.high
    return {"of": tried, "inside": round(inside / tried, 4)}


if __name__ == "__main__":
    main()
