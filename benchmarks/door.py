# ruff: noqa: PLC0415 - the models are imported when the server runs
"""How many claims with decisions a second the door takes, and how long one takes, on a real PostgreSQL.

    .venv/bin/python benchmarks/door.py [--reviewers 8] [--open 20000] [--seconds 20] [--rules]

Starts a server of its own (with what an installation sets, so each commit reaches the disk), lets so much work wait,
and lets so many processes decide what they hold and take the next for so long, in one transaction as the page's button
does, each as a reviewer of its own, through the actions that the pages call, under the web's rights and row-level
security. Before and after, the same processes run a bare `UPDATE ... RETURNING` loop over a table of the same length on
the same server: the ratio says what the door costs, whatever the machine. `cpu_ms` is what one step takes of processors,
by the reviewers' processes and by all of the server's: where other programs share the machine it says more than the
rate, and `processors * 1000 / cpu_ms` is the rate that no machine of this kind exceeds. With `--rules` the work is in
three lanes (any language, English, Spanish), reviewers have languages on record, and one claim in twenty goes by chance.
Prints JSON; fails if anything
was decided twice, or counted without a row.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reviewers", type=int, default=8, help="processes that decide at the same time")
    parser.add_argument("--open", type=int, default=20_000, help="work that waits")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rules", action="store_true", help="with languages, and a share of claims by chance")
    options = parser.parse_args()
    from hustings.serving.postgres import running
    from hustings.serving.roles import embedded_addresses

    place = Path(tempfile.mkdtemp(prefix="hpg"))
    place.chmod(0o711)
    with running(place / "data", throwaway=False) as server:
        addresses = embedded_addresses(server, "door")
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "hustings.apps.settings",
            "HUSTINGS_SECRET_KEY": "benchmark",
            "HUSTINGS_APP_DATABASE_URL": addresses.owner,
        }
        import django
        from django.core.management import call_command
        from django.db import connections

        django.setup()
        call_command("migrate", verbosity=0)
        seats = fill(options.open, options.reviewers, rules=options.rules)
        postmaster = int(next(place.rglob("postmaster.pid")).read_text().split()[0])
        connections.close_all()
        os.environ["HUSTINGS_APP_DATABASE_URL"] = addresses.app
        bare = together(
            bare_loop,
            [(addresses.owner, number) for number in range(options.reviewers)],
            options.seconds / 2,
            postmaster,
        )
        door = together(door_loop, [(seat,) for seat in seats], options.seconds, postmaster)
        again = together(
            bare_loop,
            [(addresses.owner, number) for number in range(options.reviewers)],
            options.seconds / 2,
            postmaster,
        )
        checked = check(addresses.owner, len(door["times"]))
    base = (bare["rate"] + again["rate"]) / 2
    print(json.dumps({
        "reviewers": options.reviewers, "open": options.open, "rules": options.rules, "processors": os.cpu_count(),
        "door": said(door), "bare": [said(bare), said(again)], "ratio": round(door["rate"] / base, 3), **checked,
    }, indent=1))  # fmt: skip


def fill(many: int, reviewers: int, *, rules: bool) -> list[str]:
    """Reviewers of one organisation, and so much work for them; gives the keys of their appointments."""
    from django.db import connection, transaction
    from made_review import SNAPSHOT
    from people_world import World

    from hustings.apps.review.frozen import digest_of, freeze
    from hustings.apps.review.policies import newest
    from hustings.policy.role import Role

    with transaction.atomic():
        world = World()
        world.organisation("Meridian")
        seats = []
        for number in range(reviewers):
            world.person(f"reviewer{number}")
            seats.append(str(world.post(f"reviewer{number}", "Meridian", Role.REVIEWER).pk))
        frozen = freeze(SNAPSHOT)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO review_work (id, queue, subject_kind, subject_id, frozen, digest, policy_id, held_by_id, "
                "priority, due_at, turn_at, people, without, state, outcome, round, pass_no, fence, asked_at) "
                "SELECT gen_random_uuid(), 'door', 'leaflet', gen_random_uuid(), %s, %s, %s, %s, 0, now() + i * interval "
                "'1 second', now() + i * interval '1 second', 1, '{}', 'open', '', 1, 1, 0, now() "
                "FROM generate_series(1, %s) i",
                [frozen, digest_of(frozen), newest("ads at the door").pk, world.organisations["Meridian"].pk, many],
            )
            if rules:
                by = {"by": seats[0], "organisation": world.organisations["Meridian"].pk}
                cursor.execute(
                    "INSERT INTO review_rules (id, held_by_id, chance, second_removal, second_speech, second_rest, caps, "
                    "run_minutes, break_minutes, reason, by_id, at) SELECT gen_random_uuid(), %(organisation)s, 5, 100, 100, 10, "
                    "'{}', 0, 0, 'benchmark', %(by)s, now()",
                    by,
                )
                for language in ("en", "es"):
                    cursor.execute(
                        "INSERT INTO review_language (id, person_id, held_by_id, document, by_id, at, language, level) "
                        "SELECT gen_random_uuid(), a.person_id, %(organisation)s, 'benchmark', %(by)s, now(), %(language)s, 'C1' "
                        "FROM appointment a",
                        by | {"language": language},
                    )
                    cursor.execute(
                        "INSERT INTO review_lane (id, held_by_id, queue, lane, language, topics, senior) "
                        "VALUES (gen_random_uuid(), %(organisation)s, 'door', %(language)s, %(language)s, '{}', false)",
                        by | {"language": language},
                    )
                cursor.execute(
                    "UPDATE review_work SET lane = l, language = l FROM (SELECT id AS work, (ARRAY['', 'en', 'es'])[1 + "
                    "(row_number() OVER (ORDER BY turn_at))::integer %% 3] AS l FROM review_work) w WHERE id = work",
                    [],
                )
            cursor.execute("CREATE TABLE bare (id bigint PRIMARY KEY, n bigint NOT NULL)")
            cursor.execute("INSERT INTO bare SELECT i, 0 FROM generate_series(1, %s) i", [many])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if rules else "ANALYZE")
    return seats


def together(loop, arguments, seconds, postmaster):
    """Run a loop in as many processes as there are arguments, for so long; gives all times and processors' in seconds."""
    context = get_context("spawn")
    ready = context.Barrier(len(arguments) + 1)
    results = context.Queue()
    processes = [context.Process(target=run, args=(loop, argument, seconds, ready, results)) for argument in arguments]
    for process in processes:
        process.start()
    ready.wait()
    before = spent(postmaster)
    told = [results.get(timeout=seconds + 120) for _ in processes]
    server = spent(postmaster) - before
    for process in processes:
        process.join()
    times = [each for one, _ in told for each in one]
    return {
        "times": times,
        "rate": len(times) / seconds,
        "cpu": {"reviewers": sum(cpu for _, cpu in told) / len(times), "server": server / len(times)},
    }


