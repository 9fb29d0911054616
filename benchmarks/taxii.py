# ruff: noqa: PLC0415 - what needs the server is imported when it runs
"""How fast STIX objects come in and go out over TAXII, with how much memory, and medallion in the same run beside it.

    .venv/bin/python benchmarks/taxii.py [--objects 100000] [--medallion 2000] [--clients 2]

Starts a database and one web process of its own, hands objects in over HTTP in requests of 500 from so many clients at
once, reads all of them out in pages of 5,000, and looks after each tenth of them at the memory of the web process. The
client runs on the same cores. medallion (memory backend, from PyPI) gets fewer: it looks through all it has for each
object. `cpu_ms` is processor time of web and database for an object; where other programs share the machine it says more
than the rate. Prints JSON.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from base64 import b64encode
from http.client import HTTPConnection
from pathlib import Path
from uuid import UUID

from pages import free_port, spent

ROOT = Path(__file__).parents[1]
TAXII = "application/taxii+json;version=2.1"
PORTION, PAGE = 500, 5000
MEDALLION = """
import sys
from flask import Flask
from medallion import register_blueprints, set_config
from werkzeug.serving import make_server
app = Flask("medallion")
set_config(app, "users", {"users": {"user": "pass"}})
set_config(app, "taxii", {"taxii": {"max_page_size": 5000}})
set_config(app, "backend", {"backend": {"module": "medallion.backends.memory_backend", "module_class": "MemoryBackend"}})
app.medallion_backend.data = {"root": {
    "information": {"title": "R", "versions": [], "max_content_length": 104857600}, "status": [],
    "collections": [{"id": sys.argv[1], "title": "C", "can_read": True, "can_write": True, "objects": [], "manifest": [],
                     "media_types": []}]}}
register_blueprints(app)
make_server("127.0.0.1", int(sys.argv[2]), app, threaded=True).serve_forever()
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--objects", type=int, default=100_000)
    parser.add_argument("--medallion", type=int, default=2000)
    parser.add_argument("--clients", type=int, default=2)
    options = parser.parse_args()
    from hustings.serving.postgres import running
    from hustings.serving.roles import embedded_addresses

    place = Path(tempfile.mkdtemp(prefix="hpg"))
    place.chmod(0o711)
    with running(place / "data", throwaway=False) as server:
        addresses = embedded_addresses(server, "taxii")
        port = free_port()
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "hustings.apps.settings", "HUSTINGS_SECRET_KEY": "benchmark" * 5,
            "HUSTINGS_HOSTS": "localhost,127.0.0.1",
        }  # fmt: skip
        owner = environment | {"HUSTINGS_APP_DATABASE_URL": addresses.owner}
        subprocess.run([sys.executable, "-m", "django", "migrate", "--verbosity", "0"], env=owner, check=True)
        told = subprocess.run(
            [sys.executable, "-m", "django", "taxii_rig"], env=owner, check=True, capture_output=True, text=True
        )
        rig = json.loads(told.stdout)
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
        command += ["--blocking-threads", "4", "--log-level", "warning", "hustings.apps.wsgi:application"]
        web = subprocess.Popen(command, env=environment | {"HUSTINGS_APP_DATABASE_URL": addresses.app})
        try:
            account = rig["accounts"][0]
            ours = Server(
                port, "/taxii2/shared", rig["collections"]["read-write"]["id"], account["username"], account["password"]
            )
            print(json.dumps({
                "processors": os.cpu_count(), "requests_of": PORTION, "pages_of": PAGE,
                "hustings": ours.measured(options.objects, options.clients, (web.pid, postmaster(place))),
                "medallion": beside(options),
            }, indent=1))  # fmt: skip
        finally:
            web.terminate()
            web.wait(20)


def postmaster(place: Path) -> int:
    """The first process of the database."""
    return int(next(place.rglob("postmaster.pid")).read_text().split()[0])


def beside(options: argparse.Namespace) -> dict[str, object]:
    """The same on medallion."""
    key, port = "11111111-1111-4111-8111-111111111111", free_port()
    process = subprocess.Popen([sys.executable, "-c", MEDALLION, key, str(port)], stderr=subprocess.DEVNULL)
    try:
        return Server(port, "/root", key, "user", "pass").measured(options.medallion, options.clients, (process.pid,))
    finally:
        process.terminate()
        process.wait(20)


