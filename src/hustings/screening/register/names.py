"""Names of organisations made comparable: abbreviations written out, legal forms and everybody's words set aside."""

__all__ = ["Similar", "distinctive_words", "initials", "parts", "similarity", "words"]

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

# Written short by registers and buyers alike; each group of words stands for one.
SHORT = {
    "natl": "national", "nat": "national", "nl": "national", "intl": "international", "assn": "association",
    "assoc": "association", "assc": "association", "cmte": "committee", "comm": "committee", "cmt": "committee",
    "cte": "committee", "comt": "committee", "dem": "democratic", "dems": "democrats", "democrat": "democratic",
    "democrats": "democratic", "rep": "republican", "repub": "republican", "reps": "republicans",
    "republicans": "republican", "pol": "political", "fed": "federation", "govt": "government", "gov": "government",
    "dept": "department", "univ": "university", "mgmt": "management", "svcs": "services", "svc": "services",
    "ctr": "center", "centre": "center", "labour": "labor", "orgn": "organization", "org": "organization",
    "organisation": "organization", "amer": "american", "cong": "congress", "st": "saint", "mt": "mount", "ft": "fort",
    "cnty": "county", "co": "company", "corp": "corporation", "inc": "incorporated", "ltd": "limited", "bros": "brothers",
    "congressional": "congressional", "sen": "senate", "senator": "senate", "congressman": "congress",
    "congresswoman": "congress", "representative": "congress", "pacs": "pac", "ee": "employees", "emp": "employees",
    "empl": "employees", "employee": "employees", "employes": "employees", "americas": "america", "mfrs": "manufacturers",
    "ins": "insurance", "constr": "construction", "lgbt": "lgbtq",
}  # fmt: skip
PAC = re.compile(r"\b(?:political action (?:committee|fund|comm)|p a c|superpac|super pac)\b")
# Legal forms, in the languages whose registers we have met.
FORMS = frozenset(
    "incorporated llc llp lp plc limited company corporation gmbh ag kg ug ev sa sas sarl srl spa bv nv oy ab as aps pty se "
    "foundation trust nonprofit organization com net".split()
)
# What sponsors of every colour call themselves: it tells the sort, not who.
SORTS = frozenset(
    "pac committee fund federal political action campaign elect election reelect re friends supporters team vote votes "
    "voters for of the to a an and in on with by at our us usa congress senate house president presidential governor "
    "congressional candidate exploratory executive central victory joint state local official office party project".split()
)
# States of the US after "for": a candidate who moves from House to Senate changes these words and nothing else.
PLACES = frozenset(
    "alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho illinois indiana "
    "iowa kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri montana nebraska "
    "nevada ohio oklahoma oregon pennsylvania tennessee texas utah vermont virginia washington wisconsin wyoming america "
    "jersey mexico york hampshire carolina dakota rhode island".split()
)
LITTLE = frozenset("for of the to a an and in on".split())
TITLES = frozenset(
    "mr mrs ms dr hon jr sr ii iii iv esq rep sen senator congressman congresswoman governor gov mayor".split()
)
# A comma is no sign of it: "Smith, John" and "Acme, Inc." have one as well.
JOINED = re.compile(r"\s(?:&|and|y|und|et|with)\s|\s*[;/+]\s*", re.IGNORECASE)


def words(name: str) -> list[str]:
    """The words of a name, in order: plain letters, lower case, abbreviations written out."""
    text = unicodedata.normalize("NFKD", name.replace("’", "'")).casefold()
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    text = text.replace("nat'l", "national").replace("int'l", "international").replace("'", "")
    text = re.sub(r"[^\w]+|_+", " ", re.sub(r"\.(?=\w\.|\w\b)", " ", text)).strip()
    text = PAC.sub("pac", text)
    out: list[str] = []
    run = ""
    # Letters on their own are one word: "D R I V E", "U.S.".
    for word in [*text.split(), ""]:
        if len(word) == 1 and word.isalpha():
            run += word
            continue
        if run:
            out.append(run)
            run = ""
        if word:
            out.append(word)
    return [SHORT.get(word, word) for word in out]


