"""Check a hand-over package: every file, every row, and what they add up to.

    python3 verify.py [FOLDER] [--manifest SHA256]

FOLDER is the package, by default the folder of this script. With --manifest, the digest that you
were told by another way is compared too: only that shows a package which was exchanged as a whole.
Exit code 0: all holds. 1: something does not; each line says what. 2: wrong usage.

Needs Python 3.8 or later and nothing else. It reads; it changes nothing.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from collections import defaultdict
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

__all__ = ["main"]

FORMAT = "hustings-handover/1"
DIGITS = 8
SHOWN = 5
csv.field_size_limit(1 << 30)


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    value = hashlib.sha256()
    with path.open("rb") as file:
        for piece in iter(lambda: file.read(1 << 20), b""):
            value.update(piece)
    return value.hexdigest()


def check_manifest(folder: Path, told: str | None, wrong: list[str]) -> dict[str, Any] | None:
    """Read the manifest, say its digest, check its seal."""
    path = folder / "manifest.json"
    if not path.is_file():
        wrong.append("manifest.json: missing; nothing can be checked without it")
        return None
    own = digest(path)
    sys.stdout.write("manifest.json has SHA-256 " + own + "\n")
    if told is not None and told.lower() != own:
        wrong.append("manifest.json: its SHA-256 is not the one you were told (" + told.lower() + ")")
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        seal = manifest.pop("seal")
        names = list(manifest["files"].items())
        form = manifest["format"]
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        wrong.append("manifest.json: cannot be read (" + repr(error)[:120] + ")")
        return None
    if form != FORMAT:
        wrong.append(f"manifest.json: has the format {form!r}, this script knows {FORMAT!r}")
        return None
    if any("/" in name or "\\" in name or not isinstance(said, dict) for name, said in names):
        wrong.append("manifest.json: names files outside the package")
        return None
    text = json.dumps(manifest, sort_keys=True, ensure_ascii=False)
    if hashlib.sha256(text.encode()).hexdigest() != seal:
        wrong.append("manifest.json: was edited after it was made (its seal does not fit)")
    return manifest


def check_files(folder: Path, manifest: dict[str, Any], wrong: list[str]) -> set[str]:
    """Every file there, whole, and none besides. Gives the names of those that differ."""
    off: set[str] = set()
    for name, said in sorted(manifest["files"].items()):
        path = folder / name
        if path.is_symlink() or not path.is_file():
            wrong.append(name + ": missing")
            off.add(name)
        elif digest(path) != said.get("sha256"):
            size = path.stat().st_size
            wrong.append("{}: changed ({} bytes, the manifest says {})".format(name, size, said.get("bytes")))
            off.add(name)
    for path in sorted(folder.iterdir()):
        if path.name != "manifest.json" and path.name not in manifest["files"]:
            wrong.append(path.name + ": does not belong to the package")
    return off


def name_rows(folder: Path, off: set[str], wrong: list[str]) -> None:
    """Say which lines of the changed text files differ."""
    if "rows.json" in off or not (folder / "rows.json").is_file():
        return
    try:
        rows = json.loads((folder / "rows.json").read_text(encoding="utf-8"))
    except ValueError:
        return
    for name in sorted(off & set(rows)):
        path = folder / name
        if not path.is_file():
            continue
        said = [rows[name][i : i + DIGITS] for i in range(0, len(rows[name]), DIGITS)]
        with path.open("rb") as file:
            lines = list(file)
        have = [hashlib.sha256(line).hexdigest()[:DIGITS] for line in lines]
        if len(said) == len(have):
            places = [i for i, (a, b) in enumerate(zip(said, have)) if a != b]  # noqa: B905 Python 3.8
            for i in places[:SHOWN]:
                start = lines[i][:60].decode("utf-8", "replace").rstrip()
                wrong.append(f"{name}, line {i + 1}: changed (now begins {start!r})")
            if len(places) > SHOWN:
                wrong.append(f"{name}: {len(places) - SHOWN} more lines changed")
        else:
            first = next((i for i, (a, b) in enumerate(zip(said, have)) if a != b), min(len(said), len(have)))  # noqa: B905
            wrong.append(
                f"{name}, line {first + 1}: the first that differs ({len(have)} lines, {len(said)} were written)"
            )


def read_rows(folder: Path, name: str) -> list[dict[str, str]]:
    """Rows of a CSV file as dictionaries."""
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def amount(text: str, where: str, wrong: list[str]) -> Decimal:
    """An amount as a decimal; what is none is said and counts as nothing."""
    try:
        return Decimal(text)
    except (InvalidOperation, TypeError, ValueError):
        wrong.append(f"{where}: {text!r} is no amount")
        return Decimal(0)


def check_sums(folder: Path, manifest: dict[str, Any], wrong: list[str]) -> dict[str, Any]:
    """Compute the totals again, and hold the files against each other, row by row."""
    said = manifest.get("totals", {})
    with (folder / "ads.jsonl").open(encoding="utf-8") as file:
        ads = [json.loads(line) for line in file]
    payments, targeting, accounts = (read_rows(folder, n) for n in ("payments.csv", "targeting.csv", "accounts.csv"))
    findings = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
    by_ad = {ad["ad"]: ad for ad in ads}
    paid: dict[str, Decimal] = defaultdict(Decimal)
    criteria: dict[str, int] = defaultdict(int)
    ads_of: dict[tuple[str, str], int] = defaultdict(int)
    for number, row in enumerate(payments, 2):
        where = "payments.csv, row {} (ad {})".format(number, row["ad"])
        ad = by_ad.get(row["ad"])
        if ad is None:
            wrong.append(where + ": no such ad in ads.jsonl")
            continue
        if row["amount"] != (ad["spend"] or "") or row["currency"] != (ad["currency"] or ""):
            wrong.append(
                "{}: {} {}, but ads.jsonl says {} {}".format(
                    where, row["amount"], row["currency"], ad["spend"], ad["currency"]
                )
            )
        if row["currency"] and row["amount"]:
            paid[row["currency"]] += amount(row["amount"], where, wrong)
    for row in targeting:
        criteria[row["ad"]] += 1
    for number, ad in enumerate(ads, 1):
        ads_of[ad["platform"] or "", ad["actor"]] += ad["actor"] is not None
        if criteria[ad["ad"]] != len(ad["targeting"]):
            wrong.append(
                "ads.jsonl, line {} (ad {}): {} criteria, but targeting.csv has {}".format(
                    number, ad["ad"], len(ad["targeting"]), criteria[ad["ad"]]
                )
            )
    for number, row in enumerate(accounts, 2):
        if int(row["ads"]) != ads_of[row["platform"], row["actor"]]:
            wrong.append(
                "accounts.csv, row {} ({}): {} ads, but ads.jsonl has {}".format(
                    number, row["actor"], row["ads"], ads_of[row["platform"], row["actor"]]
                )
            )
    found = {
        "ads": len(ads),
        "actors": len(accounts),
        "impressions": sum(ad["impressions"] or 0 for ad in ads),
        "clicks": sum(ad["clicks"] or 0 for ad in ads),
        "criteria": len(targeting),
        "findings": len(findings),
        "flagged_payments": sum(bool(row["flagged"]) for row in payments),
        "paid": {currency: str(total) for currency, total in sorted(paid.items())},
    }
    if len(by_ad) != len(ads):
        wrong.append(f"ads.jsonl: {len(ads) - len(by_ad)} ads share their id with another")
    if len(payments) != len(ads):
        wrong.append(f"payments.csv: {len(payments)} rows, but ads.jsonl has {len(ads)} ads")
    for name, value in found.items():
        if said.get(name) != value:
            wrong.append(f"totals: {name} add up to {value}, the manifest says {said.get(name)}")
    return found


def main(arguments: list[str]) -> int:
    """Run all checks and say what holds and what does not."""
    told, rest = None, list(arguments)
    if "--manifest" in rest:
        place = rest.index("--manifest")
        if place + 1 == len(rest):
            sys.stderr.write("verify.py: --manifest needs the digest\n")
            return 2
        told = rest[place + 1]
        del rest[place : place + 2]
    if len(rest) > 1 or any(text.startswith("-") for text in rest):
        sys.stderr.write(__doc__ or "")
        return 2
    folder = Path(rest[0]) if rest else Path(__file__).resolve().parent
    if not folder.is_dir():
        sys.stderr.write(f"verify.py: {folder} is no folder\n")
        return 2
    wrong: list[str] = []
    manifest = check_manifest(folder, told, wrong)
    found: dict[str, Any] = {}
    if manifest is not None:
        name_rows(folder, check_files(folder, manifest, wrong), wrong)
        try:
            found = check_sums(folder, manifest, wrong)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            wrong.append(f"totals: cannot be computed again ({repr(error)[:120]})")
    for line in wrong:
        sys.stdout.write("WRONG  " + line + "\n")
    if wrong or manifest is None:
        sys.stdout.write(f"Wrong with this package: {len(wrong)}.\n")
        return 1
    paid = ", ".join(f"{total} {currency}" for currency, total in found["paid"].items())
    sys.stdout.write(
        "{} files are whole. {} ads, {} impressions, {} clicks, paid {}: as the manifest says.\n".format(
            len(manifest["files"]), found["ads"], found["impressions"], found["clicks"], paid or "nothing known"
        )
    )
    if told is None:
        sys.stdout.write("Compare the manifest's digest above with the one you were told by another way.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
