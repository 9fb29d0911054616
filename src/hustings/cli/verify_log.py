"""`hustings verify-log`: check an exported log, or proofs from any log."""

__all__ = ["verify_log"]

from pathlib import Path

import click


@click.command("verify-log", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("export", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--key", "keys", multiple=True, metavar="VKEY", help="The log's verifier key, told by another way.")
@click.option(
    "--witness", "witnesses", multiple=True, metavar="VKEY", help="A witness whose co-signature must be there."
)
@click.option(
    "--previous",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint you kept from earlier: shows a log cut short or rewritten since.",
)
@click.option(
    "--vectors",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Judge the proofs in this JSON list instead.",
)
def verify_log(
    export: Path | None, keys: tuple[str, ...], witnesses: tuple[str, ...], previous: Path | None, vectors: Path | None
) -> int:
    """Check every entry, checkpoint, signature and text of an exported log.

    EXPORT is a folder or .tar as `hustings log export` writes it. Neither a database nor the network is
    asked: what counts is the key you bring. Exit code 1 if anything does not hold.
    """
    from hustings.errors import BadInput
    from hustings.ledger.checkpoint import check_with_openssl
    from hustings.ledger.verify_log import (
        BadFormat,
        UnusableInput,
        check_export,
        check_vectors,
        parse_key,
        tell_report,
        tell_vectors,
    )

    if (export is None) == (vectors is None):
        raise click.UsageError("Name either an EXPORT to check or --vectors FILE.")
    try:
        if vectors is not None:
            return tell_vectors(check_vectors(vectors.read_bytes()))
        assert export is not None
        pinned, watched = ([parse_key(text) for text in texts] for texts in (keys, witnesses))
        earlier = previous.read_bytes() if previous else None
        return tell_report(check_export(export, pinned, watched, earlier, check_with_openssl))
    except (UnusableInput, BadFormat, OSError) as error:
        raise BadInput(str(error)) from error
