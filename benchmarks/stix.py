"""How many STIX objects are read, looked at and written a second, and how much memory that takes.

    .venv/bin/python benchmarks/stix.py [--objects 100000] [--peers]

Makes a bundle of generated indicators, accounts, campaigns and relationships under every form of marking, reads it object
by object, reads the marking of each, writes it again, and checks that the bytes of each object are the same. The peak is that
of the process, so memory is flat if it does not grow with --objects. With --peers python-stix2 parses the same bundle.
Prints JSON.
"""

import argparse
import filecmp
import io
import json
import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hustings.exchange.stix import work
from hustings.exchange.stix.bundle import read_bundle, write_bundle
from hustings.exchange.stix.canonical import canonical
from hustings.exchange.stix.examine import definitions_of
from hustings.exchange.stix.forms import write
from hustings.exchange.stix.marking import Names, Reads, read_marking, write_marking
from hustings.exchange.stix.objects import observed, uuid_of
from hustings.policy.level import Level
from hustings.policy.marking import Marking, Need, Tlp

AT = datetime(2026, 11, 1, tzinfo=UTC)
US, THEM = "a", "b"
IDENTITIES = {US: f"identity--{uuid_of(['a'])}", THEM: f"identity--{uuid_of(['b'])}"}
NAMES = {"identities": IDENTITIES, "acs": {US: "USA.A", THEM: "USA.B"}, "groups": {"g": "g"}}


def forms() -> list[tuple[list[str], list[dict[str, Any]]]]:
    """Every form of marking: the lights, access control sets, limits of ours."""
    found = []
    for reads, markings in (
        (Reads.TLP, [Marking(tlp=tlp, owner=US) for tlp in Tlp]),
        (Reads.ACS, [Marking(tlp=Tlp.GREEN, owner=US, level=Level.SECRET, need=Need.NAMED)]),
        (Reads.HUSTINGS, [Marking(tlp=Tlp.AMBER, owner=US, group="g", compartments=frozenset({"ALPHA"}))]),
    ):
        for marking in markings:
            written = write_marking(marking, names=Names(here=US, reads=reads, **NAMES))
            found.append((written.object_marking_refs, written.definitions))
    return found


def objects(count: int) -> Iterator[dict[str, Any]]:
    """The definitions, then `count` objects."""
    every = forms()
    yield from {one["id"]: one for _, definitions in every for one in definitions}.values()
    for number in range(count):
        refs = every[number % len(every)][0]
        head = {
            "key": uuid_of([number]),
            "created": AT,
            "modified": AT + timedelta(seconds=number),
            "creator": IDENTITIES[US],
        }
        kind = number % 4
        if kind == 0:
            yield write(
                work.Indicator(
                    **head, name=f"domain {number}", description="seen in a campaign", pattern=f"[domain-name:value = 'd{number}.example']",
                    valid_from=AT, indicator_types=("malicious-activity",), confidence=50,
                ), refs,
            )  # fmt: skip
        elif kind == 1:
            yield observed(
                "user-account", {"account_type": "meridian", "user_id": str(number)}, {"object_marking_refs": refs}
            )
        elif kind == 2:
            yield write(
                work.StudiedCampaign(**head, name=f"campaign {number}", narratives=("The vote is rigged",)), refs
            )
        else:
            ends = {
                "source_ref": f"campaign--{uuid_of([number - 1])}",
                "target_ref": f"indicator--{uuid_of([number - 3])}",
            }
            yield write(work.Relationship(**head, relationship_type="related-to", **ends), refs)


def peak() -> float:
    """The most memory so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--objects", type=int, default=100_000)
    parser.add_argument("--peers", action="store_true")
    asked = parser.parse_args()
    told: dict[str, Any] = {"objects": asked.objects, "peak_before_mib": round(peak(), 1)}
    names = Names(here=THEM, sender=US, group="g", **NAMES)
    with tempfile.TemporaryDirectory() as folder:
        first, second = Path(folder, "first.json"), Path(folder, "second.json")
        began = time.perf_counter()
        with first.open("wb") as stream:
            made = write_bundle(objects(asked.objects), stream)
        told["make_and_write_per_s"] = round(made / (time.perf_counter() - began))
        told["megabytes"] = round(first.stat().st_size / 1e6, 1)
        began = time.perf_counter()
        with first.open("rb") as stream:
            definitions = definitions_of(read_bundle(stream))
        told["read_per_s"] = round(made / (time.perf_counter() - began))
        began = time.perf_counter()
        hidden = 0
        with first.open("rb") as stream:
            for came in read_bundle(stream):
                hidden += bool(read_marking(came.said, definitions, names=names).unknown)
        told["read_with_markings_per_s"], told["hidden"] = round(made / (time.perf_counter() - began)), hidden
        began = time.perf_counter()
        with first.open("rb") as stream, second.open("wb") as out:
            write_bundle((canonical(came.said) for came in read_bundle(stream)), out)
        told["in_and_out_per_s"] = round(made / (time.perf_counter() - began))
        told["same_bytes"] = filecmp.cmp(first, second, shallow=False)
        told["peak_mib"] = round(peak(), 1)
        if asked.peers:
            import stix2  # noqa: PLC0415 - a second to load, and its memory is its own

            few = io.BytesIO()
            write_bundle(objects(min(asked.objects, 2_000)), few)
            given = json.loads(few.getvalue())["objects"]
            began = time.perf_counter()
            for one in given:
                stix2.parse(one, allow_custom=True)
            told["stix2_parse_per_s"] = round(len(given) / (time.perf_counter() - began))
    print(json.dumps(told, indent=2))


if __name__ == "__main__":
    main()
