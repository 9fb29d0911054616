"""The seal of a folder: digests of its files and rows, and what they were made from."""

__all__ = ["FORMAT", "MANIFEST", "PACKAGE", "ROWS", "VERIFIER", "Sealing", "digest", "write_manifest"]

import hashlib
import json
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path

MANIFEST, ROWS, VERIFIER = "manifest.json", "rows.json", "verify.py"
FORMAT = "hustings-handover/1"
# Of ads that a question asked for, with its cut and its log; `verify.py` knows both.
PACKAGE = "hustings-package/1"
# Of each line's SHA-256; enough to name a changed line, while the whole file has its full digest.
ROW_DIGITS = 8
TEXTS = (".csv", ".jsonl", ".json", ".md", ".html")

# Given the seal, the signature as it stands in the manifest.
Sealing = Callable[[str], Mapping[str, str]]


def digest(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    value = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            value.update(piece)
    return value.hexdigest()


def write_manifest(
    folder: Path, about: Mapping[str, object], *, form: str = FORMAT, sign: Sealing | None = None
) -> str:  # fmt: skip
    """Add row digests, the verifier and the manifest to a folder; give the manifest's own SHA-256.

    `about` is what the files were made from and what they add up to; it must hold no moment and no
    path of this machine, so that equal input gives equal bytes. `sign` puts the maker's name under the seal.
    """
    rows = {path.name: _rows(path) for path in sorted(folder.iterdir()) if path.suffix in TEXTS}
    (folder / ROWS).write_text(json.dumps(rows, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    (folder / VERIFIER).write_bytes((files("hustings.ledger") / VERIFIER).read_bytes())
    body: dict[str, object] = {
        "format": form,
        **about,
        "files": {
            path.relative_to(folder).as_posix(): {"bytes": path.stat().st_size, "sha256": digest(path)}
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        },
    }
    seal = hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    body["seal"] = seal
    if sign is not None:
        body["signature"] = dict(sign(seal))
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, indent=1) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    return hashlib.sha256(text.encode()).hexdigest()


def _rows(path: Path) -> str:
    with path.open("rb") as file:
        return "".join(hashlib.sha256(line).hexdigest()[:ROW_DIGITS] for line in file)
