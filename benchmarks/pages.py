"""How fast the console's pages come when fifty people use it, on a real installation of the demo season.

    python benchmarks/pages.py [--people 50] [--seconds 20] [--data DIR]

Starts `hustings up --demo` with two web processes in a folder of its own (or in DIR, which is kept), signs each of the
people in as one of the demo's personas, and lets them walk the console: each opens a page, reads for one to three
seconds (seeded), opens the next. Then the same people without reading, all at once, which is more than people do and
shows the limit; for that the processor time of the whole installation (web, database, worker) is told too, which is
what other work on the machine does not change. Beside it, in the same run and by the same client: a static file and the liveness answer, which touch
no database: what server and client can do at most. The client runs on the same cores and takes its share of them.
"""

import argparse
import asyncio
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

PAGES = ["/", "/findings/", "/tips/", "/sweeps/", "/search/?q=account", "/account/sessions/", "/about/", "/keyboard/"]
LIMITS = {"static file": "/static/console/console.css", "liveness": "/health/live"}
SESSIONS = """
import sys
import django
django.setup()
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction
from hustings.apps.database import moment
from hustings.apps.people.find import seats
from hustings.apps.people.models import Person
from hustings.apps.people.signin.session import APPOINTMENT, BEGAN, STRONG, SessionStore
with transaction.atomic():
    people = [person for person in Person.objects.order_by("email") if seats(person, strong=True)]
    for number in range(int(sys.argv[1])):
        person = people[number % len(people)]
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = "hustings.apps.people.signin.account.Backend"
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session[STRONG], session[BEGAN] = True, moment().isoformat()
        session[APPOINTMENT] = str(seats(person, strong=True)[0].id)
        session.create()
        session.save()
        print(session.session_key)
"""


async def answer(reader: asyncio.StreamReader) -> int:
    """Read one answer to its end; give its status."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    length = re.search(r"(?im)^content-length: (\d+)", head)
    if length:
        await reader.readexactly(int(length.group(1)))
    elif "transfer-encoding: chunked" in head.lower():
        while size := int((await reader.readline()).split(b";")[0], 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    return int(head.split(" ", 2)[1])


async def person(
    port: int, cookie: str, pages: list[str], seconds: float, reads: tuple[float, float], seed: int
) -> list[tuple[str, float]]:
    """Walk the pages until the time is over; give each page with how long it took."""
    chance = random.Random(seed)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    took: list[tuple[str, float]] = []
    until = time.perf_counter() + seconds
    await asyncio.sleep(chance.uniform(0, reads[1]))
    while time.perf_counter() < until:
        page = chance.choice(pages)
        began = time.perf_counter()
        writer.write(f"GET {page} HTTP/1.1\r\nHost: localhost\r\nCookie: sessionid={cookie}\r\n\r\n".encode())
        status = await answer(reader)
        took.append((page, time.perf_counter() - began))
        assert status in (200, 403, 404), f"{page} answered {status}"
        await asyncio.sleep(chance.uniform(*reads))
    writer.close()
    return took


def told(name: str, took: list[tuple[str, float]], seconds: float) -> str:
    """One line of the table."""
    times = sorted(each for _, each in took)

    def at(share: float) -> str:
        return f"{times[min(len(times) - 1, int(len(times) * share))] * 1000:7.0f}"

    return f"{name:28}{len(times):8}{len(times) / seconds:9.0f}{at(0.5)}{at(0.95)}{at(0.99)}"


async def walk(
    port: int, cookies: list[str], pages: list[str], seconds: float, reads: tuple[float, float]
) -> list[tuple[str, float]]:
    """Everybody at once."""
    walks = [person(port, cookie, pages, seconds, reads, number) for number, cookie in enumerate(cookies)]
    return [each for walked in await asyncio.gather(*walks) for each in walked]


def free_port() -> int:
    """A port of loopback that nobody uses now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def spent(process: int) -> float:
    """Processor seconds of a process and all that it started, from /proc."""
    parents, times = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        parents[int(stat.parent.name)] = int(fields[1])
        times[int(stat.parent.name)] = sum(int(each) for each in fields[11:15])

    def of_it(number: int) -> bool:
        return number == process or (number in parents and of_it(parents[number]))

    return sum(time for number, time in times.items() if of_it(number)) / os.sysconf("SC_CLK_TCK")


def measure(folder: Path, port: int, process: int, people: int, seconds: float) -> None:
    """Sign in, walk, print."""
    from hustings.serving.reach import reached  # noqa: PLC0415 - after the arguments are right

    with reached(folder) as installation:
        made = subprocess.run(
            [sys.executable, "-c", SESSIONS, str(people)],
            env=installation.environment("owner"),
            check=True,
            capture_output=True,
            text=True,
        )
    cookies = made.stdout.split()
    asyncio.run(walk(port, cookies, PAGES, 3, (0.0, 0.1)))  # every process has served every page once
    reading = asyncio.run(walk(port, cookies, PAGES, seconds, (1.0, 3.0)))
    before = spent(process)
    rushing = asyncio.run(walk(port, cookies, PAGES, seconds, (0.0, 0.0)))
    each = (spent(process) - before) / len(rushing)
    print(f"{os.cpu_count()} cores, {people} people; milliseconds")
    print(f"{'':28}{'answers':>8}{'a second':>9}{'p50':>7}{'p95':>7}{'p99':>7}")
    print(told("reading 1 to 3 s a page", reading, seconds))
    for page in PAGES:
        print(told(f"  {page}", [each for each in reading if each[0] == page], seconds))
    print(told("without reading", rushing, seconds))
    print(f"{each * 1000:.1f} ms of processor time an answer: {os.cpu_count() / each:.0f} a second if nothing else ran")
    for name, page in LIMITS.items():
        print(told(f"limit: {name}", asyncio.run(walk(port, cookies, [page], 5, (0.0, 0.0))), 5))


def main() -> None:
    """Start an installation, measure it, stop it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--data", type=Path)
    asked = parser.parse_args()
    folder, port = asked.data or Path(tempfile.mkdtemp(prefix="hustings-pages-")), free_port()
    if asked.data is None:
        folder.chmod(0o711)  # under root the database runs as somebody else, who has to pass through
    command = [sys.executable, "-m", "hustings", "up", "--demo", "--data", str(folder), "--port", str(port)]
    up = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert up.stdout is not None
        for line in up.stdout:
            if "Ready" in line:
                break
        # What it says from now on is read and dropped: a full pipe would stop it.
        threading.Thread(target=up.stdout.read, daemon=True).start()
        measure(folder, port, up.pid, asked.people, asked.seconds)
    finally:
        up.terminate()
        up.communicate()
        if asked.data is None:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
