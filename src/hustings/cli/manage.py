"""`hustings manage`: the platform's upkeep commands, on one installation."""

__all__ = ["manage"]

import subprocess
import sys
from pathlib import Path

import click


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    epilog="`hustings manage help` lists the commands.",
)
@click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), help="Folder of the installation.  [default: out/up]"
)
@click.option(
    "--as",
    "role",
    type=click.Choice(["owner", "web", "worker", "beat"]),
    default="owner",
    show_default=True,
    help="As which role of the database it works.",
)
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def manage(data: Path | None, role: str, command: tuple[str, ...]) -> int:
    """Run a Django command on an installation, whether it is up or not."""
    from hustings.serving.folder import default_folder
    from hustings.serving.reach import reached

    with reached(data or default_folder()) as installation:
        environment = installation.environment(role)
        return subprocess.run([sys.executable, "-m", "django", *command], env=environment, check=False).returncode
