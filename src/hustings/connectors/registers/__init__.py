"""Public registers read from files: each becomes an edition with its day, its digest and its entries."""

__all__ = ["KINDS", "read_register"]

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from hustings.connectors.registers.domains import looks_like_domains, read_domains
from hustings.connectors.registers.fara import looks_like_fara, read_fara
from hustings.connectors.registers.fec import looks_like_fec, read_fec
from hustings.connectors.registers.generic import read_generic
from hustings.connectors.registers.text import first_line, unreadable
from hustings.screening.register.edition import Edition

# Kind -> (how a file of it is known by its first line, its reader).
KINDS: dict[str, tuple[Callable[[str], bool], Callable[[Path, date], Edition]]] = {
    "fec": (looks_like_fec, read_fec),
    "fara": (looks_like_fara, read_fara),
    "domains": (looks_like_domains, read_domains),
}


def read_register(
    path: Path, kind: str | None = None, *, published: date | None = None, mapping: Path | None = None
) -> Edition:
    """Read a register; its kind is seen from its columns unless `kind` says, and `mapping` reads any other CSV.

    Gives    an edition. Without `published` it bears the day of the file, and says so in its notes.
    Raises   BadInput with every row that cannot be used
    """
    path = Path(path)
    place = path / "FARA_All_Registrants.csv" if path.is_dir() else path
    line = first_line(place)
    day = published or datetime.fromtimestamp(place.stat().st_mtime, UTC).date()
    if mapping is not None:
        return read_generic(path, mapping, published)
    if kind is None:
        kind = next((name for name, (looks, _) in KINDS.items() if looks(line)), None)
    if kind not in KINDS:
        raise unreadable(
            path, "columns of no register that we know" if kind is None else f"the kind {kind!r}",
            "one of " + ", ".join(KINDS), "Name the kind, or give a mapping: docs/reference/registers.md.",
        )  # fmt: skip
    edition = KINDS[kind][1](path, day)
    if published is None:
        note = "Nobody named the day it was published; that of the file stands instead."
        edition = replace(edition, notes=(*edition.notes, note))
    return edition
