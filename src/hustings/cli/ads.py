"""`hustings ads`: what an archive of political ads holds, row by row accounted for."""

__all__ = ["ads"]

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from hustings.connectors.archive import ArchiveReader, FileRead
from hustings.connectors.archive_folder import write_archive
from hustings.connectors.archive_totals import Totals, stated_of
from hustings.connectors.mapped_ads import find_ads_mapping
from hustings.connectors.rates import bundled_rates, read_rates
from hustings.errors import BadInput

# Rows set aside that are printed for each reason; `--json` and `--out` name them all.
PRINTED = 5
SAME_LAYOUT = 3


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--kind", help="What the files are, where their columns do not say it: ira, google, snap, meta, ads.")
@click.option("--mapping", type=click.Path(path_type=Path), help="A TOML file that says which column is what.")
@click.option(
    "--rates",
    "rates_file",
    type=click.Path(path_type=Path),
    help="A CSV table of exchange rates with days and sources.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Write the tables into this folder, whole or not at all.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
def ads(
    paths: tuple[Path, ...],
    kind: str | None,
    mapping: Path | None,
    rates_file: Path | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Read archives of political ads: every row is in, or named with its reason.

    PATHS are files, zips or folders of the IRA release, Google's bundle, Snap's yearly files, Meta's Ad Library
    (answers of its interface, daily reports), our own ads table, or any table with --mapping. The totals stand
    beside those that the description of a known file states.
    """
    reader = ArchiveReader(
        list(paths),
        kind,
        find_ads_mapping(mapping) if mapping is not None else None,
        read_rates(rates_file) if rates_file is not None else bundled_rates(),
    )
    written = None
    try:
        if out is not None:
            written = write_archive(reader, out)
        else:
            for _ in reader.batches():
                pass
    except BadInput:
        if not reader.problems:
            raise
    click.echo(json.dumps(_document(reader), ensure_ascii=False, indent=1) if as_json else _page(reader))
    if written is not None:
        click.echo(written.sentence, err=as_json)
    if reader.problems:
        raise BadInput("Some of it cannot be read.", reader.problems)


def _number(value: Decimal) -> str:
    return (
        f"{value:,.0f}"
        if value == value.to_integral_value()
        else f"{value:,.4f}"
        if abs(value) < 1
        else f"{value:,.2f}"
    )


def _page(reader: ArchiveReader) -> str:
    blocks = []
    regions = [file for file in reader.files if file.kind == "meta-report" and "regions/" in file.name]
    for file in reader.files:
        if file not in regions or len(regions) <= SAME_LAYOUT:
            blocks.append(_block(file))
    if len(regions) > SAME_LAYOUT:
        rows, taken, aside = (
            sum(counts) for counts in zip(*((f.rows, f.rows_in, len(f.skipped)) for f in regions), strict=True)
        )
        blocks.append(
            f"{len(regions)} files of regions (Meta's daily report, {regions[0].name} and the like)\n"
            f"  rows read {rows:,}, in {taken:,}, set aside {aside:,}"
            + "".join(f"\n{line}" for file in regions for line in _aside(file))
        )
    if reader.passed:
        blocks.append("Not tables, passed over: " + "; ".join(reader.passed))
    return "\n\n".join([*blocks, _sum(reader.files)])


def _block(file: FileRead) -> str:
    lines = [
        f"{file.name} ({file.about})",
        f"  rows read {file.rows:,}, in {file.rows_in:,}, set aside {len(file.skipped):,}; {len(file.columns)} columns",
        *_aside(file),
    ]
    if file.unknown:
        lines.append("  columns nobody told us of, kept with their values: " + ", ".join(file.unknown))
    lines += [f"  note: {note}" for note in file.notes]
    stated = {one.measure: one for one in stated_of(file.sha256)}
    for measure, value in file.totals.named().items():
        lines.append(f"  {measure}: {_number(value)}" + _beside(stated.pop(measure, None), value))
    for measure, one in stated.items():
        figure = _figure(file, measure)
        lines.append(f"  {measure}: {'unknown' if figure is None else _number(figure)}" + _beside(one, figure))
    return "\n".join(lines)


def _figure(file: FileRead, measure: str) -> Decimal | None:
    return Decimal(len(file.columns)) if measure == "columns" else file.totals.figure(measure)


def _beside(stated: Any, value: Decimal | None) -> str:
    if stated is None:
        return ""
    return f" (stated: {stated.figure:,f}, {'the same' if stated.agrees(value) else 'NOT THE SAME'}; {stated.source})"


def _aside(file: FileRead) -> list[str]:
    counts = Counter(_group(one.reason) for one in file.skipped)
    lines = []
    for group, count in counts.items():
        named = [one for one in file.skipped if _group(one.reason) == group][:PRINTED]
        lines += [f"    {one.line}: {one.reason}" for one in named]
        if count > PRINTED:
            lines.append(f"    and {count - PRINTED:,} more: {group}")
    return lines


def _group(reason: str) -> str:
    """A reason without what differs from row to row."""
    return reason.partition(", ")[0].partition(": ")[0]


def _sum(files: list[FileRead]) -> str:
    records = Counter[str]()
    for file in files:
        records.update(file.records)
    what = ", ".join(f"{number:,} {noun}" for noun, number in records.items()) or "nothing"
    rows, taken, aside = sum(f.rows for f in files), sum(f.rows_in for f in files), sum(len(f.skipped) for f in files)
    return f"Sum: {len(files)} files, {rows:,} rows read, {taken:,} in, {aside:,} set aside with their reasons: {what}."


def _document(reader: ArchiveReader) -> dict[str, Any]:
    return {
        "files": [_as_json(file) for file in reader.files],
        "passed_over": reader.passed,
        "problems": [vars(problem) for problem in reader.problems],
        "sum": _sum(reader.files),
    }


def _as_json(file: FileRead) -> dict[str, Any]:
    def measured(totals: Totals) -> dict[str, str]:
        return {measure: f"{value:f}" for measure, value in totals.named().items()}

    return {
        "file": file.name, "sha256": file.sha256, "kind": file.kind, "rows": file.rows, "rows_in": file.rows_in,
        "set_aside": [{"line": one.line, "reason": one.reason} for one in file.skipped],
        "columns": list(file.columns), "unknown_columns_kept": list(file.unknown), "notes": file.notes,
        "totals": measured(file.totals),
        "stated": [
            {"measure": one.measure, "figure": f"{one.figure:f}", "source": one.source,
             "same": one.agrees(_figure(file, one.measure))}
            for one in stated_of(file.sha256)
        ],
    }  # fmt: skip
