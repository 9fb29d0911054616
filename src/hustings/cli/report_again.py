"""`hustings report rerun`: ask every figure of a published report again."""

from __future__ import annotations

__all__ = ["again"]

import hashlib
import json
import os
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from hustings.report.counting.basis import Basis
    from hustings.report.documents.document import Document
    from hustings.report.documents.rerun import Again

MOST = 2_000_000_000  # bytes of a package that is read


@click.command("rerun", short_help="Ask every figure of a published report again.")
@click.argument("path", metavar="REPORT", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--rows",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The rows that it was counted over, where they do not lie beside it.",
)
@click.option("--by", metavar="EMAIL", help="Ask the platform instead, as this person may know it.")
@click.option("--position", metavar="TITLE", help="In which position, where they hold several.")
@click.option("--json", "as_json", is_flag=True, help="Say what was found as JSON.")
def again(path: Path, rows: Path | None, by: str | None, position: str | None, as_json: bool) -> int:
    """Ask each figure of REPORT again and compare: exit code 1 and a table where one differs.

    REPORT is report.json, or the package it travels in (a .tar, or its unpacked folder), whose own rows are counted and whose
    every file is compared with its digest. With --by, the platform that HUSTINGS_APP_DATABASE_URL names is asked, of the
    report's own moment: what differs there is a correction to be published.
    """
    from hustings.errors import BadInput, Problem
    from hustings.report.counting.basis import read_basis
    from hustings.report.documents.document import read_document
    from hustings.report.documents.rerun import rerun

    held, damaged = files_of(path)
    if any(one.startswith(("data/report.json", "data/rows.json")) for one in damaged):
        return untouched(damaged, as_json=as_json)
    name = str(path if path.is_file() and "manifest-sha256.txt" not in held else path / "report.json")
    document = read_document(parsed(held["report.json"], name), name)
    if by is not None:
        basis, over = from_platform(document, by, position), "the platform"
    else:
        content = rows.read_bytes() if rows is not None else held.get("rows.json")
        if content is None:
            raise BadInput("There is nothing to count over.", [
                Problem(where=str(path), found="no rows.json beside it", expected="the sealed rows, or a platform", do="Name them with --rows, or ask a platform with --by."),
            ])  # fmt: skip
        basis, over = read_basis(parsed(content, "rows.json"), "rows.json"), "its sealed rows"
        if basis.sha256 != document.rows:
            damaged.append(f"the rows have the SHA-256 {basis.sha256}; the report was counted over {document.rows}")
    return told(document, rerun(document, basis), damaged, over=over, as_json=as_json)


def told(document: Document, found: Sequence[Again], damaged: Sequence[str], *, over: str, as_json: bool) -> int:
    """Say what was found; gives the exit code."""
    from hustings.report.documents.rerun import differing

    other = differing(found)
    if as_json:
        figures = [
            {
                "figure": one.name,
                "title": one.title,
                "old": one.old,
                "new": one.new,
                "same": one.same,
                "rows": one.rows,
                "unseen": one.unseen,
            }
            for one in found
        ]
        said: dict[str, Any] = {
            "report": document.report,
            "version": document.version,
            "over": over,
            "damaged": list(damaged),
            "figures": figures,
        }
        click.echo(json.dumps(said, ensure_ascii=False))
        return 1 if other or damaged else 0
    for words in damaged:
        click.echo(f"Not as it was handed out: {words}.")
    moved = sum(one.same and not one.rows for one in found)
    click.echo(
        f"{document.title}, version {document.version:,}: {len(found):,} figures as of {document.as_of}, asked again over {over}; "
        f"{sum(one.same for one in found):,} have the same value"
        + (f", {moved:,} of them over other rows." if moved else ".")
    )
    for one in (one for one in found if one.unseen):
        click.echo(f"  {one.title} ({one.name}) was not asked: who asks, or who asked then, may not see its rows.")
    for one in other:
        click.echo(f"  {one.title} ({one.name})\n    was  {one.old}\n    is   {one.new}")
    return 1 if other or damaged else 0


def untouched(damaged: Sequence[str], *, as_json: bool) -> int:
    """Say what is not as it was handed out, where what would be counted is among it; gives the exit code."""
    if as_json:
        click.echo(json.dumps({"damaged": list(damaged), "figures": []}))
    else:
        click.echo("\n".join(f"Not as it was handed out: {one}." for one in damaged) + "\nNothing was counted.")
    return 1


