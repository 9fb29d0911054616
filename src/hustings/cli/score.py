"""`hustings score`: findings against labels."""

__all__ = ["score"]

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from hustings.detection.scoring import Score, Share


@click.command(short_help="Score findings against labelled actors.")
@click.argument("findings", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--labels",
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A table with actor and campaign, or the posts table of a labelled source.",
)
@click.option(
    "--ground",
    "grounds",
    multiple=True,
    help="Only members on this ground (timing, content, ...); may be given several times.",
)
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
def score(findings: Path, labels: Path, grounds: tuple[str, ...], as_json: bool) -> None:
    """Say how many of the members are labelled, and how many of the labelled are members.

    FINDINGS is the folder of a run of `hustings detect`, or its members.parquet. Intervals are of 95 %; they
    take actors for independent, which those of one campaign are not.
    """
    from hustings.connectors.labels import read_labels
    from hustings.detection.scoring import score_members

    known = read_labels(labels)
    members = _members(findings, frozenset(grounds), with_platform=known.platforms)
    made = score_members(members, known.planted, known.innocent)
    if as_json:
        click.echo(json.dumps({"findings": str(findings), "labels": str(labels), **asdict(made)}, indent=2))
    else:
        _print(made)


def _members(place: Path, grounds: frozenset[str], *, with_platform: bool) -> dict[int, list[tuple[str, str]]]:
    """The actors of each finding."""
    from hustings.connectors.reading import read_foreign
    from hustings.errors import BadInput, Problem

    file = place / "members.parquet" if place.is_dir() else place
    table = read_foreign(file, ("finding", "platform", "actor", "basis"))
    wanted = ["finding", "actor", *(["platform"] if with_platform else []), *(["basis"] if grounds else [])]
    if missing := [name for name in wanted if name not in table.column_names]:
        expected = "the members of a run: finding, platform, actor, basis"
        raise BadInput(
            "The findings cannot be scored.",
            [
                Problem(where=str(file), found=f"no column {name!r}", expected=expected, do="Name the folder of a run.")
                for name in missing
            ],
        )
    members: dict[int, list[tuple[str, str]]] = {}
    for row in table.to_pylist():
        if not grounds or grounds & set((row["basis"] or "").split("+")):
            who = (row["platform"] if with_platform else "", row["actor"])
            members.setdefault(int(row["finding"]), []).append(who)
    return members


def _print(made: "Score") -> None:
    click.echo(
        f"{made.named:,} actors in findings, {made.labelled:,} labelled: {made.right:,} right, {made.wrong:,} wrong"
        + (f", {made.unjudged:,} of whom nobody said." if made.unjudged else ".")
    )
    for name, share in (("precision", made.precision), ("recall", made.recall), ("F1", made.f1)):
        click.echo(f"  {name:<10} {_shown(share)}")
    width = max((len(one.campaign) for one in made.campaigns), default=8)
    click.echo(f"  {'campaign':<{width}}  actors  found  recall               precision            F1")
    for one in made.campaigns:
        f1 = "-" if one.f1 is None else f"{one.f1:.2f}"
        click.echo(
            f"  {one.campaign:<{width}}  {one.actors:>6,}  {one.found:>5,}  {_shown(one.recall):<19}  {_shown(one.precision):<19}  {f1}"
        )


def _shown(share: "Share") -> str:
    return "-" if share.share is None else f"{share.share:.2f} ({share.low:.2f} to {share.high:.2f})"
