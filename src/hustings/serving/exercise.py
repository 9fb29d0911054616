"""A meeting of partners on one machine: five installations, from a tip to a joint report, told as it happens."""

__all__ = ["Asked", "exercise"]

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from hustings.apps.seed.exercise.parties import PARTIES
from hustings.errors import EnvironmentLacks
from hustings.serving.folder import DataFolder
from hustings.serving.keys import secret
from hustings.serving.reach import reached
from hustings.serving.supervise import STOP_SIGNALS

WAIT = (
    3600  # seconds for an installation to answer: one that ends is seen at once, and a machine may have much else to do
)
HOSTS = "localhost,127.0.0.1"
ACTORS, SEED, STARTS, MEMBERS = 600, 11, 3, 5
READY = "Ready after"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the person at the terminal wants: where, on which first port, and whether the consoles stay up afterwards."""

    data: Path
    port: int
    stay: bool


class Teller:
    """Says what happens, numbered."""

    def __init__(self, out: IO[str]) -> None:
        self.out, self.number, self.began = out, 0, time.monotonic()

    def say(self, words: str) -> None:
        """A line."""
        self.out.write(f"{words}\n")
        self.out.flush()

    def step(self, words: str) -> None:
        """A step of the story."""
        self.number += 1
        self.say(f"{self.number:2d}. {words}")


class Place:
    """One party's installation, and a conversation with it."""

    def __init__(self, key: str, folder: Path, port: int, talk: "subprocess.Popen[str]") -> None:
        self.key, self.folder, self.port, self.talk = key, folder, port, talk

    def do(self, step: str, **told: Any) -> dict[str, Any]:
        """Let it do a step.

        Raises   EnvironmentLacks where it does not answer: what it said stands in its log
        """
        assert self.talk.stdin is not None
        assert self.talk.stdout is not None
        self.talk.stdin.write(json.dumps({"step": step, "with": told}) + "\n")
        self.talk.stdin.flush()
        line = self.talk.stdout.readline()
        if not line:
            raise EnvironmentLacks(
                f"{self.key} did not do '{step}'; what it said stands in {self.folder / 'steps.log'}."
            )
        return dict(json.loads(line))


def exercise(asked: Asked, out: IO[str]) -> int:
    """Play the exercise; give the exit code.

    Raises   EnvironmentLacks where something does not start or a step fails.
    """
    teller = Teller(out)
    asked.data.mkdir(parents=True, exist_ok=True)
    if any((asked.data / party.key).exists() for party in PARTIES):
        raise EnvironmentLacks(
            f"An exercise was played in {asked.data} before. Name another folder, or remove this one."
        )
    password = secret(asked.data / "password", lambda: secrets.token_hex(8).encode()).decode()
    with stoppable(), ExitStack() as stack:
        traces, accounts, domain = posts(asked.data)
        empty(asked.data, asked.port)
        places = {}
        for number, party in enumerate(PARTIES):
            place = stack.enter_context(installation(party.key, asked.data / party.key, asked.port + number))
            places[party.key] = place
            teller.say(f"{party.name}: {address(place)}")
        meet(places, password)
        for party in PARTIES:
            if party.platform:
                places[party.key].do("posts", traces=str(traces))
        teller.say(f"Five installations stand and know each other after {time.monotonic() - teller.began:.0f} s.")
        held = story(places, teller, traces, accounts, domain)
        teller.say(f"Played in {time.monotonic() - teller.began:.0f} s. {held}")
        if asked.stay:
            signs(places, password, teller)
            teller.say("The consoles stay up; Ctrl-C stops everything.")
            with suppress(KeyboardInterrupt):
                threading.Event().wait()
    return 0


@contextmanager
def stoppable() -> Iterator[None]:
    """Let the first signal that asks to stop end the body, which stops what it started; those after it change nothing.

    Raises   KeyboardInterrupt in the body, also where whoever started this had left Ctrl-C to others
    """

    def stop(*_: object) -> None:
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def address(place: Place) -> str:
    """Where its console is."""
    return f"http://localhost:{place.port}/"


