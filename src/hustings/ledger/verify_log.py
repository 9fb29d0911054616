"""Check an exported log: every entry, every checkpoint, every signature, every text.

    python3 verify_log.py [EXPORT] --key VKEY... [--witness VKEY...] [--previous CHECKPOINT]
    python3 verify_log.py --vectors FILE

EXPORT is a folder or a .tar, by default the folder of this script. --key is the log's verifier key as
you were told it by another way; --witness that of an organisation whose co-signature you want to see;
--previous a file with a checkpoint that you kept from earlier: only that shows a log whose end was cut
off together with its checkpoints. --vectors judges proofs of inclusion and consistency in a JSON list.
Exit code 0: all holds. 1: something does not; each line says what and where. 2: wrong usage or input.

Needs Python 3.9 or later and nothing else: no database, no network, no word of ours. It reads; it
changes nothing. Formats: RFC 9162 section 2.1 (Merkle tree), C2SP signed-note, tlog-checkpoint and
tlog-cosignature.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import re
import sys
import tarfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, cast

__all__ = [
    "CHECKPOINTS",
    "COSIGNATURE",
    "EMPTY_ROOT",
    "ENTRIES",
    "KEYS",
    "LEAVES",
    "PLAIN",
    "TEXTS",
    "BadFormat",
    "Checkpoint",
    "Edge",
    "Key",
    "Note",
    "ProofFails",
    "Report",
    "UnusableInput",
    "canonical",
    "check_consistency",
    "check_export",
    "check_inclusion",
    "check_vectors",
    "ed25519_holds",
    "find_signature",
    "key_id",
    "leaf_hash",
    "main",
    "node_hash",
    "parse_checkpoint",
    "parse_key",
    "parse_note",
    "read_exact_base64",
    "read_object",
    "split_notes",
    "tell_report",
    "tell_vectors",
    "text_hash",
]

ENTRIES, LEAVES, CHECKPOINTS, KEYS, TEXTS = "entries.jsonl", "leaves", "checkpoints", "keys", "texts.jsonl"
PLAIN, COSIGNATURE = 1, 4  # signature types of C2SP signed-note
HASH_BYTES, SALT_BYTES = 32, 32
MOST_SIGNATURES = 100
LARGEST_WHOLE = (1 << 53) - 1  # what every JSON reader keeps exactly
SHOWN = 20  # of each kind of fault; the rest is counted

Check = Callable[[bytes, bytes, bytes], bool]


class UnusableInput(Exception):
    """What was given cannot be judged at all; says where, what was found and what to do."""


class BadFormat(Exception):
    """A key, note, checkpoint or entry is not written as its format says."""


class ProofFails(Exception):
    """A proof or a signature does not hold; says why."""


# --- Merkle tree: RFC 9162 section 2.1 -----------------------------------------------------------

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Hash of one entry. The first byte keeps an entry from passing as an inner node."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node over its two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass
class Edge:
    """The right edge of a growing tree: the complete subtrees, largest first. All that growing needs."""

    size: int = 0
    roots: list[bytes] = field(default_factory=list)

    def add(self, leaf: bytes) -> list[bytes]:
        """Append a leaf hash; give the subtrees it completes: level 0 first, level k holds leaf size >> k."""
        done = [leaf]
        place = self.size
        while place & 1:
            done.append(node_hash(self.roots.pop(), done[-1]))
            place >>= 1
        self.roots.append(done[-1])
        self.size += 1
        return done

    def root(self) -> bytes:
        """Root of the tree of this size."""
        if not self.roots:
            return EMPTY_ROOT
        root = self.roots[-1]
        for left in reversed(self.roots[:-1]):
            root = node_hash(left, root)
        return root


def _whole(proof: Sequence[bytes], *others: bytes) -> None:
    if any(len(one) != HASH_BYTES for one in (*proof, *others)):
        raise ProofFails(f"a hash is not {HASH_BYTES} bytes long")


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """RFC 9162 section 2.1.3.2: the tree of `size` with `root` holds `leaf` at `index`.

    Raises   ProofFails
    """
    if not 0 <= index < size:
        raise ProofFails(f"a tree of {size} has no entry {index}")
    _whole(proof, leaf, root)
    at, last, found = index, size - 1, leaf
    for hashed in proof:
        if last == 0:
            raise ProofFails("the proof is too long")
        if at & 1 or at == last:
            found = node_hash(hashed, found)
            while at and not at & 1:
                at >>= 1
                last >>= 1
        else:
            found = node_hash(found, hashed)
        at >>= 1
        last >>= 1
    if last:
        raise ProofFails("the proof is too short")
    if found != root:
        raise ProofFails("the proof leads to another root")


def check_consistency(old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """RFC 9162 section 2.1.4.2: the newer tree holds the older one unchanged as its beginning.

    Edges    equal sizes need equal roots and no proof, as the published vectors have it. From an
             empty tree nothing can be shown, so that fails: every tree begins with nothing.
    Raises   ProofFails
    """
    if old_size < 0 or new_size < old_size:
        raise ProofFails(f"a tree of {new_size} cannot continue one of {old_size}")
    if old_size == new_size:
        if proof:
            raise ProofFails("equal sizes need no proof, but one is given")
        if old_root != new_root:
            raise ProofFails("equal sizes have different roots")
        return
    if old_size == 0:
        raise ProofFails("there is no proof from an empty tree")
    if not proof:
        raise ProofFails("the proof is empty")
    _whole(proof, old_root, new_root)
    path = list(proof)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    at, last = old_size - 1, new_size - 1
    while at & 1:
        at >>= 1
        last >>= 1
    old = new = path[0]
    for hashed in path[1:]:
        if last == 0:
            raise ProofFails("the proof is too long")
        if at & 1 or at == last:
            old, new = node_hash(hashed, old), node_hash(hashed, new)
            while at and not at & 1:
                at >>= 1
                last >>= 1
        else:
            new = node_hash(new, hashed)
        at >>= 1
        last >>= 1
    if last:
        raise ProofFails("the proof is too short")
    if old != old_root:
        raise ProofFails("the proof leads to another older root")
    if new != new_root:
        raise ProofFails("the proof leads to another newer root")


# --- Ed25519: RFC 8032 ---------------------------------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]  # extended coordinates: x = X/Z, y = Y/Z, x y = T/Z
NEUTRAL: Point = (0, 1, 1, 0)


def _add(one: Point, two: Point) -> Point:
    a = (one[1] - one[0]) * (two[1] - two[0]) % P
    b = (one[1] + one[0]) * (two[1] + two[0]) % P
    c = 2 * one[3] * two[3] * D % P
    d = 2 * one[2] * two[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _point(encoded: bytes) -> Point | None:
    """Decode strictly: one encoding for each point, no other."""
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * ROOT_OF_MINUS_ONE % P
    if x * x % P != square or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def _encode(point: Point) -> bytes:
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _is_small(point: Point) -> bool:
    for _ in range(3):
        point = _add(point, point)
    return point[0] % P == 0 and (point[1] - point[2]) % P == 0


BASE = cast("Point", _point((4 * pow(5, -1, P) % P).to_bytes(32, "little")))


def ed25519_holds(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether an Ed25519 signature holds; some milliseconds each, no secret is involved."""
    key = _point(public) if len(public) == 32 and len(signature) == 64 else None
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or scalar >= ORDER or _is_small(key):
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    minus = (P - key[0], key[1], 1, P - key[3])
    both = (NEUTRAL, BASE, minus, _add(BASE, minus))
    point = NEUTRAL
    for bit in range(252, -1, -1):
        point = _add(point, point)
        chosen = (scalar >> bit & 1) | (challenge >> bit & 1) << 1
        if chosen:
            point = _add(point, both[chosen])
    return _encode(point) == signature[:32]