def spent(postmaster):
    """Seconds of processors that a server has taken: its processes that live, and those that ended."""
    ticks = 0
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    for pid, fields in [(postmaster, slice(11, 15)), *((child, slice(11, 13)) for child in children)]:
        ticks += sum(int(each) for each in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[fields])
    return ticks / os.sysconf("SC_CLK_TCK")


def run(loop, argument, seconds, ready, results):
    """One process: get ready, wait for the others, work until the time is over."""
    step = loop(*argument)
    ready.wait()
    times = []
    busy = time.process_time()
    until = time.perf_counter() + seconds
    while (began := time.perf_counter()) < until:
        step()
        times.append(time.perf_counter() - began)
    results.put((times, time.process_time() - busy))


def bare_loop(dsn, number):
    """One row updated and returned, committed."""
    import random

    import psycopg

    connection = psycopg.connect(dsn, autocommit=True)
    chance = random.Random(number)
    (most,) = connection.execute("SELECT max(id) FROM bare").fetchone()
    return lambda: connection.execute(
        "UPDATE bare SET n = n + 1 WHERE id = %s RETURNING n", [chance.randint(1, most)]
    ).fetchone()


def door_loop(appointment):
    """Decide what is held and take the next, in one transaction, as one request of a reviewer does once signed in."""
    import django

    django.setup()
    from hustings.apps.database import WEB, in_role
    from hustings.apps.people.find import seat_for
    from hustings.apps.people.models import Appointment
    from hustings.apps.review import actions
    from hustings.apps.review.registry import HANDLERS, Handler

    HANDLERS["leaflet"] = Handler(
        decided=lambda *_: None, undone=lambda *_: None, card="review/card.html", reasons="ads at the door"
    )
    with in_role(WEB):
        found = Appointment.objects.select_related("person", "position__organisation", "position__site").get(
            pk=appointment
        )
        seat = seat_for(found, strong=True)

    def first():
        with in_role(WEB, seat.id, strong=True):
            return actions.claim(seat, "door")

    holds = first()

    def step():
        nonlocal holds
        with in_role(WEB, seat.id, strong=True):
            _, holds = actions.decide_and_claim(holds, "refuse", "voting.wrong_date", "", by=seat)
        assert holds is not None, "nothing waits any more: let more wait with --open"

    return step


def check(dsn, counted):
    """What the tables say of the run; nothing may be there twice, lost or left half done."""
    import psycopg

    with psycopg.connect(dsn) as owner:
        row = owner.execute(
            "SELECT (SELECT count(*) FROM review_decision), (SELECT count(DISTINCT work_id) FROM review_decision), "
            "(SELECT count(*) FROM review_work WHERE state = 'settled'), (SELECT count(*) FROM review_outbox), "
            "(SELECT count(*) FROM log_entry WHERE event = 'review decided')"
        ).fetchone()
    assert set(row) == {counted}, f"counted {counted}, the tables say {row}"
    return {"decisions": row[0], "twice_or_lost": 0}


def said(of):
    """A run in figures."""
    times = sorted(of["times"])
    return {
        "a_second": round(of["rate"], 1),
        "cpu_ms": {who: round(1000 * cpu, 2) for who, cpu in of["cpu"].items()},
        "p50_ms": round(1000 * times[len(times) // 2], 2),
        "p99_ms": round(1000 * times[int(len(times) * 0.99)], 2),
    }


if __name__ == "__main__":
    main()
