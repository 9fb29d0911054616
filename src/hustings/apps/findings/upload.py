"""A run that arrives as an archive: opened within limits, and only as far as it is a run."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from hustings.errors import BadInput, Problem

__all__ = ["LARGEST", "LARGEST_UNPACKED", "unpacked"]

LARGEST = 256 * 1024 * 1024
LARGEST_UNPACKED = 1024 * 1024 * 1024
FILES = frozenset(
    {
        "run.json",
        "findings.json",
        "members.parquet",
        "links.parquet",
        "layers.parquet",
        "evidence.parquet",
        "report.html",
    }
)


@contextmanager
def unpacked(file: IO[bytes], size: int) -> Iterator[Path]:
    """A folder with the files of a ZIP archive, gone at the end of the block.

    The files lie at the top of the archive or in one folder; other names are refused, so nothing is written elsewhere.

    Raises   BadInput for what is no ZIP archive, too large packed or unpacked, or holds other files
    """
    problems: list[Problem] = []
    do = "Send a ZIP archive of the folder that `hustings detect --out` wrote."
    if size > LARGEST:
        found = f"{size:,} bytes"
        problems.append(
            Problem(where="archive", found=found, expected=f"{LARGEST:,} at most", do="Use `hustings load`.")
        )
        raise BadInput("The archive is too large.", problems)
    try:
        archive = zipfile.ZipFile(file)
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        problems.append(Problem(where="archive", found="something else", expected="a ZIP archive", do=do))
        raise BadInput("The archive cannot be read.", problems) from error
    if len({entry.filename.rpartition("/")[0] for entry in entries}) > 1:
        problems.append(Problem(where="archive", found="several folders", expected="one", do=do))
    for entry in entries[:50]:
        name = entry.filename.rpartition("/")[2]
        if name not in FILES:
            problems.append(
                Problem(where="archive", found=f"the file '{name[:80]}'", expected=", ".join(sorted(FILES)), do=do)
            )
    if len(entries) > len(FILES):
        problems.append(
            Problem(where="archive", found=f"{len(entries)} files", expected=f"{len(FILES)} at most", do=do)
        )
    if sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
        problems.append(
            Problem(
                where="archive",
                found="more unpacked",
                expected=f"{LARGEST_UNPACKED:,} bytes at most",
                do="Use `hustings load`.",
            )
        )
    if problems:
        raise BadInput("The archive cannot be loaded.", problems)
    with TemporaryDirectory(prefix="run-") as place:
        folder = Path(place) / "run"
        folder.mkdir()
        try:
            for entry in entries:
                # No more is read than the archive says, and what then does not fit its checksum is refused.
                with archive.open(entry) as packed, (folder / entry.filename.rpartition("/")[2]).open("wb") as out:
                    shutil.copyfileobj(packed, out)
        except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as error:
            shutil.rmtree(folder, ignore_errors=True)
            problems.append(Problem(where="archive", found="a broken or encrypted file", expected="a whole one", do=do))
            raise BadInput("The archive cannot be read.", problems) from error
        yield folder