class Server:
    """Something that answers TAXII, and one of its collections."""

    def __init__(self, port: int, root: str, collection: str, name: str, secret: str) -> None:
        self.port, self.place = port, f"{root}/collections/{collection}/objects/"
        self.headers = {"Authorization": "Basic " + b64encode(f"{name}:{secret}".encode()).decode(), "Accept": TAXII}

    def line(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self.port, timeout=300)

    def ask(self, line: HTTPConnection, method: str, path: str, body: bytes | None = None) -> bytes:
        headers = self.headers | ({"Content-Type": TAXII} if body else {})
        line.request(method, path, body=body, headers=headers)
        answer = line.getresponse()
        content = answer.read()
        assert answer.status in {200, 202}, (answer.status, content[:300])
        return content

    def measured(self, many: int, clients: int, processes: tuple[int, ...]) -> dict[str, object]:
        self.wait()
        memory = [peak(processes[0])]
        used, began = sum(map(spent, processes)), time.perf_counter()
        for tenth in range(10):
            self.hand_in(range(tenth * many // 10, (tenth + 1) * many // 10), clients)
            memory.append(peak(processes[0]))
        into, used_in = time.perf_counter() - began, sum(map(spent, processes)) - used
        used, began = sum(map(spent, processes)), time.perf_counter()
        out = self.read_all()
        outwards, used_out = time.perf_counter() - began, sum(map(spent, processes)) - used
        memory.append(peak(processes[0]))
        assert out >= many, (out, many)
        return {
            "objects": many,
            "in": {"a_second": round(many / into), "cpu_ms": round(used_in * 1000 / many, 2)},
            "out": {"a_second": round(out / outwards), "cpu_ms": round(used_out * 1000 / out, 3)},
            "web_peak_mib_at_each_tenth_and_after_reading": memory,
        }

    def wait(self) -> None:
        until = time.monotonic() + 120
        while True:
            try:
                self.ask(self.line(), "GET", f"{self.place}?limit=1")
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)
            else:
                return

    def hand_in(self, numbers: range, clients: int) -> None:
        """Objects of these numbers, some clients at once, each with a share."""

        def work(share: range) -> None:
            line = self.line()
            for start in range(0, len(share), PORTION):
                self.ask(line, "POST", self.place, envelope(share[start : start + PORTION]))

        threads = [threading.Thread(target=work, args=(numbers[which::clients],)) for which in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def read_all(self) -> int:
        """Page by page to the end; gives how many objects there were."""
        line, many, following = self.line(), 0, ""
        while True:
            content = self.ask(line, "GET", f"{self.place}?limit={PAGE}{following}")
            many += content.count(b'"valid_from"')
            found = re.search(rb'"next": ?"([^"]+)"', content[:2000] + content[-2000:])
            if not found:
                return many
            following = f"&next={found[1].decode()}"


def envelope(numbers: range) -> bytes:
    return json.dumps({"objects": [made(number) for number in numbers]}).encode()


def made(number: int) -> dict[str, object]:
    """An indicator as feeds have them; the n-th is the same in every run."""
    moment = "2026-01-01T00:00:00.000Z"
    return {
        "type": "indicator", "spec_version": "2.1", "id": f"indicator--{UUID(int=(4 << 76) | (8 << 60) | number)}",
        "created": moment, "modified": moment, "name": f"Domain {number} of a network", "valid_from": moment,
        "description": "Registered in the week in which the other domains of this network were.", "pattern_type": "stix",
        "pattern": f"[domain-name:value = 'news-{number}.example']", "indicator_types": ["malicious-activity"],
        "object_marking_refs": ["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"],
    }  # fmt: skip


def peak(process: int) -> int:
    """The most memory (MiB) that a process and those it started ever held, each by itself, added up."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            told = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
        except OSError:  # it ended meanwhile
            continue
        if int(told["Pid"]) == process or int(told["PPid"]) == process:
            total += int(told.get("VmHWM", "0 kB").split()[0])
    return total // 1024


if __name__ == "__main__":
    main()
