"""The files of an export, wherever they lie: named, in folders, in zips."""

__all__ = ["JSON", "TABLES", "ExportFile", "export_files"]

import shutil
import zipfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from hustings.errors import BadInput, Problem

JSON = (".json", ".jsonl", ".ndjson")
TABLES = (*JSON, ".csv", ".tsv", ".parquet", ".pq", ".arrow", ".feather", ".ipc")
PACKED = (".gz", ".zst")
PIECE = 1 << 20


@dataclass(frozen=True, kw_only=True)
class ExportFile:
    """A file to read, and what people call it."""

    path: Path
    shown: str


def export_files(paths: Sequence[Path], room: Path, endings: tuple[str, ...]) -> tuple[list[ExportFile], list[str]]:
    """The files that these paths name or hold, and the names of those passed over.

    Reads    files as they are named; of folders those with one of the endings, in the order of their names, but what
             begins with a dot; of zips the same. Exports bring pictures and notes for people along.
    Costs    what stands in zips is unpacked into `room` first
    Raises   BadInput, where a path holds nothing to read or a zip is broken or locked
    """
    found: list[ExportFile] = []
    passed: list[str] = []
    for path in map(Path, paths):
        before = len(found)
        for file in _held(path):
            if file.suffix.lower() == ".zip" and file.is_file():
                found += _unpacked(file, room / str(len(found)), endings, passed)
            elif file == path or _may_be_read(file.name, endings):
                found.append(ExportFile(path=file, shown=str(file)))
            else:
                passed.append(str(file))
        if len(found) == before:
            holds = f"no file to read, but {', '.join(passed[:3])}" if passed else "no file"
            raise _refusal(path, holds, "exports", "Name a file, a folder or a zip that holds the source's files.")
    return found, passed


def _held(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(one for one in path.rglob("*") if one.is_file())
    return [one for one in files if not _hidden(one.relative_to(path).parts)]


def _hidden(parts: Collection[str]) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in parts)


def _may_be_read(name: str, endings: tuple[str, ...]) -> bool:
    lower = name.lower()
    for packing in PACKED:
        lower = lower.removesuffix(packing)
    return lower.endswith(endings)


def _unpacked(file: Path, room: Path, endings: tuple[str, ...], passed: list[str]) -> Iterator[ExportFile]:
    try:
        with zipfile.ZipFile(file) as box:
            for member in sorted(box.infolist(), key=lambda one: one.filename):
                if member.is_dir() or _hidden(member.filename.split("/")):
                    continue
                shown = f"{file} > {member.filename}"
                if not _may_be_read(member.filename, endings):
                    passed.append(shown)
                    continue
                # The name is ours but for its last part: a member may call itself `../../x`.
                place = room / str(member.header_offset) / member.filename.rsplit("/", 1)[-1]
                place.parent.mkdir(parents=True, exist_ok=True)
                with box.open(member) as source, place.open("wb") as out:
                    shutil.copyfileobj(source, out, PIECE)
                yield ExportFile(path=place, shown=shown)
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        raise _refusal(file, f"a zip that does not hold together ({error})", "a whole zip", "Get it again.") from error
    except RuntimeError as error:  # zipfile's way of saying that a password is asked for
        raise _refusal(
            file, f"a zip that cannot be opened ({error})", "one without a password", "Unpack it."
        ) from error


def _refusal(path: Path, found: str, expected: str, do: str) -> BadInput:
    return BadInput("There is nothing to read.", [Problem(where=str(path), found=found, expected=expected, do=do)])
