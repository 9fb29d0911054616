"""How soon the network of 10,000 actors and 30,000 links stands in a real browser.

    python benchmarks/network.py --folder out/network --times 5

Starts a platform of its own (database, web process) with one run in it and a case about a finding of as many actors, opens the
run's page and the case's network in Chromium and takes the time from navigation to the first drawn picture. Beside it, in the same browser: an empty page of the same site, and sigma alone
with the same actors and links without labels. Prints one JSON document; needs chromium and the packages of the tests.
"""

# ruff: noqa: PLC0415 - what needs Django is imported once it is set up
import argparse
import json
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import django
import numpy as np

LEAST = 2.0  # seconds until it is drawn

ALONE = """async (address) => {
  const began = performance.now();
  const data = await (await fetch(address)).json();
  document.body.replaceChildren();
  const place = document.createElement("div");
  place.style.width = "1200px"; place.style.height = "600px";
  document.body.append(place);
  const graph = new Network.Graph({ multi: false, type: "undirected" });
  data.actors.number.forEach((key, i) => graph.addNode(String(key), { x: data.actors.x[i], y: data.actors.y[i], size: 2 }));
  data.links.a.forEach((a, i) => graph.mergeEdge(String(data.actors.number[a]), String(data.actors.number[data.links.b[i]])));
  new Network.Sigma(graph, place, { renderLabels: false });
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return performance.now() - began;
}"""


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--actors", type=int, default=10_000)
    parser.add_argument("--links", type=int, default=30_000)
    parser.add_argument("--groups", type=int, default=100)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=Path("out/network"))
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    print(json.dumps(measure(asked), indent=1))


def body_of(actors: int, links: int, groups: int) -> tuple[object, float]:
    """The picture of groups of actors with most links inside, and the seconds that its places took."""
    from hustings.apps.findings.layout import layout
    from hustings.apps.findings.picture import Drawn, Tie, drawn

    draw = np.random.default_rng(1)
    group = draw.integers(0, groups, actors)
    order = np.argsort(group, kind="stable")
    ends = np.searchsorted(group[order], np.arange(groups + 1))
    found: set[tuple[int, int]] = set()
    while len(found) < links:
        a = int(draw.integers(actors))
        inside = order[ends[group[a]] : ends[group[a] + 1]]
        b = int(draw.choice(inside)) if draw.random() < 0.99 else int(draw.integers(actors))
        if a != b:
            found.add((min(a, b), max(a, b)))
    ties = [Tie(a=a, b=b, acts=3, traces=2, chance=10.0 ** -(3 + (a + b) % 12)) for a, b in sorted(found)]
    names = [f"twitter·{n:04x}-{n * 7919 % 65536:04x}-{n * 104729 % 65536:04x}" for n in range(actors)]
    who = [
        Drawn(number=n, pseudonym=names[n], platform="twitter" if n % 3 else "facebook", score=0.99, basis="timing", group=int(group[n]))
        for n in range(actors)
    ]  # fmt: skip
    layout(3, np.array([[0, 1], [1, 2]]))  # compiled before it is measured
    began = time.perf_counter()
    network = drawn(who, ties)
    return network, time.perf_counter() - began


