"""`hustings up`: the platform with everything it needs, in one terminal."""

__all__ = ["up"]

import sys
from pathlib import Path

import click


@click.command(epilog="HUSTINGS_DATABASE_URL uses a PostgreSQL server of yours instead. See docs/how-to/deploy.md.")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder that keeps the database, the keys and everything else of this installation.  [default: out/up]",
)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--demo/--no-demo", default=False, show_default=True, help="Fill an empty database with a demo season.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Web processes.")
@click.option("--threads", type=click.IntRange(1, 64), default=4, show_default=True, help="Threads of each.")
@click.option("--certificate", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="TLS: chain, PEM.")
@click.option("--certificate-key", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="TLS: key, PEM.")
def up(
    data: Path | None,
    port: int,
    host: str,
    demo: bool,
    workers: int,
    threads: int,
    certificate: Path | None,
    certificate_key: Path | None,
) -> int:
    """Start database, web and worker processes; stop them all on Ctrl-C."""
    from hustings.cli.model import seeds_folder
    from hustings.serving.folder import default_folder
    from hustings.serving.up import Asked
    from hustings.serving.up import up as run

    if (certificate is None) != (certificate_key is None):
        raise click.UsageError("--certificate and --certificate-key go together.")
    asked = Asked(
        data=data or default_folder(),
        host=host,
        port=port,
        demo=demo,
        workers=workers,
        threads=threads,
        certificate=certificate,
        certificate_key=certificate_key,
        learns=seeds_folder() is not None,
    )
    return run(asked, sys.stdout)
