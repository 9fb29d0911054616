"""Names that look or sound like an official's, an existing sponsor's, or a forbidden organisation's."""

__all__ = ["FORBIDDEN", "OFFICIAL", "SPONSOR", "Known", "Names", "Near"]

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from hustings.screening.folded import fold
from hustings.screening.register.names import FORMS, SORTS, TITLES, distinctive_words, initials

OFFICIAL, SPONSOR, FORBIDDEN = "official", "sponsor", "forbidden"
# Digits and signs written for letters, inside a word that has letters too.
LEET = str.maketrans("0134578926@$!|+€£(", "oieastbgzbasiitelc")
# Letters that are taken for one another in print; one sign stands for each group, on both sides.
GROUPS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("nn", "m"))
SAME = str.maketrans({"l": "i", "j": "i", "y": "i", "q": "g", "v": "u", "z": "s"})
TRANSLITERATED = str.maketrans({
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "i", "к": "k",
    "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "ts",
    "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "", "ы": "i", "ь": "", "э": "e", "ю": "iu", "я": "ia", "і": "i", "ї": "i", "є": "e",
    "ґ": "g", "ў": "u", "ј": "i", "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i",
    "κ": "k", "λ": "l", "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t", "υ": "i",
    "φ": "f", "χ": "h", "ψ": "ps", "ω": "o", "ά": "a", "έ": "e", "ή": "i", "ί": "i", "ό": "o", "ύ": "i", "ώ": "o",
})  # fmt: skip
SOUNDS = (
    ("(?<=[aeiouy])j", ""), ("sch|tch|sh|ch|cz|zh|kh", "x"), ("ph", "f"), ("ck|cq|qu|q", "k"), ("^kn", "n"), ("^wr", "r"),
    ("gh(?=t|$)", ""), ("tz|ts|z", "s"), ("c(?=[eiy])", "s"), ("c", "k"), ("ks", "x"), ("w", "v"), ("dt", "t"), ("th", "t"),
    ("g(?=[eiy])", "j"), ("dj|dz", "j"),
)  # fmt: skip
# Short names by which officials go; each row is one name.
SHORT_NAMES = (
    "michael mike mick", "robert bob rob bobby", "william bill will billy", "joseph joe joey", "charles chuck charlie",
    "richard dick rick rich", "james jim jimmy jamie", "john jack johnny", "thomas tom tommy", "edward ed ted eddie",
    "theodore ted theo", "benjamin ben", "daniel dan danny", "samuel sam", "patrick pat", "patricia pat patty trish",
    "elizabeth liz beth betsy", "katherine kate kathy cathy", "margaret maggie peggy", "deborah deb debbie",
    "christopher chris", "christine chris", "andrew andy drew", "anthony tony", "timothy tim", "matthew matt", "steven steve",
    "stephen steve", "jeffrey jeff", "gregory greg", "kenneth ken", "ronald ron", "donald don", "david dave", "alexander alex",
    "bernard bernie", "mitchell mitch", "nicholas nick", "peter pete", "philip phil", "raymond ray", "susan sue", "jonathan jon",
    "lindsey lindsay", "rafael ted", "angus gus", "barbara barb", "gerald jerry", "lawrence larry", "leonard leo len", "franklin frank",
)  # fmt: skip
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


@dataclass(frozen=True)
class _Sought:
    """One written form of a known name: its words, and joined and folded."""

    known: Known
    joined: str
    how: str
    words: tuple[str, ...]

    @property
    def edits(self) -> int:
        if self.known.kind == SPONSOR or len(self.joined) < SHORTEST:
            return 0
        return 2 if len(self.joined) >= LONG else 1


