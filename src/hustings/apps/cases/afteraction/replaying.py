"""What the worker does with a replay that two people agreed to: search twice, count, say what each search found."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db import transaction
from procrastinate.contrib.django import app

from hustings import __version__
from hustings.apps import database
from hustings.apps.audit.record import record
from hustings.apps.cases.afteraction.acts import locked
from hustings.apps.cases.models import Replay
from hustings.apps.database import WEB, WORKER, in_role, moment
from hustings.apps.people.find import seat_for
from hustings.apps.people.models import Appointment
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require
from hustings.apps.sweeps.jobs import LONGEST, table_file
from hustings.errors import HustingsError
from hustings.policy.afteraction import Found, ReplayState, Settings, shows

__all__ = ["run_replay", "work"]


@app.task(name="replay", queue="sweeps")
def run_replay(replay: str) -> None:
    """One replay, from agreed to done or failed."""
    work(UUID(replay))


class Failed(HustingsError):
    """A search that could not be made again, in a sentence."""


def work(key: UUID) -> None:
    """Search again in the name of who asked; does nothing for a replay that is under way, done, or not agreed to.

    Whatever lapsed between the agreement and the start has lapsed: the asker's access is looked at again.
    """
    asker = asker_of(key)
    if asker is None:
        return
    with in_role(WEB):
        seat = seat_for(asker, strong=True)
        database.seat(seat.id if seat else None, strong=True)
        try:
            replay = start(key, by=seat) if seat else None
        except HustingsError:
            replay = None
    if replay is None or seat is None:
        with in_role(WORKER):
            Replay.objects.filter(pk=key, state=ReplayState.AGREED).update(
                state=ReplayState.FAILED, reason="Who asked may no longer read what it is about.", ended_at=moment()
            )
        return
    place = Path(tempfile.mkdtemp(prefix="replay-"))
    try:
        outcome = searched(replay, place)
    except Failed as error:
        end(replay, seat, failed=str(error))
    except (pa.ArrowException, OSError, ValueError) as error:
        # The kind alone: what an error says may name what is searched.
        end(replay, seat, failed=f"The table could not be read ({type(error).__name__}).")
    else:
        end(replay, seat, outcome=outcome)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def asker_of(key: UUID) -> Appointment | None:
    """Who asked for a replay that may start now; the worker learns nothing else of it."""
    with in_role(WORKER):
        replay = Replay.objects.filter(pk=key, state=ReplayState.AGREED).select_related("by__person").first()
        return replay.by if replay else None


@transaction.atomic
def start(key: UUID, *, by: Seat) -> Replay | None:
    """Begin, if who asked may still read what it is about; two workers start it once."""
    found = Replay.objects.filter(pk=key).first()
    if found is None:
        return None
    replay = locked(found)
    if replay.state != ReplayState.AGREED:
        return None
    require(by, "look back", replay.change.missed.look_back.item)
    require(by, "read", replay.table.item)
    replay.state, replay.started_at = ReplayState.RUNNING, by.now
    replay.save(update_fields=["state", "started_at"])
    # Read here: outside this transaction nobody is anybody.
    replay.sought = [(one.platform, one.name) for one in replay.change.missed.actors.all()]  # type: ignore[attr-defined]
    return replay


def searched(replay: Replay, place: Path) -> dict[str, Any]:
    """What each of both searches found. Raises Failed."""
    sought: list[tuple[str, str]] = replay.sought  # type: ignore[attr-defined]
    table, rows = cut(replay, place)
    actors = pq.read_table(table, columns=["platform", "actor"]).group_by(["platform", "actor"]).aggregate([])
    there = set(zip(actors["platform"].to_pylist(), actors["actor"].to_pylist(), strict=True))
    present = len(there & set(sought))
    found = {}
    for when, kept in (("before", replay.change.settings_was), ("after", replay.change.settings_becomes)):
        if kept is None:  # nobody searched
            found[when] = Found.of([], sought, present)
        else:
            found[when] = Found.of(members_of(table, Settings(**kept), place / when), sought, present)
    return {when: one.as_json() for when, one in found.items()} | {"rows": rows, "version": __version__}


def cut(replay: Replay, place: Path) -> tuple[Path, int]:
    """The table, or its rows of before the day; and how many those are."""
    whole = table_file(replay.table)
    if replay.until is None:
        return whole, pq.read_metadata(whole).num_rows
    table = pq.read_table(whole)
    day = pa.scalar(datetime.combine(replay.until, time(), UTC), pa.timestamp("us", "UTC"))
    table = table.filter(pc.less(table["at"].cast(pa.timestamp("us", "UTC")), day))
    pq.write_table(table, place / "cut.parquet")
    return place / "cut.parquet", table.num_rows


def members_of(table: Path, settings: Settings, out: Path) -> list[tuple[str, tuple[str, str]]]:
    """(finding, actor) of a search in a process of its own. Raises Failed."""
    command = [
        sys.executable,
        "-m",
        "hustings",
        "detect",
        str(table),
        "--out",
        str(out),
        *settings.arguments(),
        "--json",
    ]
    try:
        # What a search says may name what it searches for, so nothing of it reaches the worker's log.
        ended = subprocess.run(
            command, capture_output=True, text=True, env=os.environ | {"NO_COLOR": "1"}, timeout=LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        raise Failed(f"It took longer than {LONGEST // 3600} hours and was ended.") from None
    if ended.returncode != 0:
        said = [line for line in ended.stderr.strip().splitlines() if line.strip()]
        raise Failed((said or ["The search ended without a word."])[0][:500])
    members = pq.read_table(out / "members.parquet", columns=["finding", "platform", "actor"]).to_pylist()
    return [(str(row["finding"]), (row["platform"], row["actor"])) for row in members]


def end(replay: Replay, seat: Seat, *, outcome: dict[str, Any] | None = None, failed: str = "") -> None:
    """Write down what was found, or why nothing was."""
    with in_role(WEB, seat.id, strong=True):
        held = locked(replay)
        held.ended_at, held.reason = moment(), failed
        held.state = ReplayState.FAILED if outcome is None else ReplayState.DONE
        if outcome is not None:
            held.outcome = outcome
            held.shown = shows(Found.read(outcome["before"]), Found.read(outcome["after"]))
        held.save(update_fields=["state", "reason", "ended_at", "outcome", "shown"])
        record(f"replay {held.state.value}", by=seat, about=held.change.missed.look_back.item, subject=("replay", held.pk),
               facts={"shown": held.shown})  # fmt: skip