# --- Signed notes, keys, checkpoints: C2SP -------------------------------------------------------


@dataclass(frozen=True)
class Key:
    """A verifier key: whose, of which type, and its short id."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """First four bytes of the hash that binds name, type and key."""
        return key_id(self.name, self.kind, self.public)

    def with_kind(self, kind: int) -> Key:
        """The same key for another type of signature."""
        return Key(self.name, kind, self.public)


@dataclass(frozen=True)
class Note:
    """A signed text: the text with its last line break, and (name, key id, signature) in order."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]


@dataclass(frozen=True)
class Checkpoint:
    """What a log committed itself to: its name, how many entries, and the root over them."""

    origin: str
    size: int
    root: bytes
    note: Note


Signed = tuple[Checkpoint, int | None]  # a checkpoint that the log signed, and when it says so


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """The id that stands before a signature, so that a reader finds the right key."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def read_exact_base64(text: str) -> bytes:
    """Standard base64 with padding, and only the one way to write it."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise BadFormat(f"{text[:60]!r} is not base64") from None
    if base64.b64encode(data).decode() != text:
        raise BadFormat(f"{text[:60]!r} is base64 written in another way than the standard one")
    return data


def _name(text: str) -> str:
    if not text or "+" in text or any(letter.isspace() or ord(letter) < 0x20 for letter in text):
        raise BadFormat(f"{text[:60]!r} is no key name: it must not be empty nor hold a space or a plus")
    return text


