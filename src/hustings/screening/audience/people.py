"""Whom an ad addresses, as bags of words that can be put together and as words that people use."""

__all__ = ["Aim", "aim_of", "audience_words"]

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from hustings.screening.ad import Criterion
from hustings.screening.audience.alike import telling, words_of
from hustings.screening.audience.places import place_words
from hustings.screening.targeting import AUDIENCE, audience_named
from hustings.screening.targeting_tree import Node, leaves, years

NAMED, MOST_PLACES, MOST_UNWANTED = 4, 3, 2
# What says who somebody is, apart from where, how old and by which device.
WHO = frozenset(
    "interest behavior connection custom_audience multicultural_affinity politics work_education demographic_other other".split()
)
# How much a criterion weighs beside a word of an interest: places and ages tell audiences apart where nothing else does.
PLACE, GENDER, LANGUAGE, UNWANTED, AGE = 0.5, 0.7, 0.5, 0.3, 0.3
HABIT = frozenset("people like likes going connected friends used interested".split())
OLDEST = 120
ALIKE = str.maketrans("i|1", "lll")
GENDERS = {"male": "men", "man": "men", "men": "men", "female": "women", "woman": "women", "women": "women"}


@dataclass(frozen=True, kw_only=True)
class Aim:
    """One ad's targeting, sorted by what it says of people.

    who, unwanted   values as the archive has them: interests, behaviours, pages liked ...
    ages            first and last year of age; None where none is named
    """

    who: frozenset[str]
    places: frozenset[str]
    genders: frozenset[str]
    languages: frozenset[str]
    unwanted: frozenset[str]
    ages: tuple[int, int] | None

    @property
    def bag(self) -> dict[str, float]:
        """The words by which it is put together with others."""
        bag: dict[str, float] = dict.fromkeys(
            (word for one in self.who for word in words_of(one) if word not in HABIT), 1.0
        )
        bag |= {f"in {one}": PLACE for one in self.places} | {f"of {one}": GENDER for one in self.genders}
        bag |= {f"using {one}": LANGUAGE for one in self.languages} | {
            f"not {word}": UNWANTED for one in self.unwanted for word in words_of(one)
        }
        if self.ages is not None:
            bag[f"aged {band(self.ages)}"] = AGE
        return bag


@cache
def said(dimension: str, value: str) -> str:
    """A criterion without the form's own words, for who people are."""
    if dimension in ("connection", "custom_audience"):
        name = audience_named(Criterion(value=value, dimension=dimension))
        if name is not None and AUDIENCE.match(" ".join(value.split())):
            friends = value.casefold().startswith("friends")
            return f"{'friends of ' if friends else ''}people who follow {name}"
        if name is not None and value.casefold().startswith("lookalike"):
            return f"people like those on the list {name}"
    return " ".join(value.split())


def aim_of(tree: Node) -> Aim:
    """Sort a targeting tree; what it joins by "and" and by "or" stands side by side."""
    kinds: dict[str, set[str]] = {name: set() for name in ("who", "places", "genders", "languages", "unwanted")}
    spans = []
    for leaf, excluded in leaves(tree):
        value = leaf.value.strip()
        if not value:
            continue
        if excluded:
            if leaf.dimension in WHO:
                kinds["unwanted"].add(said(leaf.dimension, value))
            elif leaf.dimension == "location":
                kinds["unwanted"] |= {f"people in {one}" for one in place_words(value)}
        elif leaf.dimension in WHO:
            kinds["who"].add(said(leaf.dimension, value))
        elif leaf.dimension == "location":
            kinds["places"] |= set(place_words(value))
        elif leaf.dimension == "gender":
            kinds["genders"].add(GENDERS.get(value.casefold(), value.casefold()))
        elif leaf.dimension == "language":
            kinds["languages"].add(value.split(" (")[0])
        elif leaf.dimension == "age" and (span := years(value)) is not None:
            spans.append(span)
    ages = (min(low for low, _ in spans), max(OLDEST if high is None else high for _, high in spans)) if spans else None
    return Aim(ages=ages, **{name: frozenset(values) for name, values in kinds.items()})


