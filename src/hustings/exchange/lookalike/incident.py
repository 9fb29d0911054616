"""A cyber incident around an election, and by what it is known, as objects of STIX 2.1."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hustings.exchange.stix.forms import write
from hustings.exchange.stix.objects import observed, uuid_of
from hustings.exchange.stix.work import Incident, Indicator, Note, Organisation, Relationship

__all__ = ["Cyber", "Remark", "incident_objects"]

# Words of the open vocabulary of STIX (10.6) that fit, by kind of incident.
TYPES = {
    "phishing": "malicious-activity",
    "look-alike domain": "malicious-activity",
    "leaked credentials": "compromised",
}


@dataclass(frozen=True, kw_only=True)
class Remark:
    """One step of an incident's history, in words."""

    key: str
    at: datetime
    text: str


@dataclass(frozen=True, kw_only=True)
class Cyber:
    """A cyber incident as it is told: no name of a mailbox and no credential is in it.

    leaked    (domain, how many accounts), of which no account is told
    domains   by which it is known
    also      STIX ids of partners' objects by which it is known
    """

    key: str
    kind: str
    title: str
    affected: str
    election: str
    state: str
    severity: str
    created: datetime
    modified: datetime
    seen: datetime
    started: datetime | None = None
    ended: datetime | None = None
    domains: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    leaked: tuple[tuple[str, int], ...] = ()
    steps: tuple[Remark, ...] = ()

    @property
    def sentence(self) -> str:
        """What the incident object says in words, as STIX has no properties for it."""
        when = f"First seen {self.seen:%Y-%m-%d %H:%M} UTC."
        if self.started is not None:
            when = f"Began {self.started:%Y-%m-%d %H:%M} UTC. {when}"
        if self.ended is not None:
            when += f" Ended {self.ended:%Y-%m-%d %H:%M} UTC."
        lost = " ".join(
            f"{count} accounts{f' of {domain}' if domain else ''} were leaked." for domain, count in self.leaked
        )
        about = f" Election: {self.election}." if self.election else ""
        return f"{self.kind.capitalize()}. Affected: {self.affected}.{about} State: {self.state}, severity: {self.severity}. {when} {lost}".strip()


def incident_objects(
    cyber: Cyber, *, identity: str, organisation: str, since: datetime, marks: Iterable[str], definitions: Iterable[dict[str, Any]]
) -> list[dict[str, Any]]:  # fmt: skip
    """The incident with who says it, its indicators and domains, how they stand to it, and its history as notes.

    Reads    identity: the UUID of the organisation that tells it; marks: ids of the marking definitions, which go along
    Gives    the same objects with the same ids for the same incident
    """
    marked = list(marks)
    creator = f"identity--{identity}"
    head: dict[str, Any] = {"created": cyber.created, "modified": cyber.modified, "creator": creator}
    told = [
        *definitions,
        write(Organisation(key=identity, created=since, modified=since, name=organisation)),
        write(Incident(key=cyber.key, **head, labels=(cyber.kind, cyber.state), name=cyber.title, description=cyber.sentence), marked),
    ]  # fmt: skip
    incident = f"incident--{cyber.key}"

    def related(source: str, target: str, kind: str = "related-to") -> None:
        key = uuid_of([source, kind, target])
        told.append(write(Relationship(key=key, **head, relationship_type=kind, source_ref=source, target_ref=target), marked))  # fmt: skip

    for domain in dict.fromkeys(cyber.domains):
        seen = observed("domain-name", {"value": domain}, {"object_marking_refs": marked} if marked else {})
        key = uuid_of([cyber.key, "indicator", domain])
        indicator = write(
            Indicator(
                key=key, **head, name=domain, pattern=f"[domain-name:value = '{domain}']", valid_from=cyber.seen,
                indicator_types=(TYPES.get(cyber.kind, "anomalous-activity"),),
            ),
            marked,
        )  # fmt: skip
        told += [seen, indicator]
        related(f"indicator--{key}", incident)
        related(incident, str(seen["id"]))
    for other in dict.fromkeys(cyber.also):
        related(incident, other)
    for step in cyber.steps:
        note = Note(key=step.key, created=step.at, modified=step.at, creator=creator, content=step.text, object_refs=(incident,))  # fmt: skip
        told.append(write(note, marked))
    return told
