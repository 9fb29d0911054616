"""Whether number, name and contact of a claim fit together in one edition of a register."""

__all__ = ["FITS_FROM", "Check", "Claim", "ContactResult", "Result", "check"]

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hustings.screening.register.contact import ContactResult, compare_contact
from hustings.screening.register.edition import Contact, Edition, Entry
from hustings.screening.register.foreign import PRINCIPAL
from hustings.screening.register.names import Similar, similarity, words
from hustings.screening.register.numbers import SCHEMES, Number, read_number

# Under this two names are not held to be one; see docs/reference/registers.md for what it passes.
FITS_FROM = 85.0


class Result(StrEnum):
    """What a register says of a claim."""

    FITS = "fits"
    DIFFERS = "differs"
    NOT_THERE = "not_there"
    MALFORMED = "malformed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What an advertiser says of itself.

    contact      None asks about number and name alone; an empty one says that the advertiser gave none
    also_known   further names it gives: its website's, its candidate's
    advertiser_class   A (registered number), B (contact) or C (person): A is decided by two people
    """

    scheme: str
    number: str
    name: str
    contact: Contact | None = None
    also_known: tuple[str, ...] = ()
    advertiser_class: str = ""


@dataclass(frozen=True, kw_only=True)
class Check:
    """What was checked against which edition, with what result.

    similarity    of the best fitting registered name, 0 to 100; None where no name was compared
    needs_people  how many have to decide: 0 where all fits, else 1, or 2 for class A
    grounds       why people are needed: number, name, contact, ended, edition
    """

    result: Result
    similarity: float | None
    name_found: str
    needs_people: int
    sentences: tuple[str, ...]
    contact: ContactResult = ContactResult.NOT_ASKED
    number: str = ""
    edition: str = ""
    grounds: tuple[str, ...] = ()
    entry: Entry | None = None


def check(claim: Claim, edition: Edition | None, *, on: date | None = None) -> Check:
    """Compare a claim with a register.

    Reads    edition: None where nobody loaded a register of this scheme; on: the day asked about, if
             ended entries are not to count.
    Gives    `fits` where a registered name under this number is alike enough and was in the register on
             the day; the contact is a part of its own, and one that differs sends the claim to a person too.
    Edges    several entries under one number: the best fitting counts, since one number may lawfully
             stand for many (53-6002523 for the offices of the US House). Joint sponsors fit if one of them does.
    Limits   numbers and names of registers are public: that they fit does not show who claims them. A name that
             was changed after the edition's day goes to a person.
    """
    scheme = edition.scheme if edition is not None else claim.scheme
    if edition is not None and claim.scheme != edition.scheme:
        message = f"a claim of scheme {claim.scheme!r} cannot be checked in a register of {edition.scheme!r}"
        raise ValueError(message)
    number = read_number(scheme, claim.number)
    what = SCHEMES.get(scheme, scheme)
    people = 2 if claim.advertiser_class == "A" else 1
    if number.compact is None:
        said = f"{claim.number!r} has not the form of the number claimed: {number.reason}."
        return _people(Result.MALFORMED, said, "number", number, edition, people)
    if edition is None:
        form = "has the right form" if number.known else "is of a kind whose form we do not know"
        said = f"{number.compact} {form} ({what}), but no register that holds such numbers is loaded."
        return _people(Result.UNKNOWN, said, "edition", number, edition, people)
    entries = _entries(number, edition)
    if not entries:
        said = f"{number.compact} does not stand in {edition.said()}; it may be younger than the edition."
        return _people(Result.NOT_THERE, said, "number", number, edition, people)
    return _compared(claim, entries, edition, number, people, on)


def _people(result: Result, said: str, ground: str, number: Number, edition: Edition | None, people: int) -> Check:
    return Check(
        result=result, similarity=None, name_found="", needs_people=people, sentences=(said,), grounds=(ground,),
        number=number.compact or "", edition=edition.said() if edition is not None else "",
    )  # fmt: skip


def _entries(number: Number, edition: Edition) -> tuple[Entry, ...]:
    """The entries of a number; of a domain also those of the domains above it, and of suffixes that begin with a dot."""
    compact = number.compact or ""
    # A foreign principal is named under its agent's number, and is not whom the number stands for.
    found = tuple(entry for entry in edition.by_number.get(compact, ()) if entry.kind != PRINCIPAL)
    if found or edition.scheme != "domain":
        return found
    labels = compact.split(".")
    for cut in range(1, len(labels)):
        above = ".".join(labels[cut:])
        if found := edition.by_number.get(above, ()) or edition.by_number.get(f".{above}", ()):
            return found
    return ()


def _compared(
    claim: Claim, entries: tuple[Entry, ...], edition: Edition, number: Number, people: int, on: date | None
) -> Check:
    here = [(entry, *_best_name(claim, entry, edition)) for entry in entries]
    # Of equals the one of the very words, then an active one, then the first in the register.
    wanted = words(claim.name)
    entry, name, similar = max(
        here, key=lambda row: (row[2].score, words(row[1]) == wanted, on is None or row[0].active(on))
    )
    sentences, grounds = [], []
    if not entry.name:
        fits = True
        sentences.append(f"{number.compact} is covered by {entry.number} in {edition.said()}, which names nobody.")
    else:
        fits = similar.score >= FITS_FROM
        alike = f"similarity {similar.score:.0f}" + ("" if similar.how == "words" else f", by {similar.how}")
        verb = "fits" if fits else "does not fit"
        sentences.append(
            f'The name "{claim.name}" {verb} "{name}", registered under {number.compact} in {edition.said()} ({alike}).'
        )
        if not fits:
            grounds.append("name")
        elif similar.how == "joint sponsors":
            sentences.append("Only one of the joint sponsors holds this number; the others are not shown by it.")
    if len(entries) > 1:
        sentences.append(
            f"{len(entries)} entries bear this number, which is lawful; the best fitting one was compared."
        )
    if on is not None and not entry.active(on):
        fits = False
        grounds.append("ended")
        ended = f"ended on {entry.until.isoformat()}" if entry.until and entry.until < on else "begins later"
        sentences.append(f"The registration {ended}: it is history, not a registration on {on.isoformat()}.")
    contact, said = ContactResult.NOT_ASKED, ""
    if claim.contact is not None:
        contact, said = compare_contact(
            claim.contact, entry.contacts, domain=(number.compact or "") if edition.scheme == "domain" else ""
        )
        sentences.append(said)
        if contact in {ContactResult.DIFFERS, ContactResult.NOT_GIVEN}:
            grounds.append("contact")
    return Check(
        result=Result.FITS if fits else Result.DIFFERS, similarity=round(similar.score, 1) if entry.name else None,
        name_found=name, needs_people=people if grounds else 0, sentences=tuple(sentences), contact=contact,
        number=number.compact or "", edition=edition.said(), grounds=tuple(grounds), entry=entry,
    )  # fmt: skip


def _best_name(claim: Claim, entry: Entry, edition: Edition) -> tuple[str, Similar]:
    """The registered name nearest to one of the names claimed."""
    best, name = Similar(score=0.0, how="words"), entry.name
    for ours in (claim.name, *claim.also_known):
        for theirs in (entry.name, *entry.also):
            if not ours or not theirs:
                continue
            found = similarity(ours, theirs, edition.uses, len(edition))
            if found.score > best.score:
                best, name = found, theirs
    return name, best
