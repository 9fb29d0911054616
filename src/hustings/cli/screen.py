"""`hustings screen`: what a machine says of ads before a person looks."""

__all__ = ["screen"]

import json
from pathlib import Path

import click


@click.command("screen", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("ads", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
def screen(ads: Path) -> None:
    """Screen ads: political or not, where they go, and what was found.

    ADS holds one ad a line as JSON: id, text, lang, context (country, election_date, polls_close, methods,
    phone_vote, online_vote, id_required) and, where there is one, sponsor, disclaimer, landing_url; `-` reads from
    standard input. One line of JSON an ad comes out, in the same order.
    """
    from hustings.errors import BadInput
    from hustings.screening.screen import screen as screened
    from hustings.screening.submission import read_lines

    try:
        content = click.get_binary_stream("stdin").read() if str(ads) == "-" else ads.read_bytes()
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"{ads} is not UTF-8: byte {error.start} cannot be read. Write the file anew as UTF-8.") from error
    rows = read_lines(text.split("\n"), str(ads))
    for ad, context in rows:
        click.echo(json.dumps(screened(ad, context=context, politics=None).as_row(ad.id), ensure_ascii=False))