def parse_key(text: str) -> Key:
    """Read a verifier key, `name+id+base64`; the id must fit the key.

    Raises   BadFormat
    """
    name, _, rest = text.partition("+")
    short, plus, body = rest.partition("+")
    _name(name)
    if not plus or not re.fullmatch(r"[0-9a-f]{8}", short):
        raise BadFormat(f"{text[:80]!r} is no verifier key: name+8 hexadecimal digits+base64 is expected")
    data = read_exact_base64(body)
    if len(data) != 33 or data[0] not in {PLAIN, COSIGNATURE}:
        raise BadFormat(f"the key of {name} is neither Ed25519 (type 1) nor a witness's (type 4) with 32 bytes")
    key = Key(name, data[0], data[1:])
    point = _point(key.public)
    if point is None or _is_small(point):
        raise BadFormat(f"the key of {name} is no point that can sign")
    if key.id.hex() != short:
        raise BadFormat(f"the key of {name} has the id {key.id.hex()}, but {short} is written before it")
    return key


def parse_note(data: bytes) -> Note:
    """Read a signed note strictly.

    Raises   BadFormat
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise BadFormat("the note is not UTF-8") from None
    if any(ord(letter) < 0x20 and letter != "\n" for letter in text):
        raise BadFormat("the note holds a control character")
    split = text.rfind("\n\n")
    if split < 1 or not text.endswith("\n"):
        raise BadFormat("the note has no empty line between text and signatures, or does not end with a line break")
    body, lines = text[: split + 1], text[split + 2 : -1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise BadFormat(f"the note has more than {MOST_SIGNATURES} signatures")
    signatures = []
    for line in lines:
        name, space, blob = line[2:].partition(" ")
        if not line.startswith("— ") or not space:
            raise BadFormat(f"{line[:60]!r} is no signature line")
        signed = read_exact_base64(blob)
        if len(signed) < 5:
            raise BadFormat(f"the signature of {name[:60]} is too short")
        signatures.append((_name(name), signed[:4], signed[4:]))
    if len({entry[:2] for entry in signatures}) != len(signatures):
        raise BadFormat("one key signs the note twice")
    return Note(body, tuple(signatures))


def parse_checkpoint(data: bytes) -> Checkpoint:
    """Read a signed checkpoint strictly; says nothing yet about who signed it.

    Raises   BadFormat
    """
    note = parse_note(data)
    lines = note.text[:-1].split("\n")
    if len(lines) < 3 or not all(lines):
        raise BadFormat("the checkpoint has not the three lines origin, size and root")
    origin, size, root = lines[:3]
    if not re.fullmatch(r"0|[1-9][0-9]{0,18}", size):
        raise BadFormat(f"{size[:60]!r} is no tree size")
    digest = read_exact_base64(root)
    if len(digest) != HASH_BYTES:
        raise BadFormat(f"the root is {len(digest)} bytes long, not {HASH_BYTES}")
    if size == "0" and digest != EMPTY_ROOT:
        raise BadFormat("the root of an empty tree is not the hash of nothing")
    return Checkpoint(origin, int(size), digest, note)


def split_notes(data: bytes) -> list[bytes]:
    """Take apart a file of notes: each ends with its signature lines, an empty line lies between two."""
    notes: list[bytes] = []
    begun: list[bytes] = []
    signed = False
    for line in data.splitlines(keepends=True):
        if signed and line == b"\n":
            notes.append(b"".join(begun))
            begun, signed = [], False
            continue
        begun.append(line)
        signed = line.startswith("— ".encode())
    return [*notes, b"".join(begun)] if begun else notes


def find_signature(note: Note, key: Key, check: Check) -> int | None:
    """When `key` signed the note: seconds since 1970 for a witness's key, 0 for a plain one, None for not at all.

    Raises   ProofFails if a signature stands there and does not hold
    """
    for name, short, signature in note.signatures:
        if (name, short) != (key.name, key.id):
            continue
        time, message = 0, note.text
        if key.kind == COSIGNATURE:
            if len(signature) != 72:
                raise ProofFails(f"the co-signature of {name} is {len(signature)} bytes long, not 72")
            time = int.from_bytes(signature[:8], "big")
            message = f"cosignature/v1\ntime {time}\n{note.text}"
            signature = signature[8:]
        if len(signature) != 64 or not check(key.public, signature, message.encode()):
            raise ProofFails(f"the signature of {name} does not hold")
        return time
    return None


# --- Entries -------------------------------------------------------------------------------------


def canonical(value: object) -> bytes:
    """The one way to write a JSON value: keys sorted, no spaces, UTF-8, whole numbers only.

    A subset of RFC 8785, since keys are ASCII. `BadFormat` names what cannot be written so.
    """
    _writable(value, "entry")
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _writable(value: object, where: str) -> None:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, int):
        if abs(value) > LARGEST_WHOLE:
            raise BadFormat(f"{where}: {value} is too large for a number; write it as text")
    elif isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise BadFormat(f"{where}: half of a surrogate pair is no text") from None
    elif isinstance(value, dict):
        for name, part in value.items():
            if not isinstance(name, str) or not name.isascii():
                raise BadFormat(f"{where}: the key {name!r} is not ASCII")
            _writable(part, f"{where}.{name}")
    elif isinstance(value, (list, tuple)):
        for place, part in enumerate(value):
            _writable(part, f"{where}[{place}]")
    else:
        raise BadFormat(f"{where}: a {type(value).__name__} cannot stand in an entry; write it as text")


def text_hash(salt: bytes, text: str) -> str:
    """What an entry holds instead of a personal text; without the salt nobody can guess the text from it."""
    if len(salt) != SALT_BYTES:
        raise BadFormat(f"the salt is {len(salt)} bytes long, not {SALT_BYTES}")
    return hashlib.sha256(salt + text.encode()).hexdigest()


# --- The export ----------------------------------------------------------------------------------


class Export:
    """The files of an export, in a folder or in a .tar; read, never unpacked."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.members: dict[str, tarfile.TarInfo] | None = None
        if place.is_dir():
            return
        if not place.is_file():
            raise UnusableInput(f"{place}: is neither a folder nor a .tar file")
        try:
            self.tar = tarfile.open(place, "r:")  # noqa: SIM115 closed when the process ends
            listed = [(member.name.rpartition("/")[2], member) for member in self.tar if member.isfile()]
        except (tarfile.TarError, OSError, EOFError) as error:
            raise UnusableInput(f"{place}: cannot be read as a .tar ({error})") from None
        self.members = dict(listed)
        if len(listed) != len(self.members):
            raise UnusableInput(f"{place}: holds two files of one name; give the .tar of one log only")

    def has(self, name: str) -> bool:
        return (self.place / name).is_file() if self.members is None else name in self.members

    def lines(self, name: str) -> Iterator[bytes]:
        """Lines with their line breaks."""
        if self.members is None:
            with (self.place / name).open("rb") as file:
                yield from file
        else:
            piece = self.tar.extractfile(self.members[name])
            assert piece is not None
            yield from piece


