"""How many changes a second the log takes, against plain inserts into the same table in the same run.

    python benchmarks/log.py [--rows 5000] [--writers 2]

A throwaway PostgreSQL is started and migrated. Writers commit one organisation at a time, as requests do: first with the
log's trigger off, then with it on, then with it on and a decision recorded in the same transaction; meanwhile nobody
sequences. Then one sequencer gives all entries their place, and a checkpoint is signed and the export verified.
"""

# ruff: noqa: PLC0415 - Django is imported when it knows its database

import argparse
import base64
import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg

ROW = "INSERT INTO organisation (id, name, legal_name, kind, country) VALUES (gen_random_uuid(), gen_random_uuid(), 'x', 'company', 'DE')"
DECISION = 'SELECT log_append(\'organisation.made\', NULL, NULL, \'{"outcome": "done"}\', \'{"reason": "benchmark"}\')'


def write(dsn: str, rows: int, writers: int, statements: list[str]) -> float:
    """Seconds that `writers` take to commit `rows` transactions between them."""

    def one(_: int) -> None:
        with psycopg.connect(dsn, autocommit=True) as connection:
            for _row in range(rows // writers):
                with connection.transaction():
                    for statement in statements:
                        connection.execute(statement)

    start = time.perf_counter()
    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(one, range(writers)))
    return time.perf_counter() - start


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=5000)
    parser.add_argument("--writers", type=int, default=2)
    asked = parser.parse_args()
    from hustings.serving.postgres import running
    from hustings.serving.roles import embedded_addresses

    with tempfile.TemporaryDirectory(prefix="hb") as place:
        Path(place).chmod(0o711)
        with running(Path(place) / "data", throwaway=False) as server:
            dsn = embedded_addresses(server, "hustings").owner
            os.environ |= {
                "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "hustings.apps.settings"),
                "HUSTINGS_APP_DATABASE_URL": dsn,
                "HUSTINGS_SECRET_KEY": "benchmark",
                "HUSTINGS_LOG_KEY": base64.b64encode(os.urandom(32)).decode(),
            }
            measure(dsn, asked.rows, asked.writers, Path(place))


def measure(dsn: str, rows: int, writers: int, place: Path) -> None:
    """Write, place, sign, verify."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from hustings.apps.audit.commit import log_secret, sign_all
    from hustings.apps.audit.export import export_log
    from hustings.apps.audit.models import Checkpoint, Log
    from hustings.apps.audit.sequence import sequence_all
    from hustings.ledger.checkpoint import check_with_openssl
    from hustings.ledger.verify_log import check_export, parse_key

    def say(name: str, count: int, seconds: float) -> None:
        print(f"{name:<58} {count:>7,} in {seconds:6.2f} s   {count / seconds:>9,.0f} a second", flush=True)

    with psycopg.connect(dsn, autocommit=True) as owner:
        owner.execute("ALTER TABLE organisation DISABLE TRIGGER logged")
        write(dsn, writers * 200, writers, [ROW])  # warm
        say(f"plain inserts, {writers} writers, one commit each", rows, write(dsn, rows, writers, [ROW]))
        owner.execute("ALTER TABLE organisation ENABLE TRIGGER logged")
        sequence_all()
        say("the same with their entry in the log", rows, write(dsn, rows, writers, [ROW]))
        seconds = write(dsn, rows, writers, [ROW, DECISION])
        say("the same with a decision recorded too (two entries)", 2 * rows, seconds)
        waiting = owner.execute("SELECT count(*) FROM log_entry").fetchone()
    start = time.perf_counter()
    placed = sequence_all()
    assert waiting is not None
    assert placed == waiting[0], (placed, waiting)
    say("entries given their place by one sequencer", placed, time.perf_counter() - start)
    sign_all(log_secret())
    log = Log.objects.get(name="open")
    start = time.perf_counter()
    count = export_log(log, place / "export")
    say("entries exported", count, time.perf_counter() - start)
    start = time.perf_counter()
    key = parse_key(Checkpoint.objects.filter(log=log).latest("id").key)
    report = check_export(place / "export", [key], check=check_with_openssl)
    say("entries verified", count, time.perf_counter() - start)
    if report.wrong:
        sys.exit("\n".join(report.wrong))


if __name__ == "__main__":
    main()
