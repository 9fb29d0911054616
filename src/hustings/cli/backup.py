"""`hustings backup` and `hustings restore`: an installation in one file, and an installation from one."""

__all__ = ["backup", "restore"]

from pathlib import Path

import click


@click.command(epilog="The file is as secret as the installation: it holds its keys. See docs/how-to/deploy.md.")
@click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), help="Folder of the installation.  [default: out/up]"
)
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), required=True, help="File to write.")
def backup(data: Path | None, to: Path) -> None:
    """Keep a whole installation in one file, beside whoever works in it."""
    from hustings.serving.backup import back_up, keys_beside
    from hustings.serving.folder import default_folder
    from hustings.serving.reach import reached

    with reached(data or default_folder()) as installation:
        kept = back_up(installation, to)
    rows = sum(kept.manifest.rows.values())
    click.echo(
        f"{to}: {len(kept.manifest.rows)} tables with {rows:,} rows as of {kept.manifest.at}, "
        f"{len(kept.manifest.parts) - 1} keys and files, {kept.bytes / 1e6:.1f} MB."
    )
    click.echo(
        f"{keys_beside(to)}: {kept.library_keys:,} keys of the library. Keep the newest such file only: with an older "
        "one, what was expunged since could be read again."
    )


@click.command(epilog="Into a new folder; nothing is overwritten. See docs/how-to/deploy.md.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to make.")
@click.option(
    "--library-keys",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The newest keys of the library.  [default: those beside FILE]",
)
def restore(file: Path, data: Path, library_keys: Path | None) -> None:
    """Make an installation again from its backup, and verify its log."""
    from hustings.serving.restore import restore as run

    done = run(file, data, click.echo, library_keys)
    rows = sum(done.manifest.rows.values())
    click.echo(
        f"{done.folder}: {len(done.manifest.rows)} tables with {rows:,} rows are as they were kept; "
        f"{done.logs} logs hold. Start it: hustings up --data {data}"
    )
