"""Whether register checks pass the true and stop the false: names against numbers, and imitated names.

    python benchmarks/registry.py
    python benchmarks/registry.py --seeds 1-50

Google's verified advertisers of 2019 that name an FEC committee ID are the true pairs, their numbers dealt out anew the
false ones; beside them the same pairs by plain token-set ratio (rapidfuzz, its own processing, 85 and more). Imitations
are made of the full names of Senate candidates in the FEC's file, by eighteen tricks and by two of them at once; the names of real advertisers say how often the same rule disturbs. Prints one JSON document.
"""

import argparse
import csv
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import planted
from rapidfuzz import fuzz, utils

from hustings.cli.data import data_folder
from hustings.connectors.registers import read_register
from hustings.connectors.registers.officials import from_committees, sponsors_of
from hustings.screening.names import FORBIDDEN, OFFICIAL, Known, Names
from hustings.screening.register.check import FITS_FROM, Claim, Result, check
from hustings.screening.register.edition import Edition
from hustings.screening.register.numbers import read_number

PASSES, SHUFFLED = 0.92, 0.005
CYRILLIC = str.maketrans("aeopcxyiks", "аеорсхуікѕ")
SPOKEN = {
    "sh": "ш", "ch": "ч", "ts": "ц", "a": "а", "b": "б", "c": "к", "d": "д", "e": "е", "f": "ф", "g": "г", "h": "х",
    "i": "и", "j": "дж", "k": "к", "l": "л", "m": "м", "n": "н", "o": "о", "p": "п", "q": "к", "r": "р", "s": "с",
    "t": "т", "u": "у", "v": "в", "w": "в", "x": "кс", "y": "и", "z": "з",
}  # fmt: skip

Trick = Callable[[str, np.random.Generator], str]


def _at(text: str, random: np.random.Generator) -> int:
    """The place of a letter that is not the first of a word."""
    places = [n for n in range(1, len(text)) if text[n].isalpha() and text[n - 1].isalpha()]
    return int(random.choice(places))


def _doubled(text: str, random: np.random.Generator) -> str:
    place = _at(text, random)
    return text[:place] + text[place] + text[place:]


def _missing(text: str, random: np.random.Generator) -> str:
    place = _at(text, random)
    return text[:place] + text[place + 1 :]


def _added(text: str, random: np.random.Generator) -> str:
    place = _at(text, random)
    return text[:place] + str(random.choice(list("aeiou"))) + text[place:]


def _changed(text: str, random: np.random.Generator) -> str:
    place = _at(text, random)
    return text[:place] + str(random.choice(list("aeiounrst"))) + text[place + 1 :]


def _swapped(text: str, random: np.random.Generator) -> str:
    places = [n for n in range(1, len(text) - 1) if text[n].isalpha() and text[n + 1].isalpha()]
    place = int(random.choice(places))
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def _spoken(text: str) -> str:
    low = text.lower()
    for latin, other in SPOKEN.items():
        low = low.replace(latin, other)
    return low.title()


TRICKS: dict[str, Trick] = {
    "as it is": lambda text, _: text,
    "capitals": lambda text, _: text.upper(),
    "Cyrillic look-alikes": lambda text, _: text.lower().translate(CYRILLIC).title(),
    "fullwidth": lambda text, _: "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text),
    "mathematical letters": lambda text, _: "".join(
        chr(0x1D400 + ord(sign) - 65)
        if "A" <= sign <= "Z"
        else chr(0x1D41A + ord(sign) - 97)
        if "a" <= sign <= "z"
        else sign
        for sign in text
    ),
    "accents": lambda text, _: "".join(f"{sign}\u0301" if sign in "aeiouAEIOU" else sign for sign in text),
    "digits for letters": lambda text, _: text.lower().translate(str.maketrans("oieast", "013@57")),
    "l for I": lambda text, _: text.replace("i", "l"),
    "invisible signs": lambda text, _: "\u200b".join(text),
    "spaces between letters": lambda text, _: " ".join(text.replace(" ", "")),
    "dots between letters": lambda text, _: ".".join(text.replace(" ", "")),
    "without spaces": lambda text, _: text.replace(" ", ""),
    "a letter doubled": _doubled,
    "a letter missing": _missing,
    "a letter added": _added,
    "a letter changed": _changed,
    "two letters swapped": _swapped,
    "in Cyrillic": lambda text, _: _spoken(text),
}
# Two at once: a slip in a letter, then a way of writing.
EDITS = ("a letter doubled", "a letter missing", "a letter added", "a letter changed", "two letters swapped")
WRITINGS = ("Cyrillic look-alikes", "fullwidth", "mathematical letters", "accents", "digits for letters", "invisible signs",
            "spaces between letters", "without spaces")  # fmt: skip
