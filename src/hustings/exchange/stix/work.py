"""What this system has to tell, as frozen values that stand for one STIX object each.

A `key` is the UUID of a row here; `creator` the STIX identity of who says it. Text that must be there is never empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

__all__ = [
    "Ad",
    "AssetOf",
    "Belongs",
    "Channel",
    "Claim",
    "ClaimedOrigin",
    "Figure",
    "Finding",
    "Gathering",
    "Habit",
    "Incident",
    "Indicator",
    "KnownActor",
    "Narrative",
    "Note",
    "Opinion",
    "Organisation",
    "Relationship",
    "Report",
    "Sighting",
    "StudiedCampaign",
    "Thing",
]


@dataclass(frozen=True, kw_only=True)
class Thing:
    """What every object says of itself. `confidence` is 0 to 100 as STIX has it."""

    key: str
    created: datetime
    modified: datetime
    creator: str = ""
    labels: tuple[str, ...] = ()
    confidence: int | None = None


@dataclass(frozen=True, kw_only=True)
class Organisation(Thing):
    """An organisation that speaks or is spoken to."""

    name: str
    description: str = ""
    sectors: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Finding(Thing):
    """A group of actors that acted together: a machine's claim, with its figures and its limits.

    named   whether its members stand under their own names; else under pseudonyms of the run
    """

    name: str
    sentence: str
    object_refs: tuple[str, ...]
    score: float
    basis: str
    named: bool
    platforms: tuple[str, ...] = ()
    first: datetime | None = None
    last: datetime | None = None
    links: int = 0
    traces: int = 0
    acts: int = 0
    expected_acts: float = 0.0
    limits: tuple[str, ...] = ()
    why_innocent: tuple[str, ...] = ()
    rows_digest: str = ""
    run_digest: str = ""


@dataclass(frozen=True, kw_only=True, order=True)
class Belongs:
    """An asset that belongs to a campaign, how it was found to, and how sure that is."""

    kind: str
    platform: str = ""
    name: str
    part: str = ""
    assessed: str = ""
    method: str = ""


@dataclass(frozen=True, kw_only=True, order=True)
class ClaimedOrigin:
    """Somebody's claim of who may stand behind it, with who else it may be."""

    claim: str
    assessed: str
    grounds: str
    alternatives: str


@dataclass(frozen=True, kw_only=True)
class StudiedCampaign(Thing):
    """Assets that act as one, as people established it; it says nothing of who ordered it but for the claims of origin."""

    name: str
    description: str = ""
    aliases: tuple[str, ...] = ()
    first: datetime | None = None
    last: datetime | None = None
    aims_at: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()
    narratives: tuple[str, ...] = ()
    members: tuple[Belongs, ...] = ()
    origins: tuple[ClaimedOrigin, ...] = ()


@dataclass(frozen=True, kw_only=True, order=True)
class AssetOf:
    """A name, account, page or domain of a known actor, from when until when, and who says so."""

    kind: str
    platform: str = ""
    name: str
    since: date | None = None
    until: date | None = None
    source: str = ""


@dataclass(frozen=True, kw_only=True, order=True)
class Habit:
    """How an actor works: hours, language, technique, currency, themes."""

    what: str
    value: str
    source: str = ""


@dataclass(frozen=True, kw_only=True, order=True)
class Claim:
    """Somebody said who an actor is or whom it serves, and where that can be read."""

    says: str
    said_on: date
    claim: str
    assessed: str = ""
    source: str


@dataclass(frozen=True, kw_only=True)
class KnownActor(Thing):
    """Somebody who acted before, under names that change."""

    name: str
    description: str = ""
    aliases: tuple[str, ...] = ()
    assets: tuple[AssetOf, ...] = ()
    habits: tuple[Habit, ...] = ()
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Ad(Thing):
    """A political ad as an archive has it: what it said, who paid, whom it aimed at and reached.

    archive, number   where it stands and under which number
    spend             as the archive says it, in its currency: "100-199"; so are impressions
    """

    archive: str
    number: str
    page: str = ""
    page_name: str = ""
    paid_by: str = ""
    texts: tuple[str, ...] = ()
    landing: tuple[str, ...] = ()
    first_shown: date | None = None
    last_shown: date | None = None
    spend: str = ""
    currency: str = ""
    impressions: str = ""
    aimed_at: str = ""


@dataclass(frozen=True, kw_only=True, order=True)
class Figure:
    """A number that somebody announced."""

    what: str
    value: int
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Gathering(Thing):
    """A real-life event that was called online: a rally, a protest, a flash mob."""

    name: str
    source: str
    site: str = ""
    number: str = ""
    place: str = ""
    region: str = ""
    country: str = ""
    day: date | None = None
    starts: datetime | None = None
    called_off: str = ""
    took_place: str = ""
    figures: tuple[Figure, ...] = ()
    ad_refs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Narrative(Thing):
    """What a campaign tells people."""

    name: str
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class Channel(Thing):
    """A page, group, site or outlet through which people are told something."""

    name: str
    platform: str = ""
    number: str = ""
    kind: str = ""


@dataclass(frozen=True, kw_only=True)
class Indicator(Thing):
    """What can be looked for: a pattern of STIX."""

    name: str
    pattern: str
    valid_from: datetime
    valid_until: datetime | None = None
    description: str = ""
    indicator_types: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Incident(Thing):
    """An attack on an election office, a leak, a breach: that it happened."""

    name: str
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class Sighting(Thing):
    """Something was seen again, by whom, how often and when."""

    sighting_of: str
    seen_by: tuple[str, ...] = ()
    count: int = 1
    first: datetime | None = None
    last: datetime | None = None
    summary: str = ""


@dataclass(frozen=True, kw_only=True)
class Opinion(Thing):
    """What somebody holds of what another said, in a word of STIX from strongly-disagree to strongly-agree."""

    opinion: str
    object_refs: tuple[str, ...]
    explanation: str = ""


@dataclass(frozen=True, kw_only=True)
class Note(Thing):
    """A remark about objects."""

    content: str
    object_refs: tuple[str, ...]
    abstract: str = ""


@dataclass(frozen=True, kw_only=True)
class Report(Thing):
    """A document and what it is about."""

    name: str
    published: datetime
    object_refs: tuple[str, ...]
    description: str = ""
    report_types: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Relationship(Thing):
    """How one object stands to another."""

    relationship_type: str
    source_ref: str
    target_ref: str
    description: str = ""