@dataclass
class Report:
    """What does not hold (`wrong`) and what was seen (`seen`), as sentences."""

    wrong: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    def add(self, faults: Iterable[str], of: str) -> None:
        """Add faults of one kind: the first ones in words, the rest as a number."""
        listed = list(faults)
        self.wrong += listed[:SHOWN]
        if len(listed) > SHOWN:
            self.wrong.append(f"{of}: {len(listed) - SHOWN} more like these")


@dataclass
class Read:
    """One line of entries.jsonl: the index it claims, its leaf hash, when, and its text hashes."""

    claims: int
    leaf: bytes
    at: float | None
    texts: dict[str, str]


def moment(seconds: float) -> str:
    """A time for people."""
    try:
        return datetime.fromtimestamp(seconds, tz=timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")  # noqa: UP017 Python 3.9
    except (ValueError, OverflowError, OSError):
        return f"second {seconds}"


def _seconds(text: object) -> float:
    found = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6})Z", text) if isinstance(text, str) else None
    if not found:
        raise BadFormat(f"at: {text!r} is no time like 2026-11-21T22:53:00.000000Z")
    try:
        return datetime.strptime(found[1] + "+0000", "%Y-%m-%dT%H:%M:%S.%f%z").timestamp()
    except ValueError:
        raise BadFormat(f"at: {text!r} is no time of the calendar") from None


def read_object(line: bytes) -> dict[str, Any]:
    """A canonical JSON object on one line."""
    try:
        value = json.loads(line)
        again = canonical(value) + b"\n"
    except (ValueError, RecursionError):
        raise BadFormat("is no JSON") from None
    if not isinstance(value, dict):
        raise BadFormat("is no JSON object")
    if again != line:
        raise BadFormat("is not written in the canonical way")
    return value


def _read_entry(line: bytes) -> Read:
    value = read_object(line)
    entry, index = value.get("entry"), value.get("index")
    if set(value) != {"entry", "index"} or not isinstance(entry, dict) or type(index) is not int or index < 0:
        raise BadFormat("has not exactly the fields entry and index")
    texts = entry.get("texts", {})
    if not isinstance(texts, dict) or not all(
        isinstance(one, str) and re.fullmatch(r"[0-9a-f]{64}", one) for one in texts.values()
    ):
        raise BadFormat("texts: hashes of 64 hexadecimal digits are expected")
    return Read(index, leaf_hash(canonical(entry)), _seconds(entry.get("at")), texts)


