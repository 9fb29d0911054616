"""`hustings code`: the second factor of somebody in the demo season."""

__all__ = ["code"]

import time
from pathlib import Path

import click

from hustings.errors import BadInput, EnvironmentLacks


@click.command()
@click.argument("person")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the installation, as given to `hustings up`; left out, the one it takes by itself.",
)
def code(person: str, data: Path | None) -> int:
    """Print the one-time code of PERSON (anna, or anna@demo.example) for signing in to a demo installation."""
    from hustings.apps.seed.personas import ADVERTISERS, DOMAIN, PERSONAS
    from hustings.apps.seed.second_factor import code_now
    from hustings.serving.folder import default_folder

    keys = [*(each.key for each in PERSONAS), *(key for key, _, _ in ADVERTISERS)]
    found = next((key for key in keys if person.lower() in {key, f"{key}@{DOMAIN}"}), None)
    if found is None:
        raise BadInput(
            f"The demo season has nobody called '{person}'; it has {', '.join(keys)}. "
            "Codes of real people are in their own apps alone."
        )
    folder = data or default_folder()
    password = folder / "keys" / "demo-password"
    if not password.is_file():
        raise EnvironmentLacks(f"{folder} is no demo installation. Start one: hustings up --demo --data {folder}")
    shown, left = code_now(password.read_text(), f"{found}@{DOMAIN}", seconds=time.time())
    click.echo(shown)
    click.echo(f"good for {left} s, and once", err=True)
    return 0
