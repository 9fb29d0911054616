"""How well look-alikes are recognised, and how fast, beside dnstwist, as JSON.

    python benchmarks/lookalike.py [--every 10] [--names 300]

recall      of what dnstwist makes of 21 invented, public-looking domains, by its fuzzers; of `homoglyph`, which makes
            nine tenths of all, one in `--every`. What stands itself among the 21, or under one, is left out. `dictionary`
            is asked with words of our list, and with words of no list (`unlisted`); `half` is what it makes by putting a
            word in the place of one part of a hyphenated name, which leaves half of the name: not recognisable.
false       on real hosts (links and landing pages of the IRA release, of Snap's and Google's exports) and real names
            (FEC committees): what looks like one of the 21, and what looks like one of the real ones drawn to be protected
names       variants made of protected names of persons: how many are recognised, by way of making
seconds     of the processor, a look-up, by what is looked up and how much is protected; dnstwist: to make all permutations and to match

Real data is found as by the tests (HUSTINGS_DATA).
"""

import argparse
import csv
import json
import os
import re
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

import dnstwist
import numpy as np

from hustings.exchange.lookalike.domains import Domains
from hustings.exchange.lookalike.host import read_host
from hustings.exchange.lookalike.names import Names

DATA = Path(os.environ.get("HUSTINGS_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
PROTECTED = """
votelakeshire.gov lakeshire.gov wahlamt-seeburg.de election-commission.org.uk norvale-elections.org janedoe2026.com partydelavenir.fr
civicunion.eu elezioni-montalba.it registrar-westbrook.us vote-harbor.org kommissionwahl.at rivermarchvotes.com statewideballot.org
mairie-sauvigny.fr electoralcouncil.ca forwardcoalition.net ballotwatch.org unitedfarmers.party smithforsenate.com countyclerk-ashford.gov
""".split()
LISTED = "vote election official secure login verify news portal".split()
UNLISTED = "zebra garden quartz hollow".split()
ENDINGS = ["com", "net", "org", "co", "info", "ru", "co.uk"]
GOAL = 0.99
HOST = re.compile(r"https?://([^/\s;,\"<>]+)", re.IGNORECASE)


def recall(every: int) -> dict[str, object]:
    """The share of dnstwist's permutations that is recognised, by fuzzer."""
    domains = Domains(PROTECTED)
    made: Counter[str] = Counter()
    hit: Counter[str] = Counter()
    missed: dict[str, list[str]] = defaultdict(list)
    making = seconds = 0.0
    for protected in PROTECTED:
        fuzzer = dnstwist.Fuzzer(protected, dictionary=LISTED + UNLISTED, tld_dictionary=list(ENDINGS))
        began = time.process_time()
        fuzzer.generate()
        making += time.process_time() - began
        for number, row in enumerate(sorted(fuzzer.permutations(), key=lambda one: (one["fuzzer"], one["domain"]))):
            kind, name = row["fuzzer"], row["domain"]
            host = read_host(name)
            if kind == "*original" or host is None or domains.own(host) or (kind == "homoglyph" and number % every):
                continue
            if kind == "dictionary":
                whole = read_host(protected).name.replace("-", "") in host.name.replace("-", "")
                listed = any(word in host.name for word in LISTED)
                kind = "dictionary" if whole and listed else "dictionary, unlisted" if whole else "dictionary, half"
            made[kind] += 1
            began = time.process_time()
            found = protected in domains.find(name)
            seconds += time.process_time() - began
            hit[kind] += found
            if not found and len(missed[kind]) < 5:
                missed[kind].append(f"{protected}: {name}")
    return {
        "by fuzzer": {
            kind: {"made": made[kind], "recall": round(hit[kind] / made[kind], 4), "missed": missed[kind]} for kind in sorted(made)
        },
        "look-ups a second": round(sum(made.values()) / seconds),
        "dnstwist seconds to make them": round(making, 2),
    }  # fmt: skip


def hosts() -> list[str]:
    """Real registered domains, each once, in order."""
    found = set()
    for line in (DATA / "ira-ads" / "ads.jsonl").open():
        row = json.loads(line)
        found.add(row.get("landing_domain") or "")
        found.update(HOST.findall(row.get("text") or ""))
    for name in (
        "snap-political-2018/PoliticalAds2018.csv",
        "google-political-2019/google-political-ads-top-keywords-history.csv",
    ):
        found.update(HOST.findall((DATA / name).read_text(errors="replace")))
    read = {read_host(one) for one in found}
    return sorted({one.registered for one in read if one is not None})


def committees() -> list[list[str]]:
    """Rows of the FEC's committees."""
    with (DATA / "fec-committees" / "cm.txt").open(encoding="latin1") as file:
        return [row for row in csv.reader(file, delimiter="|", quoting=csv.QUOTE_NONE) if len(row) > 9]


def false_hosts(names: list[str]) -> dict[str, object]:
    """What real hosts look like one of the invented, and, of every tenth protected, one of the real."""
    ours = Domains(PROTECTED)
    theirs = Domains(names[::10])
    began = time.process_time()
    invented = {name: sorted(found) for name in names if (found := ours.find(name))}
    seconds = time.process_time() - began
    real = {
        name: {other: round(max(one.weight for one in seen), 2) for other, seen in found.items()}
        for name in names
        if (found := theirs.find(name))
    }
    return {
        "hosts": len(names), "look like one of the invented": invented, "protected of the real": len(names[::10]), "look like one of them": real,
        "look-ups a second": round(len(names) / seconds),
    }  # fmt: skip


def false_names(rows: list[list[str]], many: int) -> dict[str, object]:
    """Committee names held against persons named in some of them; a name that does not hold the person's is a false match."""
    named = [match[1].title() for row in rows if row[9] in "HSP" and (match := re.match(r"([A-Z]+ [A-Z]+) FOR (?:US )?(?:CONGRESS|SENATE|PRESIDENT)", row[1]))]  # fmt: skip
    people = sorted(set(named))
    people = people[:: max(1, len(people) // many)][:many]
    names = Names(people=people)
    every = sorted({row[1] for row in rows})
    right: Counter[str] = Counter()
    false: list[tuple[str, str, str, float]] = []
    missed: list[tuple[str, str]] = []
    began = time.process_time()
    found = {name: names.find(name) for name in every}
    seconds = time.process_time() - began
    for name in every:
        words = set(re.findall(r"[a-z]+", name.lower()))
        for person, seen in found[name].items():
            best = max(seen, key=lambda one: (one.weight, one.relation.value))
            if set(person.lower().split()) <= words:
                right[best.relation.value] += 1
            else:
                false.append((name, person, best.relation.value, round(best.weight, 2)))
        missed += [
            (name, person) for person in people if f" {person.upper()} " in f" {name} " and person not in found[name]
        ]
    return {
        "persons": len(people), "names": len(every), "pairs": len(people) * len(every), "rightly": dict(right), "falsely": len(false),
        "false for a million pairs": round(1e6 * len(false) / (len(people) * len(every)), 2), "which": false[:20],
        "held and missed": missed[:10], "look-ups a second": round(len(every) / seconds),
    }  # fmt: skip


def variants(person: str, draw: np.random.Generator) -> dict[str, str]:
    """Ways to write a name so that it is taken for it."""
    first, last = person.split()
    at = int(draw.integers(1, len(last) - 1))
    looks = str.maketrans({"a": "а", "e": "е", "o": "о", "i": "і", "c": "с", "p": "р"})
    return {
        "official": f"{person} Official", "real": f"The Real {person}", "order": f"{last}, {first}", "handle": f"{first}_{last}".lower(),
        "handle and year": f"{first}{last}2026".lower(), "initial": f"{first[0]}{last}".lower(), "other script": person.translate(looks),
        "digits": person.replace("o", "0").replace("i", "1").replace("e", "3"), "omission": f"{first} {last[:at]}{last[at + 1 :]}",
        "repetition": f"{first} {last[:at]}{last[at]}{last[at:]}", "transposition": f"{first} {last[: at - 1]}{last[at]}{last[at - 1]}{last[at + 1 :]}",
        "replacement": f"{first} {last[:at]}{'k' if last[at] != 'k' else 'q'}{last[at + 1 :]}", "spaced": " ".join(person), "for senate": f"{person} for Senate",
    }  # fmt: skip


def made_names(rows: list[list[str]], many: int) -> dict[str, object]:
    """How many made variants of protected names are recognised."""
    draw = np.random.default_rng(1)
    people = sorted(
        {match[1].title() for row in rows if (match := re.match(r"([A-Z]{3,} [A-Z]{4,}) FOR CONGRESS", row[1]))}
    )[::7][:many]
    names = Names(people=people)
    hit: Counter[str] = Counter()
    made: Counter[str] = Counter()
    for person in people:
        for way, written in variants(person, draw).items():
            if written.lower() != person.lower():
                made[way] += 1
                hit[way] += person in names.find(written)
    return {"persons": len(people), "recall": {way: round(hit[way] / made[way], 3) for way in sorted(made)}}


def growing(names: list[str]) -> dict[str, object]:
    """Look-ups a second as more is protected, and what dnstwist takes to enumerate and match the same."""
    speeds = {}
    for many in (100, 1_000, 10_000):
        began = time.process_time()
        domains = Domains(f"{place}{number}.example" for number in range(-(-many // 20)) for place in (one.partition(".")[0] for one in PROTECTED[:20]))  # fmt: skip
        ready = time.process_time() - began
        began = time.process_time()
        for name in names:
            domains.find(name)
        speeds[many] = {
            "look-ups a second": round(len(names) / (time.process_time() - began)),
            "seconds to make ready": round(ready, 2),
        }
    began = time.process_time()
    every: set[str] = set()
    for protected in PROTECTED:
        fuzzer = dnstwist.Fuzzer(protected, dictionary=LISTED, tld_dictionary=list(ENDINGS))
        fuzzer.generate()
        every |= {row["domain"] for row in fuzzer.permutations()}
    enumerated = time.process_time() - began
    began = time.process_time()
    for name in names:
        _ = name in every
    matched = time.process_time() - began
    return {
        "ours": speeds,
        "dnstwist": {"protected": len(PROTECTED), "permutations": len(every), "seconds to enumerate": round(enumerated, 2), "seconds to match": round(matched, 5)},
    }  # fmt: skip


def main() -> int:
    """Print the figures."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--every", type=int, default=10)
    asked.add_argument("--names", type=int, default=300)
    given = asked.parse_args()
    if not DATA.is_dir():
        print("The real data is not here. Set HUSTINGS_DATA.", file=sys.stderr)
        return 3
    real, rows = hosts(), committees()
    found = recall(given.every)
    by = found["by fuzzer"]
    assert isinstance(by, dict)
    figures = {
        "recall": found, "false hosts": false_hosts(real), "false names": false_names(rows, given.names), "made names": made_names(rows, given.names),
        "growing": growing(real),
        "reached": all(one["recall"] >= GOAL for kind, one in by.items() if kind != "dictionary, half"),
    }  # fmt: skip
    print(json.dumps(figures, indent=1, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