def _read_entries(export: Export, report: Report) -> list[Read]:
    read, faults = [], []
    for number, line in enumerate(export.lines(ENTRIES), 1):
        try:
            read.append(_read_entry(line))
        except BadFormat as error:
            # It still has its place, so that the entries behind it are not blamed.
            claimed = re.search(rb'"index":(\d{1,15})\}\s*$', line)
            claims = int(claimed[1]) if claimed else number - 1
            faults.append(f"{ENTRIES}, line {number} (entry {claims}): {error}")
            read.append(Read(claims, hashlib.sha256(line).digest(), None, {}))
    report.add(faults, ENTRIES)
    return read


def _read_leaves(export: Export, report: Report) -> list[bytes]:
    leaves, faults = [], []
    for number, line in enumerate(export.lines(LEAVES), 1):
        if re.fullmatch(rb"[0-9a-f]{64}\n", line):
            leaves.append(bytes.fromhex(line[:-1].decode()))
        else:
            faults.append(f"{LEAVES}, line {number}: is not 64 hexadecimal digits")
            leaves.append(b"")
    report.add(faults, LEAVES)
    return leaves


def _roots_at(leaves: Sequence[bytes], sizes: set[int]) -> dict[int, bytes]:
    """Roots at those of the sizes that the leaves reach."""
    edge = Edge()
    found = {0: edge.root()} if 0 in sizes else {}
    for leaf in leaves:
        edge.add(leaf)
        if edge.size in sizes:
            found[edge.size] = edge.root()
    return found


def _span(start: int, end: int) -> str:
    return f"entry {start}" if end - start == 1 else f"entries {start} to {end - 1}"


def _name_differences(read: Sequence[Read], leaves: Sequence[bytes]) -> Iterator[str]:
    """Which entries were changed, dropped, added, doubled or moved, held against proven leaf hashes."""
    waiting: dict[bytes, list[int]] = defaultdict(list)
    for index in range(len(leaves) - 1, -1, -1):
        waiting[leaves[index]].append(index)
    known = set(waiting)
    strangers: dict[int, int] = {}
    latest = -1
    for place, one in enumerate(read):
        if waiting.get(one.leaf):
            index = waiting[one.leaf].pop()
            if one.claims != index:
                yield f"entry {index}: its line {place + 1} says index {one.claims}"
            if index < latest:
                yield f"entry {index}: reordered, it stands in line {place + 1} after entry {latest}"
            latest = max(latest, index)
        elif one.leaf in known:
            yield f"entry {one.claims}: stands there once more in line {place + 1}"
        else:
            strangers[one.claims] = place + 1
    missing = sorted(index for rest in waiting.values() for index in rest)
    end = len(leaves)
    while missing and missing[-1] == end - 1 and missing[-1] not in strangers:
        end = missing.pop()
    for index in missing:
        line = strangers.pop(index, None)
        yield f"entry {index}: dropped" if line is None else f"entry {index}: changed (line {line})"
    for claims, line in sorted(strangers.items()):
        yield f"line {line} (says entry {claims}): the log has no such entry"
    if end < len(leaves):
        yield f"{_span(end, len(leaves))}: cut off at the end"


def _read_checkpoints(data: bytes, report: Report) -> list[Checkpoint]:
    read = []
    for number, note in enumerate(split_notes(data), 1):
        try:
            read.append(parse_checkpoint(note))
        except BadFormat as error:
            report.wrong.append(f"{CHECKPOINTS}, number {number}: {error}")
    if not read:
        report.wrong.append(f"{CHECKPOINTS}: none can be read; nothing vouches for the entries")
    return read


def _check_signatures(
    checkpoints: Sequence[Checkpoint], keys: Sequence[Key], witnesses: Sequence[Key], check: Check, report: Report
) -> list[Signed]:
    """Check who signed; give the checkpoints that the log did sign, with the time it says."""
    trusted: list[Signed] = []
    seen: dict[Key, tuple[int, int]] = {}
    faults = []
    origin = checkpoints[0].origin if checkpoints else ""
    for number, checkpoint in enumerate(checkpoints, 1):
        where = f"{CHECKPOINTS}, number {number} (size {checkpoint.size})"
        if checkpoint.origin != origin:
            faults.append(f"{where}: is of the log {checkpoint.origin}, the first one of {origin}")
        try:
            plain, timed = (_signed_by(checkpoint, keys, kind, check) for kind in (PLAIN, COSIGNATURE))
        except ProofFails as error:
            faults.append(f"{where}: {error}")
            continue
        if plain is None:
            faults.append(f"{where}: is not signed by any key you named")
            continue
        if timed is None:
            faults.append(f"{where}: lacks the log's signature with the time")
        trusted.append((checkpoint, timed))
        for witness in witnesses:
            try:
                when = find_signature(checkpoint.note, witness, check)
            except ProofFails as error:
                faults.append(f"{where}: {error}")
                continue
            if when is not None:
                before = seen.get(witness, (0, 0))
                if when < before[1]:
                    faults.append(f"{where}: {witness.name} co-signed it before an older one ({moment(when)})")
                seen[witness] = max(before[0], checkpoint.size), max(before[1], when)
    report.add(faults, CHECKPOINTS)
    for witness in witnesses:
        if witness in seen:
            size, when = seen[witness]
            report.seen.append(f"Witness {witness.name} saw the log up to {size} entries, last at {moment(when)}.")
        else:
            report.wrong.append(f"{CHECKPOINTS}: the witness {witness.name} co-signed none")
    return trusted


