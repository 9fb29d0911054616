"""A plan handed over by workers that are killed in the middle; prints what the platform did of it, as JSON.

    python killed_enforcing.py KILLS WORKERS_DATABASE

Makes the plan in the database of HUSTINGS_APP_DATABASE_URL as its owner; workers sign in at WORKERS_DATABASE, the same one.
The platform is a server of this process: it does each key once. A worker is killed with SIGKILL when the platform has
received so many calls, before it answers or after it did, in turn; then the next worker begins. The last is left alone.
"""

import json
import os
import subprocess
import sys
import threading
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

PAGES = 24
PORTION = 5  # orders that a worker claims at once, so that kills meet a second portion after a first one is settled
WORK = f"""
import django
django.setup()
from hustings.apps.cases.enforcing import handing
handing.DELIVERED = {PORTION}
handing.hand_over()
"""


class Platform(BaseHTTPRequestHandler):
    """Does what it is told, once a key; kills the worker where it is told to."""

    effects: ClassVar[dict[str, int]] = {}
    settled: ClassVar[set[str]] = set()
    repeated: ClassVar[list[str]] = []
    calls = 0
    kill_at = 0
    answer_first = False
    worker: subprocess.Popen | None = None

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        key, platform = self.headers["Idempotency-Key"], type(self)
        platform.calls += 1
        platform.repeated += [key] if key in platform.settled else []
        platform.effects[key] = platform.effects.get(key, 0) + 1
        last = platform.calls == platform.kill_at
        if last and not platform.answer_first:
            platform.worker.kill()
            platform.worker.wait()
            return
        told = b'{"answer": "done"}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)
        self.wfile.flush()
        if last:
            platform.worker.kill()
            platform.worker.wait()

    def log_message(self, *given):
        """Nothing."""


def made():
    """A plan over so many pages that runs, made by people."""
    from made_desk import Desk

    from hustings.apps.cases import campaigns, sealing, working
    from hustings.apps.cases.enforcing import planning
    from hustings.apps.sweeps.actions import own_marking
    from hustings.policy.casework import Confidence, MemberKind
    from hustings.policy.enforcement import Action, Ground

    desk = Desk()
    with desk.as_("anna") as anna:
        case = working.open_case(by=anna, title="Pages", question="Do they act as one?", marking=own_marking(anna))
        campaign = campaigns.open_campaign(case, by=anna, name="Harbour lights")
        kept = sealing.seal_rows({}, name="export", by=anna, case=case, tool="export", captured_at=anna.now)
        members = [
            campaigns.propose_member(
                campaign, by=anna, kind=MemberKind.PAGE, platform="meridian", name=f"page {number}",
                confidence=Confidence.HIGH, method="export", rests_on=[kept.item],
            )
            for number in range(PAGES)
        ]  # fmt: skip
    with desk.as_("ben") as ben:
        members = [campaigns.accept_member(member, by=ben, reason="The export shows it.") for member in members]
    terms = planning.Terms(
        ground=Ground.TERMS, rule="Terms, 4.2", explanation="Not allowed.", facts="The same texts.", reason="Established.",
        category="STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS", source="SOURCE_VOLUNTARY",
        found_by_machine=False, begins_on=date(2026, 11, 23), places=("DE",), stages=(100,), channel="webhook",
    )  # fmt: skip
    with desk.as_("anna") as anna:
        plan = planning.draft(
            campaign, case, by=anna, title="x", wanted=[(one, Action.BAN) for one in members], terms=terms
        )
    for who, code in (("anna", "ask"), ("dora", "approve"), ("dora", "start")):
        with desk.as_(who) as seat:
            planning.move(plan, code, by=seat, reason="as agreed")


def due():
    """Let what a killed worker was trying be due, as it would be after a while; remember what was written down."""
    from hustings.apps.cases.models import Order

    Platform.settled.update(Order.objects.exclude(delivered_at=None).values_list("key", flat=True))
    Order.objects.filter(delivered_at=None).update(due_at="2020-01-01T00:00Z")


def main():
    server = HTTPServer(("127.0.0.1", 0), Platform)
    os.environ |= {
        "HUSTINGS_ENFORCEMENT_URL": f"http://127.0.0.1:{server.server_port}/orders",
        "HUSTINGS_ENFORCEMENT_KEY": "a key of tests",
        "HUSTINGS_PUBLIC_URL": "https://hustings.example",
    }
    import django

    django.setup()
    made()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    kills = int(sys.argv[1])
    working = os.environ | {"HUSTINGS_APP_DATABASE_URL": sys.argv[2]}
    for turn in range(kills + 1):
        Platform.kill_at = Platform.calls + PORTION + 2 if turn < kills else 0
        Platform.answer_first = turn % 2 == 1
        # The platform waits with its answer until it knows whom to kill.
        Platform.worker = subprocess.Popen(
            [sys.executable, "-c", "input()\n" + WORK], stdin=subprocess.PIPE, env=working
        )
        Platform.worker.communicate(b"\n")
        due()
    server.shutdown()
    json.dump(
        {"effects": Platform.effects, "calls": Platform.calls, "repeated though written down": Platform.repeated},
        sys.stdout,
    )


if __name__ == "__main__":
    main()
