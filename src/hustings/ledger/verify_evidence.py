"""Check a package of sealed evidence: every byte, every row of custody, what proves them, and what stamps cover them.

    python3 verify.py [FOLDER] [--manifest SHA256] [--key VKEY]...

FOLDER is the package, by default the folder of this script. With --manifest, the SHA-256 of tagmanifest-sha256.txt
that you were told by another way is compared too: only that, or a key, shows a package that was made anew as a whole.
--key is the verifier key of a log as you were told it by another way; with one, every object and every row of custody
has to be proven by a log that is signed with it. Exit code 0: all holds. 1: something does not; each line says what
and where. 2: wrong usage.

Limits: that a row of custody is missing can only be seen in the whole log. A stamp is held against the objects here;
whether the authority signed it, openssl says: the command is printed. A redacted copy is made again where its original
lies beside it; where it does not, only that each part is marked in its place is seen, until somebody is shown the
original. Nothing says that what the bytes show is true.

Needs Python 3.8 or later and nothing else. It reads; it changes nothing. Formats: RFC 8493 (BagIt), RFC 9162 section
2.1 (Merkle tree), RFC 8032 (Ed25519), C2SP signed-note and tlog-checkpoint, RFC 3161 (stamps).
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

__all__ = ["check_package", "commitment_of", "leaf_of", "main", "mark_of", "redacted", "redaction_digest"]

INDEX, CUSTODY, PROOFS, CHECKPOINTS = "index.jsonl", "custody.jsonl", "proofs.jsonl", "checkpoints.jsonl"
HEADS, LEAVES, REDACTIONS = "heads.jsonl", "leaves.jsonl", "redactions.jsonl"
MANIFEST, TAGS = "manifest-sha256.txt", "tagmanifest-sha256.txt"
OXUM = "Payload-Oxum: "
SHOWN = 50


def canonical(value: Any) -> bytes:
    """The one way to write a JSON value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def leaf_of(row: dict[str, Any]) -> bytes:
    """What stands for an object in the head that is stamped."""
    kept = {name: row[name] for name in ("id", "sealed_at", "sha256", "size")}
    return hashlib.sha256(b"\x00" + canonical(kept)).digest()


# --- BagIt: the files ----------------------------------------------------------------------------


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    value = hashlib.sha256()
    with path.open("rb") as file:
        for piece in iter(lambda: file.read(1 << 20), b""):
            value.update(piece)
    return value.hexdigest()


def read_manifest(folder: Path, name: str, wrong: list[str]) -> dict[str, str]:
    """Which file has which digest."""
    told: dict[str, str] = {}
    try:
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        wrong.append(f"{name}: missing or unreadable ({error.__class__.__name__}); nothing it names can be checked")
        return told
    for number, line in enumerate(lines, 1):
        digest, _, path = line.partition("  ")
        if len(digest) != 64 or not path or path.startswith("/") or ".." in path.split("/"):
            wrong.append(f"{name}, line {number}: is no line of a digest, two spaces and a file of the package")
        elif path in told:
            wrong.append(f"{name}, line {number}: names {path} a second time")
        else:
            told[path] = digest.lower()
    return told


def files_of(folder: Path, wrong: list[str]) -> set[str]:
    """Every file that lies in the package."""
    found = set()
    for place, folders, names in os.walk(str(folder)):
        for name in [*names, *(one for one in folders if (Path(place) / one).is_symlink())]:
            path = Path(place) / name
            inside = path.relative_to(folder).as_posix()
            if path.is_symlink():
                wrong.append(f"{inside}: is a link; a package holds files alone")
            found.add(inside)
    return found