def _signed_by(checkpoint: Checkpoint, keys: Sequence[Key], kind: int, check: Check) -> int | None:
    for key in keys:
        if key.name == checkpoint.origin:
            time = find_signature(checkpoint.note, key.with_kind(kind), check)
            if time is not None:
                return time
    return None


def _check_order(trusted: Sequence[Signed], report: Report) -> None:
    faults = []
    for (old, before), (new, after) in zip(trusted, trusted[1:]):  # noqa: B905, RUF007 Python 3.9
        where = f"{CHECKPOINTS}, the one after size {old.size}"
        if new.size < old.size:
            faults.append(f"{where}: has {new.size} entries, the one before it {old.size}")
        elif new.size == old.size and new.root != old.root:
            faults.append(f"{where}: another root than the one before it at the same size {new.size}")
        if before is not None and after is not None and after < before:
            faults.append(f"{where}: signed at {moment(after)}, the one before it at {moment(before)}")
    report.add(faults, CHECKPOINTS)


def _check_roots(
    read: Sequence[Read], leaves: Sequence[bytes] | None, signed: dict[int, bytes], report: Report
) -> tuple[int, dict[int, bytes]]:
    """Hold entries and leaf hashes against the signed roots.

    Gives the size up to which the signed roots hold, and the roots found at all signed sizes.
    """
    own = [one.leaf for one in read]
    sizes = set(signed)
    roots = _roots_at(own, sizes)
    ordered = all(one.claims == place for place, one in enumerate(read))
    holds = all(roots.get(size) == root for size, root in signed.items())
    if holds and ordered and len(own) == max(sizes) and leaves in (None, own):
        return max(sizes), roots
    stated = _roots_at(leaves, sizes) if leaves is not None else {}
    if leaves is not None and all(stated.get(size) == root for size, root in signed.items()):
        report.add(_name_differences(read, leaves), ENTRIES)
        _name_uncovered(len(leaves), max(sizes), report)
        return max(sizes), stated
    if holds:
        report.add(_name_differences(read, own), ENTRIES)
        _name_uncovered(len(own), max(sizes), report)
        if leaves is not None:
            faults = (
                f"{LEAVES}, line {place + 1}: is not the hash of entry {place}, which the checkpoints confirm"
                for place in range(max(len(own), len(leaves)))
                if own[place : place + 1] != list(leaves[place : place + 1])
            )
            report.add(faults, LEAVES)
        return max(sizes), roots
    # Neither holds: the checkpoints bound where it went wrong, the two files may still differ.
    good = 0
    for size in sorted(sizes):
        if roots.get(size) == signed[size]:
            good = size
            continue
        if len(own) < size:
            report.wrong.append(f"{_span(len(own), size)}: cut off at the end; a checkpoint covers {size}")
        if min(size, len(own)) > good:
            report.wrong.append(
                f"{_span(good, min(size, len(own)))}: the checkpoint at {size} has another root; "
                "something in this span was changed, dropped or moved"
            )
        break
    if leaves is not None:
        report.add(_name_differences(read, leaves), ENTRIES)
    _name_uncovered(len(own), max(sizes), report)
    return good, roots


def _name_uncovered(count: int, covered: int, report: Report) -> None:
    if count > covered:
        report.wrong.append(f"{_span(covered, count)}: no checkpoint covers what comes after {covered}")


def _check_times(read: Sequence[Read], trusted: Sequence[Signed], report: Report) -> None:
    """No entry may be younger than the first checkpoint that covers it."""
    faults, start = [], 0
    for checkpoint, time in trusted:
        if time is not None:
            for one in read[start : checkpoint.size]:
                if one.at is not None and one.at >= time + 1:
                    faults.append(
                        f"entry {one.claims}: from {moment(one.at)}, yet under the checkpoint of {moment(time)}"
                    )
        start = max(start, checkpoint.size)
    report.add(faults, ENTRIES)


