"""`hustings verify-library`: check an exported library."""

__all__ = ["verify_library"]

from pathlib import Path

import click


@click.command("verify-library", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("export", type=click.Path(exists=True, path_type=Path))
@click.option("--key", "keys", multiple=True, metavar="VKEY", help="The log's verifier key, told by another way.")
@click.option(
    "--witness", "witnesses", multiple=True, metavar="VKEY", help="A witness whose co-signature must be there."
)
@click.option(
    "--previous",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint you kept from earlier: shows a library cut short or rewritten since.",
)
def verify_library(export: Path, keys: tuple[str, ...], witnesses: tuple[str, ...], previous: Path | None) -> int:
    """Check the log, every version and every content of an exported library.

    EXPORT is a folder or .tar as `hustings manage library_export` writes it or /library/export.tar gives it. Neither a
    database nor the network is asked: what counts is the key you bring. Exit code 1 if anything does not hold.
    """
    from hustings.errors import BadInput
    from hustings.ledger.checkpoint import check_with_openssl
    from hustings.ledger.verify_library import check_library
    from hustings.ledger.verify_log import BadFormat, UnusableInput, parse_key, tell_report

    try:
        pinned, watched = ([parse_key(text) for text in texts] for texts in (keys, witnesses))
        earlier = previous.read_bytes() if previous else None
        return tell_report(check_library(export, pinned, watched, earlier, check_with_openssl))
    except (UnusableInput, BadFormat, OSError) as error:
        raise BadInput(str(error)) from error
