"""Chapter 4: the package for an investigator, and its own check."""

__all__ = ["handed_over"]

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from hustings.cli.telling.book import MADE_UP, Book
from hustings.cli.telling.buyers import by_whom
from hustings.report.story import Chapter, Fact, Table

# What each file is for; a file without a line here is shown all the same.
PURPOSES = {
    "README.md": "how to read the rest", "accounts.csv": "pages and buyers", "ads.jsonl": "the ads, whole", "evidence.csv": "the rows behind each link",
    "findings.json": "groups, as found", "links.parquet": "pairs with p and q", "manifest.json": "digests, settings, version",
    "missing.md": "what the data does not hold", "payments.csv": "who paid in what, and the rule's word", "rows.json": "where each row stands in the source",
    "targeting.csv": "whom each ad aimed at", "timeline.csv": "everything by time", "verify.py": "the check",
}  # fmt: skip


def handed_over(book: Book) -> Chapter:
    """The package for an investigator, and its own check: once as it is, once with a byte changed."""
    from hustings.connectors.ads import read_ads
    from hustings.exchange.missing import wishes

    walk = book.walk
    if book.ads is None or book.ads_run is None or not (book.ads_run / "findings.json").exists():
        by_whom(book)
    assert book.ads is not None
    assert book.ads_run is not None
    package = walk.out / "package"
    walk.run("handover", book.ads_run, "--ads", book.ads, "--out", package)
    walk.progress.step("checking the package, and a copy with one byte changed")
    good, said = _verified(package)
    noticed = not _verified_when_changed(package, walk.out / ".changed")
    files = sorted(path for path in package.rglob("*") if path.is_file())
    whole = sum(path.stat().st_size for path in files)
    ads = read_ads(book.ads)
    absent = tuple(wish for wish, unknown in wishes(ads) if unknown == len(ads))
    simulated = book.ads.parent.name == "season"
    book.facts["handed-over"] = (
        f"{len(files)} files with their digests and a check in plain Python, which "
        + ("passes" if good else "FAILS")
        + (" and notices one changed byte." if noticed else " and does NOT notice a change.")
    )
    return Chapter(
        key="handed-over", title="Handed over",
        sentences=(
            (f"An investigator gets one folder of {len(files)} files: the ads, how they were paid, whom they were aimed at, the "
            "accounts, their links with how surprising each is, a timeline, and what is missing."),
            "The same input gives the same bytes, and a check that needs nothing but Python says whether anything was changed.",
            ("To verify: copy the folder, run python3 verify.py in it, and compare the digest of manifest.json with the one that "
            "came by another way than the folder."),
        ),
        sure=("The check passes" if good else f"The check fails: {said}") + (
            "; with one byte changed it fails, as it should." if noticed else "; with one byte changed it does not fail."),
        not_shown=(
            "The package holds what the source holds; what it lacks stands in a table here and in missing.md.",
            "The digests show that nothing was changed since the package was made, not that what went into it was true.",
        ),
        source=MADE_UP if simulated else "The ads and findings of the first two chapters.", simulated=simulated,
        facts=(
            Fact(label="files", value=f"{len(files)}", beside=f"{whole / 1e6:,.1f} MB in all"),
            Fact(label="the check", value="passes" if good else "fails", beside="python3 verify.py, standard library only"),
            Fact(label="with one byte changed", value="fails" if noticed else "passes", beside="as it should" if noticed else "it should not"),
            Fact(label="wanted and not in the data", value=f"{len(absent)}", beside="who may hold it stands below"),
        ),
        tables=(
            Table(title="The package", columns=("file", "what it is", "bytes", "SHA-256"), figures=(2,), aside=(1,),
                  rows=tuple(
                      (str(path.relative_to(package)), PURPOSES.get(path.name, ""), f"{path.stat().st_size:,}", _digest(path))
                      for path in files)),
            Table(title="What an investigator would want and the data does not hold", columns=("what", "why", "who may hold it"),
                  rows=tuple((wish.name, wish.why, wish.holder) for wish in absent)),
        ),
        commands=(*walk.commands, f"python3 {walk.shown(package / 'verify.py')}"),
        files=(("Package", "package"), ("Read this first", "package/README.md"), ("What is missing", "package/missing.md"),
               ("Manifest", "package/manifest.json"), ("The check", "package/verify.py")),
    )  # fmt: skip


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _verified(package: Path) -> tuple[bool, str]:
    done = subprocess.run(
        [sys.executable, "-I", "verify.py"], cwd=package, capture_output=True, text=True, check=False, timeout=600
    )
    return done.returncode == 0, (done.stdout + done.stderr).strip()


def _verified_when_changed(package: Path, copy: Path) -> bool:
    """Tell whether the check passes on a copy of which one byte was changed."""
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(package, copy)
    try:
        victim = copy / "payments.csv"
        content = bytearray(victim.read_bytes())
        content[len(content) // 2] ^= 1
        victim.write_bytes(bytes(content))
        return _verified(copy)[0]
    finally:
        shutil.rmtree(copy, ignore_errors=True)
