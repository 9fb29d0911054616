"""Shares, requests for information, notices and requests for action as they travel between two installations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

__all__ = ["Answered", "Asked", "Beginning", "Beginnings", "Named", "Noticed", "Said", "Shared"]


@dataclass(frozen=True, kw_only=True, order=True)
class Named:
    """One thing that is asked about: a post, account, page, ad, domain or address by name, or a STIX object by id."""

    what: str
    platform: str = ""
    name: str = ""
    ref: str = ""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What all of them say.

    id          UUID that both sides know it by, as a string; the STIX id is made of it
    created     when it was sent; modified: the moment of this state of it (UTC, milliseconds)
    sender      STIX identity of the organisation that speaks, and receiver of the one it speaks to
    capacity    a word of `policy.capacity.Capacity`: in which the sender speaks
    ground      why it may be told or asked
    matters     words of `policy.capacity.Matter`
    state       a word of `policy.requests.RequestState`, as the sender of this version sees it
    reason      of the last step
    handling    what the receiver is asked to do or not to do with it, in words
    steps       how many steps it has gone through: of two versions the one with more is newer
    """

    id: str
    created: datetime
    modified: datetime
    sender: str
    receiver: str
    capacity: str
    title: str
    text: str = ""
    ground: str
    matters: tuple[str, ...] = ()
    state: str = "sent"
    reason: str = ""
    handling: str = ""
    steps: int = 0


@dataclass(frozen=True, kw_only=True)
class Shared(Said):
    """An information share: these objects, under their markings."""

    object_refs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Noticed(Said):
    """A notice: this content, and our evidence. It asks for nothing."""

    content: tuple[Named, ...]
    evidence_refs: tuple[str, ...] = ()
    deadline: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Asked(Said):
    """A request for information or for action.

    action        it asks that something is done; else that something is told
    legal_ground  the law it stands on: never empty where a government asks for action
    deadline      the last moment at which an answer counts
    content       what it is about by name: never empty where it asks for action
    """

    action: bool
    legal_ground: str = ""
    deadline: datetime
    content: tuple[Named, ...] = ()


@dataclass(frozen=True, kw_only=True, order=True)
class Beginning:
    """Who started something: a word of `policy.origin.Starter`, and of `policy.capacity.Capacity` where it is known."""

    starter: str
    capacity: str = ""


@dataclass(frozen=True, kw_only=True)
class Beginnings:
    """Who started what these objects tell, besides who tells it. It takes nothing back that was told before."""

    id: str
    created: datetime
    modified: datetime
    sender: str
    object_refs: tuple[str, ...]
    began: tuple[Beginning, ...]


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A step of one of them, told to the other side.

    about     the id of what it answers; number: which step of it, from 1
    step      a code of `policy.requests.REQUESTS`
    by        STIX identity of the organisation that made the step
    opinion   a word of `policy.requests.Opinion`, or nothing
    acted_on  of what was named, what was acted on (for a part)
    refs      STIX objects that the answer points to: sightings, opinions, notes, what was asked for
    """

    id: str
    about: str
    number: int
    step: str
    state: str
    reason: str = ""
    by: str
    at: datetime
    opinion: str = ""
    acted_on: tuple[Named, ...] = ()
    refs: tuple[str, ...] = ()