def distinctive_words(name: str) -> list[str]:
    """The words that tell who it is: without legal forms, sorts of committee, places after "for", and titles."""
    every = words(name)
    # "for Texas": the place says where somebody runs; "Texas Farm Bureau" keeps its own.
    first_for = every.index("for") if "for" in every else len(every)
    left = [
        word
        for place, word in enumerate(every)
        if word not in SORTS
        and word not in FORMS
        and word not in TITLES
        and not (place > first_for and word in PLACES)
        and not word.isdigit()
    ]
    return left


def initials(name: str) -> frozenset[str]:
    """The acronyms that a name can have: of all words, without little ones, and with PAC written out."""
    every = words(name)
    found = set()
    for chosen in (every, [word for word in every if word not in LITTLE]):
        for long in (False, True):
            letters = "".join("pac" if long and word == "pac" else word[0] for word in chosen)
            if len(letters) >= 3:
                found.add(letters)
    return frozenset(found)


def parts(name: str) -> list[str]:
    """The sponsors of a joint name ("X & Y"), each with a word of its own; the whole name is not among them."""
    pieces = [piece.strip() for piece in JOINED.split(name) if piece and piece.strip()]
    return [piece for piece in pieces if distinctive_words(piece) or len(words(piece)) >= 2] if len(pieces) > 1 else []


@dataclass(frozen=True, kw_only=True)
class Similar:
    """How much alike two names are, 0 to 100, and by what: words, spelling, acronym, joint."""

    score: float
    how: str


def similarity(claimed: str, registered: str, uses: Mapping[str, int] | None = None, of: int = 0) -> Similar:
    """Compare a claimed name with a registered one.

    Reads    uses, of: in how many of a register's names each word stands, and how many names there are.
             With them, words that many share count for little; without, all count alike.
    Gives    a score as of a token-set ratio over the distinctive words; 100 for an acronym of the other.
    Edges    two names that share only words of everybody ("Committee for America") are compared whole, in order.
    Limits   a name that holds another's name and more passes here: "impersonation" (`screening/names.py`) and the
             contact are the answer to that. A rename cannot be seen.
    """
    best = _compare(claimed, registered, uses, of)
    for one in parts(claimed):
        score = _compare(one, registered, uses, of)
        if score.score > best.score:
            best = Similar(score=score.score, how="joint sponsors")
    for one in parts(registered):
        score = _compare(claimed, one, uses, of)
        if score.score > best.score:
            best = score
    return best


def _compare(claimed: str, registered: str, uses: Mapping[str, int] | None, of: int) -> Similar:
    left, right = words(claimed), words(registered)
    if left == right and left:
        return Similar(score=100.0, how="words")
    ours, theirs = distinctive_words(claimed), distinctive_words(registered)
    if not ours or not theirs:
        best = Similar(score=float(fuzz.ratio(" ".join(left), " ".join(right))), how="words")
    else:
        best = Similar(score=_by_words(ours, theirs, uses, of), how="words")
        together = float(fuzz.ratio("".join(ours), "".join(theirs)))
        if together > best.score:
            best = Similar(score=together, how="spelling")
    for short, long in ((left, registered), (right, claimed)):
        alone = [word for word in short if word not in FORMS and word not in LITTLE and word != "pac"]
        if len(short) <= 3 and len(alone) == 1 and len(alone[0]) >= 3 and alone[0] in initials(long):
            return Similar(score=100.0, how="acronym")
    return best


# Words shared by more than this share of a register's names identify nobody; in a small register a few may share one.
EVERYBODYS, FEW = 0.004, 3


def _by_words(ours: Sequence[str], theirs: Sequence[str], uses: Mapping[str, int] | None, of: int) -> float:
    """A token-set ratio in which what is shared must hold something that tells who it is."""
    score = float(fuzz.token_set_ratio(" ".join(ours), " ".join(theirs)))
    if not uses or not of or score < 50:
        return score
    shared = set(ours) & set(theirs)
    telling = [word for word in shared if uses.get(word, 0) <= max(FEW, EVERYBODYS * of)]
    if telling or not shared:
        return score
    # Only everybody's words are shared: then all words have to be alike, not only some.
    return float(fuzz.token_sort_ratio(" ".join(ours), " ".join(theirs)))