def check_files(folder: Path, wrong: list[str]) -> dict[str, str]:
    """Hold every file against the manifests; gives the digests that the payload has."""
    payload, tags = read_manifest(folder, MANIFEST, wrong), read_manifest(folder, TAGS, wrong)
    found = files_of(folder, wrong)
    for name in (
        "bagit.txt",
        "bag-info.txt",
        MANIFEST,
        INDEX,
        CUSTODY,
        PROOFS,
        CHECKPOINTS,
        HEADS,
        LEAVES,
        REDACTIONS,
        "case.json",
        "verify.py",
    ):
        if tags and name not in tags:
            wrong.append(f"{TAGS}: does not name {name}")
    has: dict[str, str] = {}
    for named, manifest in ((payload, MANIFEST), (tags, TAGS)):
        for path, told in sorted(named.items()):
            if (manifest == MANIFEST) != path.startswith("data/"):
                wrong.append(f"{manifest}: names {path}, which belongs into the other manifest")
            if path not in found:
                wrong.append(f"{path}: missing")
                continue
            if (folder / path).is_symlink():
                continue
            has[path] = digest_of(folder / path)
            if has[path] != told:
                wrong.append(f"{path}: changed; it has SHA-256 {has[path]}, {manifest} says {told}")
    extra = sorted(found - set(payload) - set(tags) - {TAGS})
    wrong += [f"{path}: extra; no manifest names it" for path in extra]
    check_oxum(folder, payload, wrong)
    return {path: digest for path, digest in has.items() if path.startswith("data/")}


def check_oxum(folder: Path, payload: dict[str, str], wrong: list[str]) -> None:
    """Hold the number and the length of the payload against what the package says of itself."""
    try:
        lines = (folder / "bag-info.txt").read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return  # named as missing or changed already
    told = [line[len(OXUM) :] for line in lines if line.startswith(OXUM)]
    there = [folder / path for path in payload if (folder / path).is_file()]
    own = f"{sum(path.stat().st_size for path in there)}.{len(there)}"
    if told != [own]:
        wrong.append(f"bag-info.txt: says the payload is {' and '.join(told) or 'nothing'} (bytes.files); it is {own}")


# --- The index and the custody -------------------------------------------------------------------


def read_rows(folder: Path, name: str, wrong: list[str]) -> list[dict[str, Any]]:
    """The rows of a table; those that cannot be read are named."""
    rows: list[dict[str, Any]] = []
    try:
        lines = (folder / name).read_bytes().splitlines()
    except OSError:
        return rows  # named as missing already
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line.decode("utf-8"))
            if isinstance(row, dict):
                rows.append(row)
            else:
                wrong.append(f"{name}, line {number}: is no row")
        except ValueError as error:
            wrong.append(f"{name}, line {number}: cannot be read ({error})")
    return rows


def check_index(rows: list[dict[str, Any]], payload: dict[str, str], folder: Path, wrong: list[str]) -> None:
    """Hold the index against the payload."""
    for number, row in enumerate(rows, 1):
        where = f"{INDEX}, line {number}"
        if row["number"] != number:
            wrong.append(f"{where}: is object {row['number']}; reordered, missing or extra rows")
        path = "data/" + str(row["sha256"])
        if path not in payload:
            wrong.append(f"{where}: {path} is not in the package")
        elif payload[path] != row["sha256"]:
            wrong.append(f"{where}: the bytes of {row['name']!r} are not those that were sealed")
        elif (folder / path).stat().st_size != row["size"]:
            wrong.append(f"{where}: says {row['size']} bytes, the file has {(folder / path).stat().st_size}")
    keys = [row["id"] for row in rows]
    if len(set(keys)) != len(keys):
        wrong.append(f"{INDEX}: the same object stands there twice")
    if rows != sorted(rows, key=lambda row: (row["sealed_at"], row["id"])):
        wrong.append(f"{INDEX}: reordered; objects stand in the order in which they were sealed")
    named = {"data/" + str(row["sha256"]) for row in rows}
    wrong += [f"{path}: extra; {INDEX} does not name it" for path in sorted(set(payload) - named)]


def check_custody(rows: list[dict[str, Any]], objects: dict[str, dict[str, Any]], wrong: list[str]) -> None:
    """That the custody of each object begins with its coming, and goes forward."""
    last: dict[str, str] = {}
    order = {key: row["number"] for key, row in objects.items()}
    before = 0
    for number, row in enumerate(rows, 1):
        where = f"{CUSTODY}, line {number}"
        if row["number"] != number:
            wrong.append(f"{where}: is row {row['number']}; reordered, missing or extra rows")
        key = row["object"]
        if key not in objects:
            wrong.append(f"{where}: is of an object that {INDEX} does not name")
            continue
        if order[key] < before:
            wrong.append(f"{where}: reordered; custody stands in the order of the objects")
        before = max(before, order[key])
        if key not in last and row["act"] != "collect":
            wrong.append(f"{where}: the custody of object {order[key]} begins with {row['act']!r}, not with its coming")
        if row["at"] < last.get(key, ""):
            wrong.append(f"{where}: reordered; it is from {row['at']}, the one before from {last[key]}")
        last[key] = max(row["at"], last.get(key, ""))
    wrong += [f"{CUSTODY}: object {order[key]} has no custody" for key in objects if key not in last]


