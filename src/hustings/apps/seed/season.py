"""The demo season's work: tables of posts that can be searched, a run of findings, tips and who is named for them.

Everything is done by the people of the season through the same actions as on the pages, so nothing here can be that a
person could not do.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from hustings.apps import database
from hustings.apps.database import WEB, in_role
from hustings.apps.findings.load import load_run
from hustings.apps.items.actions import grant_need
from hustings.apps.people.find import seat_for, seats
from hustings.apps.people.models import Person
from hustings.apps.people.seat import Seat
from hustings.apps.seed.personas import COMPARTMENT, DOMAIN, PERSONAS
from hustings.apps.seed.world import World
from hustings.apps.sweeps.actions import own_marking, receive_tip
from hustings.apps.sweeps.models import Tip, TraceTable
from hustings.apps.sweeps.tables import register_table, sha256
from hustings.policy.level import Level
from hustings.policy.marking import Marking, Need, Tlp

__all__ = ["Loaded", "at_desk", "bring", "play", "signed_in", "simulated"]

SEED = 11
Say = Callable[[str], None]
# A table, its title, the rule it was collected by, and the run of `detect` on it.
Loaded = tuple[Path, str, str, Path]


@contextmanager
def at_desk(world: World, key: str) -> Iterator[Seat]:
    """Act as one of the people of the season, with the rights of the web."""
    with in_role(WEB):
        seat = seat_for(world.appointments[key][0], strong=True)
        assert seat is not None, f"{key} holds a position"
        database.seat(seat.id, strong=True)
        yield seat


def simulated(place: Path) -> list[Loaded]:
    """Make a small season with our own simulator and search it."""
    run("simulate", "--out", str(place / "season"), "--seed", str(SEED), "--actors", "600")
    run("detect", str(place / "season" / "traces.parquet"), "--out", str(place / "run"))
    return [
        (
            place / "season" / "traces.parquet",
            "Simulated election season",
            "every public post of the simulated season with an election hashtag or link",
            place / "run",
        )
    ]


def run(*arguments: str) -> None:
    """Run a command of ours; what it says is shown only if it fails."""
    subprocess.run([sys.executable, "-m", "hustings", *arguments, "--json"], check=True, stdout=subprocess.DEVNULL)


@contextmanager
def signed_in(key: str) -> Iterator[Seat]:
    """Act as one of the people of a season that stands there already."""
    with in_role(WEB):
        person = Person.objects.get(email=f"{key}@{DOMAIN}")
        seat = seats(person, strong=True)[0]
        database.seat(seat.id, strong=True)
        yield seat


def bring(tables: Sequence[Sequence[Path | str]], by: Seat, say: Say) -> None:
    """Register tables that can be searched and load the runs on them; what is there already is told and stays."""
    for file, title, collected, folder in tables:
        if not TraceTable.objects.filter(sha256=sha256(Path(file))).exists():
            register_table(Path(file), title=str(title), collected=str(collected), marking=own_marking(by), by=by)
        loaded = load_run(Path(folder), marking=own_marking(by), by=by)
        there = " (there already)" if loaded.already else ""
        say(f"{title}: {loaded.findings:,} findings, {loaded.members:,} members{there}.")


def play(world: World, tables: list[Loaded], say: Say) -> None:
    """Register and load the tables, and let the tips come in."""
    with at_desk(world, "anna") as anna:
        bring(tables, anna, say)
    names = starts(tables[0][3]) if tables else []
    with at_desk(world, "farah") as farah:
        source = world.organisations["Directorate for Election Security"]
        red = Marking(
            tlp=Tlp.RED, owner=str(source.pk), group=str(world.group.pk), need=Need.NAMED, originator_consent=True
        )
        tip = receive_tip(
            by=farah,
            title="Pages that pose as local and are run together",
            text="A partner service reports that these accounts are run by the same people. Source protected.",
            reference="DES-2207",
            source=source,
            marking=red,
            starts=names,
        )
        pointer = receive_tip(
            by=farah,
            title="Reporting on the origin of the pages",
            text="",
            reference="DES-2208",
            source=source,
            marking=Marking(
                tlp=Tlp.RED,
                owner=str(source.pk),
                group=str(world.group.pk),
                level=Level.SECRET,
                compartments=frozenset({COMPARTMENT}),
                releasable_to=frozenset({"XV"}),
                need=Need.NAMED,
                originator_consent=True,
                kept_here=False,
            ),
            where_to_read="Fort Anselm, reading room 4",
        )
        name_people(world, [tip, pointer], farah)
    say("2 tips, known to those named for them.")


def name_people(world: World, tips: list[Tip], farah: Seat) -> None:
    """Who needs to know the tips, until the season ends."""
    for persona in PERSONAS:
        if persona.named_on_tip and persona.key != "farah":
            for tip in tips:
                grant_need(
                    tip.item,
                    world.appointments[persona.key][0],
                    purpose="Search from the tip ahead of the election",
                    ends_at=farah.now + timedelta(days=120),
                    by=farah,
                )


def starts(folder: Path) -> list[tuple[str, str, str]]:
    """Three members of the surest finding of a run: what the invented tip names."""
    import pyarrow.parquet as pq

    members = pq.read_table(folder / "members.parquet").to_pylist()
    return [("actor", row["platform"], row["actor"]) for row in members if row["finding"] == 0][:3]


@contextmanager
def temporary() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="season-") as place:
        yield Path(place)
