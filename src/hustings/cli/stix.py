"""`hustings stix`: what is wrong with a bundle, what of it nobody would read, and turning it into other forms."""

from __future__ import annotations

__all__ = ["stix"]

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hustings.writing import whole_file, whole_folder

if TYPE_CHECKING:
    from hustings.exchange.doors.lookable import Carried
    from hustings.exchange.stix.bundle import Came
    from hustings.exchange.stix.marking import Definitions, Names

LIGHTS = click.Choice(["clear", "green", "amber", "amber+strict", "red"])
FORMS = ("csv", "domains", "misp", "signals", "mail", "stix")
SHOWN = 20


@click.group("stix", short_help="Check and convert STIX.")
def stix() -> None:
    """Check what is in a STIX bundle and turn it into other forms, or these into STIX."""


@stix.command(short_help="Say what is wrong and what nobody would read.")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--unmarked", type=LIGHTS, default="amber+strict", show_default=True, help="How far what bears no marking travels."
)
@click.option("--quick", is_flag=True, help="Do not parse each object with the library of STIX's makers.")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
def check(file: Path, unmarked: str, quick: bool, as_json: bool) -> None:
    """Read a bundle and tell what breaks STIX, what comes twice, and which objects their markings hide from everybody.

    Ends with 1 where something is wrong. A hidden object is nothing wrong: it is told, so that its sender can mend it.
    """
    from hustings.exchange.stix.examine import definitions_of, examine
    from hustings.exchange.stix.marking import Names
    from hustings.policy.marking import Tlp

    names = Names(here="here", sender="sender", unmarked=Tlp(unmarked))
    with objects_of(file) as came:
        definitions = definitions_of(came)
    with objects_of(file) as came:
        found = examine(came, definitions, names=names, by_the_letter=not quick)
    if as_json:
        told = {
            "objects": found.types.total(), "types": dict(sorted(found.types.items())), "lights": dict(sorted(found.lights.items())),
            "twice": found.twice, "not_canonical": found.not_canonical, "wrong": found.numbers["wrong"], "hidden": found.numbers["hidden"],
            "problems": found.wrong, "unread": found.hidden,
        }  # fmt: skip
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        click.echo(f"{found.types.total():,} objects: " + ", ".join(f"{number:,} {kind}" for kind, number in sorted(found.types.items())))  # fmt: skip
        click.echo("Markings: " + (", ".join(f"{number:,} {light}" for light, number in sorted(found.lights.items())) or "none that can be read") + ".")  # fmt: skip
        if found.twice:
            click.echo(f"{found.twice:,} come again word for word.")
        for title, number, some in (
            ("break STIX", found.numbers["wrong"], found.wrong),
            ("are hidden from everybody", found.numbers["hidden"], found.hidden),
        ):
            if number:
                click.echo(f"{number:,} {title}:")
                for key, what in some[:SHOWN]:
                    click.echo(f"  {key}: {what}")
                if number > SHOWN:
                    click.echo(f"  and {number - SHOWN:,} more; --json tells up to 1,000.")
    if found.numbers["wrong"]:
        raise SystemExit(1)


