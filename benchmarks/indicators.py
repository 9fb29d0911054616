# ruff: noqa: PLC0415 - the models are imported when the server runs
"""How fast partners' indicators are looked for in ads and trace tables, on a real PostgreSQL.

    .venv/bin/python benchmarks/indicators.py [--indicators 100000] [--ads 50000] [--rows 2000000]

Starts a server of its own, keeps so many indicators (domains, addresses, accounts; one in a thousand a LIKE, which has to be
tried each time), lets so many ads and a table of so many trace events come, and makes one round as the worker does. One ad
and one trace in a hundred bears a sign that is looked for. Beside it a bare loop over the same events that looks one string
up in one dictionary: what no lookup in this language can beat. Prints JSON; fails where a match is missing or too many.
"""

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pages import spent

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
START = datetime(2027, 1, 1, tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--indicators", type=int, default=100_000)
    parser.add_argument("--ads", type=int, default=50_000)
    parser.add_argument("--rows", type=int, default=2_000_000)
    options = parser.parse_args()
    from hustings.serving.postgres import running
    from hustings.serving.roles import embedded_addresses

    place = Path(tempfile.mkdtemp(prefix="hpg"))
    place.chmod(0o711)
    with running(place / "data", throwaway=False) as server:
        addresses = embedded_addresses(server, "indicators")
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "hustings.apps.settings", "HUSTINGS_SECRET_KEY": "benchmark",
            "HUSTINGS_APP_DATABASE_URL": addresses.owner, "HUSTINGS_TABLES": str(place / "tables"),
        }  # fmt: skip
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        postmaster = int(next(place.rglob("postmaster.pid")).read_text().split()[0])
        print(json.dumps(measured(options, place, (os.getpid(), postmaster)), indent=1))


def measured(options: argparse.Namespace, place: Path, processes: tuple[int, ...]) -> dict[str, object]:
    from made_desk import Desk

    from hustings.apps.ads.models import Ad, Creative, Page
    from hustings.apps.database import moment
    from hustings.apps.indicators.keeping import Given, record_list
    from hustings.apps.indicators.matching import look
    from hustings.apps.indicators.models import Match
    from hustings.apps.sweeps.tables import register_table
    from hustings.policy.marking import Marking, Tlp

    desk = Desk()
    company = desk.world.appointments["anna"][0].position.organisation
    marking = Marking(tlp=Tlp.GREEN, owner=str(company.pk))
    given = [Given(pattern=pattern(number), title=f"sign {number}") for number in range(options.indicators)]

    def keep() -> None:
        with desk.as_("anna") as anna:
            record_list(given, marking=marking, by=anna)

    def timed(what: Callable[[], object], many: int) -> dict[str, float]:
        began, used = time.perf_counter(), sum(map(spent, processes))
        what()
        used = sum(map(spent, processes)) - used
        return {
            "many": many,
            "a_second": round(many / (time.perf_counter() - began)),
            "cpu_us": round(used * 1e6 / many),
        }

    kept = timed(keep, options.indicators)
    known_first = timed(lambda: look(company.pk), options.indicators)  # nothing is there yet to look at
    page = Page.objects.create(held_by=company, platform="meridian", number="page", name="A page")
    shown = Creative.objects.bulk_create([
        Creative(held_by=company, digest=f"{number:064}", landing_url=address(number, options.indicators)) for number in range(options.ads)
    ], batch_size=5000)  # fmt: skip
    Ad.objects.bulk_create([
        Ad(held_by=company, archive="made", number=str(number), page=page, creative=creative, changed_at=moment())
        for number, creative in enumerate(shown)
    ], batch_size=5000)  # fmt: skip
    ads = timed(lambda: look(company.pk), options.ads)
    found = Match.objects.count()
    file = table(place / "posts.parquet", options.rows, options.indicators)
    with desk.as_("anna") as anna:
        register_table(
            file, title="Posts", collected="every public post with an election link", marking=marking, by=anna
        )
    rows = timed(lambda: look(company.pk), options.rows)
    again = timed(lambda: look(company.pk), options.ads)
    assert found == len(
        [number for number in range(0, options.ads, 100) if number % options.indicators % 1000 != 999]
    ), found
    everything = [address(number, options.indicators) for number in range(options.ads)]
    known = dict.fromkeys(everything[::100], True)
    bare = timed(lambda: sum(one in known for one in everything), len(everything))
    return {
        "indicators": kept, "indicators_first_round": known_first, "processors": os.cpu_count(), "ads": ads | {"matches": found},
        "trace_events": rows | {"matches": Match.objects.count() - found}, "ads_of_the_last_quarter_of_an_hour_again": again,
        "bare_lookups": bare, "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }  # fmt: skip


def pattern(number: int) -> str:
    if number % 1000 == 999:
        return f"[domain-name:value LIKE 'never-{number}-%.example']"
    kinds = (
        "[domain-name:value = 'sign-{}.example']",
        "[url:value = 'https://sign-{}.example/join']",
        "[domain-name:value = 'sign-{}.example' OR url:value = 'https://other-{}.example/']",
    )
    return kinds[number % 3].replace("{}", str(number))


def address(number: int, indicators: int) -> str:
    return (
        f"https://sign-{number % indicators}.example/join?utm_source=x"
        if number % 100 == 0
        else f"https://daily-{number}.example/news"
    )


def table(place: Path, rows: int, indicators: int) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    numbers = range(rows)
    made = pa.table({
        "platform": ["twitter"] * rows, "actor": [f"account {number % 50_000}" for number in numbers], "kind": ["link"] * rows,
        "trace": [address(number, indicators).removeprefix("https://") for number in numbers], "content": [str(number) for number in numbers],
        "at": pa.array([START + timedelta(seconds=number) for number in numbers], pa.timestamp("us", "UTC")),
    })  # fmt: skip
    pq.write_table(made, place)
    return place


if __name__ == "__main__":
    main()
