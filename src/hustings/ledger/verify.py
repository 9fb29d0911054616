"""Check a hand-over package: every file, every row, what they add up to, and what proves them.

    python3 verify.py [FOLDER] [--manifest SHA256] [--key VKEY]

FOLDER is the package, by default the folder of this script. With --manifest, the digest that you
were told by another way is compared too: only that shows a package which was exchanged as a whole.
--key is the verifier key of the installation's library log as you were told it by another way; signature
and checkpoint are held against it, else against the key that lies in the package itself.
Exit code 0: all holds. 1: something does not; each line says what. 2: wrong usage.

Needs Python 3.8 or later and nothing else; signatures and proofs, where there are any, 3.9 and the
`verify_log.py` beside this script. It reads; it changes nothing.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from collections import Counter, defaultdict
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

__all__ = ["main"]

FORMAT, PACKAGE = "hustings-handover/1", "hustings-package/1"
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
        signature = manifest.pop("signature", None)
        names = list(manifest["files"].items())
        form = manifest["format"]
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        wrong.append("manifest.json: cannot be read (" + repr(error)[:120] + ")")
        return None
    if form not in {FORMAT, PACKAGE}:
        wrong.append(f"manifest.json: has the format {form!r}, this script knows {FORMAT!r} and {PACKAGE!r}")
        return None
    if any(not is_inside(name) or not isinstance(said, dict) for name, said in names):
        wrong.append("manifest.json: names files outside the package")
        return None
    text = json.dumps(manifest, sort_keys=True, ensure_ascii=False)
    if hashlib.sha256(text.encode()).hexdigest() != seal:
        wrong.append("manifest.json: was edited after it was made (its seal does not fit)")
    manifest["signed"] = (seal, signature)
    return manifest


def is_inside(name: str) -> bool:
    """Whether a name leads to a file of the package: its own, or one of the pictures."""
    parts = name.split("/")
    return "\\" not in name and ".." not in parts and (len(parts) == 1 or (len(parts) == 2 and parts[0] == "creatives"))


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
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_dir() and not path.is_symlink() and name == "creatives":
            continue
        if name != "manifest.json" and name not in manifest["files"] and "__pycache__" not in name:
            wrong.append(name + ": does not belong to the package")
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
        if said != have and sorted(said) == sorted(have):
            first = next(i for i, (a, b) in enumerate(zip(said, have)) if a != b)  # noqa: B905
            wrong.append(
                f"{name}, line {first + 1}: reordered (the same {len(have)} lines as were written, in another order)"
            )
        elif len(said) == len(have):
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
            for i, word in surplus(said, have):
                wrong.append(f"{name}: line {i + 1} of those that were written was dropped or changed ({word})")
            for i, _ in surplus(have, said):
                start = lines[i][:60].decode("utf-8", "replace").rstrip()
                wrong.append(f"{name}, line {i + 1}: was not written by the maker (begins {start!r})")


def surplus(these: list[str], those: list[str]) -> list[tuple[int, str]]:
    """The first places of what stands in these and not as often in those."""
    left = Counter(those)
    found: list[tuple[int, str]] = []
    for place, one in enumerate(these):
        if left[one]:
            left[one] -= 1
        elif len(found) < SHOWN:
            found.append((place, one))
    return found


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


def read_lines(folder: Path, name: str) -> list[dict[str, Any]]:
    """Rows of a file with one JSON object a line."""
    with (folder / name).open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def check_package(folder: Path, manifest: dict[str, Any], wrong: list[str]) -> dict[str, Any]:
    """Compute the totals of a package again, and hold its files against each other."""
    ads, aims = read_lines(folder, "ads.jsonl"), read_lines(folder, "targeting.jsonl")
    payments, accounts = read_rows(folder, "payments.csv"), read_rows(folder, "accounts.csv")
    reach, network, redactions = (
        json.loads((folder / name).read_text(encoding="utf-8"))
        for name in ("reach.json", "network.json", "redactions.json")
    )
    by_ad = {ad["ad"]: ad for ad in ads}
    if len(by_ad) != len(ads):
        wrong.append(f"ads.jsonl: {len(ads) - len(by_ad)} ads share their id with another")
    check_payments(ads, payments, wrong)
    check_accounts(ads, accounts, wrong)
    for number, row in enumerate(aims, 1):
        if row["ad"] not in by_ad:
            wrong.append("targeting.jsonl, line {} (ad {}): no such ad in ads.jsonl".format(number, row["ad"]))
    check_reach(reach, ads, wrong)
    check_network(network, by_ad, manifest.get("network", {}), wrong)
    check_redactions(
        redactions, manifest, {"ads": ads, "targeting": aims, "payments": payments, "accounts": accounts}, wrong
    )
    found = package_totals(ads, aims, payments, accounts, wrong)
    for name, value in found.items():
        if manifest.get("totals", {}).get(name) != value:
            wrong.append(
                "totals: {} add up to {}, the manifest says {}".format(
                    name, value, manifest.get("totals", {}).get(name)
                )
            )
    return found


def package_totals(
    ads: list[dict[str, Any]], aims: list[dict[str, Any]], payments: list[dict[str, str]], accounts: list[dict[str, str]],
    wrong: list[str],
) -> dict[str, Any]:  # fmt: skip
    """What the ads add up to."""
    paid: dict[str, Decimal] = defaultdict(Decimal)
    paid_ads: Counter[str] = Counter()
    instruments: dict[str, dict[str, Decimal]] = {}
    for number, ad in enumerate(ads, 1):
        where = "ads.jsonl, line {} (ad {})".format(number, ad["ad"])
        if ad["spend"] is not None and ad["currency"]:
            worth = amount(ad["spend"], where, wrong)
            paid[ad["currency"]] += worth
            if worth > 0:
                paid_ads[ad["currency"]] += 1
    for row in payments:
        name = row.get("instrument_pseudonym")
        if name and row["amount"] and row["currency"]:
            sums = instruments.setdefault(name, defaultdict(Decimal))
            sums[row["currency"]] += amount(row["amount"], "payments.csv (ad {})".format(row["ad"]), wrong)
    return {
        "ads": len(ads),
        "pages": len(accounts),
        "impressions": sum(ad["impressions"] or 0 for ad in ads),
        "clicks": sum(ad["clicks"] or 0 for ad in ads),
        "criteria": sum(len(row["criteria"] or ()) for row in aims),
        "never_shown": sum(ad["impressions"] == 0 for ad in ads),
        "without_amount": len(ads) - sum(paid_ads.values()),
        "flagged_payments": sum(bool(row["flagged"]) for row in payments),
        "paid": {currency: f"{total:f}" for currency, total in sorted(paid.items())},
        "paid_ads": dict(sorted(paid_ads.items())),
        "paid_by_instrument": {
            name: {one: f"{total:f}" for one, total in sorted(sums.items())} for name, sums in instruments.items()
        },
    }


def check_payments(ads: list[dict[str, Any]], payments: list[dict[str, str]], wrong: list[str]) -> None:
    """One row an ad, in the order of the ads, with the ad's own amount."""
    if [row["ad"] for row in payments] != [ad["ad"] for ad in ads]:
        wrong.append("payments.csv: its rows are not those of ads.jsonl, one an ad and in their order")
    by_ad = {ad["ad"]: ad for ad in ads}
    for number, row in enumerate(payments, 2):
        ad = by_ad.get(row["ad"])
        if ad is not None and (row["amount"] != (ad["spend"] or "") or row["currency"] != (ad["currency"] or "")):
            wrong.append(
                "payments.csv, row {} (ad {}): {} {}, but ads.jsonl says {} {}".format(
                    number, row["ad"], row["amount"], row["currency"], ad["spend"], ad["currency"]
                )
            )


