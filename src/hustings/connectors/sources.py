"""The files of an archive, wherever they lie: in a folder, in a zip, packed with gzip or zstd."""

__all__ = ["Source", "find_sources"]

import gzip
import hashlib
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa

from hustings.errors import BadInput, Problem

TABLES = {".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".parquet", ".pq", ".db", ".sqlite", ".sqlite3"}
PACKED = {".gz", ".zst"}
# What archives put beside their tables for people; told apart from tables by name.
FOR_PEOPLE = ("readme", "license", "licence", "notice", "changelog")
DEEPEST = 3
PIECE = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Source:
    """One file that may hold rows. `name` is shown to people; `inside` are the members of nested zips."""

    path: Path
    inside: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The file, and in brackets of arrows where in it."""
        return " > ".join([str(self.path), *self.inside])

    @property
    def file_name(self) -> str:
        """The last name, without what says how it is packed."""
        last = self.inside[-1] if self.inside else self.path.name
        last = last.rsplit("/", 1)[-1]
        return last[: -len(ending)] if (ending := _ending(last)) in PACKED else last

    @property
    def folder(self) -> str:
        """Where it lies: files of one folder or zip belong together."""
        outer = [str(self.path), *self.inside[:-1]] if self.inside else [str(self.path.parent)]
        return " > ".join(outer)

    @property
    def ending(self) -> str:
        """`.csv` and the like, without the packing."""
        return _ending(self.file_name)

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """The bytes of the file, unpacked."""
        with self.path.open("rb") as stream, _within(cast("BinaryIO", stream), self.inside) as inner:
            last = self.inside[-1] if self.inside else self.path.name
            match _ending(last):
                case ".gz":
                    with gzip.open(inner, "rb") as plain:
                        yield cast("BinaryIO", plain)
                case ".zst":
                    with pa.CompressedInputStream(pa.PythonFile(inner, mode="r"), "zstd") as plain:
                        yield io.BytesIO(plain.read())
                case _:
                    yield inner

    def digest(self) -> str:
        """The sha256 of the bytes as they lie, unpacked only from zips."""
        digest = hashlib.sha256()
        with self.path.open("rb") as stream, _within(cast("BinaryIO", stream), self.inside) as inner:
            while piece := inner.read(PIECE):
                digest.update(piece)
        return digest.hexdigest()


@contextmanager
def _within(stream: BinaryIO, inside: tuple[str, ...]) -> Iterator[BinaryIO]:
    if not inside:
        yield stream
        return
    with zipfile.ZipFile(stream) as outer, outer.open(inside[0]) as member:
        if len(inside) > 1:
            with _within(io.BytesIO(member.read()), inside[1:]) as inner:
                yield inner
        else:
            yield cast("BinaryIO", member)


def _ending(name: str) -> str:
    return "." + name.rsplit(".", 1)[-1].lower() if "." in name else ""


def find_sources(path: Path) -> tuple[tuple[Source, ...], tuple[str, ...], tuple[Problem, ...]]:
    """The files with rows under a path in an order of their own, those passed over by name, and what cannot be opened."""
    path = Path(path)
    if not path.exists():
        problem = Problem(
            where=str(path), found="no such file", expected="a file, a zip or a folder", do="Check the name."
        )
        raise BadInput("An archive cannot be read.", [problem])
    sources: list[Source] = []
    passed: list[str] = []
    problems: list[Problem] = []
    files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    for file in files:
        if path.is_dir() and any(part.startswith(".") for part in file.relative_to(path).parts):
            continue
        _sort_out(Source(path=file), sources, passed, problems, named=not path.is_dir())
    return tuple(sources), tuple(passed), tuple(problems)


def _sort_out(
    source: Source, sources: list[Source], passed: list[str], problems: list[Problem], *, named: bool
) -> None:
    last = (source.inside[-1] if source.inside else source.path.name).rsplit("/", 1)[-1].lower()
    if _ending(last) == ".zip":
        try:
            with source.path.open("rb") as stream, _within(cast("BinaryIO", stream), source.inside) as inner:
                body = inner if not source.inside else io.BytesIO(inner.read())
                with zipfile.ZipFile(body) as box:
                    members = sorted(info.filename for info in box.infolist() if not info.is_dir())
        except (zipfile.BadZipFile, NotImplementedError, OSError, RuntimeError, EOFError) as error:
            problems.append(_broken(source.name, f"a zip that does not hold together ({error})"))
            return
        if len(source.inside) >= DEEPEST:
            problems.append(_broken(source.name, "a zip within zips, too deep"))
            return
        for member in members:
            if member.startswith("__MACOSX/") or member.rsplit("/", 1)[-1].startswith("."):
                continue
            _sort_out(Source(path=source.path, inside=(*source.inside, member)), sources, passed, problems, named=False)
        return
    if last.startswith(FOR_PEOPLE) or (source.ending not in TABLES and not named):
        passed.append(source.name)
        return
    sources.append(source)


def _broken(where: str, found: str) -> Problem:
    return Problem(where=where, found=found, expected="a whole file", do="Get it again.")
