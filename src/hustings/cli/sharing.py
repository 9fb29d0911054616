"""`hustings sharing`: what exchange with partners needs on the command line."""

__all__ = ["sharing"]

import subprocess
import sys
from pathlib import Path

import click


@click.group()
def sharing() -> None:
    """Exchange with partners."""


@sharing.command(name="conformance-rig", epilog="See docs/how-to/exchange-over-taxii.md.")
@click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), help="Folder of the installation.  [default: out/up]"
)
@click.option("--url", default="http://localhost:8000", show_default=True, help="Where the installation answers.")
def conformance_rig(data: Path | None, url: str) -> int:
    """Make two accounts and a collection of each kind of permission; print how to reach them as JSON.

    What it makes belongs to organisations of its own and tells nothing of the installation. Each run makes another.
    """
    from hustings.serving.folder import default_folder
    from hustings.serving.reach import reached

    with reached(data or default_folder()) as installation:
        command = [sys.executable, "-m", "django", "taxii_rig", "--url", url]
        return subprocess.run(command, env=installation.environment("owner"), check=False).returncode


@sharing.command(epilog="See docs/tutorial/partners.md.")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("out/exercise"),
    show_default=True,
    help="A new folder for the five.",
)
@click.option(
    "--port", type=click.IntRange(1, 65531), default=8310, show_default=True, help="Of the first; the others follow."
)
@click.option(
    "--stay/--end", default=False, show_default=True, help="Keep the consoles up afterwards, to look at them."
)
def exercise(data: Path, port: int, stay: bool) -> int:
    """Play a meeting of partners: five organisations in five installations on this machine, from a tip to a joint report."""
    from hustings.serving.exercise import Asked
    from hustings.serving.exercise import exercise as play

    return play(Asked(data=data.absolute(), port=port, stay=stay), sys.stdout)