def posts(data: Path) -> tuple[Path, list[str], str]:
    """Make a season with our simulator: its posts, some accounts of a covert campaign on two platforms, and its site."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - a second to import, and --help needs none of it

    season = data / "season"
    command = [
        sys.executable,
        "-m",
        "hustings",
        "simulate",
        "--out",
        str(season),
        "--seed",
        str(SEED),
        "--actors",
        str(ACTORS),
        "--json",
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    labels = pq.read_table(season / "labels.parquet").to_pylist()
    covert = {(row["platform"], row["actor"]): row["campaign"] for row in labels if row["role"] == "covert"}
    on = {number: {platform for (platform, _), of in covert.items() if of == number} for number in set(covert.values())}
    both = [number for number, platforms in on.items() if {"plaza", "lumen"} <= platforms]
    if not both:
        raise EnvironmentLacks("The simulated season has no campaign on both platforms.")
    # The one with most accounts here: some are in the tip, and a campaign of others is to stand without it.
    largest = min(
        both, key=lambda number: (-sum(1 for (at, _), of in covert.items() if at == "plaza" and of == number), number)
    )
    rows = pq.read_table(season / "traces.parquet", columns=["platform", "actor", "kind", "trace"]).to_pylist()
    theirs, others = Counter[str](), Counter[str]()
    for row in rows:
        if row["kind"] == "domain":
            (theirs if covert.get((row["platform"], row["actor"])) == largest else others)[row["trace"]] += 1
    domain = min(theirs, key=lambda name: (others[name] - theirs[name], name))
    accounts = sorted(actor for (platform, actor), of in covert.items() if platform == "plaza" and of == largest)
    return season / "traces.parquet", accounts, domain


@contextmanager
def installation(key: str, folder: Path, port: int) -> Iterator[Place]:
    """Start an installation, wait till it answers, and open a conversation with it; at the end stop both."""
    with running(key, folder, port), reached(folder) as held, (folder / "steps.log").open("w") as errors:
        asked = held.environment("owner") | {"HUSTINGS_TAXII_HOSTS": HOSTS}
        command = [sys.executable, "-m", "django", "exercise", key]
        talk = subprocess.Popen(
            command, env=asked, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
        )
        try:
            yield Place(key, folder, port, talk)
        finally:
            if talk.stdin is not None:
                talk.stdin.close()
            talk.wait(60)


@contextmanager
def running(key: str, folder: Path, port: int) -> Iterator[None]:
    """An installation from when it answers till it stopped."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [
        sys.executable,
        "-m",
        "hustings",
        "up",
        "--data",
        str(folder),
        "--port",
        str(port),
        "--workers",
        "1",
        "--threads",
        "4",
    ]
    log = folder / "up.log"
    with log.open("w") as said:
        process = subprocess.Popen(
            command, env=os.environ | {"HUSTINGS_TAXII_HOSTS": HOSTS}, stdout=said, stderr=subprocess.STDOUT, text=True
        )
    try:
        until = time.monotonic() + WAIT
        while READY not in log.read_text(encoding="utf-8"):
            if process.poll() is not None:
                raise EnvironmentLacks(f"The installation of {key} does not start; what it said stands in {log}.")
            if time.monotonic() > until:
                raise EnvironmentLacks(
                    f"The installation of {key} did not answer within {WAIT} s; what it said stands in {log}."
                )
            time.sleep(0.2)
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(120)


def empty(data: Path, port: int) -> None:
    """Make one empty installation, and of it one for each party: to bring a database to this version takes a minute."""
    first = data / ".empty"
    with running("an empty installation", first, port):
        pass
    for party in PARTIES:
        # As it is, with the owner that the database's files have under root; secrets are each one's own.
        subprocess.run(["cp", "-a", str(first), str(data / party.key)], check=True)
        shutil.rmtree(data / party.key / "keys", ignore_errors=True)
    shutil.rmtree(first, ignore_errors=True)


def meet(places: dict[str, Place], password: str) -> None:
    """Make the people of each, give each partner its account, and let each fetch from every other."""
    for place in places.values():
        kept = DataFolder(path=place.folder).keys / "demo-password"
        secret(kept, password.encode)
    given = {key: place.do("begin", password=password)["secrets"] for key, place in places.items()}
    for key, place in places.items():
        others = {
            other: {"url": address(there), "secret": given[other][key]}
            for other, there in places.items()
            if other != key
        }
        place.do("connect", others=others)