FRAMES = (
    "{}",
    "Friends of {}",
    "Office of {}",
    "{} for Senate",
    "Paid for by {}",
    "Senator {}",
    "Team {} 2018",
    "The Real {}",
)
VICE = ("Mike Pence", "Mike P3nce", "Мike Рence", "Office of Mike Pence", "Vice President Pence", "ISIS", "I.S.I.S", "1S1S",
        "ISIS Media", "Islamic State", "lslamic State", "Is1amic  State")  # fmt: skip


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", nargs="+", default=["1-20"])
    parser.add_argument("--advertisers", type=Path, help="advertiser-stats of another year")
    parser.add_argument("--committees", type=Path, help="committee master file of another cycle")
    a = parser.parse_args()
    planted.show(measure(planted.parse_seeds(a.seeds), a.advertisers, a.committees))


def measure(seeds: list[int], advertisers: Path | None = None, committees: Path | None = None) -> dict[str, Any]:
    """All figures."""
    data = data_folder()
    if data is None:
        sys.exit("The real registers are not here. Set HUSTINGS_DATA.")
    begun = time.perf_counter()
    fec = read_register(committees or data / "fec-committees" / "cm.txt", "fec", published=date(2015, 9, 19))
    place = advertisers or data / "google-political-2019" / "google-political-ads-advertiser-stats.csv"
    with place.open(encoding="utf-8", newline="") as file:
        claimed = [(row["Advertiser_Name"], row["Public_IDs_List"]) for row in csv.DictReader(file)]
    pairs, forms = _pairs(claimed, fec)
    ours = [name for name, number in pairs if not _fits(name, number, fec)]
    theirs = [name for name, number in pairs if not _plainly(name, number, fec)]
    wrong, plainly, tried = 0, 0, 0
    passed: list[list[str]] = []
    for seed in seeds:
        random = np.random.default_rng(seed)
        dealt = [pairs[n][1] for n in random.permutation(len(pairs)).tolist()]
        for (name, own), number in zip(pairs, dealt, strict=True):
            if own == number or _same(own, number, fec):
                continue
            tried += 1
            if _fits(name, number, fec):
                wrong += 1
                passed.append([name, fec.by_number[number][0].name])
            plainly += _plainly(name, number, fec)
    names = imitation(data, fec, [name for name, _ in claimed], seeds[:3])
    true = round(1 - len(ours) / len(pairs), 4)
    false = round(wrong / tried, 5)
    goals = {
        "true_pairs_pass": planted.goal(true, least=PASSES),
        "shuffled_pairs_pass": planted.goal(false, most=SHUFFLED),
        "imitations_approved": planted.goal(float(names["approved"]), most=0),
        "known_cases_approved": planted.goal(float(len(names["known_cases"]["approved"])), most=0),
    }
    return {
        "benchmark": "registry", "goals": goals, "reached": all(goal["reached"] for goal in goals.values()), "seeds": seeds,
        "edition": fec.said(), "numbers": forms,
        "true_pairs": {"pairs": len(pairs), "pass": true, "plain_token_set": round(1 - len(theirs) / len(pairs), 4),
                       "to_a_person": [[name, fec.by_number[dict(pairs)[name]][0].name] for name in ours]},
        "shuffled_pairs": {"pairs": tried, "pass": false, "plain_token_set": round(plainly / tried, 5),
                           "passed": [list(pair) for pair in sorted({tuple(pair) for pair in passed})]},
        "imitation": names, "wall_s": round(time.perf_counter() - begun, 2),
    }  # fmt: skip