def band(ages: tuple[int, int]) -> str:
    """A span of ages as one of few words."""
    low, high = ages
    if high >= 60:
        return "any age" if low <= 21 else "older"
    return "younger" if high <= 35 else "middle"


def audience_words(groups: Iterable[tuple[int, Sequence[Aim]]]) -> dict[int, tuple[str, tuple[str, ...]]]:
    """For each group of aims what it is called, and sentences with what most of its ads share."""
    held = [(number, list(aims)) for number, aims in groups]
    spelled: dict[str, Counter[str]] = {}
    counts: list[tuple[int, Mapping[str, int]]] = []
    for number, aims in held:
        wanted = Counter(key(one) for aim in aims for one in aim.who)
        for aim in aims:
            for one in aim.who:
                spelled.setdefault(key(one), Counter())[one] += 1
        counts.append((number, wanted))
    first = telling(counts, NAMED)
    words = {name: min(forms, key=lambda one: (-forms[one], one)) for name, forms in spelled.items()}
    named = {}
    for (number, aims), (_, found) in zip(held, counts, strict=True):
        named[number] = heading([words[one] for one in first.get(number, [])], len(found), aims), details(aims)
    return named


def key(value: str) -> str:
    """By which spellings of one criterion are one."""
    # Reading machines take a capital I, an l and a bar for one another.
    return (" ".join(words_of(value)) or value.casefold()).translate(ALIKE)


def heading(who: Sequence[str], many: int, aims: Sequence[Aim]) -> str:
    """What an audience is called."""
    if not who:
        places = usual(Counter(one for aim in aims for one in aim.places), len(aims), MOST_PLACES)
        return "Everybody" + (f" in {' or '.join(name for name, _ in places)}" if places else "")
    more = f" or {many - len(who):,} more" if many > len(who) else ""
    follow = [one for one in who if one.startswith(("people who follow", "friends of people", "people like those"))]
    match = [one for one in who if one not in follow]
    parts = ([f"interested in or matched by {', '.join(match)}"] if match else []) + follow
    told = "; ".join(parts)
    return ("People " + told if match else told[:1].upper() + told[1:]) + more


def details(aims: Sequence[Aim]) -> tuple[str, ...]:
    """Where they are, how old, of which gender, and who is left out."""
    many = len(aims)
    parts = []
    places = usual(Counter(one for aim in aims for one in aim.places), many, MOST_PLACES)
    if places:
        parts.append("in " + ", ".join(shared(name, count, many) for name, count in places))
    for genders, count in usual(Counter(" and ".join(sorted(aim.genders)) for aim in aims if aim.genders), many, 1):
        parts.append(shared(f"only {genders}" if " and " not in genders else genders, count, many))
    ages = Counter(aim.ages for aim in aims if aim.ages is not None and aim.ages != (18, OLDEST))
    if ages:
        span, count = min(ages.items(), key=lambda item: (-item[1], item[0]))
        if 2 * count >= many:
            parts.append(
                shared(
                    f"aged {span[0]} and older" if span[1] >= OLDEST else f"aged {span[0]} to {span[1]}", count, many
                )
            )
        elif 2 * sum(ages.values()) >= many:
            low, high = min(one[0] for one in ages), max(one[1] for one in ages)
            parts.append(
                f"from {low} on, in several spans" if high >= OLDEST else f"aged {low} to {high}, in several spans"
            )
    languages = [
        one for one in usual(Counter(name for aim in aims for name in aim.languages), many, 2) if one[0] != "English"
    ]
    parts += [shared(f"using {name}", count, many) for name, count in languages]
    unwanted = usual(Counter(one for aim in aims for one in aim.unwanted), many, MOST_UNWANTED, least=0.1)
    if unwanted:
        parts.append("not " + ", nor ".join(shared(name, count, many) for name, count in unwanted))
    return tuple(parts)


def usual(counts: Counter[str], many: int, most: int, least: float = 0.05) -> list[tuple[str, int]]:
    """What at least so large a share of the ads has, the most common first."""
    found = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [(name, count) for name, count in found if count >= least * many][:most]


def shared(words: str, count: int, many: int) -> str:
    """With the share of the ads, where not all have it."""
    return words if count == many else f"{words} ({count / many:.0%})"
