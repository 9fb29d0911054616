"""`hustings doctor`: what is wrong with a setup, and what to do."""

__all__ = ["doctor"]

import json
from dataclasses import asdict
from pathlib import Path

import click

SIGNS = {"good": ("ok", "green"), "note": ("note", "yellow"), "wrong": ("WRONG", "red"), "lacks": ("LACKS", "red")}


@click.command(epilog="Exit code 0: nothing is wrong, 1: something is, 3: the machine lacks something.")
@click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), help="Folder of the installation.  [default: out/up]"
)
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
def doctor(data: Path | None, as_json: bool) -> int:
    """Look at a setup, up or not; change nothing."""
    from hustings.serving.doctor import examine, exit_code
    from hustings.serving.folder import default_folder

    folder = data or default_folder()
    checks = examine(folder)
    code = exit_code(checks)
    if as_json:
        told = {"data": str(folder), "exit_code": code, "checks": [asdict(check) for check in checks]}
        click.echo(json.dumps(told, indent=1))
        return code
    for check in checks:
        word, colour = SIGNS[check.found]
        click.echo(f"{click.style(f'{word:<6}', fg=colour)} {check.name:<13} {check.says}")
        if check.do:
            click.echo(f"{'':<20} -> {check.do}")
    return code