# --- Redactions: copies with parts taken out -----------------------------------------------------


def mark_of(code: str) -> bytes:
    """What stands in a copy where a part was taken out."""
    return f"[removed: {code}]".encode("ascii")


def commitment_of(salt: bytes, part: bytes) -> str:
    """What tells, once the salt is shown, that this part was taken out and no other."""
    return hashlib.sha256(salt + part).hexdigest()


def redaction_digest(original: str, copy: str, parts: list[dict[str, Any]]) -> str:
    """SHA-256 over the digests of an original and its copy and over every part that was taken out."""
    return hashlib.sha256(canonical({"copy": copy, "original": original, "parts": parts})).hexdigest()


def redacted(original: bytes, parts: list[dict[str, Any]]) -> bytes:
    """An original with its parts taken out, a mark in the place of each."""
    pieces, last = [], 0
    for part in parts:
        pieces += [original[last : part["begin"]], mark_of(part["code"])]
        last = part["end"]
    return b"".join([*pieces, original[last:]])


def check_redaction(
    folder: Path, row: dict[str, Any], objects: dict[str, dict[str, Any]], wrong: list[str], where: str
) -> str:
    """Hold one redacted copy against what is said of it, and against its original where that is here."""
    copy, original, parts = objects.get(row["copy_id"]), objects.get(row["original_id"]), row["parts"]
    if copy is None:
        wrong.append(f"{where}: is of a copy that {INDEX} does not name")
        return ""
    told = f"Object {copy['number']} is a redacted copy: {len(parts)} parts are taken out ({counted(parts)})"
    if copy["made_from_id"] != row["original_id"] or copy["sha256"] != row["copy_sha256"]:
        wrong.append(f"{where}: object {copy['number']} is not the copy that it tells of")
        return told
    if redaction_digest(row["original_sha256"], row["copy_sha256"], parts) != row["digest"]:
        wrong.append(f"{where}: its digest is not that of the copy, the original and the parts it names")
    content, moved, last = (folder / "data" / copy["sha256"]).read_bytes(), 0, 0
    for number, part in enumerate(parts, 1):
        mark = mark_of(part["code"])
        if part["number"] != number or not last <= part["begin"] < part["end"] or part["at"] != part["begin"] + moved:
            wrong.append(f"{where}: part {number} does not stand in its place")
        elif content[part["at"] : part["at"] + len(mark)] != mark:
            wrong.append(f"{where}: object {copy['number']} has no mark where part {number} was taken out")
        moved, last = moved + len(mark) - (part["end"] - part["begin"]), part["end"]
    if original is None:
        return f"{told}. Its original ({row['original_sha256']}) is not here."
    whole = (folder / "data" / original["sha256"]).read_bytes()
    if original["sha256"] != row["original_sha256"] or redacted(whole, parts) != content:
        wrong.append(f"{where}: object {copy['number']} is not object {original['number']} with these parts taken out")
    for place, salt in enumerate(row.get("salts") or []):
        part = parts[place]
        if commitment_of(bytes.fromhex(salt), whole[part["begin"] : part["end"]]) != part["commitment"]:
            wrong.append(f"{where}: what was committed to as part {part['number']} is not what was taken out")
    return f"{told}, and nothing else is changed from object {original['number']}."


def counted(parts: list[dict[str, Any]]) -> str:
    """How many parts by their reason."""
    codes = [str(part["code"]) for part in parts]
    return ", ".join(f"{code} {codes.count(code)}" for code in sorted(set(codes)))


def check_redactions(
    folder: Path, rows: list[dict[str, Any]], objects: dict[str, dict[str, Any]], wrong: list[str]
) -> list[str]:
    """Hold every redacted copy against what is said of it."""
    said = []
    for number, row in enumerate(rows, 1):
        where = f"{REDACTIONS}, line {number}"
        try:
            if row["number"] != number:
                wrong.append(f"{where}: is row {row['number']}; reordered, missing or extra rows")
            said.append(check_redaction(folder, row, objects, wrong, where))
        except OSError:
            wrong.append(f"{where}: a file that it tells of is missing")
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            wrong.append(f"{where}: cannot be read ({error!r})")
    return [one for one in said if one]