def _check_texts(export: Export, read: Sequence[Read], report: Report) -> None:
    hashes = {(one.claims, name): digest for one in read for name, digest in one.texts.items()}
    told, faults = set(), []
    for number, line in enumerate(export.lines(TEXTS) if export.has(TEXTS) else (), 1):
        where = f"{TEXTS}, line {number}"
        try:
            value = read_object(line)
            index, name, salt, text = (value.get(field) for field in ("index", "name", "salt", "text"))
            if len(value) != 4 or not (isinstance(index, int) and all(isinstance(v, str) for v in (name, salt, text))):
                raise BadFormat("has not exactly the fields index, name, salt and text")
            found = text_hash(read_exact_base64(str(salt)), str(text))
        except BadFormat as error:
            faults.append(f"{where}: {error}")
            continue
        place = (index, str(name))
        if place not in hashes:
            faults.append(f"{where}: entry {index} has no text {name!r}")
        elif place in told:
            faults.append(f"{where}: the text {name!r} of entry {index} stands there twice")
        elif hashes[place] != found:
            faults.append(f"{where}: the text {name!r} of entry {index} was changed; its hash is another")
        told.add(place)
    report.add(faults, TEXTS)
    if hashes:
        report.seen.append(
            f"Personal texts: {len(hashes)} in the entries, {len(told)} told here and held against their hashes, "
            f"{len(hashes) - len(told & set(hashes))} erased or withheld."
        )


def check_export(
    place: Path,
    keys: Sequence[Key],
    witnesses: Sequence[Key] = (),
    previous: bytes | None = None,
    check: Check = ed25519_holds,
) -> Report:
    """Check everything in an export against the keys that the reader brought.

    Limits   says nothing about what was never logged, nor that the newest checkpoint shown is the
             newest there is: for that, look at its time, and keep it for `previous` next time.
    Raises   UnusableInput
    """
    export, report = Export(Path(place)), Report()
    if not export.has(ENTRIES) and not export.has(CHECKPOINTS):
        raise UnusableInput(f"{place}: holds neither {ENTRIES} nor {CHECKPOINTS}; this is no export of a log")
    if not keys:
        raise UnusableInput("no key of the log is named; without one nobody vouches for anything. Give --key")
    for name in (ENTRIES, LEAVES, CHECKPOINTS):
        if not export.has(name):
            report.wrong.append(f"{name}: missing")
    read = _read_entries(export, report) if export.has(ENTRIES) else []
    leaves = _read_leaves(export, report) if export.has(LEAVES) else None
    noted = b"".join(export.lines(CHECKPOINTS)) if export.has(CHECKPOINTS) else b""
    trusted = _check_signatures(_read_checkpoints(noted, report), keys, witnesses, check, report)
    _check_order(trusted, report)
    signed = {checkpoint.size: checkpoint.root for checkpoint, _ in trusted}
    newest = max(signed, default=0)
    kept = _read_previous(previous, keys, check, trusted, report)
    if kept is not None:
        if kept.size > newest:
            report.wrong.append(
                f"{_span(newest, kept.size)}: cut off; your earlier checkpoint covers {kept.size} entries, "
                f"the newest here {newest}"
            )
        elif signed.setdefault(kept.size, kept.root) != kept.root:
            report.wrong.append(
                f"{_span(0, kept.size)}: rewritten; your earlier checkpoint has another root at size {kept.size}"
            )
    good = 0
    if signed:
        good, roots = _check_roots(read, leaves, signed, report)
        if kept is not None and roots.get(kept.size) == kept.root:
            report.seen.append(f"The {kept.size} entries of your earlier checkpoint are its beginning, unchanged.")
    _check_times(read, trusted, report)
    _check_texts(export, read, report)
    if trusted:
        dated = [time for _, time in trusted if time is not None]
        span = f", from {moment(dated[0])} to {moment(dated[-1])}" if dated else ""
        report.seen.insert(0, f"Log {trusted[0][0].origin}: {len(trusted)} signed checkpoints{span}.")
        report.seen.insert(1, f"The signed roots hold for {good} of {newest} entries.")
    return report


def _read_previous(
    data: bytes | None, keys: Sequence[Key], check: Check, trusted: Sequence[Signed], report: Report
) -> Checkpoint | None:
    if data is None:
        return None
    try:
        kept = parse_checkpoint(data)
        signed = [find_signature(kept.note, key.with_kind(PLAIN), check) for key in keys if key.name == kept.origin]
    except BadFormat as error:
        raise UnusableInput(f"your earlier checkpoint cannot be used: {error}") from None
    except ProofFails as error:
        raise UnusableInput(f"your earlier checkpoint proves nothing: {error}") from None
    if not any(time is not None for time in signed):
        raise UnusableInput("your earlier checkpoint proves nothing: no key you named signed it")
    if trusted and trusted[0][0].origin != kept.origin:
        report.wrong.append(f"your earlier checkpoint is of the log {kept.origin}, this is {trusted[0][0].origin}")
        return None
    return kept


# --- Vectors -------------------------------------------------------------------------------------

NUMBERS = ("leaf_index", "tree_size", "tree_size_2")
HASHES = ("leaf_hash", "root", "root_2")


