# ruff: noqa: PLC0415 - the models are imported when the server runs
"""Whether two people ever hold one work, and whether any decision is lost or counts twice, on a real PostgreSQL.

    .venv/bin/python benchmarks/claims.py held [--clients 150] [--claims 1000000] [--works 120000]
    .venv/bin/python benchmarks/claims.py lost [--works 20000] [--kills 200] [--crashes 2]

held   So many clients, each a reviewer of its own, claim what comes next in one queue, and put it back, decide it or let
       a lease of a few milliseconds run out and then try to decide all the same. Each writes down what it was given.
       Afterwards, for each work, claims are put in the order of their fences: a claim that began while the one before it
       stood (neither ended by its holder nor over) is a work held twice.
lost   Reviewers and deliverers are processes; one after another is killed with SIGKILL in the middle of whatever it does,
       and the server as well. At the end each work is decided once, each decision has moved its subject once, each message
       was delivered once in effect, and the log tells of each.

Prints JSON, and how far it is to the error stream; `held` looks at what was claimed until then when it is interrupted.
Fails if anything was held twice, lost or doubled. Starts a server of its own, reached by a socket alone.
"""

import argparse
import contextlib
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import defaultdict
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from queue import Empty
from threading import Thread

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
LEASE, SHORT = "5 seconds", "15 milliseconds"
THREADS = 25  # of one process


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["held", "lost"])
    parser.add_argument("--clients", type=int, default=150)
    parser.add_argument("--claims", type=int, default=1_000_000)
    parser.add_argument("--works", type=int)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--crashes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    from hustings.serving import postgres as serving
    from hustings.serving.folder import kept
    from hustings.serving.roles import embedded_addresses

    serving.SETTINGS["max_connections"] = str(options.clients + 30)
    place = Path(tempfile.mkdtemp(prefix="hpg"))
    place.chmod(0o711)
    with kept(place / "data") as folder, (place / "postgres.log").open("ab") as output:
        server = serving.Postgres.of(folder)
        try:
            server.start(output)
            server.wait()
            addresses = embedded_addresses(server.server, "claims")
            os.environ |= {
                "DJANGO_SETTINGS_MODULE": "hustings.apps.settings",
                "HUSTINGS_SECRET_KEY": "benchmark",
                "HUSTINGS_APP_DATABASE_URL": addresses.owner,
            }
            import django
            from django.conf import settings
            from django.core.management import call_command
            from django.db import connections

            django.setup()
            settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nobody here signs in
            call_command("migrate", verbosity=0)
            works = options.works or (120_000 if options.what == "held" else 20_000)
            seats = fill(works, options.clients if options.what == "held" else 4)
            connections.close_all()
            os.environ["HUSTINGS_APP_DATABASE_URL"] = addresses.app
            if options.what == "held":
                told = held(seats, addresses, options)
            else:
                told = lost(seats, addresses, server, output, options, works)
        finally:
            server.stop()
    print(json.dumps(told, indent=1))


def fill(works: int, reviewers: int) -> list[str]:
    """Reviewers of one organisation and so much work for them; gives the keys of their appointments."""
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
                "CREATE TABLE leaflet AS SELECT gen_random_uuid() AS id, 0 AS decided FROM generate_series(1, %s)",
                [works],
            )
            cursor.execute("CREATE INDEX ON leaflet (id); GRANT SELECT, UPDATE ON leaflet TO hustings_web")
            cursor.execute(
                "CREATE TABLE delivered (key text PRIMARY KEY); GRANT INSERT ON delivered TO hustings_worker"
            )
            cursor.execute(
                "INSERT INTO review_work (id, queue, subject_kind, subject_id, frozen, digest, policy_id, held_by_id, "
                "priority, due_at, turn_at, people, without, state, outcome, round, pass_no, fence, asked_at) "
                "SELECT gen_random_uuid(), 'door', 'leaflet', id, %s, %s, %s, %s, 0, now() + interval '1 day', "
                "now() + interval '1 day', 1, '{}', 'open', '', 1, 1, 0, now() FROM leaflet",
                [frozen, digest_of(frozen), newest("ads at the door").pk, world.organisations["Meridian"].pk],
            )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return seats


# Goal 1


