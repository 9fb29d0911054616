"""`hustings buyers`: which buyers of ads belong together, and which ads of theirs share what."""

__all__ = ["buyers"]

import csv
import json
from dataclasses import asdict, fields
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hustings.cli.links import Duration

if TYPE_CHECKING:
    from hustings.connectors.buyers import BuyersFound
    from hustings.screening.ad import AdsTable

BY = ("page", "account", "sponsor", "domain")
SHOWN = 5


@click.command(short_help="Join buyers of ads by what they share.")
@click.argument("path", metavar="ADS", type=click.Path(path_type=Path))
@click.option("--kind", metavar="NAME", help="Which archive the ads are from, where their columns do not say.")
@click.option(
    "--sponsors",
    type=click.Path(path_type=Path),
    metavar="CSV",
    help="What is known of the buyers themselves: key, and any of phones, addresses, domains, mails, officers, administrators, instruments.",
)
@click.option("--by", type=click.Choice(BY), default="page", show_default=True, help="Whom to take as one buyer.")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder for the files.")
@click.option(
    "--window", type=Duration(), default="120s", show_default=True, metavar="TIME", help="Closer than this is close."
)
@click.option(
    "--draws",
    type=click.IntRange(0),
    default=10,
    show_default=True,
    help="Tables dealt out anew, to say what chance gives.",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Say what was found as JSON.")
def buyers(
    path: Path, kind: str | None, sponsors: Path | None, by: str, out: Path, window: timedelta, draws: int, seed: int,
    as_json: bool,
) -> None:  # fmt: skip
    """Find buyers that belong together, and list which of their ads share what.

    Two searches. One weighs what buyers share (cards, administrators, sites, aims, texts, bursts), whenever; the
    other, as `hustings detect`, asks who acts together in time or shares rare things beyond chance. OUT gets
    found_ads.csv (search, finding, ad, platform, buyer, kind, trace, buyers), ties.csv and buyers.json. A tie says
    that something is shared, not who ordered it: agencies and their clients are tied too.
    """
    from hustings.cli.progress import shown_progress
    from hustings.connectors.ads import read_ads
    from hustings.connectors.buyers import FoundAd, find_buyers, read_sponsors
    from hustings.detection.settings import DetectSettings
    from hustings.writing import whole_folder

    ads = read_ads(path, kind)
    known = read_sponsors(sponsors) if sponsors is not None else ()
    with shown_progress(quiet=as_json) as progress:
        settings = DetectSettings(window=window, seed=seed)
        found = find_buyers(ads, known, by=by, settings=settings, draws=draws, progress=progress)
    said = _said(found, ads, by)
    with whole_folder(out, last="buyers.json") as folder:
        _write(
            folder / "found_ads.csv",
            [field.name for field in fields(FoundAd)],
            [list(asdict(ad).values()) for ad in found.ads],
        )
        _write(
            folder / "ties.csv", ["buyer_a", "buyer_b", "weight", "kind", "trace", "buyers", "trace_weight"],
            [[tie.a, tie.b, tie.weight, *shared[:3], round(shared[3], 3)] for tie in found.belonging.ties for shared in tie.shared],
        )  # fmt: skip
        (folder / "buyers.json").write_text(json.dumps(said, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    click.echo(json.dumps(said, ensure_ascii=False) if as_json else _sentences(said, out))


def _said(found: "BuyersFound", ads: "AdsTable", by: str) -> dict[str, Any]:
    from hustings.connectors.buyers import buyer_of

    joined = found.belonging.joined
    listed = {ad.ad for ad in found.ads if ad.search == "shared" and ad.ad}
    of_joined = {row["content"] for row in found.traces.to_pylist() if buyer_of(row) in joined}
    detected = found.detection
    return {
        "by": by, "ads": len(ads), "buyers": found.belonging.buyers, "joined": len(joined), "groups": len(found.belonging.groups),
        "ads_of_joined": len(of_joined), "ads_that_share": len(listed), "ties": len(found.belonging.ties),
        "ties_by_habit": found.belonging.by_habit, "by_chance": found.belonging.by_chance, "draws": found.belonging.draws,
        "left_out": [list(row) for row in found.belonging.left_out],
        "found": [{"finding": number, "buyers": list(group.buyers), "ads": len(group.ads), "sentence": group.sentence()}
                  for number, group in enumerate(found.belonging.groups)],
        "detect": [{"finding": record["finding"], "members": record["members"], "sentence": record["sentence"]}
                   for record in detected.findings],
    }  # fmt: skip


def _sentences(said: dict[str, Any], out: Path) -> str:
    share = said["ads_of_joined"] / max(said["ads"], 1)
    lines = [
        f"{said['joined']:,} of {said['buyers']:,} buyers are joined in {said['groups']:,} groups, with {share:.1%} of the ads.",
        *(f"  {group['finding']}: {group['sentence']}" for group in said["found"][:SHOWN]),
    ]
    if said["by_chance"] is not None:
        lines.append(
            f"By aims, texts, sites and moments alone {said['ties_by_habit']:,} pairs are tied; dealt out anew, "
            f"{said['by_chance']:,.1f} (mean of {said['draws']} draws)."
        )
    lines += [
        f"Left out: {kind} {trace}, shared by {count:,} buyers." for kind, trace, count in said["left_out"][:SHOWN]
    ]
    lines.append(f"In time, or by rare things beyond chance: {len(said['detect']):,} findings.")
    lines += [f"  {record['finding']}: {record['sentence']}" for record in said["detect"][:SHOWN]]
    lines.append(f"Which ads share what: {out / 'found_ads.csv'}")
    return "\n".join(lines)


def _write(path: Path, header: list[str], rows: list[list[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
