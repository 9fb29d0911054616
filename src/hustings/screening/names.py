"""Names that look or sound like an official's, an existing sponsor's, or a forbidden organisation's."""

__all__ = ["FORBIDDEN", "OFFICIAL", "SPONSOR", "Known", "Names", "Near"]

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from hustings.screening.folded import fold
from hustings.screening.name_forms import (
    letters,
    people_words,
    plain_words,
    readings,
    runs,
    short_forms,
    skeleton,
    sounds,
    words_of_letters,
)
from hustings.screening.register.names import FORMS, SORTS, TITLES, distinctive_words, initials

OFFICIAL, SPONSOR, FORBIDDEN = "official", "sponsor", "forbidden"
# Fewer spoken consonants than these make a name of anything.
FEWEST_CONSONANTS = 4
OFFICES = frozenset(
    "senate senator senators congress congressman congresswoman representative house president presidential governor mayor "
    "office official friends supporters elect election reelect re vote team committee campaign for victory".split()
)
# Says what a comparison found: whom, how, how near.
Add = Callable[["Known", str, float], None]
# Under so many letters a name is only compared whole: two edits make "Ron Wyden" of much.
SHORTEST, LONG = 6, 10
# From here on a name is known even where it is glued to other words.
GLUED = 8
# A surname that so many other sponsors hold names nobody by itself.
COMMON = 4
SPONSOR_ALIKE = 90.0


@dataclass(frozen=True, kw_only=True)
class Known:
    """A name to guard: an official's, a sponsor's that stands in a register, or a forbidden organisation's.

    also     further names it goes by
    number   under which a sponsor stands in its register, so that it does not meet itself
    """

    name: str
    kind: str
    office: str = ""
    number: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Near:
    """A known name that another comes near, and by what means. It goes to a person; it refuses nothing.

    how   same, holds, look-alike, spelling, order, short name, sound, script, surname, acronym
    """

    known: Known
    how: str
    similarity: float
    sentence: str

    @property
    def category(self) -> str:
        """As hits of screening are called."""
        return f"name.{self.known.kind}"


@dataclass(frozen=True, kw_only=True)
class _Form:
    """One written form of a known name: its words, as plain letters, and as a skeleton."""

    known: Known
    how: str
    words: tuple[str, ...]
    plain: str
    folded: str

    @property
    def edits(self) -> int:
        """How many letters may be wrong."""
        if len(self.plain) < SHORTEST:
            return 0
        return 2 if len(self.plain) >= LONG else 1