def held(seats, addresses, options):
    """Let all claim at the same time, then look at what each was given."""
    context = get_context("spawn")
    results, made, stop = context.Queue(), context.Value("q", 0), context.Event()
    groups = [seats[start : start + THREADS] for start in range(0, len(seats), THREADS)]
    each = options.claims // len(seats) + 1
    began = time.perf_counter()
    processes = [
        context.Process(
            target=clients, args=(group, addresses.app, each, options.seed * 1000 + number, results, made, stop)
        )
        for number, group in enumerate(groups)
    ]
    for process in processes:
        process.start()
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    rows, ended = [], 0
    while ended < len(processes):
        try:
            rows += results.get(timeout=30)
            ended += 1
        except Empty:
            print(
                f"{made.value:,} of {options.claims:,} claims in {time.perf_counter() - began:.0f} s", file=sys.stderr
            )
    for process in processes:
        process.join()
    took = time.perf_counter() - began
    by_work = defaultdict(list)
    for row in rows:
        by_work[row[0]].append(row[1:5])
    twice = over = 0
    for claims in by_work.values():
        claims.sort(key=lambda claim: claim[0])
        for (fence, _, until, ended), (following, begun, _, _) in pairwise(claims):
            over += not ended
            twice += following == fence or (not ended and begun < until)
    decided = sum(row[4] == "decided" for row in rows)
    import psycopg

    with psycopg.connect(addresses.owner) as owner:
        (settled, decisions) = owner.execute(
            "SELECT (SELECT count(*) FROM review_work WHERE state = 'settled'), (SELECT count(DISTINCT work_id) FROM review_decision)"
        ).fetchone()
    assert twice == 0, f"{twice} claims began while another stood"
    assert decided == settled == decisions, f"{decided} decided, the tables say {settled} and {decisions}"
    return {
        "clients": len(seats), "claims": len(rows), "stopped_early": stop.is_set(), "held_twice": twice, "leases_that_ran_out_and_were_taken": over,
        "decided": decided, "late_answers_refused": sum(row[5] for row in rows),
        "seconds": round(took), "claims_a_second": round(len(rows) / took),
    }  # fmt: skip


