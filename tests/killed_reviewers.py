"""Reviewers as processes that are killed in the middle of whatever they do; prints how often, as JSON.

    python killed_reviewers.py KILLS SEED APPOINTMENT...

Each process claims and decides as one reviewer until nothing waits. This one forks them, kills one of them at a time
with SIGKILL after a while, and starts another in its place.
"""

import json
import os
import random
import signal
import sys
import time


def begin():
    """Get Django ready once, with a handler that moves a row of a table beside."""
    import django

    django.setup()
    from django.db import connection

    from hustings.apps.review.registry import HANDLERS, Handler

    def decided(work, decision, by):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE leaflet SET decided = decided + 1 WHERE id = %s", [work.subject_id])

    HANDLERS["leaflet"] = Handler(decided=decided, undone=decided, card="review/card.html", reasons="ads at the door")


def review(appointment):
    """Claim and decide until nothing waits for this reviewer."""
    from hustings.apps.database import WEB, in_role
    from hustings.apps.people.find import seat_for
    from hustings.apps.people.models import Appointment
    from hustings.apps.review import actions

    with in_role(WEB):
        seat = seat_for(Appointment.objects.select_related("person").get(pk=appointment), strong=True)
    while True:
        with in_role(WEB, seat.id, strong=True):
            claim = actions.claim(seat, "door")
        if claim is None:
            return
        with in_role(WEB, seat.id, strong=True):
            actions.decide(claim, "refuse", "voting.wrong_date", "", by=seat)


def start(appointment):
    """A process of its own; gives its number."""
    child = os.fork()
    if child:
        return child
    try:
        review(appointment)
    except BaseException:  # noqa: BLE001 - a child that goes on would fork children of its own
        import traceback

        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def main(kills, seed, appointments):
    begin()
    chance = random.Random(seed)
    running = {start(appointment): appointment for appointment in appointments}
    killed = 0
    while killed < kills and running:
        time.sleep(chance.uniform(0.01, 0.12))
        victim = chance.choice(sorted(running))
        os.kill(victim, signal.SIGKILL)
        _, status = os.waitpid(victim, 0)
        appointment = running.pop(victim)
        if os.WIFSIGNALED(status):
            killed += 1
            running[start(appointment)] = appointment
    failed = 0
    for child in running:
        _, status = os.waitpid(child, 0)
        failed += status != 0
    sys.stdout.write(json.dumps({"killed": killed, "failed": failed}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
