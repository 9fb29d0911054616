"""Check an exported library: the log, every version of every ad, and every content that is shown.

    python3 verify_library.py [EXPORT] --key VKEY... [--witness VKEY...] [--previous CHECKPOINT]

EXPORT is a folder or a .tar, by default the folder of this script; `verify_log.py` has to lie beside the script. --key,
--witness and --previous are those of `verify_log.py`: the log's verifier key as you were told it by another way, and a
checkpoint that you kept from earlier, which alone shows a library whose end was cut off. Exit code 0: all holds. 1:
something does not; each line says what and where. 2: wrong usage or input.

What is checked: the log itself; that the records are exactly those that the log tells of, 1, 2, 3 ... without a gap, each
with its digest and its time; that what is shown is what was recorded; that content fits its salted hash; that content is
left out only where the subject was removed by its own newest record, or expunged by an entry of the log.

Limits: what was removed is held against its hash only where the salt is given. Nothing is said about what was never
published. Needs Python 3.9 or later and nothing else.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

try:
    import hustings.ledger.verify_log as log
except ModuleNotFoundError:  # it travels beside this file
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    import verify_log as log  # type: ignore[import-not-found, no-redef]

__all__ = ["EXPUNGED", "VERSIONS", "check_library", "main"]

VERSIONS = "versions.jsonl"
VERSION, EXPUNGED = "library.version", "library.expunged"
FIELDS = {"seq", "number", "version", "at", "digest", "record", "content", "salt", "hidden", "differs"}


@dataclass(frozen=True)
class Logged:
    """What the log tells of one version."""

    seq: int
    number: int
    version: int
    digest: str
    at: str

    def __str__(self) -> str:
        return f"version {self.seq} ({self.version} of subject {self.number})"


@dataclass
class Told:
    """Everything that the log tells of the library."""

    versions: dict[int, Logged] = field(default_factory=dict)
    expunged: set[int] = field(default_factory=set)


def check_library(
    place: Path,
    keys: Sequence[log.Key],
    witnesses: Sequence[log.Key] = (),
    previous: bytes | None = None,
    check: log.Check = log.ed25519_holds,
) -> log.Report:
    """Check everything in an export against the keys that the reader brought.

    Raises   log.UnusableInput
    """
    report = log.check_export(place, keys, witnesses, previous, check)
    export = log.Export(Path(place))
    if not export.has(VERSIONS):
        report.wrong.append(f"{VERSIONS}: missing; this is the export of a log, not of a library")
        return report
    told = _read_log(export, report)
    proven, waiting = max(told.versions, default=0), 0
    removed, faults, shown, found = {}, [], 0, set()
    hiding: list[tuple[str, int, bool]] = []
    latest = 0
    for number, line in enumerate(export.lines(VERSIONS), 1):
        try:
            value = log.read_object(line)
            if set(value) != FIELDS or type(value["seq"]) is not int:
                raise log.BadFormat(f"has not exactly the fields {', '.join(sorted(FIELDS))}")
        except log.BadFormat as error:
            faults.append(f"{VERSIONS}, line {number}: {error}")
            continue
        seq = value["seq"]
        logged = told.versions.get(seq)
        if logged is None and seq == proven + waiting + 1 and value["number"] is not None:
            waiting += 1  # published since the newest checkpoint: a later one has to cover it
            logged = Logged(seq, value["number"], value["version"], str(value["digest"]), str(value["at"]))
        if logged is None:
            faults.append(
                f"{VERSIONS}, line {number}: shows version {seq}, which was never published; the log has none"
            )
            continue
        if seq in found:
            faults.append(f"{logged}: stands there twice, again in line {number}")
            continue
        if seq < latest:
            faults.append(f"{logged}: reordered, it stands in line {number} after version {latest}")
        found.add(seq)
        latest = max(latest, seq)
        faults += [f"{logged}: {fault}" for fault in _version_faults(value, logged, told)]
        if isinstance(value["record"], dict):
            removed[logged.number] = bool(value["record"].get("removed"))
        if value["content"] is not None:
            hiding.append((str(logged), logged.number, value["hidden"] == "removed"))
        shown += value["salt"] is not None
    faults += [f"{told.versions[seq]}: dropped" for seq in sorted(set(told.versions) - found)]
    for which, number, masked in hiding:
        if masked != removed.get(number, False):
            says = "says" if removed.get(number) else "does not say"
            is_masked = "masked" if masked else "shown"
            faults.append(
                f"{which}: its creative is {is_masked}, yet the newest record of {number} {says} that it was removed"
            )
    report.add(faults, VERSIONS)
    if waiting:
        report.seen.append(f"Versions {proven + 1} to {proven + waiting}: not under a checkpoint yet, so not proven.")
    report.seen.append(
        f"Library: {len(found)} versions of {len(removed)} subjects; {shown} contents held against their hashes, "
        f"{sum(masked for *_, masked in hiding)} masked. Subjects expunged: {len(told.expunged)}."
    )
    return report


def _read_log(export: log.Export, report: log.Report) -> Told:
    """What the entries tell: versions by their place, and what was expunged."""
    told, faults = Told(), []
    following: dict[int, int] = {}
    for number, line in enumerate(export.lines(log.ENTRIES) if export.has(log.ENTRIES) else (), 1):
        try:
            entry = log.read_object(line).get("entry")
        except log.BadFormat:
            continue  # named by the check of the log
        if not isinstance(entry, dict) or not isinstance(entry.get("facts"), dict):
            continue
        facts = entry["facts"]
        if entry.get("event") == EXPUNGED and type(facts.get("number")) is int:
            told.expunged.add(facts["number"])
        if entry.get("event") != VERSION:
            continue
        values = [facts.get(name) for name in ("seq", "number", "version", "digest")]
        if not all(type(one) is int for one in values[:3]) or not isinstance(values[3], str):
            faults.append(f"{log.ENTRIES}, line {number}: a version without seq, number, version and digest")
            continue
        seq, subject, version, digest = values
        one = Logged(seq, subject, version, digest, str(entry.get("at")))
        if one.seq in told.versions:
            faults.append(f"{one}: the log tells of it twice, again in line {number}")
            continue
        told.versions[one.seq] = one
    for seq in range(1, max(told.versions, default=0) + 1):
        if seq not in told.versions:
            faults.append(f"version {seq}: the log does not tell of it, though it tells of later ones")
            continue
        one = told.versions[seq]
        expected = following.get(one.number, 0) + 1
        if one.version != expected:
            faults.append(f"{one}: the log has version {expected} of this subject next")
        following[one.number] = one.version
    report.add(faults, log.ENTRIES)
    return told


def _version_faults(value: dict[str, Any], logged: Logged, told: Told) -> Iterator[str]:
    """What is wrong with one version."""
    record, content, salt = value["record"], value["content"], value["salt"]
    if not isinstance(record, dict):
        yield "its record is no object"
        return
    if hashlib.sha256(log.canonical(record)).hexdigest() != logged.digest:
        yield "its record was changed; the log holds another digest"
    if (value["number"], value["version"]) != (logged.number, logged.version):
        yield f"is handed over as version {value['version']} of subject {value['number']}"
    if (record.get("number"), record.get("version")) != (logged.number, logged.version):
        yield f"its record says version {record.get('version')} of subject {record.get('number')}"
    if value["digest"] != logged.digest:
        yield "another digest is kept with it than the log holds"
    if value["at"] != logged.at:
        yield f"is dated {value['at']}; the log has {logged.at}"
    if value["differs"]:
        yield f"is shown otherwise than it was recorded: {', '.join(map(str, value['differs']))}"
    gone = logged.number in told.expunged
    if content is None:
        if not gone:
            yield "its content is left out, and the log has no expungement of this subject"
    elif not isinstance(content, dict):
        yield "its content is no object"
    elif gone:
        yield "its content is shown, though the log says that the subject was expunged"
    elif salt is not None:
        if log.text_hash(bytes.fromhex(str(salt)), log.canonical(content).decode()) != record.get("content"):
            yield "its content was changed; its hash is another"
    elif value["hidden"] != "removed":
        yield "its content is shown without the salt, so that nobody can hold it against its hash"


def main(arguments: Sequence[str]) -> int:
    """Run the checks and say what holds and what does not."""
    parser = argparse.ArgumentParser("verify_library.py", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("export", nargs="?", type=Path, help="folder or .tar; by default this script's folder")
    parser.add_argument("--key", action="append", default=[], help="verifier key of the log")
    parser.add_argument("--witness", action="append", default=[], help="verifier key of a witness you want to see")
    parser.add_argument("--previous", type=Path, help="file with a checkpoint you kept from earlier")
    given = parser.parse_args(arguments)
    try:
        keys, witnesses = ([log.parse_key(text) for text in texts] for texts in (given.key, given.witness))
        previous = given.previous.read_bytes() if given.previous else None
        place = given.export or Path(__file__).resolve().parent
        return log.tell_report(check_library(place, keys, witnesses, previous))
    except (log.UnusableInput, log.BadFormat, OSError) as error:
        sys.stderr.write(f"verify_library.py: {error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
