"""`hustings load`: put what a run of detection found before the people who may know it."""

from __future__ import annotations

__all__ = ["load"]

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

if TYPE_CHECKING:
    from hustings.apps.people.seat import Seat

TLP = ["clear", "green", "amber", "amber+strict", "red"]


@click.command(short_help="Load the findings of a run into the platform.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--by", required=True, metavar="EMAIL", help="Who loads it; the log says so.")
@click.option("--position", metavar="TITLE", help="In which position, where they hold several.")
@click.option(
    "--marking",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="The whole marking as TOML; see docs/how-to/load-findings.md.",
)
@click.option("--tlp", type=click.Choice(TLP), help="How far it may travel.  [default: amber+strict]")
@click.option(
    "--need", type=click.Choice(["none", "role", "named"]), help="Whose need to know is shown.  [default: none]"
)
@click.option("--roles", metavar="ROLE,ROLE", help="With --need role: which positions need to know.")
@click.option("--owner", metavar="ORGANISATION", help="Whose it is.  [default: that of who loads]")
@click.option("--group", metavar="NAME", help="Sharing group that TLP amber reaches.")
@click.option(
    "--case", "case", type=click.UUID, metavar="ID", help="Item of the case that takes it up; then it does not expire."
)
@click.option("--json", "as_json", is_flag=True, help="Say what was done as JSON.")
def load(
    folder: Path, by: str, position: str | None, marking: Path | None, tlp: str | None, need: str | None, roles: str | None,
    owner: str | None, group: str | None, case: UUID | None, as_json: bool,
) -> None:  # fmt: skip
    """Load a finished run of `hustings detect` into the database that HUSTINGS_APP_DATABASE_URL names.

    Whole or not at all; the same run again adds nothing. Actors stand there under pseudonyms: names are opened one
    finding at a time, by a person with a reason. What no case takes up is deleted after 180 days.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hustings.apps.settings")
    import django

    django.setup()
    from django.db.utils import DatabaseError, OperationalError

    from hustings.apps import database
    from hustings.apps.database import WEB, in_role
    from hustings.apps.findings.load import load_run
    from hustings.apps.findings.marked import Asked, marking_asked
    from hustings.apps.permission import NotKnown, Refused, find
    from hustings.cli.progress import shown_progress
    from hustings.errors import BadInput, EnvironmentLacks

    asked = Asked(
        file=marking,
        tlp=tlp,
        need=need,
        roles=[role.strip() for role in roles.split(",")] if roles else None,
        owner=owner,
        group=group,
    )
    try:
        with shown_progress(quiet=as_json) as progress, in_role(WEB):
            seat = seat_of(by, position)
            # Whoever may run this command on this machine has more than a second factor: the database's own address.
            database.seat(seat.id, strong=True)
            loaded = load_run(
                folder,
                marking=marking_asked(asked, seat),
                by=seat,
                case=find(seat, case) if case else None,
                progress=progress,
            )
    except OperationalError as error:
        raise EnvironmentLacks(
            f"The database of the platform does not answer: {str(error).strip()}. Start it with `hustings up`, and say "
            "where it is in HUSTINGS_APP_DATABASE_URL."
        ) from error
    except NotKnown as error:
        raise BadInput(f"There is no case {case} that {by} may know. Nothing was loaded.") from error
    except (Refused, DatabaseError) as error:
        raise BadInput(f"{by} may not load this: {str(error).splitlines()[0]} Nothing was loaded.") from error
    if as_json:
        told = {name: getattr(loaded, name) for name in ("findings", "members", "links", "evidence", "already")}
        click.echo(json.dumps({"run": str(loaded.run.pk), **told}))
        return
    if loaded.already:
        click.echo(f"This very run stands there already, as /runs/{loaded.run.pk}/; nothing was added.")
        return
    click.echo(
        f"{loaded.findings:,} findings with {loaded.members:,} members, {loaded.links:,} links and {loaded.evidence:,} rows of "
        f"evidence; see /runs/{loaded.run.pk}/."
    )
    if loaded.run.expires_at is not None:
        click.echo(f"What no case takes up is deleted on {loaded.run.expires_at:%Y-%m-%d}.")


def seat_of(email: str, position: str | None) -> Seat:
    """The seat of a person in a position that they hold now."""
    from hustings.apps.people.find import seats
    from hustings.apps.people.models import Person
    from hustings.errors import BadInput

    person = Person.objects.filter(email=email.lower(), is_active=True).first()
    held = seats(person, strong=True) if person is not None else []
    if not held:
        raise BadInput(
            f"Nobody with the address {email} holds a position now. Name a person of this installation by --by."
        )
    titles = [f"{seat.appointment.position.title} at {seat.appointment.position.organisation.name}" for seat in held]
    if position is None and len(held) > 1:
        raise BadInput(
            f"{email} holds {len(held)} positions ({'; '.join(titles)}). Say which one acts: --position TITLE."
        )
    chosen = [
        seat
        for seat, title in zip(held, titles, strict=True)
        if position is None or position in (title, seat.appointment.position.title)
    ]
    if len(chosen) != 1:
        raise BadInput(f"{email} holds no one position '{position}'; they hold {'; '.join(titles)}.")
    return chosen[0]