class Names:
    """The names to guard, made ready to be compared.

    Limits   a surname that four or more known sponsors share is not looked for alone; names of under six letters
             only as whole words; nicknames and other languages' forms only where the list's `also` holds them.
    """

    def __init__(self, *, officials: Iterable[Known] = (), sponsors: Iterable[Known] = ()) -> None:
        self.officials = tuple(officials)
        self.sponsors = tuple(sponsors)
        forms = [form for known in self.officials for form in _forms(known)]
        self._exact: dict[str, list[_Sought]] = defaultdict(list)
        for form in forms:
            self._exact[form.joined].append(form)
        # Long enough to be told apart even inside a longer word, and to be misspelt and still known.
        self._inside = [form for form in forms if len(form.joined) > GLUED]
        self._edited: dict[int, list[_Sought]] = defaultdict(list)
        for form in forms:
            if form.edits:
                self._edited[len(form.joined)].append(form)
        self._sounds: dict[str, list[tuple[Known, frozenset[str]]]] = defaultdict(list)
        for known in self.officials:
            for name in (known.name, *known.also):
                heard = frozenset(filter(None, map(_sound, _name_words(name))))
                if len(heard) >= 2 and sum(map(len, heard)) >= 5:
                    self._sounds[min(heard)].append((known, heard))
        taken = Counter(_skeleton(word) for known in self.sponsors for word in set(distinctive_words(known.name)))
        people = Counter(_surname(known) for known in self.officials if known.kind == OFFICIAL)
        self._surnames: dict[str, list[Known]] = defaultdict(list)
        self._surname_sounds: dict[str, list[tuple[str, Known]]] = defaultdict(list)
        self._given = {name for row in SHORT_NAMES for name in row.split()}
        for known in self.officials:
            surname = _surname(known)
            if known.kind != OFFICIAL or not surname:
                continue
            self._given.add(_people_words(known.name)[0])
            if len(surname) >= SHORTEST - 1 and taken[surname] < COMMON and people[surname] == 1:
                self._surnames[surname].append(known)
                sound = _sound(_people_words(known.name)[-1])
                if len(surname) >= SHORTEST and len(sound) >= 3:
                    self._surname_sounds[sound].append((surname, known))
        self._keys = [_sponsor_key(known.name) for known in self.sponsors]
        self._whole = [_whole_key(known.name) for known in self.sponsors]
        self._acronyms: dict[str, list[Known]] = defaultdict(list)
        for known in self.sponsors:
            for letters in initials(known.name):
                if len(letters) >= SHORTEST - 2:
                    self._acronyms[letters].append(known)

    def near(self, name: str, *, own_number: str = "") -> tuple[Near, ...]:
        """The known names that `name` comes near, the nearest first, each once.

        Reads    own_number: the registered sponsor that the name is claimed to be, which is not near itself.
        Edges    a name that holds an official's with more around it ("Friends of ...") is near, and explained: most
                 such are the official's own committees, and a person sees at once.
        """
        found: dict[Known, Near] = {}

        def add(known: Known, how: str, score: float) -> None:
            if known not in found or score > found[known].similarity:
                sentence = _sentence(name, known, how)
                found[known] = Near(known=known, how=how, similarity=round(score, 1), sentence=sentence)

        for text, script in _readings(name):
            self._by_letters(text, script, add)
            self._by_sound(text, script, add)
            self._by_surname(text, add)
        self._by_sponsor(name, own_number, add)
        return tuple(sorted(found.values(), key=lambda near: (-near.similarity, near.known.name)))

    def _by_letters(self, text: str, script: bool, add: Add) -> None:
        every = _plain_words(text)
        plain = "".join(every)
        for run in _runs(every):
            joined = _skeleton(" ".join(run))
            for form in self._exact.get(joined, ()):
                add(form.known, "script" if script else _how(form, "".join(run), plain), 100.0)
            if len(joined) < SHORTEST - 1:
                continue
            for length in range(len(joined) - 2, len(joined) + 3):
                for form in self._edited.get(length, ()):
                    edits = OSA.distance(joined, form.joined, score_cutoff=form.edits)
                    if 0 < edits <= form.edits and _each_near(run, form):
                        add(form.known, "script" if script else "spelling", 100 * (1 - edits / length))
        joined = _skeleton(text)
        for form in self._inside:
            if form.joined in joined:
                add(form.known, "script" if script else _how(form, "", plain), 99.0)

    def _by_sound(self, text: str, script: bool, add: Add) -> None:
        heard = {_sound(word) for word in _name_words(text)} - {""}
        for sound in heard:
            for known, sounds in self._sounds.get(sound, ()):
                if sounds <= heard:
                    add(known, "script" if script else "sound", 80.0)

    def _by_surname(self, text: str, add: Add) -> None:
        every = _plain_words(text)
        if not set(every) & OFFICES:
            return
        for place, word in enumerate(every):
            if word in OFFICES or word in FORMS:
                continue
            found = list(self._surnames.get(_skeleton(word), ()))
            for surname, known in self._surname_sounds.get(_sound(_unleet(word)), ()):
                if OSA.distance(surname, _skeleton(word)) <= 2:
                    found.append(known)
            before = every[place - 1] if place else ""
            for known in found:
                # "Greg Pence for Congress" names somebody else.
                if before not in self._given or before in _people_words(known.name):
                    add(known, "surname", 75.0)

    def _by_sponsor(self, name: str, own_number: str, add: Add) -> None:
        looks = fold(name).text
        key, whole = _sponsor_key(looks), _whole_key(looks)
        written = _plain_words(name)
        for sought, keys in ((key, self._keys), (whole, self._whole)):
            if not sought:
                continue
            for _, score, place in process.extract(
                sought, keys, scorer=fuzz.ratio, score_cutoff=SPONSOR_ALIKE, limit=None
            ):
                known = self.sponsors[place]
                if (known.number and known.number == own_number) or (score < 100 and len(sought) < LONG):
                    continue
                same = written == _plain_words(known.name)
                add(known, "same" if same else "spelling" if score < 100 else "holds", float(score))
        told = [word for word in written if word not in FORMS and word != "pac"]
        for known in self._acronyms.get(_unleet(told[0]) if len(told) == 1 else "", ()):
            if not known.number or known.number != own_number:
                add(known, "acronym", 95.0)


def _readings(name: str) -> list[tuple[str, bool]]:
    """The name as it looks, and where it is in another script, as it is spoken."""
    looks = fold(name).text
    spoken = name.lower().translate(TRANSLITERATED)
    return [(looks, False)] if spoken == name.lower() else [(looks, False), (fold(spoken).text, True)]