def _vector_faults(vector: object, where: str) -> Iterator[str]:
    """What in a vector is of a type that cannot be judged."""
    if not isinstance(vector, dict):
        yield f"{where}: found {type(vector).__name__}; expected an object"
        return
    if vector.get("type") not in ("inclusion", "consistency"):
        yield f"{where}.type: found {vector.get('type')!r}; expected 'inclusion' or 'consistency'"
    for name in NUMBERS:
        value = vector.get(name)
        if value is not None and type(value) is not int:
            yield f"{where}.{name}: found {value!r}; expected a whole number"
    for name in HASHES:
        value = vector.get(name)
        if value is not None and not isinstance(value, str):
            yield f"{where}.{name}: found {value!r}; expected base64 text"
    proof = vector.get("proof")
    if proof is not None and (not isinstance(proof, list) or not all(isinstance(one, str) for one in proof)):
        yield f"{where}.proof: found {str(proof)[:80]}; expected a list of base64 texts"


def _given(vector: dict[str, Any], name: str) -> Any:
    if vector.get(name) is None:
        raise ProofFails(f"{name} is missing")
    return vector[name]


def _hash(vector: dict[str, Any], name: str) -> bytes:
    return read_exact_base64(_given(vector, name))


def _judge(vector: dict[str, Any]) -> None:
    proof = [read_exact_base64(one) for one in vector.get("proof") or []]
    size = _given(vector, "tree_size")
    if vector["type"] == "inclusion":
        check_inclusion(_hash(vector, "leaf_hash"), _given(vector, "leaf_index"), size, proof, _hash(vector, "root"))
    else:
        newer = _given(vector, "tree_size_2")
        check_consistency(size, newer, proof, _hash(vector, "root"), _hash(vector, "root_2"))


def check_vectors(data: bytes) -> list[str | None]:
    """Judge a JSON list of proofs; per vector None if it holds, else why it does not.

    For inclusion `tree_size` and `root` are the tree; for consistency they are the older tree and
    `tree_size_2`, `root_2` the newer. Fields of the other kind are not looked at; null is absent.
    Raises   UnusableInput that names every value of a wrong type
    """
    try:
        vectors = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UnusableInput(f"the vectors are no JSON ({error})") from None
    if not isinstance(vectors, list):
        raise UnusableInput(f"the vectors: found {type(vectors).__name__}; expected a list")
    faults = [fault for place, vector in enumerate(vectors) for fault in _vector_faults(vector, f"vector {place}")]
    if faults:
        raise UnusableInput("\n".join(["the vectors cannot be judged.", *(f"  - {fault}" for fault in faults)]))
    verdicts: list[str | None] = []
    for vector in vectors:
        try:
            _judge(vector)
        except (ProofFails, BadFormat) as error:
            verdicts.append(str(error))
        else:
            verdicts.append(None)
    return verdicts


# --- The command ---------------------------------------------------------------------------------


def tell_vectors(verdicts: Sequence[str | None]) -> int:
    """Print `INDEX valid` or `INDEX invalid` a line, reasons on the error stream; give the exit code."""
    for place, reason in enumerate(verdicts):
        sys.stdout.write(f"{place} {'valid' if reason is None else 'invalid'}\n")
        if reason is not None:
            sys.stderr.write(f"{place}: {reason}\n")
    return int(any(reason is not None for reason in verdicts))


def tell_report(report: Report) -> int:
    """Print a report; give the exit code."""
    for line in report.seen:
        sys.stdout.write(line + "\n")
    for line in report.wrong:
        sys.stdout.write("WRONG  " + line + "\n")
    sys.stdout.write(f"Wrong with this log: {len(report.wrong)}.\n" if report.wrong else "Everything holds.\n")
    return int(bool(report.wrong))


def main(arguments: Sequence[str]) -> int:
    """Run the checks and say what holds and what does not."""
    parser = argparse.ArgumentParser("verify_log.py", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("export", nargs="?", type=Path, help="folder or .tar; by default this script's folder")
    parser.add_argument("--key", action="append", default=[], help="verifier key of the log")
    parser.add_argument("--witness", action="append", default=[], help="verifier key of a witness you want to see")
    parser.add_argument("--previous", type=Path, help="file with a checkpoint you kept from earlier")
    parser.add_argument("--vectors", type=Path, help="judge the proofs in this JSON file instead")
    given = parser.parse_args(arguments)
    try:
        if given.vectors:
            return tell_vectors(check_vectors(given.vectors.read_bytes()))
        keys, witnesses = ([parse_key(text) for text in texts] for texts in (given.key, given.witness))
        previous = given.previous.read_bytes() if given.previous else None
        place = given.export or Path(__file__).resolve().parent
        return tell_report(check_export(place, keys, witnesses, previous))
    except (UnusableInput, BadFormat, OSError) as error:
        sys.stderr.write(f"verify_log.py: {error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