# --- Proofs: RFC 9162, RFC 8032, C2SP ------------------------------------------------------------

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE = -121665 * pow(121666, PRIME - 2, PRIME) % PRIME


def root_from(leaf: bytes, index: int, size: int, hashes: list[bytes]) -> bytes | None:
    """The root that a proof leads to (RFC 9162, section 2.1.3.2); None for one that is too long or too short."""
    if not 0 <= index < size:
        return None
    at, last, found = index, size - 1, leaf
    for other in hashes:
        if last == 0 or len(other) != 32:
            return None
        if at & 1 or at == last:
            found = hashlib.sha256(b"\x01" + other + found).digest()
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\x01" + found + other).digest()
        at, last = at >> 1, last >> 1
    return None if last else found


def plus(one: tuple[int, ...], two: tuple[int, ...]) -> tuple[int, ...]:
    """The sum of two points of the curve, in extended coordinates."""
    a = (one[1] - one[0]) * (two[1] - two[0]) % PRIME
    b = (one[1] + one[0]) * (two[1] + two[0]) % PRIME
    c = 2 * one[3] * two[3] * CURVE % PRIME
    d = 2 * one[2] * two[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def times(scalar: int, point: tuple[int, ...]) -> tuple[int, ...]:
    """A point, so many times."""
    found: tuple[int, ...] = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            found = plus(found, point)
        point = plus(point, point)
        scalar >>= 1
    return found


def same(one: tuple[int, ...], two: tuple[int, ...]) -> bool:
    """Whether two points are one."""
    return (one[0] * two[2] - two[0] * one[2]) % PRIME == 0 and (one[1] * two[2] - two[1] * one[2]) % PRIME == 0


def point_of(encoded: bytes) -> tuple[int, ...] | None:
    """The point that 32 bytes stand for, or None."""
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if y >= PRIME:
        return None
    square = (y * y - 1) * pow(CURVE * y * y + 1, PRIME - 2, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if x * x % PRIME != square:
        x = x * pow(2, (PRIME - 1) // 4, PRIME) % PRIME
    if x * x % PRIME != square or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = PRIME - x
    return x, y, 1, x * y % PRIME


def signature_holds(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether an Ed25519 signature holds."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, nonce = point_of(public), point_of(signature[:32])
    base = point_of((4 * pow(5, PRIME - 2, PRIME) % PRIME).to_bytes(32, "little"))
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or nonce is None or base is None or scalar >= ORDER or same(times(8, key), (0, 1, 1, 0)):
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    return same(times(scalar, base), plus(nonce, times(challenge, key)))


def read_key(text: str) -> tuple[str, bytes, bytes]:
    """Name, short id and public key of a verifier key.

    Raises   ValueError
    """
    name, _, rest = text.partition("+")
    short, _, body = rest.partition("+")
    data = base64.b64decode(body.encode("ascii"), validate=True)
    if not name or len(data) != 33 or data[0] != 1:
        raise ValueError("is no verifier key: name+8 hexadecimal digits+base64 of an Ed25519 key is expected")
    if hashlib.sha256(name.encode() + b"\n" + data).digest()[:4].hex() != short:
        raise ValueError("has another id than the one that stands in it")
    return name, bytes.fromhex(short), data[1:]


def read_checkpoint(row: dict[str, Any], keys: dict[str, str]) -> tuple[int, bytes]:
    """Size and root of a signed checkpoint, held against the key that the reader brought or the one beside it.

    Raises   ValueError
    """
    text, split, lines = row["note"].rpartition("\n\n")
    origin, size, root = (text + "\n").split("\n")[:3]
    if not split or origin != row["log"]:
        raise ValueError("is of another log")
    name, short, public = read_key(keys.get(origin, "") if keys else row["key"])
    for line in lines.splitlines():
        who, _, blob = line[2:].partition(" ")
        signed = base64.b64decode(blob.encode("ascii"), validate=True)
        if who == name == origin and signed[:4] == short:
            if not signature_holds(public, signed[4:], (text + "\n").encode()):
                raise ValueError("its signature does not hold")
            return int(size), base64.b64decode(root.encode("ascii"), validate=True)
    raise ValueError("is not signed with the key")


def check_proofs(
    folder: Path,
    objects: dict[str, dict[str, Any]],
    custody: dict[str, dict[str, Any]],
    redactions: dict[str, dict[str, Any]],
    keys: dict[str, str],
    wrong: list[str],
) -> list[str]:
    """Hold objects, rows of custody and redactions against the log; gives what to tell of it."""
    tables = {
        "evidence": (INDEX, objects),
        "evidence_custody": (CUSTODY, custody),
        "evidence_redaction": (REDACTIONS, redactions),
    }
    trees = {}
    for number, row in enumerate(read_rows(folder, CHECKPOINTS, wrong), 1):
        try:
            trees[row["log"]] = read_checkpoint(row, keys)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            wrong.append(f"{CHECKPOINTS}, line {number}: {error}")
    proven, erased = set(), 0
    for number, row in enumerate(read_rows(folder, PROOFS, wrong), 1):
        where = f"{PROOFS}, line {number}"
        try:
            entry, of = row["entry"], (row["of"], row["key"])
            place, rows = tables[row["of"]]
            told = rows.get(row["key"])
            if told is None:
                wrong.append(f"{where}: proves what is not in the package")
                continue
            if row["log"] not in trees:
                wrong.append(f"{where}: no checkpoint of its log holds")
                continue
            size, root = trees[row["log"]]
            leaf = hashlib.sha256(b"\x00" + canonical(entry)).digest()
            if root_from(leaf, row["index"], size, [bytes.fromhex(one) for one in row["hashes"]]) != root:
                wrong.append(f"{where}: the entry is not the one that stands in the log")
            elif (entry["event"], entry["facts"]["table"], entry["facts"]["key"]) != ("row.insert", *of):
                wrong.append(f"{where}: the entry tells of something else")
            elif row["salt"] is None:
                erased += 1
                proven.add(of)
            elif hashlib.sha256(bytes.fromhex(row["salt"]) + row["row"].encode()).hexdigest() != entry["texts"]["row"]:
                wrong.append(f"{where}: the row is not the one that the log tells of")
            else:
                differs = differences(told, json.loads(row["row"]))
                if differs:
                    name = f"{place}, object" if place == INDEX else f"{place}, row"
                    wrong.append(
                        f"{name} {told['number']}: {', '.join(differs)} is not what was written down at the time"
                    )
                else:
                    proven.add(of)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            wrong.append(f"{where}: cannot be read ({error!r})")
    rest = [(table, key) for table, (_, rows) in tables.items() for key in rows]
    missing = [of for of in rest if of not in proven]
    if keys:
        for table, key in missing:
            place, rows = tables[table]
            wrong.append(f"{place}, row {rows[key]['number']}: no log proves it")
    what = "objects, rows of custody and redactions" if redactions else "objects and rows of custody"
    said = [f"{len(rest) - len(missing)} of {len(rest)} {what} are proven by {len(trees)} signed logs"]
    said[0] += ", with the keys you brought." if keys else ", with the keys that lie in the package."
    if erased:
        said.append(f"The words of {erased} rows were erased from the log since; that they stood there is proven.")
    return said


def differences(told: dict[str, Any], row: dict[str, Any]) -> list[str]:
    """What the package tells otherwise than the row that was logged."""
    return [name for name, value in told.items() if name in row and row[name] != value and name != "number"]


# --- Stamps: RFC 3161 ----------------------------------------------------------------------------


def check_stamps(folder: Path, objects: dict[str, dict[str, Any]], wrong: list[str]) -> list[str]:
    """Which stamp covers which object."""
    heads: dict[str, dict[str, Any]] = {}
    said = []
    for number, row in enumerate(read_rows(folder, HEADS, wrong), 1):
        try:
            heads[row["head"]] = row
            imprint = hashlib.sha256(bytes.fromhex(row["root"])).digest()
            for stamp in row["stamps"]:
                path = folder / stamp["file"]
                if path.is_file() and b"\x04\x20" + imprint not in path.read_bytes():
                    wrong.append(f"{stamp['file']}: is a stamp of something else")
                said.append(
                    f"Signature of {stamp['file']}, as the authority's certificates say: "
                    f"openssl ts -verify -digest {imprint.hex()} -in {stamp['file']} -CAfile AUTHORITY.pem"
                )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            wrong.append(f"{HEADS}, line {number}: cannot be read ({error!r})")
    covered: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(read_rows(folder, LEAVES, wrong), 1):
        where = f"{LEAVES}, line {number}"
        try:
            kept, head = objects.get(row["object"]), heads.get(row["head"])
            if kept is None or head is None:
                wrong.append(f"{where}: names an object or a head that is not in the package")
                continue
            hashes = [bytes.fromhex(one) for one in row["hashes"]]
            if root_from(leaf_of(kept), row["place"], head["size"], hashes) != bytes.fromhex(head["root"]):
                wrong.append(f"{where}: object {kept['number']} does not stand in the head that was stamped")
                continue
            covered[row["head"]].append(kept["number"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            wrong.append(f"{where}: cannot be read ({error!r})")
    for key, numbers in covered.items():
        names = ", ".join(f"{one['stamped_at']} by {one['authority']} ({one['file']})" for one in heads[key]["stamps"])
        said.append(
            f"Objects {spans(sorted(numbers))}: stamped {names}."
            if names
            else f"Objects {spans(sorted(numbers))}: not stamped."
        )
    bare = sorted(
        {row["number"] for row in objects.values()} - {number for numbers in covered.values() for number in numbers}
    )
    if bare:
        said.append(f"Objects {spans(bare)}: no stamp covers them.")
    return said


def spans(numbers: list[int]) -> str:
    """Whole numbers, runs of them as 1-5."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


# --- All of it -----------------------------------------------------------------------------------


def check_package(folder: Path, manifest: str = "", keys: dict[str, str] | None = None) -> tuple[list[str], list[str]]:
    """What is wrong with a package, and what else is to be told of it. `keys` are verifier keys by their log."""
    wrong: list[str] = []
    own = digest_of(folder / TAGS) if (folder / TAGS).is_file() else "nothing"
    said = [f"{TAGS} has SHA-256 {own}"]
    if manifest and manifest.lower() != own:
        wrong.append(f"{TAGS}: its SHA-256 is not the one you were told ({manifest.lower()})")
    payload = check_files(folder, wrong)
    rows, custody = read_rows(folder, INDEX, wrong), read_rows(folder, CUSTODY, wrong)
    try:
        objects = {row["id"]: row for row in rows}
        check_index(rows, payload, folder, wrong)
        check_custody(custody, objects, wrong)
        said.append(f"{len(rows)} objects, {len(payload)} files, {len(custody)} rows of custody.")
        cuts = read_rows(folder, REDACTIONS, wrong)
        said += check_redactions(folder, cuts, objects, wrong)
        said += check_proofs(
            folder, objects, {row["id"]: row for row in custody}, {row["id"]: row for row in cuts}, keys or {}, wrong
        )
        said += check_stamps(folder, objects, wrong)
    except (KeyError, TypeError, AttributeError) as error:
        wrong.append(f"{INDEX} or {CUSTODY}: a row is not as it should be ({error!r})")
    return wrong, said


def main(arguments: list[str]) -> int:
    """Check, and say what holds and what does not."""
    rest, manifest, keys = list(arguments), "", {}
    try:
        while rest and rest[0].startswith("-"):
            option, value = rest.pop(0), rest.pop(0)
            if option == "--manifest":
                manifest = value
            elif option == "--key":
                keys[read_key(value)[0]] = value
            else:
                raise IndexError
    except (IndexError, ValueError) as error:
        sys.stderr.write(f"{error}\n\n" if isinstance(error, ValueError) else "")
        rest = ["", ""]
    folder = Path(rest[0]) if rest else Path(__file__).resolve().parent
    if len(rest) > 1 or not folder.is_dir():
        sys.stderr.write(__doc__ or "")
        return 2
    wrong, said = check_package(folder, manifest, keys)
    sys.stdout.write("\n".join(said) + "\n")
    if not wrong:
        sys.stdout.write("All holds.\n")
        return 0
    sys.stdout.write("\n".join(["Wrong:", *(f"  - {one}" for one in wrong[:SHOWN])]) + "\n")
    if len(wrong) > SHOWN:
        sys.stdout.write(f"  ... and {len(wrong) - SHOWN} more\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
