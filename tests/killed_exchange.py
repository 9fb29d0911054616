"""Two installations that exchange while their processes are killed and the link between them is cut; prints what arrived, as JSON.

    python killed_exchange.py KILLS SEED OUR_WORKERS_DATABASE THEIR_OWNERS_DATABASE THEIR_WEBS_DATABASE

We are the database of HUSTINGS_APP_DATABASE_URL: real workers fetch one collection of theirs, bring one of ours, and let
receivers react to what came. They are a real web process. Between us stands a link that counts what passes: at a place
that is drawn it kills the worker with SIGKILL, or their web process, or is cut itself, before a request arrives, before it
is answered, in the middle of the answer or just after it. Both sides go on sharing meanwhile. Then nothing is killed any
more, and workers work until all has arrived.
"""

import json
import multiprocessing
import os
import random
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from base64 import b64encode
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import forkserver
from uuid import uuid4

import psycopg
from installation import ENVIRONMENT, WAIT, free_port

PORTION = 5  # objects of a page or a request
QUIET = 40  # workers after the last blow; far fewer are needed
LONGEST = 4 * WAIT  # seconds that one worker may take on a busy machine
PLACES = ("asked", "answered", "amid", "after")
VICTIMS = ("worker", "worker", "link", "server")  # in each four blows


@dataclass
class Fuse:
    """Where on the link something happens, once: to the so-manieth connection, at which place of it."""

    connection: int
    place: str
    amid: int
    blow: object
    blown: threading.Event = field(default_factory=threading.Event)


class Link:
    """Carries connections to a port of loopback, and can be cut."""

    def __init__(self, port):
        self.port, self.up, self.fuse, self.seen = port, True, None, 0
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            near, _ = self.listening.accept()
            threading.Thread(target=self.carry, args=(near,), daemon=True).start()

    def carry(self, near):
        """One connection, to its end or to that of the link."""
        self.seen += 1
        number = self.seen
        try:
            far = socket.create_connection(("127.0.0.1", self.port), timeout=5)
        except OSError:
            broken(near)
            return
        with suppress(OSError):
            self.pump(number, near, far)
        broken(near)
        broken(far)

    def pump(self, number, near, far):
        """Pass on what either side says, until one of them has nothing more to say or the link is cut."""
        asked = back = 0
        while self.up:
            for line in select.select([near, far], [], [], 0.05)[0]:
                place = "asked" if line is near else "amid" if back else "answered"
                if place != "asked" or not asked:
                    self.pass_by(number, place, back)
                content = line.recv(1 << 12)
                if not content:
                    self.pass_by(number, "after", back)
                if not content or not self.up:
                    return
                (far if line is near else near).sendall(content)
                if line is near:
                    asked += len(content)
                else:
                    back += len(content)

    def pass_by(self, number, place, back):
        """Blow the fuse, if this is where it stands."""
        fuse = self.fuse
        reached = fuse and number >= fuse.connection and place == fuse.place and (place != "amid" or back >= fuse.amid)
        if reached and not fuse.blown.is_set():
            fuse.blow()
            fuse.blown.set()


def broken(line):
    """End a connection as a cable does that is pulled out."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()


class Web:
    """Their web process, with all that it starts."""

    def __init__(self, database):
        self.port = free_port()
        self.environment = os.environ | ENVIRONMENT | {
            "HUSTINGS_APP_DATABASE_URL": database, "HUSTINGS_HOSTS": "localhost,127.0.0.1",
            "HUSTINGS_ORIGIN": f"http://localhost:{self.port}",
        }  # fmt: skip
        self.start()

    def start(self):
        command = [sys.executable, "-m", "hustings.serving.web", "--host", "127.0.0.1", "--port", str(self.port)]
        self.process = subprocess.Popen(
            [*command, "--workers", "1"], env=self.environment, start_new_session=True, stdout=sys.stderr
        )
        until = time.monotonic() + WAIT
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/taxii2/", timeout=WAIT).close()
            except urllib.error.HTTPError:
                return  # it asks who we are
            except OSError:
                assert self.process.poll() is None, "their web process ended by itself"
                assert time.monotonic() < until, "their web process does not answer"
                time.sleep(0.05)

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def work():
    """Do what waits, and end. What is due each minute is asked for here, in the order in which a minute brings it."""
    from django.core.management import call_command
    from procrastinate.exceptions import AlreadyEnqueued

    from hustings.apps.health.jobs import run_lost
    from hustings.apps.taxii import moving
    from hustings.apps.taxii.jobs import run_again, run_due

    moving.LIMIT = PORTION
    for task in (run_due, run_lost, run_again):
        try:
            task.defer(timestamp=0)
        except AlreadyEnqueued:
            continue  # one that was killed asked for it
    call_command("procrastinate", "worker", "--one-shot", "--queues", "review,sweeps,upkeep", verbosity=0)


def begin(database):
    """Get ready where workers come from: a process that has read the platform's sources and opened nothing."""
    ours = os.environ["HUSTINGS_APP_DATABASE_URL"]
    os.environ["HUSTINGS_APP_DATABASE_URL"] = database
    multiprocessing.set_start_method("forkserver")
    multiprocessing.set_forkserver_preload(["hustings.apps.wsgi", "installation"])
    forkserver.ensure_running()
    os.environ["HUSTINGS_APP_DATABASE_URL"] = ours
    import django

    django.setup()