def _pairs(claimed: list[tuple[str, str]], fec: Edition) -> tuple[list[tuple[str, str]], dict[str, Any]]:
    """(name, number) where the number stands in the file; and what the forms of all numbers are like."""
    pairs, counts, malformed = [], Counter(), []
    for name, ids in claimed:
        for one in (piece.strip() for piece in ids.split(",")):
            scheme = one[:3].lower() if one[:7] in {"FEC ID ", "EIN ID "} else ""
            if not scheme:
                continue
            counts[scheme] += 1
            number = read_number(scheme, one[7:])
            if number.compact is None:
                malformed.append([name, one, number.reason])
            elif scheme == "fec" and number.compact in fec.by_number:
                pairs.append((name, number.compact))
    return pairs, {**counts, "malformed": len(malformed), "which": malformed, "in_the_file": len(pairs)}


def _fits(name: str, number: str, fec: Edition) -> bool:
    found = check(Claim(scheme="fec", number=number, name=name), fec)
    return found.result is Result.FITS and found.needs_people == 0


def _plainly(name: str, number: str, fec: Edition) -> bool:
    registered = fec.by_number[number][0].name
    return fuzz.token_set_ratio(name, registered, processor=utils.default_process) >= FITS_FROM


def _same(own: str, number: str, fec: Edition) -> bool:
    """One committee under two numbers is no false pair."""
    return fec.by_number[own][0].name == fec.by_number[number][0].name


def imitation(data: Path, fec: Edition, advertisers: list[str], seeds: list[int]) -> dict[str, Any]:
    """Imitated names of a hundred candidates a seed, and how often real names come near."""
    people = from_committees(fec, ("senate candidate",))
    listed = [Known(name="Mike Pence", kind=OFFICIAL, office="Vice President"), Known(name="ISIS", kind=FORBIDDEN),
              Known(name="Islamic State", kind=FORBIDDEN)]  # fmt: skip
    guard = Names(officials=[*people, *listed])
    tried, missed = Counter(), Counter()
    examples: list[list[str]] = []
    for seed in seeds:
        random = np.random.default_rng(seed)
        for place in random.permutation(len(people))[:100].tolist():
            known = people[place]
            for trick, change in TRICKS.items():
                text = str(random.choice(FRAMES)).format(change(known.name, random))
                tried[trick] += 1
                if all(near.known.name != known.name for near in guard.near(text)):
                    missed[trick] += not guard.near(text)
                    if not guard.near(text):
                        examples.append([trick, known.name, text])
            one, other = str(random.choice(EDITS)), str(random.choice(WRITINGS))
            text = TRICKS[other](TRICKS[one](known.name, random), random)
            tried["two at once"] += 1
            if not guard.near(text):
                missed["two at once"] += 1
                examples.append([f"{one}, {other}", known.name, text])
    every = Names(officials=[*people, *listed], sponsors=sponsors_of(fec))
    snap = _snap_names(data)
    committees = [entry.name for entry in fec.entries if entry.kind == "committee"][::20]
    return {
        "officials": len(people), "imitations": sum(tried.values()), "approved": sum(missed.values()),
        "approved_by_trick": {trick: missed[trick] for trick in tried if missed[trick]}, "examples": examples[:12],
        "known_cases": {"tried": len(VICE), "approved": [name for name in VICE if not guard.near(name)]},
        "disturbed": {
            "officials only": {"google_2019": _near(guard, advertisers), "snap_2018": _near(guard, snap),
                               "fec_committees": _near(guard, committees)},
            "officials and sponsors": {"snap_2018": _near(every, snap)},
        },
    }  # fmt: skip


def _snap_names(data: Path) -> list[str]:
    with (data / "snap-political-2018" / "PoliticalAds2018.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return sorted({row[name] for row in rows for name in ("OrganizationName", "PayingAdvertiserName") if row[name]})


def _near(guard: Names, names: list[str]) -> dict[str, Any]:
    """How many come near a guarded name, by what; those that hold it in full are no false alarm but a question."""
    how = Counter(found[0].how for name in names if (found := guard.near(name)))
    holds = how["holds"] + how["same"]
    return {"names": len(names), "near": sum(how.values()), "hold it in full": holds,
            "only alike": sum(how.values()) - holds, "share only alike": round((sum(how.values()) - holds) / len(names), 4),
            "by": dict(how.most_common())}  # fmt: skip


if __name__ == "__main__":
    main()