def story(places: dict[str, Place], teller: Teller, traces: Path, accounts: list[str], domain: str) -> str:
    """The story from the tip to the joint report; gives a sentence on what stands at its end."""
    plaza, lumen, directorate, lab, authority = (places[party.key] for party in PARTIES)

    def tell(place: Place, step: str, **told: Any) -> dict[str, Any]:
        answer = place.do(step, **told)
        teller.step(answer["says"])
        return answer

    def pass_on(place: Place, *to: Place) -> None:
        place.do("bring")
        for each in to:
            problems = each.do("fetch")["errors"]
            if problems:
                raise EnvironmentLacks(f"{each.key} cannot fetch: {'; '.join(problems)}")

    everybody = (plaza, lumen, directorate, lab, authority)
    tell(plaza, "search")
    tell(directorate, "warn", accounts=accounts[:STARTS], domain=domain)
    pass_on(directorate, *everybody[:2], lab, authority)
    tell(plaza, "sweep")
    campaign = tell(plaza, "campaign", accounts=accounts[STARTS : STARTS + MEMBERS], traces=str(traces))["campaign"]
    pass_on(plaza, lumen, directorate, lab, authority)
    tell(plaza, "share", to="lumen", title="Campaign on both of our platforms", ground="Agreement of the exercise")
    pass_on(plaza, lumen)
    tell(lumen, "seen")
    pass_on(lumen, plaza, directorate, lab, authority)
    tell(
        directorate,
        "ask",
        to="plaza",
        action=True,
        title="Remove the pages",
        ground="They are foreign",
        content=[["page", "plaza", accounts[0]]],
    )
    tell(authority, "ask", to="plaza", action=True, title="A post with a wrong day of the vote", ground="It names the wrong day",
         content=[["post", "plaza", "p 2041"]])  # fmt: skip
    law = "Electoral Code of Valdoria, section 88 (false statements on how to vote)"
    tell(authority, "ask", to="plaza", action=True, title="A post with a wrong day of the vote", ground="It names the wrong day", law=law,
         content=[["post", "plaza", "p 2041"]])  # fmt: skip
    tell(authority, "ask", to="lumen", action=True, title="A page that mocks the count", ground="It harms trust in the count", law=law,
         content=[["page", "lumen", "Counting sheep"]])  # fmt: skip
    pass_on(authority, plaza, lumen)
    tell(
        plaza,
        "answer",
        title="A post with a wrong day of the vote",
        steps=[["receive", ""], ["review", ""], ["act", "It stated a wrong day; our own reviewers removed it."]],
    )
    tell(
        lumen,
        "answer",
        title="A page that mocks the count",
        steps=[
            ["receive", ""],
            ["review", ""],
            ["decline", "It is lawful opinion and says nothing false on how to vote."],
        ],
    )
    pass_on(plaza, authority)
    pass_on(lumen, authority)
    tell(
        lab,
        "ask",
        to="plaza",
        action=False,
        title="How many accounts did the search look at?",
        ground="Our study of the season",
    )
    pass_on(lab, plaza)
    tell(
        plaza,
        "answer",
        title="How many accounts did the search look at?",
        steps=[["receive", ""], ["review", ""], ["act", "See the sweep of today; its count is in what we published."]],
    )
    pass_on(plaza, lab)
    tell(lab, "say", campaign=campaign, words="The texts were written by few hands: they share misspellings.")
    tell(lumen, "say", campaign=campaign, word="agree", words="We see the same site and the same hours.")
    tell(authority, "say", campaign=campaign, word="neutral", words="We cannot judge who stands behind it.")
    for place in (lab, lumen, authority):
        pass_on(place, *(each for each in everybody if each is not place))
    seen = [tell(place, "look", campaign=campaign) for place in everybody]
    return f"The joint report on the campaign stands in {len(seen)} consoles at /joint/{campaign}/."


def signs(places: dict[str, Place], password: str, teller: Teller) -> None:
    """Who signs in where."""
    teller.say(f"Sign in with the password {password} and a code (`hustings code NAME --data FOLDER`):")
    for party in PARTIES:
        place = places[party.key]
        teller.say(
            f"  {address(place)}  {party.front}@demo.example, {party.second}@demo.example   --data {place.folder}"
        )