class Names:
    """The names to guard, made ready to be compared.

    Costs    some 10 ms a name with 300 officials and 13,000 sponsors; four seconds to make ready.
    Limits   a surname that four or more known sponsors share is not looked for alone; names of under six letters
             only as they are; nicknames and other languages' forms only where the list's `also` holds them. Two
             wrong letters in a name of under ten, or a name that is only alluded to, pass.
    """

    def __init__(self, *, officials: Iterable[Known] = (), sponsors: Iterable[Known] = ()) -> None:
        self.officials = tuple(officials)
        self.sponsors = tuple(sponsors)
        self._forms = [form for known in self.officials for form in _forms(known)]
        self._exact: dict[str, list[_Form]] = defaultdict(list)
        for form in self._forms:
            self._exact[form.folded].append(form)
        # Long enough to be told apart even inside a longer word, and to be misspelt and still known.
        self._inside = [form for form in self._forms if len(form.folded) > GLUED]
        self._edited = [form for form in self._forms if form.edits]
        self._plain = [form.plain for form in self._edited]
        self._folded = [form.folded for form in self._edited]
        self._sounds: dict[str, list[tuple[Known, tuple[frozenset[str], ...]]]] = defaultdict(list)
        for known in self.officials:
            for name in (known.name, *known.also):
                heard = tuple(found for word in _name_words(name) if (found := sounds(word)))
                if len(heard) >= 2 and sum(len(min(one)) for one in heard) >= FEWEST_CONSONANTS:
                    for sound in heard[0]:
                        self._sounds[sound].append((known, heard))
        self._ready_surnames()
        self._ready_sponsors()

    def _ready_surnames(self) -> None:
        taken = Counter(skeleton(word) for known in self.sponsors for word in set(distinctive_words(known.name)))
        people = Counter(_surname(known) for known in self.officials if known.kind == OFFICIAL)
        self._surnames: dict[str, list[Known]] = defaultdict(list)
        self._surname_sounds: dict[str, list[tuple[str, Known]]] = defaultdict(list)
        self._given: set[str] = set()
        for known in self.officials:
            surname = _surname(known)
            if known.kind != OFFICIAL or not surname:
                continue
            self._given |= short_forms(people_words(known.name)[0])
            if len(surname) >= SHORTEST - 1 and taken[surname] < COMMON and people[surname] == 1:
                self._surnames[surname].append(known)
                if len(surname) >= SHORTEST:
                    for sound in sounds(people_words(known.name)[-1]):
                        if len(sound) >= 3:
                            self._surname_sounds[sound].append((surname, known))

    def _ready_sponsors(self) -> None:
        self._keys = [_sponsor_key(known.name) for known in self.sponsors]
        self._whole = [_whole_key(known.name) for known in self.sponsors]
        self._by_number: dict[str, list[int]] = defaultdict(list)
        self._acronyms: dict[str, list[Known]] = defaultdict(list)
        for place, known in enumerate(self.sponsors):
            if known.number:
                self._by_number[known.number].append(place)
            for short in initials(known.name):
                if len(short) >= SHORTEST - 2:
                    self._acronyms[short].append(known)

    def near(self, name: str, *, own_number: str = "") -> tuple[Near, ...]:
        """The known names that `name` comes near, the nearest first, each once.

        Reads    own_number: the registered sponsor that the name is claimed to be. It is not near itself, and a
                 name that fits its own registration at least as well imitates no other sponsor.
        Edges    a name that holds an official's with more around it ("Friends of ...") is near, and explained: most
                 such are the official's own committees, and a person sees at once.
        """
        found: dict[Known, Near] = {}

        def add(known: Known, how: str, score: float) -> None:
            if known not in found or score > found[known].similarity:
                sentence = _sentence(name, known, how)
                found[known] = Near(known=known, how=how, similarity=round(score, 1), sentence=sentence)

        for text, script in readings(name):
            self._by_letters(text, script, add)
            self._by_sound(text, script, add)
            self._by_surname(text, add)
        self._by_sponsor(name, own_number, add)
        return tuple(sorted(found.values(), key=lambda near: (-near.similarity, near.known.name)))

    def _by_letters(self, text: str, script: bool, add: Add) -> None:
        plain = "".join(plain_words(text))
        for run in runs(words_of_letters(text)):
            written, folded = "".join(run), skeleton(" ".join(run))
            for form in self._exact.get(folded, ()):
                add(form.known, "script" if script else _how(form, plain), 100.0)
            if len(written) < SHORTEST - 1:
                continue
            for sought, known in ((written, self._plain), (folded, self._folded)):
                hits = process.extract(sought, known, scorer=OSA.distance, score_cutoff=2, limit=None)
                for _, edits, place in hits:
                    form = self._edited[place]
                    if 0 < edits <= form.edits and _each_near(run, form):
                        share = 100 * (1 - edits / len(form.plain))
                        add(form.known, "script" if script else "spelling", share)
        folded = skeleton(text)
        for form in self._inside:
            if form.folded in folded:
                add(form.known, "script" if script else _how(form, plain), 99.0)

    def _by_sound(self, text: str, script: bool, add: Add) -> None:
        heard = frozenset().union(*map(sounds, _name_words(text)))
        for sound in heard:
            for known, needed in self._sounds.get(sound, ()):
                if all(one & heard for one in needed):
                    add(known, "script" if script else "sound", 80.0)

    def _by_surname(self, text: str, add: Add) -> None:
        every = words_of_letters(text)
        if not set(every) & OFFICES:
            return
        for place, word in enumerate(every):
            if word in OFFICES or word in FORMS:
                continue
            folded = skeleton(word)
            found = list(self._surnames.get(folded, ()))
            for sound in sounds(word):
                alike = self._surname_sounds.get(sound, ())
                found += [known for surname, known in alike if OSA.distance(surname, folded) <= 2]
            before = every[place - 1] if place else ""
            for known in found:
                # "Greg Pence for Congress" names somebody else.
                if before not in self._given or before in people_words(known.name):
                    add(known, "surname", 75.0)

    def _by_sponsor(self, name: str, own_number: str, add: Add) -> None:
        looks = fold(name).text
        key, whole = _sponsor_key(looks), _whole_key(looks)
        written = plain_words(name)
        own = max((fuzz.ratio(key, self._keys[place]) for place in self._by_number.get(own_number, ())), default=0.0)
        near = process.extract(key, self._keys, scorer=fuzz.ratio, score_cutoff=SPONSOR_ALIKE, limit=None)
        # Short names differ by a letter and are different people: Carper, Carter.
        found = {place: score for _, score, place in near if key and (score == 100 or len(key) >= LONG)}
        allowed = 1 if len(whole) < 2 * LONG else 2
        for _, edits, place in process.extract(
            whole, self._whole, scorer=OSA.distance, score_cutoff=allowed, limit=None
        ):
            if len(whole) >= LONG and (len(key) >= LONG or key == self._keys[place]):
                found[place] = max(found.get(place, 0.0), 100 * (1 - edits / len(whole)))
        for place, score in found.items():
            known = self.sponsors[place]
            # A name that fits its own registration as well as another's imitates nobody.
            if (known.number and known.number == own_number) or score <= own:
                continue
            same = written == plain_words(known.name)
            add(known, "same" if same else "spelling" if score < 100 else "holds", float(score))
        told = [word for word in written if word not in FORMS and word != "pac"]
        for known in self._acronyms.get(told[0] if len(told) == 1 else "", ()):
            if not own_number or all(own.number != own_number for own in self._acronyms[told[0]]):
                add(known, "acronym", 95.0)