def check_accounts(ads: list[dict[str, Any]], accounts: list[dict[str, str]], wrong: list[str]) -> None:
    """What each page adds up to."""
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for ad in ads:
        if ad["page"] is not None:
            one = sums[ad["platform"] or "", str(ad["page"])]
            one[0] += 1
            one[1] += ad["impressions"] or 0
            one[2] += ad["clicks"] or 0
    for number, row in enumerate(accounts, 2):
        have = sums.pop((row["platform"], row["page"]), [0, 0, 0])
        for name, value in zip(("ads", "impressions", "clicks"), have):  # noqa: B905 Python 3.8
            if row[name] != str(value):
                wrong.append(
                    "accounts.csv, row {} ({}): {} {}, but ads.jsonl adds up to {}".format(
                        number, row["page"], row[name], name, value
                    )
                )
    for _, page in sorted(sums):
        wrong.append(f"accounts.csv: {page} is missing, which has ads")


def check_reach(reach: dict[str, Any], ads: list[dict[str, Any]], wrong: list[str]) -> None:
    """That the number of people is one of these ads: within its interval, of as many ads, no more than showings."""
    if reach["ads"] != len(ads):
        wrong.append("reach.json: is of {} ads, but ads.jsonl has {}".format(reach["ads"], len(ads)))
    numbers = [reach[name] for name in ("low", "people", "high")]
    if {one is not None for one in numbers} != {reach["derivable"]}:
        wrong.append("reach.json: says a number and that there is none, or neither")
    elif reach["derivable"]:
        if sorted(numbers) != numbers:
            wrong.append(f"reach.json: {numbers[1]} people do not lie between {numbers[0]} and {numbers[2]}")
        if f"{numbers[1]:,}" not in reach["sentence"]:
            wrong.append("reach.json: its sentence tells another number than its fields")
        most = [row["people"] for row in reach["each"] if row["people"] is not None]
        if most and max(most) > numbers[2]:
            wrong.append(
                f"reach.json: one ad alone was seen by {max(most)} people, all of them by at most {numbers[2]}"
            )