def clients(seats, dsn, each, seed, results, made, stop):
    """So many clients as threads of one process; sends (work, fence, begun, until, how it ended, whether too late) of every claim."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started these tells them to stop
    rows = []
    threads = [
        Thread(target=client, args=(seat, dsn, each, seed * 100 + number, rows, made, stop))
        for number, seat in enumerate(seats)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results.put(rows)


def client(seat, dsn, each, seed, rows, made, stop):
    """Claim so often; what is given is ended, or let run out, by chance."""
    import psycopg

    chance = random.Random(seed)
    with psycopg.connect(dsn, autocommit=True) as connection:

        def call(statement, *values):
            with connection.transaction():
                connection.execute(
                    "SELECT set_config('role', 'hustings_web', true), set_config('hustings.appointment', %s, true), "
                    "set_config('hustings.strong', '1', true)",
                    [seat],
                )
                return connection.execute(statement, values).fetchone()

        known = set()
        for _ in range(each):
            short = chance.random() < 0.3
            lease = SHORT if short else LEASE
            taken = call(
                "SELECT work, fence, digest, lease_until, lease_until - %s::interval FROM review_claim('door', %s::interval)",
                lease,
                lease,
            )
            if taken is None or stop.is_set():
                break
            work, fence, digest, until, begun = taken
            if (work, fence) in known:  # one's own from before: it is no new claim
                begun = None
            known.add((work, fence))
            ended, late = "", False
            if short:
                time.sleep(chance.uniform(0, 0.03))
            if short or chance.random() < 0.1:
                verdict = call(
                    "SELECT verdict FROM review_decide(%s, %s, %s, 'refuse', 'voting.wrong_date', '', NULL)",
                    work,
                    fence,
                    digest,
                )[0]
                ended, late = ("decided" if verdict == "decided" else ""), verdict == "lease_lost"
            else:
                ended = "put back" if call("SELECT review_release(%s, %s)", work, fence)[0] else ""
            if begun is not None:
                rows.append((work, fence, begun, until, ended, late))
                with made.get_lock():
                    made.value += 1


# Goal 2


def begin():
    """Get Django ready in a process, with a handler that moves a row beside and delivers into a table."""
    import django

    django.setup()
    from django.db import connection

    from hustings.apps.review.registry import HANDLERS, Handler

    def decided(work, *_):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE leaflet SET decided = decided + 1 WHERE id = %s", [work.subject_id])

    def deliver(message):
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO delivered VALUES (%s)", [message.key])

    HANDLERS["leaflet"] = Handler(
        decided=decided, undone=decided, deliver=deliver, card="review/card.html", reasons="ads at the door"
    )


def review(appointment):
    """Claim and decide until nothing waits."""
    from hustings.apps.database import WEB, in_role
    from hustings.apps.people.find import seat_for
    from hustings.apps.people.models import Appointment
    from hustings.apps.review import actions

    with in_role(WEB):
        seat = seat_for(
            Appointment.objects.select_related("person", "position__organisation").get(pk=appointment), strong=True
        )
    with in_role(WEB, seat.id, strong=True):
        claim = actions.claim(seat, "door")
    while claim is not None:
        with in_role(WEB, seat.id, strong=True):
            _, claim = actions.decide_and_claim(claim, "refuse", "voting.wrong_date", "", by=seat)


def deliver(_):
    """Deliver what is due, for as long as it lives."""
    from hustings.apps.review.outbox import deliver_due

    while True:
        deliver_due()
        time.sleep(0.05)


def start(what, argument):
    """A process of its own; gives its number."""
    child = os.fork()
    if child:
        return child
    try:
        what(argument)
    except BaseException:  # noqa: BLE001 - the server may be gone: who started this one starts another
        os._exit(1)
    os._exit(0)


def lost(seats, addresses, server, output, options, works):
    """Kill reviewers, deliverers and the server in the middle, until all is decided and delivered."""
    import psycopg

    begin()
    chance = random.Random(options.seed)
    jobs = [(review, seat) for seat in seats] + [(deliver, None), (deliver, None)]
    running = {start(*job): job for job in jobs}
    killed = crashed = failed = 0
    began = time.perf_counter()
    left = works

    def waits():
        # The server may be coming back.
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(addresses.owner) as owner:
            return owner.execute(
                "SELECT (SELECT count(*) FROM review_work WHERE state = 'open') + (SELECT count(*) FROM review_outbox WHERE delivered_at IS NULL)"
            ).fetchone()[0]
        return left

    while left:
        time.sleep(chance.uniform(0.02, 0.25))
        if killed < options.kills:
            victim = chance.choice(sorted(running))
            os.kill(victim, signal.SIGKILL)
            _, status = os.waitpid(victim, 0)
            job = running.pop(victim)
            killed += os.WIFSIGNALED(status)
            failed += not os.WIFSIGNALED(status) and status != 0
            running[start(*job)] = job
        # Crashes stand evenly among the kills.
        if crashed < options.crashes and killed >= (crashed + 1) * options.kills // (options.crashes + 1):
            postmaster = int((server.folder.database / "postmaster.pid").read_text().split()[0])
            os.kill(postmaster, signal.SIGKILL)
            server.process.wait()
            server.start(output)
            server.wait()
            crashed += 1
        for child in list(running):
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                job = running.pop(child)
                failed += status != 0
                running[start(*job)] = job
        left = waits()
    took = time.perf_counter() - began
    for child in running:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    with psycopg.connect(addresses.owner) as owner:
        row = owner.execute(
            "SELECT (SELECT count(*) FROM review_work WHERE state = 'settled'), (SELECT count(*) FROM review_decision), "
            "(SELECT count(DISTINCT work_id) FROM review_decision), (SELECT count(*) FROM leaflet WHERE decided = 1), "
            "(SELECT count(*) FROM review_outbox WHERE delivered_at IS NOT NULL), (SELECT count(*) FROM delivered), "
            "(SELECT count(*) FROM log_entry WHERE event = 'review decided')"
        ).fetchone()
    assert set(row) == {works}, f"{works} works, the tables say {row}"
    assert killed >= options.kills, f"all was decided before enough were killed ({killed}): let more wait with --works"
    assert crashed == options.crashes, "all was decided before the server crashed often enough"
    return {
        "works": works, "kills": killed, "crashes_of_the_server": crashed, "processes_that_lost_the_server": failed,
        "decided_once": row[2], "delivered_once": row[5], "lost_or_double": 0, "seconds": round(took),
    }  # fmt: skip


if __name__ == "__main__":
    main()
