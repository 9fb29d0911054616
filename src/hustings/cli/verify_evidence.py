"""`hustings verify-evidence`: check a package of sealed evidence."""

__all__ = ["verify_evidence"]

from pathlib import Path

import click


@click.command("verify-evidence", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("package", type=click.Path(exists=True, path_type=Path))
@click.option("--key", "keys", multiple=True, metavar="VKEY", help="A log's verifier key, told by another way.")
@click.option("--manifest", default="", metavar="SHA256", help="The package's digest, told by another way.")
def verify_evidence(package: Path, keys: tuple[str, ...], manifest: str) -> int:
    """Check every byte, the custody, the proofs and the stamps of a package of sealed evidence.

    PACKAGE is the .tar as the page of a case gives it, or its unpacked folder. The check is the one that travels in the
    package, here from a place that whoever sent it did not write. Exit code 1 if anything does not hold.
    """
    import tarfile
    import tempfile

    from hustings.errors import BadInput, Problem
    from hustings.ledger.verify_evidence import main, read_key

    try:
        for key in keys:
            read_key(key)
    except ValueError as error:
        expected = "a verifier key, name+id+base64"
        raise BadInput(
            "The key cannot be used.",
            [Problem(where="--key", found=str(error), expected=expected, do="Ask for it again.")],
        ) from error
    options = [*(part for key in keys for part in ("--key", key)), *(["--manifest", manifest] if manifest else [])]
    if package.is_dir():
        return main([*options, str(package)])
    with tempfile.TemporaryDirectory(prefix="hustings-evidence-") as folder:
        try:
            with tarfile.open(package) as tar:
                tar.extractall(folder, filter="data")
        except (tarfile.TarError, OSError) as error:
            raise BadInput(f"{package} cannot be unpacked: {error}") from error
        inside = list(Path(folder).iterdir())
        if len(inside) != 1 or not inside[0].is_dir():
            expected = "one folder"
            raise BadInput("This is no package of evidence.", [
                Problem(where=str(package), found=f"{len(inside)} names at its top", expected=expected, do="Name the .tar as it was handed out."),
            ])  # fmt: skip
        return main([*options, str(inside[0])])
