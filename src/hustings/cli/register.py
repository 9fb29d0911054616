"""`hustings register`: what an edition of a public register holds, and whether a claim fits it."""

__all__ = ["register"]

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from hustings.screening.register.check import Check
    from hustings.screening.register.edition import Edition

KINDS = ("fec", "fara", "domains")
FILE = click.Path(path_type=Path, exists=False)


class Day(click.ParamType[date]):
    """A day such as 2024-05-31."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read it, or say what was expected."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no day; write it as 2024-05-31", param, ctx)


class Shown(click.Group):
    """A file without a word before it is shown."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, "-h", "--help"}:
            args = ["show", *args]
        return super().parse_args(ctx, args)


@click.group(cls=Shown, short_help="Say what a public register holds, and whether a claim fits it.")
def register() -> None:
    """Read a public register from files, as an edition with its day and its digest.

    `hustings register FILE` says what it holds; `hustings register check FILE --number N --name NAME` whether a number
    and a name fit together in it.
    """


def _edition(path: Path, kind: str | None, mapping: Path | None, published: date | None) -> "Edition":
    from hustings.connectors.registers import read_register

    return read_register(path, kind, published=published, mapping=mapping)


@register.command()
@click.argument("path", metavar="FILE", type=FILE)
@click.option("--kind", type=click.Choice(KINDS), help="What register it is, where its columns do not say.")
@click.option("--mapping", type=FILE, metavar="TOML", help="Which column is which, for any other CSV.")
@click.option("--published", type=Day(), help="The day for which the register speaks. [default: the file's]")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
def show(path: Path, kind: str | None, mapping: Path | None, published: date | None, as_json: bool) -> None:
    """Say what an edition holds: its day, digest, entries by kind, and numbers that several share."""
    edition = _edition(path, kind, mapping, published)
    kinds = Counter(entry.kind or "entry" for entry in edition.entries)
    shared = [(number, len(entries)) for number, entries in edition.by_number.items() if len(entries) > 1]
    shared.sort(key=lambda row: (-row[1], row[0]))
    ended = sum(entry.until is not None and entry.until <= edition.published for entry in edition.entries)
    said = {
        "name": edition.name, "scheme": edition.scheme, "published": edition.published.isoformat(), "digest": edition.digest,
        "entries": len(edition), "numbers": len(edition.by_number), "kinds": dict(sorted(kinds.items())), "ended": ended,
        "shared_numbers": len(shared), "most_shared": shared[:5], "source": edition.source, "notes": list(edition.notes),
    }  # fmt: skip
    if as_json:
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    click.echo(f"{edition.name} ({edition.scheme}), {edition.published.isoformat()}, digest {edition.digest}")
    click.echo(f"{len(edition):,} entries under {len(edition.by_number):,} numbers; {ended:,} ended by that day.")
    for name, count in sorted(kinds.items(), key=lambda row: (-row[1], row[0])):
        click.echo(f"  {count:>8,}  {name}")
    if shared:
        most = ", ".join(f"{number} ({count})" for number, count in shared[:5])
        click.echo(f"{len(shared):,} numbers stand for several entries: {most}")
    for note in edition.notes:
        click.echo(f"Note: {note}")


@register.command()
@click.argument("path", metavar="[FILE]", required=False, type=FILE)
@click.option("--number", required=True, help="The number claimed.")
@click.option("--name", required=True, help="The name claimed.")
@click.option("--scheme", help="What kind of number it is, where no register is named.")
@click.option("--kind", type=click.Choice(KINDS), help="What register it is, where its columns do not say.")
@click.option("--mapping", type=FILE, metavar="TOML", help="Which column is which, for any other CSV.")
@click.option("--published", type=Day(), help="The day for which the register speaks. [default: the file's]")
@click.option("--on", type=Day(), help="The day asked about; entries that had ended do not fit.")
@click.option("--street", default="", help="Of the contact claimed; likewise the next ones.")
@click.option("--city", default="")
@click.option("--postal-code", default="")
@click.option("--phone", default="")
@click.option("--mail", default="")
@click.option("--website", default="")
@click.option(
    "--class", "advertiser_class", type=click.Choice(["A", "B", "C"]), help="Class A is decided by two people."
)
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
def check(
    path: Path | None, number: str, name: str, scheme: str | None, kind: str | None, mapping: Path | None,
    published: date | None, on: date | None, advertiser_class: str | None, as_json: bool, **contact: str,
) -> None:  # fmt: skip
    """Say whether a number, a name and a contact fit together.

    Without FILE only the form and the check digits of the number are looked at; --scheme says which kind it is.
    """
    from hustings.screening.register.check import Claim
    from hustings.screening.register.check import check as compare
    from hustings.screening.register.edition import Contact

    if path is None and scheme is None:
        raise click.UsageError("Name a register's FILE, or --scheme for the number's form alone.")
    edition = _edition(path, kind, mapping, published) if path is not None else None
    if edition is not None and scheme not in {None, edition.scheme}:
        raise click.UsageError(f"The register holds numbers of scheme {edition.scheme}, not {scheme}.")
    given = Contact(**contact)
    claim = Claim(
        scheme=edition.scheme if edition is not None else scheme or "", number=number, name=name,
        contact=None if given.empty else given, advertiser_class=advertiser_class or "",
    )  # fmt: skip
    found = compare(claim, edition, on=on)
    if as_json:
        click.echo(json.dumps(_said(found), ensure_ascii=False, indent=2))
        return
    people = ("No person is needed for this.", "A person decides.", "Two people decide.")[found.needs_people]
    click.echo(f"{found.result}: {' '.join(found.sentences)} {people}")


def _said(found: "Check") -> dict[str, object]:
    return {
        "result": found.result, "similarity": found.similarity, "name_found": found.name_found, "number": found.number,
        "contact": found.contact, "needs_people": found.needs_people, "grounds": list(found.grounds),
        "edition": found.edition, "sentences": list(found.sentences),
    }  # fmt: skip
