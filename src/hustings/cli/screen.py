"""`hustings screen`: what a machine says of ads before a person looks."""

__all__ = ["screen"]

import json
import sys
from pathlib import Path

import click


@click.command("screen", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("ads", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option(
    "--model",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A model of `hustings train political`.",
)
@click.option("--list", "lists", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Bad domains and addresses, one a line; may be given again.")  # fmt: skip
@click.option("--seen", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Earlier ads, as ADS, the oldest first; `removed: true` in a line says that it was removed. Those of an "
              "ad's own sponsor help to tell whether it is political.")  # fmt: skip
def screen(ads: Path, model: Path | None, lists: tuple[Path, ...], seen: Path | None) -> None:
    """Screen ads: political or not, where they go, and what was found.

    ADS holds one ad a line as JSON: id, text, lang, context (country, election_date, polls_close, methods,
    phone_vote, online_vote, id_required) and, where there is one, sponsor, disclaimer, landing_url; `-` reads from
    standard input. With `on` (the day of showing) the law of the country is asked too. One line of JSON an ad comes
    out, in the same order.
    """
    from hustings.cli.model import political_model
    from hustings.screening.creative import Seen
    from hustings.screening.landing import Lists
    from hustings.screening.law import bundled_law
    from hustings.screening.political.extra import Extra
    from hustings.screening.screen import screen as screened
    from hustings.screening.submission import read_lines

    rows = read_lines(_text(ads).split("\n"), str(ads))
    bad = Lists.of((line, place.name) for place in lists for line in _text(place).splitlines()) if lists else None
    earlier = [ad for ad, _ in read_lines(_text(seen).split("\n"), str(seen))] if seen else []
    before = Seen.of((ad, ad.removed) for ad in earlier) if seen else None
    of_sponsor: dict[str, list[str]] = {}
    for ad in reversed(earlier):  # the latest first
        of_sponsor.setdefault(ad.sponsor or "", []).append(ad.text)
    politics = political_model(model=model) if rows else None
    for ad, context in rows:
        extra = Extra(beside=of_sponsor.get(ad.sponsor, ())) if ad.sponsor else None
        found = screened(ad, context=context, politics=politics, law=bundled_law(), lists=bad, seen=before, extra=extra)
        click.echo(json.dumps(found.as_row(ad.id), ensure_ascii=False))


def _text(place: Path) -> str:
    """A file, or standard input, as UTF-8."""
    from hustings.errors import BadInput

    try:
        content: bytes = sys.stdin.buffer.read() if str(place) == "-" else place.read_bytes()
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(
            f"{place} is not UTF-8: byte {error.start} cannot be read. Write the file anew as UTF-8."
        ) from error
