"""`hustings handover`: the package that an investigator can check without us."""

__all__ = ["handover", "make_handover"]

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from hustings import __version__
from hustings.cli.progress import shown_progress
from hustings.connectors.ads import READERS, read_ads
from hustings.errors import BadInput, Problem
from hustings.exchange.handover import PACKAGE_FILES, Facts, read_run, write_package
from hustings.exchange.package.cut import Cut
from hustings.ledger.manifest import MANIFEST, ROWS, VERIFIER, digest, write_manifest
from hustings.progress import Progress, Silent
from hustings.screening.payment import review
from hustings.writing import whole_folder

CUTS = [cut.value for cut in Cut]


@dataclass(frozen=True, kw_only=True)
class Handed:
    """A finished package: where, its totals, and the digest to tell by another way."""

    place: Path
    facts: Facts
    manifest_sha256: str


def make_handover(
    folder: Path, ads_file: Path, place: Path, *, kind: str | None = None, progress: Progress | None = None
) -> Handed:
    """Make the package of a finished run and a file of ads; whole or not at all."""
    progress = progress or Silent()
    _check_place(Path(place))
    progress.step("Reading the run")
    run = read_run(folder)
    progress.step("Reading the ads")
    ads = read_ads(ads_file, kind)
    about = {
        "made_by": {"hustings": __version__},
        "inputs": {
            "ads": {"name": Path(ads_file).name, "sha256": digest(Path(ads_file)), "kind": ads.source},
            "run": {
                name: digest(Path(folder) / name)
                for name in ("evidence.parquet", "findings.json", "layers.parquet", "links.parquet", "members.parquet")
            },
        },
        "run": _stable(run.about),
    }
    progress.step("Writing the package")
    with whole_folder(place, last=MANIFEST) as part:
        facts = write_package(run, ads, review(ads), part)
        sealed = write_manifest(part, {**about, "totals": facts.as_json()})
    return Handed(place=Path(place), facts=facts, manifest_sha256=sealed)


def _check_place(place: Path) -> None:
    """A package is checked for files that do not belong: none may lie there beforehand."""
    ours = {*PACKAGE_FILES, MANIFEST, ROWS, VERIFIER}
    if place.exists() and not place.is_dir():
        others = [place.name]
    else:
        others = sorted(entry.name for entry in place.iterdir() if entry.name not in ours) if place.is_dir() else []
    if others:
        raise BadInput("The package cannot be made there.", [
            Problem(where=str(place), found="other files (" + ", ".join(others[:5]) + ")",
                    expected="a new or empty folder, or an older package", do="Name another folder with --out."),
        ])  # fmt: skip


# What of run.json is equal for equal input; the rest says how the run went on its machine.
STABLE = ("command", "version", "settings", "seed", "inputs", "counts", "outputs")


def _stable(about: Mapping[str, Any]) -> dict[str, Any]:
    """The part of run.json that is handed over: no times, no memory, no paths of a machine."""
    return {key: _nameless(about[key]) for key in STABLE if key in about}


def _nameless(value: Any) -> Any:
    """Paths become names: where a file lay on somebody's disk is nobody's business."""
    if isinstance(value, str):
        return Path(value).name if "/" in value and " " not in value else value
    if isinstance(value, list):
        return [_nameless(item) for item in value]
    if isinstance(value, dict):
        return {_nameless(key): _nameless(item) for key, item in value.items()}
    return value


@click.command(short_help="Make the package that an investigator can check.")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--ads",
    "ads_file",
    type=click.Path(path_type=Path),
    help="The ads: the IRA release (ads.parquet, ads.jsonl), a file of Snap's, or the ads table. Without it, the platform's.",
)
@click.option("--kind", type=click.Choice(list(READERS)), help="Which archive the ads are from; else seen by columns.")
@click.option(
    "--query",
    metavar="TEXT",
    help='Which ads, in the words of the library\'s search: "country=US&from=2015-06-01&q=police".',
)
@click.option("--as-of", metavar="MOMENT", help="Up to when the package speaks, with a zone: 2026-11-22T06:00:00Z.")
@click.option("--cut", type=click.Choice(CUTS), help="For whom it is.")
@click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), help="The installation's folder.  [default: out/up]"
)
@click.option("--by", metavar="EMAIL", help="Who hands over; holds one position, or name --position.")
@click.option("--position", metavar="TITLE", help="The position to act in.")
@click.option("--to", metavar="WHO", help="To whom.")
@click.option("--ground", metavar="TEXT", help="On which ground: law, order or consent.")
@click.option("--reference", metavar="TEXT", help="The receiver's file number, or that of the order.")
@click.option(
    "--creatives",
    type=click.Path(path_type=Path, file_okay=False),
    help="A folder of pictures and films; those that an ad names by SHA-256 go along.",
)
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="The folder of the package; with --query also a .zip."
)
@click.option("--json", "as_json", is_flag=True, help="Say what was done as JSON.")
def handover(
    folder: Path | None, ads_file: Path | None, kind: str | None, query: str | None, out: Path, as_json: bool, **asked: Any
) -> int:  # fmt: skip
    """Make a package that an investigator can check without us.

    With DIR, a finished run of `hustings detect`, and --ads: the ads, links and findings of that run. With --query: the
    ads that fit it, with payments, targeting, reach, network, decisions and custody, as far as --cut goes; from the
    platform's library as of a moment, or from a file (--ads). The package is written whole or not at all; equal input
    gives equal bytes. `python3 OUT/verify.py` checks it anywhere.
    """
    if query is not None:
        from hustings.cli.asked_package import asked_package

        if folder is not None:
            raise BadInput("A package is of a run or of a question.", [
                Problem(where="handover", found="DIR and --query", expected="one of them", do="Leave one out.")])  # fmt: skip
        return asked_package(query, out, ads_file=ads_file, kind=kind, as_json=as_json, **asked)
    only = sorted(f"--{name.replace('_', '-')}" for name, value in asked.items() if value is not None)
    if folder is None or ads_file is None or only:
        raise BadInput("It is not clear what to hand over.", [
            Problem(where="handover", found=", ".join(only) or "neither a run with its ads nor a question", do="See `hustings handover --help`.",
                    expected="DIR and --ads, or --query with --cut")])  # fmt: skip
    _of_run(folder, ads_file, kind, out, as_json=as_json)
    return 0


def _of_run(folder: Path, ads_file: Path, kind: str | None, out: Path, *, as_json: bool) -> None:
    """The package of a finished run, said."""
    with shown_progress(quiet=as_json) as progress:
        made = make_handover(folder, ads_file, out, kind=kind, progress=progress)
    if as_json:
        said = {"out": str(made.place), "manifest_sha256": made.manifest_sha256, "totals": made.facts.as_json()}
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    facts = made.facts
    paid = ", ".join(f"{total} {currency}" for currency, total in facts.paid.items())
    click.echo(f"{made.place}: {facts.ads:,} ads of {facts.actors:,} pages and accounts, paid {paid or 'nothing known'}; "
               f"payments flagged: {facts.flagged:,}, links: {facts.links:,}, findings: {facts.findings:,}.")  # fmt: skip
    click.echo(f"  Check it:  python3 {made.place / VERIFIER}")
    click.echo(f"  Tell the receiver by another way, manifest.json: {made.manifest_sha256}")