def parsed(content: bytes, name: str) -> Any:
    """JSON, or one clear error."""
    from hustings.errors import BadInput, Problem

    try:
        return json.loads(content)
    except (UnicodeDecodeError, ValueError) as error:
        raise BadInput("The file cannot be read.", [
            Problem(where=name, found=str(error), expected="JSON in UTF-8", do="Take the file as it was published."),
        ]) from error  # fmt: skip


def files_of(path: Path) -> tuple[dict[str, bytes], list[str]]:
    """The report and its rows, and what of its package is not as its digests say."""
    from hustings.errors import BadInput, Problem

    try:
        held = unpacked(path)
    except (OSError, tarfile.TarError) as error:
        raise BadInput(f"{path} cannot be read: {error}") from error
    if held is None:
        beside = path.with_name("rows.json")
        return {"report.json": path.read_bytes()} | ({"rows.json": beside.read_bytes()} if beside.is_file() else {}), []
    manifest = held.get("manifest-sha256.txt")
    inside = {name.removeprefix("data/"): content for name, content in held.items() if name.startswith("data/")} or held
    if "report.json" not in inside:
        raise BadInput("This is no report.", [
            Problem(where=str(path), found="no report.json in it", expected="the package of a report", do="Name the .tar as it was handed out, or report.json."),
        ])  # fmt: skip
    damaged = []
    if manifest is not None:
        listed = dict(
            line.split("  ", 1)[::-1] for line in manifest.decode(errors="replace").splitlines() if "  " in line
        )
        payload = {name for name in held if name.startswith("data/")}
        damaged += [f"{name} is missing" for name in sorted(set(listed) - payload)]
        damaged += [f"{name} is not listed" for name in sorted(payload - set(listed))]
        damaged += [
            f"{name} is another"
            for name in sorted(payload & set(listed))
            if hashlib.sha256(held[name]).hexdigest() != listed[name]
        ]
    return inside, damaged


def unpacked(path: Path) -> dict[str, bytes] | None:
    """The files of a package by their path in it; None for a single file that is none."""
    if path.is_dir():
        return {one.relative_to(path).as_posix(): one.read_bytes() for one in sorted(path.rglob("*")) if one.is_file()}
    if not tarfile.is_tarfile(path):
        return None
    if path.stat().st_size > MOST:
        raise OSError(f"it is larger than {MOST:,} bytes; unpack it and name the folder")
    with tarfile.open(path) as tar:
        return {
            one.name.partition("/")[2]: file.read() for one in tar.getmembers() if one.isfile() and (file := tar.extractfile(one)) is not None
        }  # fmt: skip


def from_platform(document: Document, by: str, position: str | None) -> Basis:
    """What the platform holds now of the report's own moment."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hustings.apps.settings")
    import django

    django.setup()
    from datetime import datetime
    from uuid import UUID

    from django.db.utils import DatabaseError, OperationalError

    from hustings.apps import database
    from hustings.apps.cases.reporting import find
    from hustings.apps.cases.reporting.gathered import gather
    from hustings.apps.database import WEB, in_role
    from hustings.apps.permission import NotKnown, Refused, require
    from hustings.cli.load import seat_of
    from hustings.errors import BadInput, EnvironmentLacks

    try:
        with in_role(WEB):
            seat = seat_of(by, position)
            # Whoever may run this command on this machine has more than a second factor: the database's own address.
            database.seat(seat.id, strong=True)
            held = find.find_report(seat, UUID(document.report))
            require(seat, "write report", held.item)
            return gather(
                held.case, held.campaign, by=seat, then=datetime.fromisoformat(document.as_of), parameters=document.parameters,
                scope=document.scope,
            )  # fmt: skip
    except OperationalError as error:
        raise EnvironmentLacks(
            f"The database of the platform does not answer: {str(error).strip()}. Start it with `hustings up`, and say "
            "where it is in HUSTINGS_APP_DATABASE_URL."
        ) from error
    except (NotKnown, ValueError) as error:
        raise BadInput(f"There is no report {document.report} that {by} may know.") from error
    except (Refused, DatabaseError) as error:
        raise BadInput(f"{by} may not count it again: {str(error).splitlines()[0]}") from error
