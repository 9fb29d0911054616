"""The library as a folder or .tar that a stranger can check without us: the log, every version, and the verifiers."""

from __future__ import annotations

import json
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import IO, Any

from django.db import connection, transaction

from hustings.apps.audit.export import export_log
from hustings.apps.audit.find import newest_checkpoint
from hustings.apps.audit.models import Leaf, Log
from hustings.apps.library.bulk.sql import MADE
from hustings.apps.library.models import Version
from hustings.apps.library.publishing.showing import shown
from hustings.errors import BadInput, Problem
from hustings.ledger.entry import written_moment
from hustings.ledger.verify_library import EXPUNGED, VERSIONS
from hustings.ledger.verify_log import canonical
from hustings.writing import whole_folder

__all__ = ["content_of", "export_library", "export_tar", "lines"]

VERIFIER = "verify_library.py"
CHUNK = 2000
# What stands in a row's body beside record and content.
ABOUT = ("seq", "at", "digest", "hidden")
COLUMNS = (
    "number", "kind", "hidden", "archive", "platform", "state", "category", "language", "countries", "regions", "election", "page", "advertiser",
    "payer", "currency", "spend", "impressions", "starts", "ends",
)  # fmt: skip

# One statement, so one moment. What is shown without ever having been published stands in it too.
EVERY = f"""
SELECT coalesce(v.seq, s.seq), v.subject_id, v.version, v.at, v.digest, v.record::text, s.seq IS NOT NULL, s.body::text, s.salt,
  s.until IS NOT DISTINCT FROM lead(v.seq) OVER (PARTITION BY v.subject_id ORDER BY v.seq),
  s.search = library_words(s.body, s.language), (l.line, l.cells, l.plain) IS NOT DISTINCT FROM (made.line, made.cells, made.plain), s.meta,
  {", ".join(f"s.{name}" for name in COLUMNS)}
FROM library_version v FULL JOIN library_shown s ON s.seq = v.seq LEFT JOIN library_line l ON l.seq = s.seq
LEFT JOIN LATERAL ({MADE}) AS made ON true ORDER BY 1
"""  # noqa: S608 - columns named above


def export_library(place: Path) -> int:
    """Write the library into a folder; gives how many versions.

    Reads    what the newest checkpoint of its log covers, and the versions since, which the verifier calls not yet proven
    Raises   BadInput before the first checkpoint, and while an expungement is not under one
    """
    log = Log.objects.get(name="library")
    with transaction.atomic():
        newest = newest_checkpoint(log)
        if newest is not None and Leaf.objects.filter(log=log, event=EXPUNGED, index__gte=newest.size).exists():
            raise BadInput("The library cannot be exported at this moment.", [
                Problem(where="expungement", found="one that no checkpoint covers yet", expected="a checkpoint after it",
                        do="Try again in two minutes."),
            ])  # fmt: skip
        with tempfile.TemporaryDirectory(prefix=".library.", dir=place.absolute().parent) as folder:
            told = Path(folder) / "log"
            export_log(log, told)
            with whole_folder(place, last=VERSIONS) as part:
                for file in told.iterdir():
                    file.rename(part / file.name)
                (part / VERIFIER).write_bytes((files("hustings.ledger") / VERIFIER).read_bytes())
                count = 0
                with (part / VERSIONS).open("wb") as written:
                    for count, line in enumerate(lines(), 1):  # noqa: B007 - how many there were
                        written.write(canonical(line) + b"\n")
    return count


def export_tar() -> IO[bytes]:
    """The same as a .tar without times and owners. Gives a file without a name, at its beginning."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "library"
        export_library(place)
        packed = tempfile.TemporaryFile()  # noqa: SIM115 - the caller reads and closes it
        with tarfile.open(fileobj=packed, mode="w") as tar:
            for path in sorted(place.iterdir()):
                member = tarfile.TarInfo(f"library/{path.name}")
                member.size = path.stat().st_size
                with path.open("rb") as file:
                    tar.addfile(member, file)
        packed.seek(0)
        return packed


def lines() -> Iterator[dict[str, Any]]:
    """Every version in its order, as it is handed over, with the names of what is shown otherwise than it was recorded."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(EVERY)
        while rows := cursor.fetchmany(CHUNK):
            yield from map(line_of, rows)


def line_of(row: Sequence[Any]) -> dict[str, Any]:
    """One version with what is shown of it."""
    seq, number, version, at, digest, recorded, there, told, salt, next_fits, words_fit, line_fits, meta = row[
        : -len(COLUMNS)
    ]
    columns = dict(zip(COLUMNS, row[-len(COLUMNS) :], strict=True))
    record = None if recorded is None else json.loads(recorded)
    body: dict[str, Any] = json.loads(told or "{}")
    differs = []
    if there and record is not None and at is not None:
        ours = Version(seq=seq, subject_id=number, version=version, at=at, record=record, digest=digest)
        told_of = None if columns["hidden"] == "expunged" else content_of(body, record)
        must = shown(ours, told_of, b"", removed=columns["hidden"] == "removed")
        differs += [name for name in {*must.body, *body} if body.get(name) != must.body.get(name)]
        differs += [name for name in COLUMNS if columns[name] != getattr(must, name)]
        # Null, it is made of the body whenever somebody asks.
        differs += ["meta"] * (meta is not None and meta != must.meta)
        differs += ["until"] * (not next_fits) + ["search"] * (not words_fit)
        differs += ["line"] * (not line_fits)
    elif not there:
        differs.append("not shown at all")
    return {
        "seq": seq,
        "number": number,
        "version": version,
        "at": None if at is None else written_moment(at),
        "digest": digest,
        "record": record,
        "content": content_of(body, record or {}) if there and columns["hidden"] != "expunged" else None,
        "salt": salt or None,
        "hidden": columns["hidden"] if there else None,
        "differs": sorted(set(differs)),
    }


def content_of(body: Mapping[str, Any], record: Mapping[str, Any]) -> dict[str, Any]:
    """What of a row's body is content, as it was hashed."""
    return {name: value for name, value in body.items() if name not in record and name not in ABOUT}