def _name_words(text: str) -> list[str]:
    """The words of a name, with letters for digits, without titles and single letters."""
    return [word for word in words_of_letters(text) if len(word) > 1 and word not in TITLES]


def _how(form: _Form, plain: str) -> str:
    if form.how != "same":
        return form.how
    own = "".join(people_words(form.known.name))
    if own == plain:
        return "same"
    return "holds" if own in plain else "look-alike"


def _each_near(run: list[str], form: _Form) -> bool:
    """Where both have as many words, no word may differ by more than its length allows: Jan is not Ron."""
    if len(run) != len(form.words):
        # Words run together or torn apart: then nothing but the whole can be compared, and short ones fit by luck.
        joined = "".join(run)
        alone = any(OSA.distance(joined, word) <= 1 for word in form.words)
        return len(form.plain) >= GLUED and not alone and joined[:1] == form.plain[:1]
    return all(
        min(OSA.distance(one, other), OSA.distance(skeleton(one), skeleton(other))) <= (1 if len(other) < GLUED else 2)
        for one, other in zip(run, form.words, strict=True)
    )


def _forms(known: Known) -> list[_Form]:
    """The ways a known name is written: in order, family name first, and with short first names."""
    found: dict[str, _Form] = {}

    def add(words: Iterable[str], how: str) -> None:
        every = tuple(words)
        folded = skeleton(" ".join(every))
        if folded:
            plain = letters(" ".join(every))
            found.setdefault(folded, _Form(known=known, how=how, words=every, plain=plain, folded=folded))

    for name in (known.name, *known.also):
        words = people_words(name)
        add(words, "same")
        if known.kind != OFFICIAL or len(words) < 2:
            continue
        first, last = words[0], words[-1]
        add((word for word in words if len(word) > 1), "same")
        add((first, last), "short name")
        add((last, first), "order")
        for other in sorted(short_forms(first)):
            add((other, last), "short name")
    return list(found.values())


def _surname(known: Known) -> str:
    words = people_words(known.name)
    return skeleton(words[-1]) if len(words) >= 2 else ""


def _whole_key(name: str) -> str:
    """All words but legal forms, folded: catches a slip in a word that would else be set aside."""
    return skeleton(" ".join(word for word in plain_words(name) if word not in FORMS))


def _sponsor_key(name: str) -> str:
    """What tells a sponsor, folded; its sort ("for Congress", "PAC") is no difference."""
    told = distinctive_words(name)
    if not told:
        told = [word for word in plain_words(name) if word not in FORMS]
    return skeleton(" ".join(told))


def _sentence(name: str, known: Known, how: str) -> str:
    who = {
        OFFICIAL: f"{known.name}{f' ({known.office})' if known.office else ''}",
        SPONSOR: f'the sponsor "{known.name}"{f" ({known.number})" if known.number else ""}',
        FORBIDDEN: f"{known.name}, which is on the list of forbidden organisations",
    }[known.kind]
    added = [word for word in plain_words(name) if word not in plain_words(known.name) and word in OFFICES | SORTS]
    beside = f', with "{" ".join(added)}" beside it' if added else ""
    said = {
        "same": f'"{name}" is the name of {who}.',
        "holds": f'"{name}" holds the name of {who}{beside}.',
        "look-alike": f'"{name}" looks like the name of {who}: letters, digits or spaces stand in for others.',
        "spelling": f'"{name}" differs by a letter or two from the name of {who}.',
        "order": f'"{name}" holds the name of {who} in another order.',
        "short name": f'"{name}" holds a short or shortened form of the name of {who}.',
        "sound": f'"{name}" sounds like the name of {who}.',
        "script": f'"{name}" reads, in another script, like the name of {who}.',
        "acronym": f'"{name}" is an acronym of {who}.',
        "surname": f'"{name}" holds the family name of {who} beside words of an office or a campaign.',
    }
    return said[how]
