"""`hustings reach`: how many people saw at least one of some ads, from a table that says who saw which."""

from __future__ import annotations

__all__ = ["reach"]

import json
import secrets
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command(short_help="Count the people of a table of viewers, each once.")
@click.argument("path", metavar="VIEWERS", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--ad", "ads", multiple=True, metavar="AD", help="Only of this ad; may be said again.  [default: all]")
@click.option("--day", type=DAY, metavar="DAY", help="Part it before this day and from it on, such as election day.")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
def reach(path: Path, ads: tuple[str, ...], day: Any, as_json: bool) -> None:
    """Count who saw at least one ad, from a table with the columns ad and viewer, and day and country where it has them.

    One row is one time that one viewer was shown one ad. Up to 5 million people are counted one by one; more, in a sketch
    with an interval of 95 %. Viewers are hashed under a key that is thrown away at the end; fewer than 10 are never told by
    their number. Shares of impressions and of people are never mixed: one person can be in several parts.
    """
    from hustings.screening.reach_people import People

    key = secrets.token_bytes(32)
    parts: dict[tuple[str, str], People] = defaultdict(lambda: People(key))
    shown: dict[tuple[str, str], int] = defaultdict(int)
    seen: dict[tuple[str, str], set[str]] = defaultdict(set)
    wanted = set(ads)
    for names, rows in chunks(path):
        viewers: dict[tuple[str, str], list[str]] = defaultdict(list)
        for row in rows:
            one = dict(zip(names, row, strict=True))
            if wanted and one["ad"] not in wanted:
                continue
            of = [("all", "all")]
            if day is not None and one.get("day") is not None:
                of.append(("day", f"before {day:%Y-%m-%d}" if one["day"] < day.date() else f"from {day:%Y-%m-%d} on"))
            if "country" in one:
                of.append(("country", one["country"] or "not told"))
            for part in of:
                viewers[part].append(one["viewer"])
                seen[part].add(one["ad"])
        for part, each in viewers.items():
            parts[part].add(each)
            shown[part] += len(each)
    whole = parts["all", "all"].answer(ads=len(seen["all", "all"]))
    told = []
    for part in sorted(parts):
        answer = parts[part].answer(ads=len(seen[part]))
        share = None if answer.people is None or not whole.people else answer.people / whole.people
        told.append(
            {"by": part[0], "part": part[1], "ads": answer.ads, "impressions": shown[part],
             "share_of_impressions": shown[part] / shown["all", "all"] if shown["all", "all"] else None,
             "people": answer.people, "low": answer.low, "high": answer.high, "share_of_people": share, "how": answer.how.value,
             "sentence": answer.sentence, "caveat": answer.caveat}
        )  # fmt: skip
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for one in told:
        of_people = "" if one["share_of_people"] is None else f" {one['share_of_people']:.1%} of the people."
        of_shown = "" if one["share_of_impressions"] is None else f" ({one['share_of_impressions']:.1%})"
        click.echo(
            f"{one['by']} {one['part']}: {one['sentence']} {one['impressions']:,} impressions{of_shown}.{of_people}"
        )
    click.echo(whole.caveat)


def chunks(path: Path) -> Iterator[tuple[list[str], Iterator[tuple[Any, ...]]]]:
    """Rows of a CSV or Parquet file, a portion at a time; every row that cannot be used is told at once.

    Raises   BadInput for a file without the columns, or with rows that lack an ad or a viewer or whose day is none
    """
    import pyarrow as pa
    import pyarrow.csv as pc
    import pyarrow.parquet as pq

    from hustings.errors import BadInput, Problem

    def refuse(what: str, *problems: Problem) -> BadInput:
        return BadInput(what, problems)

    try:
        if path.suffix.lower() in (".parquet", ".pq"):
            file = pq.ParquetFile(path)
            names, batches = file.schema_arrow.names, file.iter_batches(batch_size=200_000)
        else:
            text = {name: pa.string() for name in ("ad", "viewer", "day", "country")}
            reader = pc.open_csv(path, convert_options=pc.ConvertOptions(column_types=text, strings_can_be_null=True))
            names, batches = reader.schema.names, iter(reader)
    except (OSError, pa.ArrowInvalid) as error:
        raise refuse("The table cannot be read.", Problem(where=str(path), found=str(error)[:200], expected="a CSV or Parquet file", do="Look at it.")) from error  # fmt: skip
    lacking = [name for name in ("ad", "viewer") if name not in names]
    if lacking:
        raise refuse("The table lacks columns.", *(
            Problem(where=str(path), found=", ".join(names)[:200], expected=f"a column {name}", do="Rename the column that holds it.") for name in lacking
        ))  # fmt: skip
    used = [name for name in ("ad", "viewer", "day", "country") if name in names]
    problems: list[Problem] = []
    number = 1
    try:
        for batch in batches:
            rows = list(zip(*(batch.column(name).to_pylist() for name in used), strict=True))
            good = []
            for row in rows:
                number += 1
                read = usable(dict(zip(used, row, strict=True)))
                if isinstance(read, dict):
                    good.append(tuple(read[name] for name in used))
                elif len(problems) < 50:
                    problems.append(Problem(where=f"row {number:,}", found=read, expected="an ad, a viewer, and a day such as 2026-09-26 or none", do="Mend the row."))  # fmt: skip
            yield used, iter(good)
    except pa.ArrowInvalid as error:
        problems.append(Problem(where=f"after row {number:,}", found=str(error)[:200], expected="as many cells as the head", do="Mend the file."))  # fmt: skip
    if problems:
        raise refuse("Rows of the table cannot be used.", *problems)


def usable(row: dict[str, Any]) -> dict[str, Any] | str:
    """A row as it is counted, or what is wrong with it."""
    for name in ("ad", "viewer"):
        if row[name] in (None, ""):
            return f"no {name}"
        row[name] = str(row[name])
    if "country" in row:
        row["country"] = str(row["country"] or "")
    at = row.get("day")
    if isinstance(at, str) and at:
        try:
            row["day"] = date.fromisoformat(at[:10])
        except ValueError:
            return f"the day '{at[:30]}'"
    elif at == "":
        row["day"] = None
    elif at is not None and not isinstance(at, date):
        return f"a day of the type {type(at).__name__}"
    elif isinstance(at, datetime):
        row["day"] = at.date()
    return row
