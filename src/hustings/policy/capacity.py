"""In which capacity a partner deals with us, and what each capacity may ask, be told and be asked for: one table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["CAPACITIES", "Capacity", "Dealing", "Matter", "Objection", "Sort", "objections"]


class Capacity(StrEnum):
    """What a partner is when it asks or tells. It belongs to an organisation for a time, never to a person."""

    PLATFORM = "platform"
    VENDOR = "vendor"
    LAW_ENFORCEMENT = "law enforcement"
    CIVIL_PROTECTION = "civil protection"
    INTELLIGENCE = "intelligence"
    ELECTORAL_NATIONAL = "national electoral office"
    ELECTORAL_STATE = "state electoral office"
    ELECTORAL_LOCAL = "local electoral office"
    RESEARCH = "research"

    @property
    def government(self) -> bool:
        """Whether it speaks for a state: its requests for action need a legal ground and are counted in public."""
        return self in GOVERNMENT

    @property
    def sentence(self) -> str:
        """What it may do with us, for a page and for the docs."""
        return CAPACITIES[self].sentence


GOVERNMENT = frozenset(
    {
        Capacity.LAW_ENFORCEMENT,
        Capacity.CIVIL_PROTECTION,
        Capacity.INTELLIGENCE,
        Capacity.ELECTORAL_NATIONAL,
        Capacity.ELECTORAL_STATE,
        Capacity.ELECTORAL_LOCAL,
    }
)


class Sort(StrEnum):
    """What passes between two partners."""

    SHARE = "information share"
    INFORMATION = "request for information"
    NOTICE = "notice"
    ACTION = "request for action"

    @property
    def asks(self) -> bool:
        """Whether it asks something of who gets it; the others tell."""
        return self in {Sort.INFORMATION, Sort.ACTION}

    @property
    def names_content(self) -> bool:
        """Whether it has to name the content that it is about."""
        return self in {Sort.NOTICE, Sort.ACTION}


class Matter(StrEnum):
    """What is told or asked about."""

    INDICATORS = "indicators"  # domains, hashes, addresses: nothing that is a person's
    ANALYSIS = "analysis"  # findings and reports, actors under pseudonyms
    CONTENT = "named content"  # posts, pages, ads and accounts by name
    RECORDS = "records of users"  # nobody by a request: by legal process alone


@dataclass(frozen=True, kw_only=True)
class Dealing:
    """What one capacity may do.

    sends     what it may send to a partner
    gets      what a partner may send to it
    told      what it may be told in a share, a notice or an answer
    asks      what it may ask to be told
    """

    sends: frozenset[Sort]
    gets: frozenset[Sort]
    told: frozenset[Matter]
    asks: frozenset[Matter]
    sentence: str


TELLS = frozenset({Sort.SHARE, Sort.NOTICE})
TALKS = TELLS | {Sort.INFORMATION}
ALL = frozenset(Sort)
TECHNICAL = frozenset({Matter.INDICATORS})
STUDIED = TECHNICAL | {Matter.ANALYSIS}
NAMED = STUDIED | {Matter.CONTENT}
NOTHING: frozenset[Matter] = frozenset()

CAPACITIES = {
    Capacity.PLATFORM: Dealing(
        sends=ALL, gets=ALL, told=NAMED, asks=NAMED,
        sentence="Asks for information and action, and is asked for both; is told of indicators, analysis and named content.",
    ),
    Capacity.VENDOR: Dealing(
        sends=TALKS, gets=TALKS, told=STUDIED, asks=TECHNICAL,
        sentence="Tells and is told of indicators and analysis; asks for indicators, and never for action.",
    ),
    Capacity.LAW_ENFORCEMENT: Dealing(
        sends=ALL, gets=ALL, told=NAMED, asks=NAMED,
        sentence="Tells, asks for information, and for action on a legal ground; records of users only by legal process.",
    ),
    Capacity.CIVIL_PROTECTION: Dealing(
        sends=ALL, gets=ALL, told=STUDIED, asks=STUDIED,
        sentence="Tells, asks for indicators and analysis, and for action on a legal ground; may be asked to protect an office.",
    ),
    Capacity.INTELLIGENCE: Dealing(
        sends=TELLS, gets=TALKS, told=STUDIED, asks=NOTHING,
        sentence="Tells, and may be asked what it knows; asks for nothing here, neither information nor action.",
    ),
    Capacity.ELECTORAL_NATIONAL: Dealing(
        sends=ALL, gets=ALL, told=NAMED, asks=NAMED,
        sentence="Tells, asks for information, and for action on a legal ground, about elections in the country.",
    ),
    Capacity.ELECTORAL_STATE: Dealing(
        sends=ALL, gets=ALL, told=NAMED, asks=STUDIED,
        sentence="Tells, asks for indicators and analysis, and for action on a legal ground, about elections in its state.",
    ),
    Capacity.ELECTORAL_LOCAL: Dealing(
        sends=TALKS, gets=ALL, told=STUDIED, asks=STUDIED,
        sentence="Tells of false statements on how to vote in its place; action is asked for by the office above it.",
    ),
    Capacity.RESEARCH: Dealing(
        sends=TALKS, gets=TALKS, told=STUDIED, asks=STUDIED,
        sentence="Tells and is told of indicators and analysis; named content comes by vetted access, and it asks for no action.",
    ),
}  # fmt: skip


class Objection(StrEnum):
    """Why something may not pass; the value is stable."""

    SENDER = "sender may not send this"
    RECEIVER = "receiver may not get this"
    LEGAL_GROUND = "no legal ground"
    TOLD = "receiver may not be told this"
    ASKS = "sender may not ask for this"
    RECORDS = "records of users pass by legal process only"

    @property
    def sentence(self) -> str:
        """For a page, an answer and the docs."""
        return OBJECTIONS[self]


OBJECTIONS = {
    Objection.SENDER: "A partner of the sender's capacity does not send this.",
    Objection.RECEIVER: "A partner of the receiver's capacity does not get this.",
    Objection.LEGAL_GROUND: "A request for action by a government names the law on which it stands.",
    Objection.TOLD: "A partner of the receiver's capacity is not told this.",
    Objection.ASKS: "A partner of the sender's capacity does not ask to be told this.",
    Objection.RECORDS: "Records of users are handed over by legal process alone, never on a request.",
}


def objections(
    sort: Sort, *, sender: Capacity | None, receiver: Capacity | None, matters: frozenset[Matter], legal_ground: bool
) -> tuple[Objection, ...]:
    """Every reason why this may not pass from one capacity to another; none is a yes.

    Who has no capacity (None) may neither send nor get. What is told is held against who gets it, what is asked for
    against who asks; a request for action tells what it names.
    """
    found = []
    of_sender = CAPACITIES[sender] if sender is not None else None
    of_receiver = CAPACITIES[receiver] if receiver is not None else None
    if of_sender is None or sort not in of_sender.sends:
        found.append(Objection.SENDER)
    if of_receiver is None or sort not in of_receiver.gets:
        found.append(Objection.RECEIVER)
    if sort is Sort.ACTION and (sender is None or sender.government) and not legal_ground:
        found.append(Objection.LEGAL_GROUND)
    if Matter.RECORDS in matters:
        found.append(Objection.RECORDS)
    told = matters - {Matter.RECORDS}
    if sort is Sort.INFORMATION:
        if of_sender is None or not told <= of_sender.asks:
            found.append(Objection.ASKS)
    elif of_receiver is None or not told <= of_receiver.told:
        found.append(Objection.TOLD)
    return tuple(found)