def _unleet(word: str) -> str:
    """Digits and signs as the letters that they stand for, in a word that holds letters or signs of that use."""
    return word.translate(LEET) if re.search(r"[a-z]", word) or not word.isdigit() else word


def _plain_words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", fold(text).text.replace("'", ""))


def _name_words(text: str) -> list[str]:
    """The words of a name, with letters for digits, without titles and single letters."""
    words = re.findall(r"[^\W_]+", _unleet_all(fold(text).text.replace("'", "")))
    return [word for word in words if len(word) > 1 and word not in TITLES]


def _unleet_all(text: str) -> str:
    return " ".join(map(_unleet, text.split()))


def _skeleton(text: str) -> str:
    """The letters alone, with those made one that are taken for one another, and no letter twice running."""
    joined = re.sub(r"[\W_]+", "", _unleet_all(text.lower()))
    for group, sign in GROUPS:
        joined = joined.replace(group, sign)
    return re.sub(r"(.)\1+", r"\1", joined.translate(SAME))


def _sound(word: str) -> str:
    """The consonants as they are spoken; a leading vowel is kept as one sign."""
    for pattern, sign in SOUNDS:
        word = re.sub(pattern, sign, word)
    first = "a" if word[:1] in set("aeiouy") else ""
    return first + re.sub(r"(.)\1+", r"\1", re.sub(r"[aeiouyh\W\d_]", "", word))


# So many words at most make up a name; letters set apart count each.
MOST_WORDS, MOST_LETTERS = 5, 24


def _runs(words: list[str]) -> list[list[str]]:
    """Every run of neighbouring words that could be a name, the single letters among them put together or not."""
    found = []
    for start in range(len(words)):
        long = 0
        for end in range(start, min(len(words), start + MOST_LETTERS)):
            long += len(words[end]) > 2
            if long > MOST_WORDS:
                break
            found.append(words[start : end + 1])
            # A middle initial, as in "Michael R. Pence", is left out.
            if end > start + 1 and any(len(word) == 1 for word in words[start + 1 : end]):
                found.append([words[start], *(word for word in words[start + 1 : end] if len(word) > 1), words[end]])
    return found


def _how(form: "_Sought", written: str, plain: str) -> str:
    if form.how != "same":
        return form.how
    own = "".join(_people_words(form.known.name))
    if own == plain:
        return "same"
    return "holds" if own in plain or own == written else "look-alike"


def _each_near(run: list[str], form: "_Sought") -> bool:
    """Where both have as many words, no word may differ by more than its length allows: Jan is not Ron."""
    words = form.words
    if len(run) != len(words):
        # Words run together or torn apart: then nothing but the whole can be compared, and short ones fit by luck.
        return len(form.joined) > GLUED - 1 and _skeleton(run[0])[:1] == form.joined[:1]
    pairs = [(_skeleton(one), _skeleton(other)) for one, other in zip(run, words, strict=True)]
    return all(OSA.distance(one, other) <= (1 if len(other) < LONG - 2 else 2) for one, other in pairs)


def _forms(known: Known) -> list[_Sought]:
    """The ways a known name is written: in order, family name first, and with short first names."""
    found: dict[str, _Sought] = {}

    def add(text: str, how: str) -> None:
        joined = _skeleton(text)
        if joined:
            found.setdefault(joined, _Sought(known, joined, how, tuple(text.split())))

    for name in (known.name, *known.also):
        words = _people_words(name)
        add(" ".join(words), "same")
        if known.kind != OFFICIAL or len(words) < 2:
            continue
        first, last = words[0], words[-1]
        whole = [word for word in words if len(word) > 1]
        add(" ".join(whole), "same")
        add(f"{first} {last}", "short name")
        add(f"{last} {first}", "order")
        for row in SHORT_NAMES:
            if first in row.split():
                for other in row.split():
                    add(f"{other} {last}", "short name" if other != first else "same")
    return list(found.values())


def _surname(known: Known) -> str:
    words = _people_words(known.name)
    return _skeleton(words[-1]) if len(words) >= 2 else ""


def _people_words(name: str) -> list[str]:
    return [word for word in _plain_words(name) if word not in TITLES]


def _whole_key(name: str) -> str:
    """All words but legal forms, folded: catches a slip in a word that would else be set aside."""
    return _skeleton(" ".join(word for word in _plain_words(name) if word not in FORMS))


def _sponsor_key(name: str) -> str:
    """What tells a sponsor, folded; its sort ("for Congress", "PAC") is no difference."""
    told = distinctive_words(name)
    if not told:
        told = [word for word in _plain_words(name) if word not in FORMS]
    return _skeleton(" ".join(told))


def _sentence(name: str, known: Known, how: str) -> str:
    who = {
        OFFICIAL: f"{known.name}{f' ({known.office})' if known.office else ''}",
        SPONSOR: f'the sponsor "{known.name}"{f" ({known.number})" if known.number else ""}',
        FORBIDDEN: f"{known.name}, which is on the list of forbidden organisations",
    }[known.kind]
    added = [word for word in _plain_words(name) if word not in _plain_words(known.name) and word in OFFICES | SORTS]
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
