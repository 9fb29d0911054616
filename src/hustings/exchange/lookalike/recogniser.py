"""Everything protected in one place: domains, names and accounts, and what an observed one of any kind looks like."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from hustings.exchange.lookalike.domains import Domains
from hustings.exchange.lookalike.host import read_host
from hustings.exchange.lookalike.names import Names
from hustings.exchange.lookalike.relation import Relation, Seen, told
from hustings.screening.folded import fold

__all__ = ["Recogniser", "Kind", "Likeness", "Observed", "Protected", "What"]

# A name of a person in a host has to be this long: short ones stand in many.
FEWEST_IN_HOST = 8
IN_HOST = 0.75
# What may stand as a protected name's host: nothing else of a name says much there.
TELLS_IN_HOST = frozenset(
    {Relation.SAME, Relation.HYPHENATION, Relation.AFFIX, Relation.HOMOGLYPH, Relation.CONFUSABLE}
)


class Kind(StrEnum):
    """What is protected."""

    DOMAIN = "domain"
    PERSON = "person"
    ORGANISATION = "organisation"
    ACCOUNT = "account"


class What(StrEnum):
    """What was observed."""

    HOST = "host"
    NAME = "name"
    ACCOUNT = "account"


@dataclass(frozen=True, kw_only=True, slots=True)
class Protected:
    """Something to protect. `key` is the caller's, and comes back with what was found."""

    key: str
    kind: Kind
    value: str
    platform: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Observed:
    """Something seen: a host or address, the name of a page, or an account with its platform."""

    what: What
    value: str
    platform: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Likeness:
    """One observed thing looks like one protected one: a reason to look, never a verdict.

    score    0 to 1: the order of the queue. It is not a probability, and says nothing of who stands behind
    """

    protected: Protected
    observed: str
    relations: tuple[Relation, ...]
    score: float
    sentence: str


class Recogniser:
    """Protected domains, names and accounts made ready.

    Reads    allowed: hosts, and accounts as "platform:account", that somebody looked at and let stand
    Limits   see `Domains` and `Names`. An account is compared by its name on the platform and by nothing else.
    """

    def __init__(self, protected: Iterable[Protected], allowed: Iterable[str] = ()) -> None:
        every = list(protected)
        let = list(allowed)
        self._domains = Domains((one.value for one in every if one.kind is Kind.DOMAIN), let)
        self._allowed = {fold(one).text for one in let}
        self._own = {
            fold(f"{one.platform}:{one.value.removeprefix('@')}").text for one in every if one.kind is Kind.ACCOUNT
        }
        self._names = Names(
            people=[one.value for one in every if one.kind is Kind.PERSON],
            others=[one.value for one in every if one.kind in {Kind.ORGANISATION, Kind.ACCOUNT}],
        )
        self._hosts: dict[str, list[Protected]] = defaultdict(list)
        self._named: dict[str, list[Protected]] = defaultdict(list)
        for one in every:
            if one.kind is Kind.DOMAIN:
                host = read_host(one.value)
                if host is not None:
                    self._hosts[host.ascii].append(one)
            else:
                self._named[one.value].append(one)

    def find(self, observed: Observed) -> tuple[Likeness, ...]:
        """What an observed thing looks like, the surest first, each protected thing once."""
        if observed.what is What.HOST:
            found = self._host(observed.value)
        else:
            found = self._name(observed)
        likenesses = []
        for protected, seen in found.items():
            said = told(observed.value, protected.value, seen)
            likenesses.append(
                Likeness(
                    protected=protected,
                    observed=observed.value,
                    relations=said.relations,
                    score=said.score,
                    sentence=said.sentence,
                )
            )
        return tuple(sorted(likenesses, key=lambda one: (-one.score, one.protected.value, one.protected.key)))

    def _host(self, value: str) -> dict[Protected, set[Seen]]:
        host = read_host(value)
        if host is None or self._domains.own(host):
            return {}
        found: dict[Protected, set[Seen]] = {}
        for name, seen in self._domains.find(value).items():
            for one in self._hosts[name]:
                found[one] = set(seen)
        for name, seen in self._names.find(host.name.replace("-", " ")).items():
            telling = {Seen(one.relation, one.weight * IN_HOST) for one in seen if one.relation in TELLS_IN_HOST}
            for one in self._named[name]:
                if telling and len(one.value) >= FEWEST_IN_HOST:
                    found[one] = telling
        return found

    def _name(self, observed: Observed) -> dict[Protected, set[Seen]]:
        spelt = fold(f"{observed.platform}:{observed.value.removeprefix('@')}").text
        if observed.what is What.ACCOUNT and spelt in self._own | self._allowed:
            return {}
        found: dict[Protected, set[Seen]] = {}
        for name, seen in self._names.find(observed.value).items():
            for one in self._named[name]:
                found[one] = set(seen)
        return found
