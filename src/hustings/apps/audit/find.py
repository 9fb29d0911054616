"""Reads of the log. Row-level security decides what can be seen; an entry is as restricted as its item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from hustings.apps.audit.models import Checkpoint, Cosignature, Leaf, Log, Text
from hustings.apps.audit.store import body_of, node_reader
from hustings.apps.people.models import Person
from hustings.apps.people.seat import Seat
from hustings.ledger.checkpoint import add_signatures
from hustings.ledger.merkle import consistency_proof, inclusion_proof
from hustings.ledger.verify_log import parse_note
from hustings.policy.role import Role

__all__ = [
    "Proof",
    "bodies",
    "entries",
    "find_consistency",
    "find_inclusion",
    "newest_checkpoint",
    "note_of",
    "notes",
    "texts_of",
]


def entries(
    seat: Seat,
    *,
    person: Person | UUID | None = None,
    item: UUID | None = None,
    event: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[Leaf]:
    """Entries that this seat may read, newest first: an auditor's all, anybody else's own acts.

    Limits   what waits for its place (about a second) is not found yet; entries about an item that this seat may
             not read are not found by anybody's name, not even an auditor's.
    """
    found = Leaf.objects.select_related("log").order_by("-at", "-index")
    if Role.AUDITOR not in seat.roles:
        found = found.filter(actor=seat.id)
    if person is not None:
        found = found.filter(actor__in=_appointments(person))
    if item is not None:
        found = found.filter(item=item)
    if event:
        found = found.filter(Q(event=event) | Q(event__startswith=f"{event}."))
    if since is not None:
        found = found.filter(at__gte=since)
    if until is not None:
        found = found.filter(at__lt=until)
    return found


def _appointments(person: Person | UUID) -> list[UUID]:
    from hustings.apps.people.models import Appointment

    key = person.pk if isinstance(person, Person) else person
    return list(Appointment.objects.filter(person_id=key).values_list("pk", flat=True))


def texts_of(leaf: Leaf) -> dict[str, Text]:
    """The personal texts of an entry that are still there or were erased, by name."""
    return {text.name: text for text in Text.objects.filter(entry=leaf.pk)}


@dataclass(frozen=True, kw_only=True)
class Proof:
    """That a checkpoint covers an entry."""

    checkpoint: Checkpoint
    hashes: list[bytes]


def find_inclusion(leaf: Leaf) -> Proof | None:
    """The proof under the newest checkpoint; nothing before the first checkpoint that covers the entry."""
    newest = newest_checkpoint(leaf.log)
    if newest is None or newest.size <= leaf.index:
        return None
    return Proof(checkpoint=newest, hashes=inclusion_proof(leaf.index, newest.size, node_reader(leaf.log_id)))


def find_consistency(log: Log, old: int, new: int) -> list[bytes]:
    """The proof that the log of `new` entries begins with that of `old`."""
    return consistency_proof(old, new, node_reader(log.pk))


def newest_checkpoint(log: Log) -> Checkpoint | None:
    """What the log committed itself to last."""
    return Checkpoint.objects.filter(log=log).order_by("-id").first()


def note_of(checkpoint: Checkpoint) -> bytes:
    """The signed note with all co-signatures that have come in."""
    lines = checkpoint.cosignatures.order_by("id").values_list("line", flat=True)
    return _with(checkpoint.note, list(lines))


def notes(log: Log) -> Iterator[bytes]:
    """All signed notes with their co-signatures, oldest first."""
    lines: dict[int, list[str]] = {}
    for signed, line in Cosignature.objects.filter(log=log).order_by("id").values_list("checkpoint_id", "line"):
        lines.setdefault(signed, []).append(line)
    for checkpoint in Checkpoint.objects.filter(log=log).order_by("id").iterator():
        yield _with(checkpoint.note, lines.get(checkpoint.pk, []))


def _with(note: str, lines: list[str]) -> bytes:
    return add_signatures(parse_note(note.encode()), lines) if lines else note.encode()


def bodies(log: Log, size: int) -> Iterator[tuple[Mapping[str, object], bytes]]:
    """The first `size` entries as they are hashed, each with the hash that was kept."""
    leaves = Leaf.objects.filter(log=log, index__lt=size).order_by("index")
    for leaf in leaves.iterator(chunk_size=2000):
        yield body_of(leaf.at, leaf.event, leaf.facts, leaf.texts), bytes(leaf.hash)
