"""A log as files that a stranger can check with nothing but Python and the log's key."""

__all__ = ["ExportedText", "entry_line", "write_export"]

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from hustings.ledger.checkpoint import write_key
from hustings.ledger.verify_log import CHECKPOINTS, ENTRIES, KEYS, LEAVES, TEXTS, Key, canonical
from hustings.writing import whole_folder

VERIFIER = "verify_log.py"


@dataclass(frozen=True, kw_only=True)
class ExportedText:
    """A personal text that the reader may see, with the salt that ties it to its entry."""

    index: int
    name: str
    salt: bytes
    text: str


def entry_line(index: int, entry: Mapping[str, object]) -> bytes:
    """One line of entries.jsonl."""
    return canonical({"entry": dict(entry), "index": index}) + b"\n"


def write_export(
    place: Path,
    *,
    entries: Iterable[tuple[Mapping[str, object], bytes]],
    checkpoints: Iterable[bytes],
    keys: Iterable[Key],
    texts: Iterable[ExportedText] = (),
) -> int:
    """Write the folder, whole or not at all; give how many entries it holds.

    `entries` from index 0 on, all that the newest checkpoint covers, each with the leaf hash that the log
    kept for it: if entry and hash differ, the verifier says so. `checkpoints` oldest first;
    `keys` the log's and its witnesses', for comparison only: a reader brings them from elsewhere.
    """
    count = 0
    with whole_folder(place, last=CHECKPOINTS) as part:
        with (part / ENTRIES).open("wb") as lines, (part / LEAVES).open("wb") as leaves:
            for entry, kept in entries:
                lines.write(entry_line(count, entry))
                leaves.write(kept.hex().encode() + b"\n")
                count += 1
        (part / CHECKPOINTS).write_bytes(b"\n".join(checkpoints))
        (part / KEYS).write_text("".join(write_key(key) + "\n" for key in keys), encoding="utf-8")
        with (part / TEXTS).open("wb") as told:
            for text in texts:
                salt = base64.b64encode(text.salt).decode()
                line = {"index": text.index, "name": text.name, "salt": salt, "text": text.text}
                told.write(canonical(line) + b"\n")
        (part / VERIFIER).write_bytes((files("hustings.ledger") / VERIFIER).read_bytes())
    return count