class Ours:
    """Our installation: a collection that is fetched into, one that is brought, and a partner's account."""

    def __init__(self, link, rig):
        from made_taxii import World

        from hustings.apps.items.models import SharingGroup, SharingMember
        from hustings.apps.taxii.keeping import allow_organisation, make_collection, subscribe
        from hustings.apps.taxii.models import Account, Direction

        world = World()
        self.liaison = world.liaison
        group = SharingGroup.objects.create(name="Both", owner=world.host)
        SharingMember.objects.create(
            group=group, organisation=world.partner, document="agreement", recorded_by=world.liaison.appointment
        )
        self.fetched, self.brought = (make_collection(name, group=group, by=world.liaison) for name in ("In", "Out"))
        account = Account.objects.get(appointment=world.account.appointment)
        login = rig["accounts"][0]
        for collection, direction, remote in (
            (self.fetched, Direction.POLL, "read-only"),
            (self.brought, Direction.PUSH, "read-write"),
            (self.brought, Direction.POLL, "read-write"),
        ):
            allow_organisation(collection, world.partner, can_read=True, can_write=True, by=world.liaison)
            subscribe(
                collection, account, direction, url=f"{link.url}/taxii2/shared/", remote=rig["collections"][remote]["id"],
                username=login["username"], secret=login["password"], by=world.liaison,
            )  # fmt: skip

    def share(self, objects):
        from hustings.apps.taxii.actions import publish

        publish(self.brought, objects, by=self.liaison)


class Theirs:
    """What their second account hands in there, beside the link."""

    def __init__(self, web, rig):
        self.web, login = web, rig["accounts"][1]
        self.path = f"/taxii2/shared/collections/{rig['collections']['read-only']['id']}/objects/"
        self.login = b64encode(f"{login['username']}:{login['password']}".encode()).decode()

    def share(self, objects):
        from hustings.exchange.taxii.media import TAXII

        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.web.port}{self.path}", data=json.dumps({"objects": objects}).encode(),
            headers={"Authorization": f"Basic {self.login}", "Content-Type": TAXII, "Accept": TAXII},
        )  # fmt: skip
        with urllib.request.urlopen(asked, timeout=WAIT) as answer:
            told = json.load(answer)
        assert told["success_count"] == len(objects), told


class Shares:
    """Objects that are made up: under every marking, some with later versions, observables and indicators among them."""

    def __init__(self, chance):
        self.chance, self.notes = chance, []

    def __call__(self, many):
        return [self.one() for _ in range(many)]

    def one(self):
        from made_taxii import AMBER, GREEN, RED, note

        mark = self.chance.choice([None, None, GREEN, AMBER, AMBER, RED, str(uuid4())])
        marks = (mark,) if mark else ()
        kind = self.chance.choice(["note", "note", "later", "domain-name", "indicator"])
        if kind == "domain-name":
            made = {"type": kind, "spec_version": "2.1", "id": f"{kind}--{uuid4()}", "value": f"{uuid4().hex}.example"}
        elif kind == "indicator":
            moment = "2026-01-01T00:00:00.000Z"
            made = {"type": kind, "spec_version": "2.1", "id": f"{kind}--{uuid4()}", "created": moment, "modified": moment,
                    "pattern": f"[domain-name:value = '{uuid4().hex}.example']", "pattern_type": "stix",
                    "valid_from": moment}  # fmt: skip
        elif kind == "later" and self.notes:
            before = self.notes.pop()
            return before | {"modified": "2026-02-01T00:00:00.000Z", "content": "more is known"}
        else:
            made = note("x" * self.chance.randrange(4000), marks=marks)
            self.notes.append(made)
            return made
        return made | ({"object_marking_refs": [f"marking-definition--{mark}"]} if mark else {})


