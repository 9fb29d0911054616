# ruff: noqa: PLC0415 - what reads the settings is imported once they are named
"""How soon the next item stands after one key, in a real browser on a real installation.

    .venv/bin/python benchmarks/next_item.py [--items 60]

Starts a database and a web process of its own, signs a reviewer in with a second factor in Chromium, ticks "a number
decides at once", and presses 1 for item after item. `key_to_next_ms` is from the key to the next item's heading drawn in
the page; `server_ms` is what the browser waited for the first byte of the decision's answer and of the next page, together.
Prints JSON; fails where an item was skipped or decided twice.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
WORLD = """
from datetime import timedelta
from uuid import uuid4
from django.db import transaction
from django.utils import timezone
from made_review import SNAPSHOT
from people_world import World
from hustings.apps.review import actions
from hustings.policy.role import Role
with transaction.atomic():
    world = World()
    world.organisation("Meridian")
    world.person("rosa")
    world.post("rosa", "Meridian", Role.REVIEWER, title="Reviewer")
    for number in range({items}):
        shown = SNAPSHOT | {{"title": f"Leaflet {{number + 1}} of the Harbour List", "lang": "en"}}
        actions.ask("door", ("leaflet", uuid4()), snapshot=shown, priority=0,
                    due_at=timezone.now() + timedelta(hours=5, seconds=number), held_by=world.organisations["Meridian"])
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=60)
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "settings_for_tests"
    import django

    django.setup()
    from installation import ENVIRONMENT, serving
    from looking import chromium, enrol, sign_in, visit

    from hustings.serving.postgres import running
    from hustings.serving.roles import embedded_addresses

    place = Path(tempfile.mkdtemp(prefix="hpg"))
    place.chmod(0o711)
    with running(place / "data", throwaway=False) as server:
        addresses = embedded_addresses(server, "next_item")
        environment = os.environ | ENVIRONMENT | {"HUSTINGS_APP_DATABASE_URL": addresses.owner}
        subprocess.run([sys.executable, "-m", "django", "migrate", "-v", "0"], env=environment, check=True)
        with serving(server, "next_item", place) as site:
            site.run(WORLD.format(items=options.items + 2))
            enrol(site, "rosa@demo.example")
            with chromium() as browser:
                _, page, _ = visit(browser, site)
                sign_in(page, "rosa@demo.example")
                told = pressed(page, options.items)
            decided = site.sql("SELECT count(*), count(DISTINCT work_id) FROM review_decision")[0]
    assert decided == (options.items, options.items), f"{options.items} keys, {decided} decisions"
    print(json.dumps({"items": options.items, "processors": os.cpu_count(), **told}, indent=1))


def pressed(page, items):
    """Press the key so often; gives how long each took."""
    page.goto("/review/")
    page.keyboard.press("n")
    page.wait_for_url("**/review/work/**")
    page.get_by_label("A number decides at once").check()
    page.locator("h1").click()
    keys, waited = [], []
    for number in range(1, items + 1):
        assert page.locator("h1").inner_text() == f"Leaflet {number} of the Harbour List"
        answers = []
        page.on("response", lambda answer, kept=answers: kept.append(answer))
        began = time.perf_counter()
        page.keyboard.press("1")
        page.wait_for_selector(f"h1:text-is('Leaflet {number + 1} of the Harbour List')")
        keys.append(time.perf_counter() - began)
        timings = [answer.request.timing for answer in answers if "/review/work/" in answer.url]
        waited.append(sum(each["responseStart"] - each["requestStart"] for each in timings))
        page.wait_for_load_state()
    return {"key_to_next_ms": spread([1000 * each for each in keys]), "server_ms": spread(waited)}


def spread(times):
    """Half and nearly all of them."""
    times = sorted(times)
    return {
        "p50": round(times[len(times) // 2], 1),
        "p95": round(times[int(len(times) * 0.95)], 1),
        "max": round(times[-1], 1),
    }


if __name__ == "__main__":
    main()
