# ruff: noqa: PLC0415 - each part imports what it needs
"""What the goals for review ask of order, second looks and samples, on made data with seeds that no figure was chosen on.

    .venv/bin/python benchmarks/review_quality.py [--audits 1000] [--items 20000]

Prints JSON: bad views in each order at several loads (goal 6 asks for half of those of first come, first served at
110 %, and nothing past its limit), what blind second looks catch by how far people err alike (goal 5: three quarters at
0.2, with at most 2.2 looks an item), by the second-look rule that the platform proposes and by others, and how many of so
many simulated audits have an interval that covers the truth (goal 7: 93 to 97 in 100). Fails where a goal does not hold.
"""

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

HELD_OUT = 20_261_103


def orders(items):
    from hustings.staffing.made_trace import made_trace
    from hustings.staffing.replay import Order, replay

    told = []
    for load in (0.95, 1.1, 1.25):
        trace, shifts, _ = made_trace(items, 5.0, seed=HELD_OUT).at_load(load)
        outcomes = {order.value: replay(trace, shifts, order, seed=HELD_OUT) for order in Order}
        fifo = outcomes["fifo"].bad_views
        for name, each in outcomes.items():
            told.append({
                "load": load, "order": name, "bad_views": round(each.bad_views), "fewer": round(1 - each.bad_views / fifo, 4),
                "past_limit": each.past_limit, "longest_wait_hours": round(each.wait[2] / 3600, 1),
            })  # fmt: skip
    return told


def looks():
    from hustings.policy.reviewing import Standard
    from hustings.staffing.quality_double import Again, simulate_looks

    standard = Standard()
    proposed = Again(
        removal=standard.second_removal / 100, speech=standard.second_speech / 100, rest=standard.second_rest / 100
    )
    told = []
    for name, again, speech in (
        ("everything twice", Again(), 1.0),
        ("as proposed, political speech", proposed, 1.0),
        ("as proposed, half political speech", proposed, 0.5),
        ("removals alone", Again(speech=0, rest=0), 1.0),
    ):
        for correlation in (0.0, 0.2, 0.4, 0.6):
            found = simulate_looks(400_000, correlation=correlation, again=again, speech=speech, seed=HELD_OUT)
            told.append({
                "rule": name, "correlation": correlation, "caught": round(found.caught, 3),
                "wrong_removals_caught": round(found.removed, 3), "misses_caught": round(found.missed, 3),
                "looks_an_item": round(found.reviews, 2), "wrong_at_the_end": round(found.standing, 4),
            })  # fmt: skip
    return told


def audits(many):
    from made_audits import coverage

    told = []
    for rate, drawn, size, spread in (
        (0.05, 812, 200, 20), (0.02, 753, 200, 20), (0.02, 753, 200, 200), (0.10, 400, 50, 5), (0.05, 300, 200, 20),
        (0.01, 500, 500, 20), (0.30, 300, 50, 5), (0.05, 200, 20, 20),
    ):  # fmt: skip
        found = coverage(many, rate=rate, looks=drawn, seed=HELD_OUT, size=size, spread=spread)
        told.append({
            "rate": rate, "looks": drawn, "covers": round(found.share, 3), "below": found.below, "above": found.above,
            "half_width": round(found.half_width, 4),
        })  # fmt: skip
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--audits", type=int, default=1000, help="for each setting")
    parser.add_argument("--items", type=int, default=20_000, help="of the trace")
    options = parser.parse_args()
    told = {"orders": orders(options.items), "second_looks": looks(), "audits": audits(options.audits)}
    print(json.dumps(told, indent=1))
    harm = next(each for each in told["orders"] if each["load"] == 1.1 and each["order"] == "harm")
    twice = next(each for each in told["second_looks"] if each["correlation"] == 0.2 and "political" in each["rule"])
    goals = {
        "5": twice["caught"] >= 0.75 and twice["looks_an_item"] <= 2.2,
        "6": harm["fewer"] >= 0.5 and harm["past_limit"] == 0,
        "7": all(0.93 <= each["covers"] <= 0.97 for each in told["audits"]),
    }
    missed = [goal for goal, holds in goals.items() if not holds]
    if missed:
        sys.exit(f"Goals that do not hold: {', '.join(missed)}.")


if __name__ == "__main__":
    main()