@stix.command(short_help="Turn it into another form.")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--to", "form", type=click.Choice(FORMS), required=True, help="Which form.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The file to write; for misp a new folder.")
@click.option(
    "--from",
    "source",
    type=click.Choice(["stix", "csv", "misp", "signals"]),
    help="What FILE is, where its name does not tell.",
)
@click.option(
    "--tlp",
    type=LIGHTS,
    default="amber+strict",
    show_default=True,
    help="How far what bears no marking travels, and a list as a whole.",
)
@click.option(
    "--until", type=LIGHTS, default="green", show_default=True, help="The strictest that may go by mail or as signals."
)
@click.option("--title", default="Shared indicators", show_default=True, help="Of a MISP event.")
@click.option(
    "--maker",
    default="Hustings",
    show_default=True,
    help="Who makes it: name of an organisation, or an address for mail.",
)
@click.option("--for", "reader", default="", help="Whom a mail is to.")
def convert(
    file: Path, form: str, out: Path, source: str | None, tlp: str, until: str, title: str, maker: str, reader: str
) -> None:  # fmt: skip
    """Turn a bundle, a list, a MISP event or a file of signals into another form, under the markings it came with.

    What the other form cannot say is told line by line. A limit that it cannot say at all refuses the whole: nothing is
    written.
    """
    from hustings.exchange.doors.digest import digest
    from hustings.exchange.doors.lists import write_domains, write_list
    from hustings.exchange.doors.lookable import as_indicators
    from hustings.exchange.doors.misp_feed import event, feed
    from hustings.exchange.doors.signals import write_signals
    from hustings.exchange.stix.bundle import write_bundle
    from hustings.exchange.stix.form import said_at
    from hustings.exchange.stix.marking import Names
    from hustings.exchange.stix.objects import uuid_of
    from hustings.exchange.stix.tlp import tlp_definition
    from hustings.policy.marking import Tlp

    names = Names(here="here", sender="sender", unmarked=Tlp(tlp))
    now = datetime.now(UTC)
    kind = source or kind_of(file)
    losses: list[str] = []
    if kind == "stix" and form in {"stix", "mail"}:
        objects, definitions, losses = newest(file)
        if form == "mail":
            letter = digest(objects, definitions, names=names, sender=maker, to=reader, at=now, until=Tlp(until))
            write(out, letter.mail.as_bytes())
            tell([*losses, *letter.losses])
            return
        with whole_file(out) as part, part.open("wb") as stream:
            number = write_bundle(objects, stream)
        tell(losses)
        click.echo(f"{number:,} objects.")
        return
    found = carried_from(file, kind, names, Tlp(tlp), losses)
    losses += found.losses
    if form in {"stix", "mail"}:
        objects = [*map(tlp_definition, Tlp), *as_indicators(found.things, made_at=said_at(now))]
        if form == "mail":
            from hustings.exchange.stix.marking import Definitions

            letter = digest(objects, Definitions(), names=names, sender=maker, to=reader, at=now, until=Tlp(until))
            write(out, letter.mail.as_bytes())
            losses += letter.losses
        else:
            with whole_file(out) as part, part.open("wb") as stream:
                write_bundle(objects, stream)
    elif form == "csv":
        write(out, write_list(found.things).encode())
    elif form == "domains":
        text, more = write_domains(found.things)
        write(out, text.encode())
        losses += more
    elif form == "signals":
        text, more = write_signals(found.things, agreed=Tlp(until))
        write(out, text.encode())
        losses += more
    else:
        made, more = event(
            found.things, title=title, maker=maker, maker_id=uuid_of(["misp organisation", maker]), at=now
        )
        with whole_folder(out, last="manifest.json") as part:
            for name, data in feed([made]).items():
                (part / name).write_bytes(data)
        losses += more
    tell(losses)
    click.echo(f"{len(found.things):,} things to look for.")


def carried_from(file: Path, kind: str, names: Names, tlp: Any, losses: list[str]) -> Carried:
    """What a file lets others look for."""
    from hustings.exchange.doors.lists import read_list
    from hustings.exchange.doors.lookable import carried
    from hustings.exchange.doors.misp_feed import read_event
    from hustings.exchange.doors.signals import read_signals
    from hustings.exchange.stix.canonical import read_json

    if kind == "stix":
        objects, definitions, more = newest(file)
        losses += more
        return carried(objects, definitions, names=names)
    data = bytes_of(file)
    if kind == "misp":
        return read_event(read_json(data, where=str(file)), tlp=tlp)
    text = data.decode("utf-8", "replace")
    return read_signals(text, tlp=tlp) if kind == "signals" else read_list(text, tlp=tlp)


def newest(file: Path) -> tuple[list[dict[str, Any]], Definitions, list[str]]:
    """The objects of a bundle as STIX 2.1, its marking definitions, and what changed of those of STIX 2.0."""
    from hustings.exchange.doors.older import newer
    from hustings.exchange.stix.marking import Definitions

    with objects_of(file) as came:
        objects, told = newer(one.said for one in came)
    return objects, Definitions(one for one in objects if one.get("type") == "marking-definition"), told


def kind_of(file: Path) -> str:
    """What a file is by its name and beginning."""
    if file.suffix.lower() != ".json":
        return "csv"
    return (
        "misp" if bytes_of(file)[:200].lstrip().startswith(b'{"Event"') or b'"Event"' in bytes_of(file)[:60] else "stix"
    )


@contextmanager
def objects_of(file: Path) -> Iterator[Iterator[Came]]:
    """The objects of a bundle, one by one."""
    from hustings.exchange.stix.bundle import read_bundle

    try:
        stream = file.open("rb")
    except OSError as error:
        raise missing(file, error) from None
    with stream:
        yield read_bundle(stream, where=str(file))


def bytes_of(file: Path) -> bytes:
    """All of a file."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise missing(file, error) from None


def missing(file: Path, error: OSError) -> Exception:
    """That a file cannot be read."""
    from hustings.errors import BadInput, Problem

    problem = Problem(where=str(file), found=str(error.strerror), expected="a file", do="Look at its name.")
    return BadInput("It cannot be read.", [problem])


def write(out: Path, data: bytes) -> None:
    """Write a file whole."""
    with whole_file(out) as part:
        part.write_bytes(data)


def tell(losses: list[str]) -> None:
    """Name what was not carried over."""
    for one in losses:
        click.echo(f"Not carried over: {one}", err=True)
