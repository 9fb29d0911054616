"""The evidence package: what is held, cut for one circle of readers, written with its network, its page and its seal."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from hustings import __version__
from hustings.errors import BadInput, Problem
from hustings.exchange.package.absent import absent, absent_page
from hustings.exchange.package.as_ads import as_ads
from hustings.exchange.package.cut import Cut, CutTables, cut_tables
from hustings.exchange.package.held import Held
from hustings.exchange.package.stix import bundle
from hustings.exchange.package.tables import FIELDS
from hustings.ledger.manifest import MANIFEST, PACKAGE, ROWS, VERIFIER, Sealing, write_manifest
from hustings.progress import Progress, Silent
from hustings.report.package.figures import Figures, figures
from hustings.report.package.page import report_page
from hustings.screening.payment import LIMITS, review
from hustings.writing import whole_file, whole_folder

__all__ = ["FILES", "Made", "make_package"]

CREATIVES, LOG_VERIFIER = "creatives", "verify_log.py"
LINES = {"ads": "ads.jsonl", "targeting": "targeting.jsonl", "decisions": "decisions.jsonl", "custody": "custody.jsonl"}
TABLES = {"delivery": "delivery.csv", "payments": "payments.csv", "accounts": "accounts.csv"}
FILES = (*LINES.values(), *TABLES.values(), "proofs.jsonl", "timeline.csv", "reach.json", "network.json", "redactions.json", "missing.md",
         "report.html", "stix.json", "README.md", ROWS, VERIFIER, LOG_VERIFIER, MANIFEST, CREATIVES)  # fmt: skip
# Every zip of equal files is equal: the least moment that the form can write.
ZIPPED_AT = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, kw_only=True)
class Made:
    """A finished package: where it lies, what its ads add up to, and the digest to tell by another way."""

    place: Path
    figures: Figures
    manifest_sha256: str
    missing: Sequence[Mapping[str, Any]]


def make_package(
    held: Held, cut: Cut, place: Path, *, command: str, media: Path | None = None, sign: Sealing | None = None,
    before_it_is_there: Callable[[str, Figures], None] | None = None, progress: Progress | None = None,
) -> Made:  # fmt: skip
    """Make the package, a folder or (`.zip`) one file; whole or not at all, equal bytes for equal input.

    command   as it can be typed again, for the page
    media     a folder in which pictures and films lie; those whose SHA-256 an ad names go along
    before_it_is_there   is told the manifest's digest before anything stands at `place`: what logs the act. Where it
              fails, no package is left
    Raises    BadInput where nothing fits the question, or other files lie at `place`
    """
    progress = progress or Silent()
    _check_place(Path(place))
    if not held.tables["ads"]:
        raise BadInput("No ad fits the question, so there is nothing to hand over.", [
            Problem(where="--query", found="no ads", expected="at least one", do="Try the question in the library's search first."),
        ])  # fmt: skip
    progress.step("Cutting")
    tables = cut_tables(held.tables, FIELDS, cut)
    ads = as_ads(tables, str(held.about["source"]))
    flags = {flag.ad.ad: flag for flag in review(ads).flagged}
    for row in tables.rows["payments"]:
        flag = flags.get(row["ad"])
        row["flagged"], row["paid_from"] = (flag.ground, flag.paid_from) if flag else (None, None)
    from hustings.report.package.network import DRAWS, SEED, network  # noqa: PLC0415 - brings the search along, which no page needs

    found = network(ads, progress)
    findings = {node["id"]: node for node in found["nodes"]}
    for row in tables.rows["accounts"]:
        node = findings.get(f"{row['platform']}:{row['page']}")
        row["findings"] = node["findings"] if node else []
    sums = figures(tables.rows)
    progress.step("Writing the package")
    with _whole(Path(place)) as part:
        creatives = _creatives(tables.rows["ads"], media, part / CREATIVES)
        missing = absent(held, tables, creatives)
        _write(part, held, tables, found, sums, missing, command)
        about = {
            "made_by": {"hustings": __version__}, **held.about, "cut": cut.value, "seed": SEED, "draws": DRAWS,
            "totals": sums.as_json(), "network": _network_totals(found), "missing": [one["what"] for one in missing if one["absent"]],
        }  # fmt: skip
        sealed = write_manifest(part, about, form=PACKAGE, sign=sign)
        if before_it_is_there is not None:
            before_it_is_there(sealed, sums)
    return Made(place=Path(place), figures=sums, manifest_sha256=sealed, missing=missing)


def _check_place(place: Path) -> None:
    """A package is checked for files that do not belong: none may lie there beforehand."""
    if place.suffix == ".zip":
        others = [place.name] if place.is_dir() else []
    elif place.exists() and not place.is_dir():
        others = [place.name]
    else:
        others = sorted(one.name for one in place.iterdir() if one.name not in FILES) if place.is_dir() else []
    if others:
        raise BadInput("The package cannot be made there.", [
            Problem(where=str(place), found="other files (" + ", ".join(others[:5]) + ")",
                    expected="a new or empty folder, an older package, or a name that ends in .zip", do="Name another place with --out."),
        ])  # fmt: skip


@contextmanager
def _whole(place: Path) -> Iterator[Path]:
    """A folder to fill, which becomes the package when all of it is there."""
    if place.suffix != ".zip":
        if (place / CREATIVES).is_dir() or (place / MANIFEST).exists():
            # An older package may hold files that this one has not.
            with tempfile.TemporaryDirectory(prefix=f".{place.name}.", dir=place.absolute().parent) as aside:
                with whole_folder(Path(aside) / "new", last=MANIFEST) as part:
                    yield part
                place.replace(Path(aside) / "old")
                (Path(aside) / "new").replace(place)
            return
        with whole_folder(place, last=MANIFEST) as part:
            yield part
        return
    with whole_file(place) as zipped:
        # Named before it is made: an interruption between the two leaves nothing either.
        folder = zipped.with_name(f"{zipped.name}.folder")
        try:
            folder.mkdir()
            yield folder
            with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as file:
                for path in sorted(one for one in folder.rglob("*") if one.is_file()):
                    entry = zipfile.ZipInfo(f"package/{path.relative_to(folder).as_posix()}", ZIPPED_AT)
                    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                    file.writestr(entry, path.read_bytes())
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _creatives(ads: Sequence[Mapping[str, Any]], media: Path | None, place: Path) -> int:
    """Copy the media that ads of the cut name by their digest; a file whose digest is another does not go."""
    if media is None:
        return 0
    if not media.is_dir():
        raise BadInput("The folder of pictures and films is not there.", [
            Problem(where="--creatives", found=str(media), expected="a folder", do="Name one, or leave it out."),
        ])  # fmt: skip
    named = {
        one["sha256"]
        for row in ads
        if not row["hidden"]
        for one in row["media"] or ()
        if isinstance(one, dict) and one.get("sha256")
    }
    count = 0
    for path in sorted(one for one in media.rglob("*") if one.is_file()):
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        if sha256 in named:
            place.mkdir(exist_ok=True)
            target = place / f"{sha256}{path.suffix.lower() if path.suffix[1:].isalnum() else ''}"
            count += not target.exists()
            shutil.copyfile(path, target)
    return count


def _write(
    folder: Path, held: Held, cut: CutTables, found: Mapping[str, Any], sums: Figures, missing: Sequence[Mapping[str, Any]], command: str
) -> None:  # fmt: skip
    """Every file of the package but its manifest."""
    for name, file in LINES.items():
        _lines(folder / file, cut.rows[name])
    for name, file in TABLES.items():
        columns = [field.name for field in FIELDS[name] if cut.cut.holds(field.first)]
        _csv(folder / file, columns, ([_cell(row[column]) for column in columns] for row in cut.rows[name]))
    if held.proofs:
        _lines(folder / "proofs.jsonl", held.proofs)
        (folder / LOG_VERIFIER).write_bytes((files("hustings.ledger") / LOG_VERIFIER).read_bytes())
    _csv(folder / "timeline.csv", ("at", "what", "ad", "page", "detail"), _timeline(cut, found))
    limits = (LIMITS, str(found["limits"]), "Only pages are searched for ties; an ad without a page takes no part.")
    _json(folder / "reach.json", held.reach)
    _json(folder / "network.json", found)
    _json(
        folder / "redactions.json", {"cut": cut.cut.value, "sentence": cut.cut.sentence, "fields": list(cut.redactions)}
    )
    _json(folder / "stix.json", bundle(cut, found, held.moment or _newest(cut), __version__))
    (folder / "missing.md").write_text(absent_page(held, missing, limits), encoding="utf-8")
    (folder / "README.md").write_text(_readme(held, cut, sums, found), encoding="utf-8")
    (folder / "report.html").write_text(
        report_page(held, cut, sums, found, missing, version=__version__, command=command), encoding="utf-8"
    )


def _network_totals(found: Mapping[str, Any]) -> dict[str, int]:
    return {name: len(found[name]) for name in ("nodes", "ties", "groups", "findings", "links", "evidence")}


def _timeline(cut: CutTables, found: Mapping[str, Any]) -> list[tuple[str, str, str, str, str]]:
    """Everything that has a moment or a day, in order."""
    rows = []
    page = {row["ad"]: row["page"] or "" for row in cut.rows["ads"]}
    for row in cut.rows["ads"]:
        for name, what in (("created", "ad made"), ("starts", "first day shown"), ("ends", "last day shown")):
            if row[name]:
                rows.append((row[name], what, row["ad"], page[row["ad"]], ""))
    for row in cut.rows["decisions"]:
        rows.append(
            (
                row["at"],
                "decision",
                row["ad"],
                page.get(row["ad"], ""),
                f"{row['move']}: {row['state']} {row['reason'] or ''}".strip(),
            )
        )
    for row in cut.rows["custody"]:
        rows.append((row["at"], "custody", "", "", row["what"]))
    for one in found["findings"]:
        for key in ("first", "last"):
            if one.get(key):
                rows.append((str(one[key]), f"finding: {key} act", "", "", f"finding {one['finding']}"))
    return sorted(rows)


def _newest(cut: CutTables) -> str:
    """The moment of the newest ad, for a file that says none itself."""
    moments = [row["created"] for row in cut.rows["ads"] if row["created"]]
    return max(moments, default="1970-01-01T00:00:00Z")


def _readme(held: Held, cut: CutTables, sums: Figures, found: Mapping[str, Any]) -> str:
    lines = [
        "# Evidence package", "", *sums.sentences(), "", str(found["significance"]["sentence"]), "", str(held.reach["sentence"]), "",
        f"Cut: **{cut.cut.value}**. {cut.cut.sentence} What was left out, and why: `redactions.json`.", "",
        "| file | holds |", "| --- | --- |",
        "| `report.html` | the package as a page, to be read first |",
        "| `ads.jsonl` | one ad a line; null is unknown |",
        "| `targeting.jsonl` | whom each ad could be seen by: the sentence, the Boolean tree, the archive's own criteria, what was lost of them |",
        "| `delivery.csv` | showings, clicks and cost by day, region, age and gender, as far as they are known |",
        "| `payments.csv` | one ad a row: amount, currency, payer, and whether the payment rule flags it |",
        "| `accounts.csv` | one page or account a row, with sums |",
        "| `reach.json` | how many people saw at least one of the ads, with interval and method, or why nobody can say |",
        "| `network.json` | pages, ties and links with the ads that show them and how likely chance is |",
        "| `timeline.csv` | everything that has a moment, in UTC |",
        "| `decisions.jsonl` | what was decided of the ads, by which policy |",
        "| `custody.jsonl` | who took the ads in, opened and copied them, up to the moment of the question |",
        "| `redactions.json` | every field that some cut leaves out, the ground, and how many rows it concerns here |",
        "| `missing.md` | what an investigator would want, and these data do not hold |",
        "| `stix.json` | pages, ties and groups as a STIX 2.1 bundle |",
        *(["| `proofs.jsonl`, `verify_log.py` | each ad's record, and the way from it to the signed root of the library's log |"] if held.proofs else []),
        "| `manifest.json`, `rows.json` | digests of every file and line, the question, seed, version, totals |",
        "| `verify.py` | checks all of it: `python3 verify.py` (Python 3.9 or later, nothing else needed) |", "",
        "`verify.py` prints the manifest's own SHA-256. Compare it with the one you were told by another way: only that shows a package that",
        "was exchanged as a whole. Open CSV files as text: cells hold words of advertisers, which a spreadsheet may take for formulas.", "",
    ]  # fmt: skip
    return "\n".join(lines)


def _cell(value: object) -> str:
    """What a table's cell says: nothing where it is not known, lists and objects as JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else str(value)


def _lines(place: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    with place.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _json(place: Path, value: object) -> None:
    place.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _csv(place: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with place.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
