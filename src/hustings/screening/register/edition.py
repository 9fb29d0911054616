"""A public register as it stood on one day: who is in it, under which number and name, where to reach them."""

__all__ = ["Contact", "Edition", "Entry", "digest_of"]

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cached_property

from hustings.screening.register.names import distinctive_words


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Where somebody can be reached; empty where nobody says. What is empty is not compared.

    country   ISO 3166, two letters; state as the register writes it
    """

    street: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""
    phone: str = ""
    mail: str = ""
    website: str = ""

    @property
    def empty(self) -> bool:
        """Whether it says nothing."""
        return not any(asdict(self).values())


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One registered organisation, person or domain.

    also           further names under which it is known: connected organisations, business names, former names
    people         officers by name: treasurers, directors
    related        whom it acts for, or who acts for it
    since, until   when it was registered and when that ended; an ended entry is history, not a current one
    kind           the register's own word: committee, agent, principal, suffix, domain
    """

    number: str
    name: str
    contacts: tuple[Contact, ...] = ()
    country: str = ""
    kind: str = ""
    also: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None

    def active(self, on: date) -> bool:
        """Whether it stood in the register on a day; an unknown beginning counts as long ago."""
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


@dataclass(frozen=True, kw_only=True, eq=False)  # as itself: what is computed of it is kept by it
class Edition:
    """A register on the day it was published. Several entries may bear one number, and one name several numbers.

    scheme      which kind of number it holds: fec, fara, ein, domain, or an operator's own word
    published   the day for which it speaks; what changed later is not in it
    digest      SHA-256 of the files it was read from, so that anyone can see which edition was used
    notes       sentences: rows that were left out and why
    """

    name: str
    scheme: str
    published: date
    digest: str
    entries: tuple[Entry, ...] = field(repr=False)
    source: str = ""
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.entries)

    @cached_property
    def by_number(self) -> dict[str, tuple[Entry, ...]]:
        """Entries under each number, in the register's order."""
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            found.setdefault(entry.number, []).append(entry)
        return {number: tuple(entries) for number, entries in found.items()}

    @cached_property
    def uses(self) -> Counter[str]:
        """In how many entries' names each word stands: a word that everybody uses identifies nobody."""
        return Counter(word for entry in self.entries for word in set(distinctive_words(entry.name)))

    def said(self) -> str:
        """The edition for people: which, of when, by which digest."""
        return f"{self.name} of {self.published.isoformat()} (digest {self.digest[:12]})"


def digest_of(parts: Sequence[bytes] | Iterable[bytes]) -> str:
    """SHA-256 over the digests of several files, in their order."""
    each = [hashlib.sha256(part).hexdigest() for part in parts]
    return each[0] if len(each) == 1 else hashlib.sha256(json.dumps(each).encode()).hexdigest()