def check_network(network: dict[str, Any], ads: dict[str, Any], said: dict[str, Any], wrong: list[str]) -> None:
    """That every edge rests on ads of the very pages that it ties."""
    nodes = {node["id"]: node["ads"] for node in network["nodes"]}
    have = Counter("{}:{}".format(ad["platform"], ad["page"]) for ad in ads.values() if ad["page"] is not None)
    for key in sorted(set(nodes) | set(have)):
        if nodes.get(key) != have.get(key):
            wrong.append(f"network.json: {key} has {nodes.get(key)} ads there and {have.get(key)} in ads.jsonl")

    def rests(page: str, ad: str, where: str) -> None:
        one = ads.get(ad)
        if one is None or "{}:{}".format(one["platform"], one["page"]) != page:
            wrong.append(f"network.json, {where}: rests on ad {ad}, which is none of {page}")

    for tie in network["ties"]:
        where = "tie of {} and {}".format(tie["a"], tie["b"])
        for shared in tie["shared"]:
            for side in "ab":
                for ad in shared["ads_" + side]:
                    rests(tie[side], ad, where)
        if not tie["shared"]:
            wrong.append(f"network.json, {where}: rests on nothing")
    tied = {side for tie in network["ties"] for side in (tie["a"], tie["b"])}
    for group in network["groups"]:
        loose = sorted(set(group["pages"]) - tied)
        if loose:
            wrong.append("network.json, group {}: {} are tied to nobody".format(group["group"], ", ".join(loose)))
    for row in network["evidence"]:
        for side in "ab":
            rests(row[side], row["ad_" + side], "evidence of finding {}".format(row["finding"]))
    for name in ("nodes", "ties", "groups", "findings", "links", "evidence"):
        if len(network[name]) != said.get(name):
            wrong.append(f"network.json: {len(network[name])} {name}, the manifest says {said.get(name)}")
    told = network["significance"]["tied_pairs"]
    if told != len(network["ties"]):
        wrong.append("network.json: says {} tied pairs and lists {}".format(told, len(network["ties"])))


def check_redactions(
    redactions: dict[str, Any], manifest: dict[str, Any], tables: dict[str, list[dict[str, Any]]], wrong: list[str]
) -> None:  # fmt: skip
    """That what is said to be left out is not there, and that hidden ads say nothing."""
    cut = manifest.get("cut")
    if redactions["cut"] != cut:
        wrong.append("redactions.json: is of the cut {}, the manifest says {}".format(redactions["cut"], cut))
    for one in redactions["fields"]:
        rows = tables.get(one["table"], [])
        whole = len(one["left_out_in"]) and not one["ground"].startswith(("The creative was removed", "Expunged"))
        if one["left_out"] and whole and any(row.get(one["field"]) not in (None, "", [], {}) for row in rows):
            wrong.append("{}.{}: is said to be left out, and stands there".format(one["table"], one["field"]))
    for number, ad in enumerate(tables["ads"], 1):
        if ad["hidden"] == "expunged" or (ad["hidden"] == "removed" and cut == "public"):
            shown = [name for name in ("title", "text", "landing_url", "landing_domain") if ad[name]]
            if shown:
                wrong.append(
                    "ads.jsonl, line {} (ad {}): is {}, yet shows {}".format(
                        number, ad["ad"], ad["hidden"], ", ".join(shown)
                    )
                )


def check_proofs(folder: Path, manifest: dict[str, Any], key: str | None, wrong: list[str]) -> list[str]:
    """Hold signature, checkpoint and every ad's record against the key; gives what to tell of them."""
    seal, signature = manifest["signed"]
    log = manifest.get("log")
    if signature is None and log is None:
        if key is not None:
            wrong.append("manifest.json: is signed by nobody, so the key cannot be held against it")
        return ["It is signed by nobody, and no log proves its ads: it was made from a file."]
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    sys.dont_write_bytecode = True
    import verify_log as tool  # type: ignore[import-not-found] # noqa: PLC0415 - travels beside this file

    said = []
    try:
        ours = tool.parse_key(key or (log or signature)["key"])
        if signature is not None:
            note = tool.parse_note(signature["note"].encode())
            if note.text != f"{PACKAGE}\n{seal}\n":
                wrong.append("manifest.json: the signature is of another package")
            elif tool.find_signature(note, ours, tool.ed25519_holds) is None:
                wrong.append("manifest.json: is not signed with the key " + ours.name)
            else:
                said.append(
                    "Signed by "
                    + ours.name
                    + (", with the key you brought." if key else ", with the key that lies in it.")
                )
        if log is not None:
            checkpoint = tool.parse_checkpoint(log["checkpoint"].encode())
            if tool.find_signature(checkpoint.note, ours, tool.ed25519_holds) is None:
                wrong.append(
                    "manifest.json: the checkpoint of the library's log is not signed with the key " + ours.name
                )
            proven = check_records(folder, checkpoint, tool, wrong)
            said.append(f"{proven} records stand in the library's log of {checkpoint.size} entries.")
    except (tool.BadFormat, tool.ProofFails, KeyError, TypeError, AttributeError) as error:
        wrong.append(f"manifest.json: signature or checkpoint cannot be read ({error})")
    return said


