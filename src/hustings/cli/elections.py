"""`hustings elections`: lists of elections into the calendar, with what is wrong in them told as a table."""

from __future__ import annotations

__all__ = ["elections"]

import csv
import json
import os
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hustings.connectors.elections import LAYOUTS
from hustings.policy.election import Authority
from hustings.writing import whole_file

if TYPE_CHECKING:
    from hustings.apps.elections.asked import Asked, Loaded

COLUMNS = ("row", "fault", "column", "found", "expected", "do")
SHOWN = 25  # faults of a kind in the terminal; a file has all


class Day(click.ParamType[date]):
    """A day such as 2021-03-19."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read it, or say what was expected."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no day; write it as 2021-03-19", param, ctx)


@click.group(short_help="Load lists of elections into the calendar.")
def elections() -> None:
    """Read lists of elections: what is wrong with them, and which rows are elections that the calendar has."""


@elections.command()
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--as", "layout", required=True, type=click.Choice(list(LAYOUTS)), help="Its layout.")
@click.option("--source", default="", metavar="WORDS", help="Who says so: title, edition. [default: the layout's own]")
@click.option("--listed", default="", metavar="NAME", help="Under which name later editions are loaded too. [default: the layout's source]")  # fmt: skip
@click.option("--as-of", type=Day(), metavar="DAY", help="The day for which the list speaks.")
@click.option("--since", type=Day(), metavar="DAY", help="From which day on it means to be whole. [default: its first]")
@click.option("--until", type=Day(), metavar="DAY", help="Until which day. [default: its last]")
@click.option("--authority", type=click.Choice([one.value for one in Authority]), help="What kind of source it is. [default: the layout's]")  # fmt: skip
@click.option("--by", metavar="EMAIL", help="Who loads it; the log says so. Needed but for --dry-run.")
@click.option("--position", metavar="TITLE", help="With --by: in which position, where they hold several.")
@click.option("--dry-run", is_flag=True, help="Say what would become of it; without --by, of the file alone.")
@click.option(
    "--faults", type=click.Path(path_type=Path, dir_okay=False), metavar="CSV", help="Write all faults there."
)
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
def load(
    path: Path, layout: str, source: str, listed: str, as_of: date | None, since: date | None, until: date | None, authority: str | None,
    by: str | None, position: str | None, dry_run: bool, faults: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Load a list of elections into the calendar of the database that HUSTINGS_APP_DATABASE_URL names.

    Whole or not at all; the same file again adds nothing. A row that is an election of the calendar becomes a further
    claim about it. What is wrong with rows is told as a table, and what cannot be planned by is set aside.
    """
    from hustings.apps.elections.asked import Asked
    from hustings.connectors.elections.reading import body_of

    if by is None and not dry_run:
        raise click.UsageError("Say who loads it: --by EMAIL. Or look at it alone: --dry-run.")
    asked = Asked(
        body=body_of(path), name=path.name, layout=layout, source=source, listed=listed, as_of=as_of, since=since, until=until,
        authority=Authority(authority) if authority else None,
    )  # fmt: skip
    done = alone(asked) if by is None else in_platform(asked, by, position, dry_run=dry_run)
    found = [fault.cells() for fault in done.faults]
    if faults is not None:
        with whole_file(faults) as made, made.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, COLUMNS)
            writer.writeheader()
            writer.writerows(found)
    told = {
        "source": done.source, "licence": done.read.licence, "lines": done.read.lines, "rows": len(done.read.rows), "set_aside": done.read.set_aside,
        "became": done.became, "faults": dict(sorted(Counter(str(row["fault"]) for row in found).items())), "dry_run": dry_run, "already": done.already,
    }  # fmt: skip
    if as_json:
        click.echo(json.dumps(told | {"table": found}, ensure_ascii=False))
        return
    say(done, dry_run=dry_run, alone=by is None)


def say(done: Loaded, *, dry_run: bool, alone: bool) -> None:
    """For the terminal."""
    if done.already:
        click.echo("These very bytes were loaded before; nothing was added.")
    elif dry_run:
        click.echo("Nothing is written: this is what would become of it" + (" in an empty calendar." if alone else "."))
    click.echo(f"{done.read.lines:,} lines of {done.source}; {done.read.set_aside:,} set aside.")
    click.echo("  " + ", ".join(f"{count:,} {word}" for word, count in done.became.items()))
    click.echo(f"Licence: {done.read.licence}")
    kinds = Counter(fault.code for fault in done.faults)
    for code in sorted(kinds, key=lambda code: (-kinds[code], code.value)):
        click.echo(f"{kinds[code]:>6,}  {code.value}{' (set aside)' if code.sets_aside else ''}")
        for fault in [fault for fault in done.faults if fault.code is code][:SHOWN]:
            where = f"line {fault.row}" if fault.row else "the list"
            click.echo(f"        {where}: {fault.found}; expected {fault.expected}. {fault.do}")
        if kinds[code] > SHOWN:
            click.echo(f"        ... and {kinds[code] - SHOWN:,} more: --faults FILE has all.")


def alone(asked: Asked) -> Loaded:
    """The list by itself, laid upon an empty calendar."""
    from hustings.apps.elections.asked import read_and_match

    return read_and_match(asked, [])


def in_platform(asked: Asked, email: str, position: str | None, *, dry_run: bool) -> Loaded:
    """The list laid upon the platform's calendar, and loaded there unless it is a dry run."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hustings.apps.settings")
    import django

    django.setup()
    from django.db.utils import DatabaseError, OperationalError

    from hustings.apps import database
    from hustings.apps.database import WEB, in_role
    from hustings.apps.elections.asked import read_and_match
    from hustings.apps.elections.loading import calendar, load_list
    from hustings.apps.permission import Refused
    from hustings.cli.load import seat_of
    from hustings.errors import BadInput, EnvironmentLacks

    try:
        with in_role(WEB):
            seat = seat_of(email, position)
            # Whoever may run this command on this machine has more than a second factor: the database's own address.
            database.seat(seat.id, strong=True)
            return read_and_match(asked, calendar) if dry_run else load_list(asked, by=seat)
    except OperationalError as error:
        raise EnvironmentLacks(
            f"The database of the platform does not answer: {str(error).strip()}. Start it with `hustings up`, and say "
            "where it is in HUSTINGS_APP_DATABASE_URL."
        ) from error
    except (Refused, DatabaseError) as error:
        raise BadInput(f"{email} may not load this: {str(error).splitlines()[0]} Nothing was loaded.") from error
