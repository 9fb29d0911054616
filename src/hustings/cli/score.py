"""`hustings score`: findings against labels."""

__all__ = ["score"]

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from hustings.connectors.labels import Labels
    from hustings.detection.scoring import CampaignScore, Score, Share, StyleScore


@click.command(short_help="Score findings against labelled actors.")
@click.argument("findings", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--labels",
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A table with actor and campaign (and style), or the posts table of a labelled source.",
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
    notes = [*known.notes, *_platforms(findings, labels, known)]
    made = score_members(members, known.planted, known.innocent, known.styles)
    if as_json:
        said = {"findings": str(findings), "labels": str(labels), **asdict(made), "notes": notes}
        click.echo(json.dumps(said, indent=2))
    else:
        _print(made)
        for note in notes:
            click.echo(f"  Note: {note}")


def _file(place: Path) -> Path:
    return place / "members.parquet" if place.is_dir() else place


def _platforms(findings: Path, labels: Path, known: "Labels") -> list[str]:
    """What follows from the platforms that both sides name; labels of other platforms judge nobody."""
    from hustings.connectors.reading import read_foreign
    from hustings.errors import BadInput, Problem

    table = read_foreign(_file(findings), ("platform", "actor"))
    if "platform" not in table.column_names:
        return []
    here = {(row["platform"], row["actor"]) for row in table.to_pylist()}
    named = {platform for platform, _ in here}
    if known.platforms:
        told = {platform for platform, _ in known.planted.keys() | (known.innocent or frozenset())}
        if named and not named & told:
            raise BadInput(
                "The labels are of other platforms than the findings.",
                [
                    Problem(
                        where=str(labels),
                        found=", ".join(sorted(told)),
                        expected=", ".join(sorted(named)),
                        do="Call platforms alike (--platform of `hustings posts`), or leave the column out.",
                    )
                ],
            )
        return []
    twice = len(here) - len({actor for _, actor in here})
    if not twice:
        return []
    return [f"Names that stand on several platforms: {twice:,}; the labels do not say which is meant."]


def _members(place: Path, grounds: frozenset[str], *, with_platform: bool) -> dict[int, list[tuple[str, str]]]:
    """The actors of each finding."""
    from hustings.connectors.reading import read_foreign
    from hustings.errors import BadInput, Problem

    file = _file(place)
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
    if made.alarms is not None:
        click.echo(f"  controls   {made.alarms.counted:,} of {made.alarms.of:,} named: {_shown(made.alarms)}")
    _table("campaign", [(one.campaign, one) for one in made.campaigns])
    if made.styles:
        _table("style", [(one.style, one) for one in made.styles])


def _table(what: str, rows: "list[tuple[str, CampaignScore]] | list[tuple[str, StyleScore]]") -> None:
    width = max(len(what), *(len(name) for name, _ in rows))
    click.echo(f"  {what:<{width}}  actors  found  recall               precision            F1")
    for name, one in rows:
        f1 = "-" if one.f1 is None else f"{one.f1:.2f}"
        click.echo(
            f"  {name:<{width}}  {one.actors:>6,}  {one.found:>5,}  {_shown(one.recall):<19}  {_shown(one.precision):<19}  {f1}"
        )


def _shown(share: "Share") -> str:
    return "-" if share.share is None else f"{share.share:.2f} ({share.low:.2f} to {share.high:.2f})"