HELD = """
SELECT o.stix_id, encode(sha256(o.raw), 'hex'), CASE WHEN l.unknown = '{}' THEN l.tlp ELSE 'unknown' END FROM taxii_entry e JOIN stix_object o ON o.item_id = e.object_id
JOIN item i ON i.id = o.item_id JOIN label l ON l.id = i.label_id
WHERE e.collection_id = %s AND (o.received_from_id IS NULL) = ANY (%s) ORDER BY e.date_added
"""


def ask(dsn, query, *values):
    """Ask a database, as its owner."""
    with psycopg.connect(dsn, autocommit=True) as asked:
        found = asked.execute(query.encode(), values)
        return [list(row) for row in found.fetchall()] if found.description else []


def later(dsn):
    """Let the time pass that a worker is waited for, and that a failure waits."""
    ask(dsn, "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '2 minutes'")
    ask(dsn, "UPDATE taxii_subscription SET next_at = now()")


def made_rig(dsn, url):
    code = "import django, json; django.setup()\nfrom hustings.apps.taxii.rig import make_rig\n"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}print(json.dumps(make_rig({url!r})))"], check=True, capture_output=True, text=True,
        env=os.environ | ENVIRONMENT | {"HUSTINGS_APP_DATABASE_URL": dsn},
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def main(kills, seed, our_workers, their_owner, their_web):
    chance, mine = random.Random(seed), os.environ["HUSTINGS_APP_DATABASE_URL"]
    web = Web(their_web)
    link = Link(web.port)
    os.environ["HUSTINGS_TAXII_HOSTS"] = "127.0.0.1"
    begin(our_workers)
    rig = made_rig(their_owner, link.url)
    ours, theirs, shares = Ours(link, rig), Theirs(web, rig), Shares(chance)
    blows = dict.fromkeys(("worker", "link", "server"), 0)
    victims = []
    while sum(blows.values()) < kills:
        ours.share(shares(chance.randint(1, 3 * PORTION)))
        theirs.share(shares(chance.randint(1, 3 * PORTION)))
        if not victims:
            victims = chance.sample(VICTIMS, len(VICTIMS))
        victim = victims[-1]
        worker = multiprocessing.Process(target=work)

        wait = chance.choice([0, 0, chance.uniform(0, 0.05)])

        def blow(worker=worker, victim=victim, wait=wait):
            time.sleep(wait)
            if victim == "worker":
                worker.kill()
            elif victim == "server":
                web.kill()
            else:
                link.up = False

        link.fuse = Fuse(link.seen + chance.randint(1, 7), chance.choice(PLACES), chance.randrange(9000), blow)
        worker.start()
        worker.join(LONGEST)
        assert worker.exitcode is not None, "a worker hangs"
        if link.fuse.blown.is_set():
            blows[victims.pop()] += 1
            if victim == "server":
                web.start()
        link.fuse, link.up = None, True
        later(mine)

    def seen():
        """What stands in the four collections: ids, what the bytes are, and how far they may travel."""
        there = {name: told["id"] for name, told in rig["collections"].items()}
        return [
            ask(mine, HELD, ours.brought.pk, [True]),
            ask(their_owner, HELD, there["read-write"], [False]),
            ask(their_owner, HELD, there["read-only"], [True, False]),
            ask(mine, HELD, ours.fetched.pk, [False]),
        ]

    before, turns = None, 0
    while seen() != before and turns < QUIET:
        before, turns = seen(), turns + 1
        worker = multiprocessing.Process(target=work)
        worker.start()
        worker.join(LONGEST)
        assert worker.exitcode == 0, worker.exitcode
        later(mine)
    brought, arrived, told, fetched = seen()
    json.dump({
        "blows": blows, "brought": brought, "fetched": fetched, "arrived": arrived, "told": told,
        "reactions": ask(mine, "SELECT receiver, count(*), count(done_at) FROM stix_reaction GROUP BY 1"),
        "indicators": ask(mine, "SELECT (SELECT count(*) FROM indicator), (SELECT count(*) FROM stix_object WHERE type = 'indicator' AND received_from_id IS NOT NULL)"),
        "failed": ask(mine, "SELECT direction, last_error FROM taxii_subscription WHERE last_error <> ''"),
        "waiting": ask(mine, "SELECT task_name, status::text FROM procrastinate_jobs WHERE task_name LIKE 'taxii%%' AND status IN ('todo', 'doing')"),
    }, sys.stdout)  # fmt: skip
    web.kill()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
