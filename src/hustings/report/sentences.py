"""The words of a finding's page: the same figures that the run's files hold, told in short."""

__all__ = ["Fact", "declared", "facts", "grounds", "how_sure", "listed", "named", "office_lines", "title"]

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

Record = Mapping[str, Any]
SURE = " Of members this sure"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Fact(NamedTuple):
    """A figure under its label; `words` says that it is no number."""

    label: str
    value: str
    words: bool = False


def named(platform: str) -> str:
    """A platform's name with a capital."""
    return platform[:1].upper() + platform[1:]


def listed(words: Sequence[str]) -> str:
    """The words with commas, and `and` before the last."""
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1] if words else ""


def lasting(seconds: float) -> str:
    """A length of time in the unit that keeps it short."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.{0 if seconds >= 10 * size else 1}f} {unit}"
    return f"{seconds:g} s" if float(seconds).is_integer() else f"{seconds:.1f} s"


def on_day(stamp: str) -> str:
    """26 Sep 2021."""
    at = datetime.fromisoformat(stamp)
    return f"{at.day} {'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split()[at.month - 1]} {at.year}"


def grounds(record: Record) -> list[str]:
    """Why the links are held to be no coincidence."""
    return [ground for ground in str(record.get("basis", "")).split("+") if ground]


def declared(record: Record) -> str | None:
    """As what the group is known to act as one, where that is known; else None."""
    known = record.get("overt") or record.get("declared")
    if not known:
        return None
    if isinstance(known, str):
        return known
    values = known.values() if isinstance(known, Mapping) else known if isinstance(known, Sequence) else ()
    return listed([str(value) for value in values if isinstance(value, str | int)]) or "known to act as one"


def title(record: Record, window_s: float) -> str:
    """What is the case, in one line."""
    size = int(record["members"])
    who = f"{size:,} {'actor' if size == 1 else 'actors'} on {listed([named(p) for p in record['platforms']])}"
    if "timing" in grounds(record):
        times = int(record.get("acts", 0))
        return f"{who} acted together {times:,} {'time' if times == 1 else 'times'}, within {lasting(window_s)} of each other"
    things = int(record["traces"])
    return f"{who} share {things:,} rare {'thing' if things == 1 else 'things'}, more than chance explains"


def how_sure(record: Record, rate: float) -> tuple[str, str]:
    """The run's own sentence without its last part, and how sure it is."""
    sentence, mark, rest = str(record["sentence"]).partition(SURE)
    score = float(record["score"])
    sure = (
        (mark + rest).strip()
        or f"The mean score of the members is {score:.4f}: 1 minus the chance that a member is named by coincidence."
    )
    return (
        sentence.strip(),
        f"{sure} Of all links that this run names, at most {rate * 100:g} in 100 are expected to be coincidence.",
    )


def facts(record: Record, median_gap_s: float | None) -> list[Fact]:
    """The figures, most telling first."""
    timed = "timing" in grounds(record)
    told = [Fact("Actors", f"{record['members']:,}"), Fact("Links beyond chance", f"{record['links']:,}")]
    if timed or record.get("acts"):
        told += [Fact("Times together", f"{record.get('acts', 0):,}"), Fact("Expected by chance", _expected(record))]
    told.append(Fact("Things shared" if timed else "Rare things shared", f"{record['traces']:,}"))
    if median_gap_s is not None:
        told.append(Fact("Median gap" if timed else "Median gap of first posts", lasting(median_gap_s)))
    told.append(Fact("Score (1 is surest)", _score(float(record["score"]))))
    if record.get("first"):
        first, last = on_day(record["first"]), on_day(record["last"])
        told.append(Fact("From, to (UTC)", first if first == last else f"{first} to {last}", words=True))
    return told


def _expected(record: Record) -> str:
    value = float(record.get("expected_acts", 0))
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def _score(score: float) -> str:
    # A rounded 1 would read as certainty.
    return f"{score:.4f}" if score < 0.99995 else "over 0.9999"


def office_lines(office: Record) -> list[str]:
    """Working week and holidays, as sentences."""
    opens, day = int(office["opens_utc"]), int(office["weekday"])
    week = f"{WEEKDAYS[day % 7]} to {WEEKDAYS[(day + 4) % 7]}"
    lines = [
        (
            f"{float(office['share']) * 100:.0f} % of the {office['hours']:,} different hours in which they made things lie on {week}, "
            f"{opens:02}:00 to {(opens + 9) % 24:02}:00 UTC. Read as a working day from 10 to 19 h, that is UTC{int(office['offset']):+d}."
        ),
        f"The next best offset, UTC{int(office['next_offset']):+d}, holds {float(office['next_share']) * 100:.0f} %.",
    ]
    kept = office.get("holidays") or []
    told = [
        f"{row['country']} ({row['made']:g} made on {row['days']} holidays, {float(row['expected']):.1f} expected)"
        for row in kept
    ]
    lines.append(
        f"Less than usual was made on the public holidays of {listed(told)}; countries share holidays." if told
        else "On no country's public holidays was less made than usual, beyond chance."
    )  # fmt: skip
    return lines
