"""A log as a folder or .tar that a stranger can check without us."""

from __future__ import annotations

import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from hustings.apps.audit.find import bodies, notes
from hustings.apps.audit.models import Checkpoint, Leaf, Log, Text, Witness
from hustings.errors import BadInput, Problem
from hustings.ledger.export import ExportedText, write_export
from hustings.ledger.verify_log import Key, parse_key

__all__ = ["export_log", "export_tar"]

CHUNK = 2000


def export_log(log: Log, place: Path) -> int:
    """Write what the newest checkpoint covers into a folder; give how many entries.

    Reads as whoever is connected: in a request that is the reader, whose sight ends where row-level security says;
    a log with entries that the reader may not see cannot be exported in part, since nobody could check it.
    """
    newest = Checkpoint.objects.filter(log=log).order_by("-id").first()
    if newest is None:
        raise BadInput("The log cannot be exported yet.", [
            Problem(where=log.origin, found="no checkpoint", expected="at least one",
                    do="Wait for the next beat, or run: hustings manage log_beat --once"),
        ])  # fmt: skip
    seen = Leaf.objects.filter(log=log, index__lt=newest.size).count()
    if seen != newest.size:
        raise BadInput("The log cannot be exported by this reader.", [
            Problem(where=log.origin, found="entries about items that the reader may not know",
                    expected="a reader who may read all of it", do="Ask the installation: hustings manage log_export"),
        ])  # fmt: skip
    return write_export(
        place, entries=bodies(log, newest.size), checkpoints=notes(log), keys=_keys(log), texts=_texts(log, newest.size)
    )


def export_tar(log: Log) -> IO[bytes]:
    """The same as a .tar, with times and owners left out so that equal logs give equal bytes.

    Gives a file without a name, at its beginning; it is gone when closed.
    """
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "log"
        export_log(log, place)
        packed = tempfile.TemporaryFile()  # noqa: SIM115 - the caller reads and closes it
        with tarfile.open(fileobj=packed, mode="w") as tar:
            for path in sorted(place.iterdir()):
                member = tarfile.TarInfo(f"log/{path.name}")
                member.size = path.stat().st_size
                with path.open("rb") as file:
                    tar.addfile(member, file)
        packed.seek(0)
        return packed


def _keys(log: Log) -> list[Key]:
    signed = Checkpoint.objects.filter(log=log).order_by("key").values_list("key", flat=True).distinct()
    return [parse_key(text) for text in [*signed, *Witness.objects.order_by("key").values_list("key", flat=True)]]


def _texts(log: Log, size: int) -> Iterator[ExportedText]:
    leaves = Leaf.objects.filter(log=log, index__lt=size).exclude(texts={}).order_by("index").values_list("pk", "index")
    found = list(leaves.iterator(chunk_size=CHUNK))
    for start in range(0, len(found), CHUNK):
        index_of = dict(found[start : start + CHUNK])
        told = Text.objects.filter(entry__in=index_of, text__isnull=False)
        for text in sorted(told, key=lambda text: (index_of[text.entry], text.name)):
            yield ExportedText(
                index=index_of[text.entry], name=text.name, salt=bytes(text.salt or b""), text=text.text or ""
            )