def measure(asked: argparse.Namespace) -> dict[str, object]:
    """Everything."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings_for_tests")
    django.setup()
    import installation
    from django.core.management import call_command
    from installation import EMPTY, copy_of, serving
    from looking import chromium, enrol, sign_in

    from hustings.serving.postgres import running
    from hustings.serving.roles import embedded_addresses

    place = asked.folder.resolve() / "data"
    with running(place, throwaway=True) as server:
        embedded_addresses(server, EMPTY)
        installation.point_to(server, EMPTY)
        call_command("migrate", verbosity=0)
        django.db.connections.close_all()
        copy_of(server, EMPTY, "network")
        with serving(server, "network", asked.folder) as site:
            installation.point_to(server, "network")
            network, seconds = body_of(asked.actors, asked.links, asked.groups)
            address, of_case = stored(network)
            django.db.connections.close_all()
            enrol(site, "anna@example.org")
            with chromium() as browser:
                context = browser.new_context(base_url=site.url, viewport={"width": 1280, "height": 800})
                page = context.new_page()
                sign_in(page, "anna@example.org")
                ours, alone, empty, cases = [], [], [], []
                for _ in range(asked.times):
                    page.goto("/keyboard/")
                    empty.append(
                        page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
                    )
                    page.goto(address)
                    page.wait_for_selector("hustings-network[drawn]")
                    ours.append(float(page.get_attribute("hustings-network", "drawn") or "nan"))
                    shown = page.inner_text(".extent")
                    alone.append(page.evaluate(ALONE, address + "network.json"))
                    page.goto(of_case)
                    page.wait_for_selector("hustings-network[drawn]")
                    cases.append(float(page.get_attribute("hustings-network", "drawn") or "nan"))
                    of_case_shown = page.inner_text(".extent")
                page.screenshot(path=asked.folder / "case.png")
                page.goto(address)
                page.wait_for_selector("hustings-network[drawn]")
                page.screenshot(path=asked.folder / "network.png")
    drawn_s, case_s = statistics.median(ours) / 1000, statistics.median(cases) / 1000
    return {
        "benchmark": "network", "actors": asked.actors, "links": asked.links, "shown": shown, "layout_s": round(seconds, 2),
        "drawn_s": round(drawn_s, 2), "each_s": [round(value / 1000, 2) for value in ours],
        "empty_page_s": round(statistics.median(empty) / 1000, 2), "sigma_alone_s": round(statistics.median(alone) / 1000, 2),
        "case_shown": of_case_shown, "case_drawn_s": round(case_s, 2), "case_each_s": [round(value / 1000, 2) for value in cases],
        "reached": max(drawn_s, case_s) < LEAST,
    }  # fmt: skip


def stored(network: object) -> tuple[str, str]:
    """Put the picture under a run of an analyst's and under a finding in a case; gives the addresses of run and case."""
    from datetime import UTC, datetime

    from made_people import appoint, organisation, person

    from hustings.apps import database
    from hustings.apps.cases import working
    from hustings.apps.database import WEB, in_role
    from hustings.apps.findings.marked import Asked, marking_asked
    from hustings.apps.findings.models import Finding, Picture, Run
    from hustings.apps.findings.picture import packed
    from hustings.apps.items.actions import make_item
    from hustings.apps.people.find import seat_for

    anna = appoint(person("Anna", second_factor=False), organisation("Meridian"))
    with in_role(WEB):
        seat = seat_for(anna, strong=True)
        assert seat is not None
        database.seat(seat.id, strong=True)
        marking = marking_asked(Asked(), seat)
        item = make_item(kind="run", title="A run", marking=marking, by=seat)
        run = Run.objects.create(
            item=item,
            digest="0" * 64,
            version="0.1.0",
            seed=1,
            settings={"window_s": 60.0},
            inputs=[],
            outputs={},
            counts={},
        )
        groups = sorted(set(network.body["actors"]["group"]))  # type: ignore[attr-defined]
        at = datetime(2027, 1, 11, tzinfo=UTC)
        for number in groups:
            finding = make_item(
                kind="finding", title=f"Group {number} acted together", marking=marking, by=seat, sources=[item]
            )
            Finding.objects.create(
                item=finding, run=run, number=number, members=100, basis="timing", platforms=["twitter"], first=at, last=at, links=300,
                traces=9, acts=99, expected_acts=1.0, score=0.99, sentence="They acted together.", limits=[], kinds={}, declared=False,
                rows_digest="0" * 64,
            )  # fmt: skip
        for one in (item, finding):
            Picture.objects.create(item=one, actors=network.actors, links=network.links, body=packed(network.body))  # type: ignore[attr-defined]
        case = working.open_case(by=seat, title="A case", question="Do they act as one?", marking=marking)
        working.add_material(case, finding, by=seat, why="the case is about it")
    return f"/runs/{item.pk}/", f"/cases/{case.pk}/network/"


if __name__ == "__main__":
    main()