def check_records(folder: Path, checkpoint: Any, tool: Any, wrong: list[str]) -> int:
    """That each ad is shown as the log has it; gives how many are."""
    ads = {ad["ad"]: ad for ad in read_lines(folder, "ads.jsonl")}
    proven = set()
    for number, row in enumerate(read_lines(folder, "proofs.jsonl"), 1):
        where = "proofs.jsonl, line {} (ad {})".format(number, row["ad"])
        ad, record, entry, content = ads.get(row["ad"]), row["record"], row["entry"], row["content"]
        if ad is None:
            wrong.append(where + ": no such ad in ads.jsonl")
            continue
        try:
            facts = entry["facts"]
            if hashlib.sha256(tool.canonical(record)).hexdigest() != facts["digest"]:
                wrong.append(where + ": its record is not the one that the log tells of")
            if str(facts["number"]) != row["ad"] or facts["seq"] != ad["seq"]:
                wrong.append(where + ": its entry is of another ad or version")
            if (
                content is not None
                and row["salt"]
                and tool.text_hash(bytes.fromhex(row["salt"]), tool.canonical(content).decode()) != record["content"]
            ):
                wrong.append(where + ": its content is not what was published")
            tool.check_inclusion(
                tool.leaf_hash(tool.canonical(entry)), row["index"], checkpoint.size,
                [bytes.fromhex(one) for one in row["hashes"]], checkpoint.root,
            )  # fmt: skip
        except (tool.BadFormat, tool.ProofFails, KeyError, TypeError, ValueError) as error:
            wrong.append(f"{where}: not proven ({error})")
            continue
        differs = [
            name for name in ad if name in AS_RECORDED and name in record and plain(ad[name]) != plain(record[name])
        ]
        if content is not None and row["salt"]:  # of a removed ad the record alone is proven
            differs += [
                name for name in ad if name in AS_SAID and name in content and plain(ad[name]) != plain(content[name])
            ]
        if differs:
            wrong.append(
                "ads.jsonl (ad {}): {} is not what the library published".format(row["ad"], ", ".join(differs))
            )
        else:
            proven.add(row["ad"])
    for name in sorted(set(ads) - proven):
        if len(wrong) < 200:
            wrong.append(f"ads.jsonl (ad {name}): no record in the log proves it")
    return len(proven)


# What of an ad stands in its record, and what in its content, under the same name.
AS_RECORDED = frozenset(
    "archive archive_number platform state category declared language countries election created starts ends currency budget "
    "spend spend_low spend_high impressions impressions_low impressions_high clicks reach money found_late advertiser_class "
    "page advertiser payer version".split()
)
AS_SAID = frozenset(
    "title text media landing_url landing_domain synthetic disclaimer candidate_authorised page_name advertiser_name payer_name "
    "found_how told".split()
)


def plain(value: Any) -> Any:
    """Empty is not known; numbers of subjects are written as text."""
    return (
        None
        if value in ("", [], {})
        else str(value)
        if isinstance(value, int) and not isinstance(value, bool)
        else value
    )


def taken(rest: list[str], name: str) -> str | None:
    """The value of an option, taken out of the arguments.

    Raises   LookupError where it has none
    """
    if name not in rest:
        return None
    place = rest.index(name)
    if place + 1 == len(rest):
        raise LookupError(name)
    value = rest[place + 1]
    del rest[place : place + 2]
    return value


def main(arguments: list[str]) -> int:
    """Run all checks and say what holds and what does not."""
    rest = list(arguments)
    try:
        told, key = taken(rest, "--manifest"), taken(rest, "--key")
    except LookupError as error:
        sys.stderr.write(f"verify.py: {error} needs a value\n")
        return 2
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
    said: list[str] = []
    if manifest is not None:
        name_rows(folder, check_files(folder, manifest, wrong), wrong)
        try:
            if manifest["format"] == PACKAGE:
                found = check_package(folder, manifest, wrong)
                said = check_proofs(folder, manifest, key, wrong)
            else:
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
    for line in said:
        sys.stdout.write(line + "\n")
    if told is None:
        sys.stdout.write("Compare the manifest's digest above with the one you were told by another way.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
